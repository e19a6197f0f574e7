"""Huawei: the application's id and a bearer token in every call but the sign-in, over HTTPS."""

from __future__ import annotations

from conformance.platforms.draft import Draft
from conformance.platforms.driver import Driver, Facts

APP_KEY = "app_key"


def _present(draft: Draft, token: str, facts: Facts) -> None:
    draft.headers[APP_KEY] = facts.credential("app_id")
    draft.headers["Authorization"] = f"Bearer {token}"


def _absent(draft: Draft, token: str, facts: Facts) -> None:
    _present(draft, token, facts)
    del draft.headers["Authorization"]


def _wrong(draft: Draft, token: str, facts: Facts) -> None:
    _present(draft, _altered(token), facts)


def _without_app_key(draft: Draft, token: str, facts: Facts) -> None:
    _present(draft, token, facts)
    del draft.headers[APP_KEY]


def _other_app_key(draft: Draft, token: str, facts: Facts) -> None:
    _present(draft, token, facts)
    draft.headers[APP_KEY] = _altered(facts.credential("app_id"))


def _altered(text: str) -> str:
    # Same length and alphabet as the valid one, so that only its value can be the reason for a refusal.
    return "".join("b" if character == "a" else "a" if character.isalnum() else character for character in text)


DRIVER = Driver(
    platform="huawei",
    present=_present,
    wrong={"absent": _absent, "wrong": _wrong},
    others={"without-app-key": _without_app_key, "other-app-key": _other_app_key},
    sign_in_notice=(
        "signing in ends the application's former access token: whoever else uses this application has to sign in again"
    ),
)

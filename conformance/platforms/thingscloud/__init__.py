"""ThingsCloud: a bearer token in every call, got from API keys or from an administrator's account."""

from __future__ import annotations

from conformance.platforms.draft import Draft
from conformance.platforms.driver import Driver, Facts


def _present(draft: Draft, token: str, facts: Facts) -> None:
    del facts
    draft.headers["Authorization"] = f"Bearer {token}"


def _absent(draft: Draft, token: str, facts: Facts) -> None:
    del token, facts
    draft.headers.pop("Authorization", None)


def _wrong(draft: Draft, token: str, facts: Facts) -> None:
    # Same length and alphabet as the valid one, so that only its value can be the reason for a refusal.
    changed = "".join("b" if character == "a" else "a" if character.isalnum() else character for character in token)
    _present(draft, changed, facts)


DRIVER = Driver(platform="thingscloud", present=_present, wrong={"absent": _absent, "wrong": _wrong})

"""ThingsCloud: a bearer token in every call, got from API keys or from an administrator's account."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.platforms.driver import Driver, Headers


def _credentials(token: str) -> Headers:
    return {"Authorization": f"Bearer {token}"}


def _wrong(token: str) -> Mapping[str, Headers | None]:
    # Same length and alphabet as the valid one, so that only its value can be the reason for a refusal.
    changed = "".join("b" if character == "a" else "a" if character.isalnum() else character for character in token)
    return {"absent": None, "wrong": _credentials(changed)}


DRIVER = Driver(
    platform="thingscloud",
    credentials=_credentials,
    wrong_credentials=_wrong,
    sign_in_notice="",
)

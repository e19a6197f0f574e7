"""Alibaba Cloud "Living": the caller's token stands in the message; a live platform also wants the gateway's signature.

The signature is a field note and not in the document. It is put on every request where the tester says that an API gateway
stands before the platform (`[pixit] gateway`), and never makes a platform fail the document.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from conformance.crypto import gateway
from conformance.evidence.exchange import Request
from conformance.platforms.draft import Draft
from conformance.platforms.driver import Driver, Facts

SIGNED = ("X-Ca-Key", "X-Ca-Nonce", "X-Ca-Timestamp")
"""Headers that are signed besides those with a place of their own in the string to sign."""


def _with_token(body: Any, token: str | None) -> Any:
    """Return a message with another token, or none; a body that is no such message stays as it is."""
    if not isinstance(body, dict) or not isinstance(body.get("request"), dict):
        return body
    caller = {name: value for name, value in body["request"].items() if name != "cloudToken"}
    return {**body, "request": caller if token is None else {**caller, "cloudToken": token}}


def _present(draft: Draft, token: str, facts: Facts) -> None:
    del facts
    draft.body = _with_token(draft.body, token)


def _absent(draft: Draft, token: str, facts: Facts) -> None:
    del token, facts
    draft.body = _with_token(draft.body, None)


def _wrong(draft: Draft, token: str, facts: Facts) -> None:
    # Same length and alphabet as the valid one, so that only its value can be the reason for a refusal.
    changed = "".join("b" if character == "a" else "a" if character.isalnum() else character for character in token)
    _present(draft, changed, facts)


def _seal(request: Request, facts: Facts) -> Request:
    """Sign a request for the API gateway, where there is one."""
    if not facts.pixit("gateway"):
        return request
    parts = urlsplit(request.url)
    headers = (
        *request.headers,
        ("Accept", "application/json"),
        ("X-Ca-Key", facts.credential("app_key")),
        ("X-Ca-Nonce", str(uuid.uuid4())),
        ("X-Ca-Timestamp", str(round(time.time() * 1000))),
    )
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    seen = gateway.Request(request.method, target, headers, request.body or b"")
    signed = gateway.signed_headers(gateway.SignInput(seen, SIGNED, facts.credential("app_secret")))
    return replace(request, headers=signed)


DRIVER = Driver(platform="living", present=_present, wrong={"absent": _absent, "wrong": _wrong}, seal=_seal)

"""Composing a message: the body enciphered where the mode says so, the time of sending, and the sign over both."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Final

from conformance.contract import Operation
from conformance.crypto import envelope
from conformance.crypto.envelope import EncryptInput, SignInput, VerifyInput
from conformance.crypto.primitives import BLOCK
from conformance.evidence.findings import Inconclusive
from conformance.platforms.draft import SEALED, Draft
from conformance.platforms.driver import Facts

ENCRYPTED: Final = "encrypted-call"
PLAIN: Final = "plain-call"


@dataclass(frozen=True, repr=False)
class Keys:
    """What signs and what encrypts; never shown by `repr`."""

    secret: str
    des: str


def is_encrypted(operation: Operation) -> bool:
    """Tell whether an operation is a call with encryption."""
    return operation.subject == ENCRYPTED


def keys(facts: Facts) -> Keys:
    """Return the keys of the entry with encryption; of a longer key DES takes the first eight bytes (erratum des-key).

    Raises:
        Inconclusive: the IUT file does not give them, or what it gives is no DES key.
    """
    raw = facts.credential("des_key").encode("utf-8", "surrogatepass")
    if len(raw) < BLOCK:
        raise Inconclusive(
            f"the key that encrypts has {len(raw)} bytes and DES wants {BLOCK}: give credentials.des_key"
        )
    try:
        return Keys(facts.credential("secret_key"), raw[:BLOCK].decode("utf-8"))
    except UnicodeDecodeError:
        raise Inconclusive(
            f"the first {BLOCK} bytes of the key that encrypts end within a character: give credentials.des_key"
        ) from None


def seal(draft: Draft, p_id: str, facts: Facts) -> None:
    """Write the members that are still open; whatever a case has set stays, and is signed as it stands.

    Raises:
        Inconclusive: a key is needed and is not given.
    """
    if not isinstance(draft.body, dict):
        return
    message = dict(draft.body)
    draft.body = message
    if message.get("pId") is SEALED:
        message["pId"] = p_id
    if message.get("timeStamp") is SEALED:
        message["timeStamp"] = now_ms()
    if message.get("body") is SEALED:
        message["body"] = draft.content
        if is_encrypted(draft.operation):
            text = written(draft.content)
            draft.plain = text.encode("utf-8", "surrogatepass")
            message["body"] = envelope.encrypt(EncryptInput(text, keys(facts).des)).body
    if message.get("sign") is SEALED:
        secret = keys(facts).secret if is_encrypted(draft.operation) else None
        message["sign"] = sign_of(message, secret)


class _Clock:
    """Gives no millisecond twice: a platform may take two equal messages for a replay (erratum repeated-message)."""

    def __init__(self) -> None:
        self._last = 0

    def now_ms(self) -> int:
        self._last = max(time.time_ns() // 1_000_000, self._last + 1)
        return self._last


_CLOCK: Final = _Clock()


def now_ms() -> str:
    """Return the current time as a message says it: Unix time in milliseconds."""
    return str(_CLOCK.now_ms())


def written(content: Any) -> str:
    """Return a plain body as the text that is encrypted."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def as_text(value: Any) -> str:
    """Return a member as it enters the string to sign: a text as it stands, nothing for what is absent, else its JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else written(value)


def sign_of(message: dict[str, Any], secret_key: str | None) -> str:
    """Return the sign that the rule makes of a message as it stands: with encryption where a secretKey is given."""
    return envelope.sign_received(
        VerifyInput(
            secret_key is not None,
            as_text(message.get("body")),
            as_text(message.get("timeStamp")),
            as_text(message.get("pId")),
            "",
            secret_key,
        )
    ).sign


def input_of(message: dict[str, Any], plain: str, found: Keys | None) -> SignInput:
    """Return what the makers of wrong signs are asked with: the plain body and the parts of a composed message."""
    return SignInput(
        found is not None,
        plain,
        as_text(message.get("timeStamp")),
        as_text(message.get("pId")),
        found.secret if found else "no-secret",
        found.des if found else None,
    )

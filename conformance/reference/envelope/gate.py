"""Letting messages in: whose entry, with the sign of the rule, not more than the reading in force allows."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from conformance.crypto import envelope
from conformance.crypto.envelope import VerifyInput
from conformance.crypto.envelope_mistakes import MISTAKES
from conformance.crypto.errors import CryptoError
from conformance.crypto.mistakes import Mistake
from conformance.reference.calls import Refused
from conformance.reference.envelope.entries import Entry
from conformance.reference.envelope.wire import as_text
from conformance.reference.frailties import Crashed
from conformance.reference.switchboard import Quirks, Switchboard

LONGEST_MS: Final = 300_000
"""How far timeStamp may be from the clock where the reading is that an old message is refused."""

CARELESS: Final[Mapping[str, Mistake]] = {
    f"sign-{mistake.name}-accepted": mistake
    for mistake in MISTAKES
    if "verify" in mistake.wrong and mistake.name != "verify-never"
}
"""Behaviour faults made of the classic mistakes: a wrong sign passes that a peer with the same mistake has made."""


class Gate:
    """Checks who sent a message."""

    def __init__(self, faults: Switchboard, quirks: Quirks) -> None:
        self._faults, self._quirks = faults, quirks
        self._seen: dict[str, str] = {}

    def reset(self) -> None:
        """Forget which messages came."""
        self._seen.clear()

    def check(self, sent: Mapping[str, Any], entry: Entry, known: Mapping[str, Entry], now_ms: int) -> None:
        """Check a message for an entry in its mode.

        Raises:
            Refused: absent, wrong or foreign credentials, or a message that is too old or came before.
        """
        given = sent.get("pId")
        if given is None:
            raise Refused("credentials", "pId is missing", reason="absent")
        if not isinstance(given, str) or given not in known:
            raise Refused("credentials", "pId is not known", reason="wrong")
        self._check_sign(sent, entry)
        self._check_again(sent)
        self._check_age(sent, now_ms)

    def _check_sign(self, sent: Mapping[str, Any], entry: Entry) -> None:
        sign = sent.get("sign")
        if not entry.encrypted and not isinstance(sign, str):
            return  # only a fault lets such a message come so far: a required member is not demanded
        if sign is None:
            raise Refused("credentials", "sign is missing", reason="absent")
        message = _received(sent, entry, sign)
        try:
            if isinstance(sign, str) and (envelope.verify(message) or self._carelessly(message)):
                return
        except CryptoError as error:
            raise Refused("credentials", f"sign: {error}", reason="wrong") from None
        other = Entry(entry.p_id, not entry.encrypted, entry.secret_key, entry.des_key)
        foreign = isinstance(sign, str) and envelope.verify(_received(sent, other, sign))
        raise Refused("credentials", "sign is not that of the message", reason="foreign" if foreign else "wrong")

    def _carelessly(self, message: VerifyInput) -> bool:
        if not self._faults.active:
            return False
        for name, mistake in CARELESS.items():
            if self._faults.has(f"behaviour/{name}") and _passes(mistake, message):
                return self._faults.on(name)
        if self._faults.on("message-unread"):
            return True
        right = envelope.sign_received(message).sign
        return _lenient(message.sign) == _lenient(right) and self._faults.on("sign-spelling-accepted")

    def _check_again(self, sent: Mapping[str, Any]) -> None:
        sign, body = as_text(sent.get("sign")), as_text(sent.get("body"))
        before = self._seen.get(sign)
        self._seen[sign] = body
        if before is not None and before != body and self._faults.on("changed-body-crashes"):
            raise Crashed
        if before == body:
            if self._faults.on("repeated-message-crashes"):
                raise Crashed
            if self._quirks.on("repeated-message/refused"):
                raise Refused("conflict", "The message came before")

    def _check_age(self, sent: Mapping[str, Any], now_ms: int) -> None:
        stamp = as_text(sent.get("timeStamp"))
        if not stamp.isdecimal() or abs(int(stamp) - now_ms) <= LONGEST_MS:
            return
        if self._faults.on("old-timestamp-crashes"):
            raise Crashed
        if self._quirks.on("timestamp-age/refused"):
            raise Refused("conflict", "timeStamp is not current")


def _received(sent: Mapping[str, Any], entry: Entry, sign: Any) -> VerifyInput:
    return VerifyInput(
        entry.encrypted,
        as_text(sent.get("body")),
        as_text(sent.get("timeStamp")),
        as_text(sent.get("pId")),
        as_text(sign),
        entry.secret_key,
    )


def _passes(mistake: Mistake, message: VerifyInput) -> bool:
    try:
        return bool(mistake.wrong["verify"](message))
    except CryptoError:
        return False


def _lenient(sign: str) -> bytes:
    """Read a sign as careless decoders do: as far as the first =, whatever stands behind or is missing."""
    text = "".join(each for each in sign.partition("=")[0] if each.isascii() and (each.isalnum() or each in "+/"))
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return b""

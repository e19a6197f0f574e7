"""Bodies on the wire: opened for an interface, and written again for an answer, with the sign over it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from conformance.crypto import envelope
from conformance.crypto.encoding import decode_base64, encode_base64
from conformance.crypto.envelope import DecryptInput, EncryptInput, SignInput, VerifyInput
from conformance.crypto.envelope_mistakes import MISTAKES
from conformance.crypto.errors import CryptoError
from conformance.crypto.mistakes import Mistake
from conformance.reference.calls import Refused
from conformance.reference.envelope.entries import Entry
from conformance.reference.envelope.interfaces import NOTHING, PROBES
from conformance.reference.frailties import Crashed
from conformance.reference.switchboard import Quirks, Switchboard

LINE: Final = 76

LENIENT: Final[Mapping[str, Mistake]] = {
    f"body-{mistake.name}": mistake for mistake in MISTAKES if "decrypt" in mistake.wrong
}
"""Behaviour faults made of the classic mistakes: a body is read that a strict reader refuses."""

MISSIGNED: Final[Mapping[str, Mistake]] = {
    f"answers-sign-{mistake.name}": mistake for mistake in MISTAKES if "sign" in mistake.wrong
}
MISWRITTEN: Final[Mapping[str, Mistake]] = {
    f"answers-{mistake.name}": mistake for mistake in MISTAKES if "encrypt" in mistake.wrong
}
"""Behaviour faults made of the classic mistakes: answers are signed or encrypted wrongly."""


def as_text(value: Any) -> str:
    """Return a member as it enters the string to sign: a text as it stands, nothing for what is absent, else its JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Wire:
    """Opens and seals bodies as the faults and readings in force say."""

    def __init__(self, faults: Switchboard, quirks: Quirks) -> None:
        self._faults, self._quirks = faults, quirks

    def opened(self, body: Any, entry: Entry) -> Any:
        """Return what a request carries.

        Raises:
            Refused: its body is not one of this mode.
        """
        if not entry.encrypted:
            return body
        if self._spelt_oddly(body) and self._faults.on("odd-base64-crashes"):
            raise Crashed
        try:
            text = self._decrypted(self._spelling(body), entry)
            if self._faults.on("aligned-body-refused") and not len(text.encode()) % 8:
                raise Refused("invalid-content", "body: its length is not understood")
            return json.loads(text)
        except (CryptoError, ValueError, RecursionError) as error:
            if self._faults.on("unreadable-body-accepted") or self._faults.on("message-unread"):
                return PROBES[0]["body"]
            told = str(error) if isinstance(error, CryptoError) else "it is not JSON"
            raise Refused("invalid-content", f"body does not decrypt: {told}") from None

    def _decrypted(self, body: str, entry: Entry) -> str:
        try:
            return envelope.decrypt(DecryptInput(body, entry.des_key)).body
        except CryptoError:
            for name, mistake in LENIENT.items() if self._faults.active else ():
                if self._faults.has(f"behaviour/{name}"):
                    text = str(mistake.wrong["decrypt"](DecryptInput(body, entry.des_key)))
                    self._faults.on(name)
                    return text
            raise

    def _spelt_oddly(self, body: str) -> bool:
        return any(each.isspace() for each in body) or bool(len(body) % 4)

    def _spelling(self, body: str) -> str:
        if self._quirks.on("base64-form/lines"):
            body = "".join(body.split())
            body += "=" * (-len(body) % 4)
        if self._quirks.on("cipher-text-form/hexadecimal-too"):
            try:
                body = encode_base64(bytes.fromhex(body))
            except ValueError:
                return body
        return body

    def body(self, content: Any, entry: Entry) -> Any:
        """Return the body of an answer: absent content as the reading in force has it."""
        if content is NOTHING:
            if self._quirks.on("empty-body/nothing"):
                return None
            if not (entry.encrypted and self._quirks.on("empty-body/encrypted")):
                return ""
            return envelope.encrypt(EncryptInput("", entry.des_key)).body
        text = as_text(content)
        if not entry.encrypted:
            if self._faults.on("answers-enciphered"):
                return envelope.encrypt(EncryptInput(text, entry.des_key)).body
            return text if self._quirks.on("plain-body-form/text") else content
        if self._faults.on("answers-plain"):
            return text
        body = envelope.encrypt(EncryptInput(text, entry.des_key)).body
        for name, mistake in MISWRITTEN.items() if self._faults.active else ():
            if self._faults.on(name):
                body = str(mistake.wrong["encrypt"](EncryptInput(text, entry.des_key)))
        if self._quirks.on("base64-form/lines"):
            return base64.encodebytes(decode_base64(body, "body")).decode()
        return body

    def sign(self, content: Any, body: Any, entry: Entry, sent: Mapping[str, Any], now_ms: int) -> dict[str, Any]:
        """Return the members of an answer that sign it: the sign, and what the reading in force shows beside it."""
        stamp, p_id, extra = as_text(sent.get("timeStamp")), entry.p_id, {}
        if self._quirks.on("response-sign-parts/own-shown"):
            stamp = str(now_ms)
            extra = {"timeStamp": stamp}
        elif self._quirks.on("response-sign-parts/own-hidden"):
            stamp = str(now_ms)
        elif self._quirks.on("response-sign-parts/without-time"):
            stamp = ""
        elif self._quirks.on("response-sign-parts/own-parts"):
            stamp = p_id = ""
        text = as_text(body)
        received = VerifyInput(entry.encrypted, text, stamp, p_id, "", entry.secret_key)
        sign = envelope.sign_received(received).sign
        # The mistakes encrypt for themselves: where nothing is carried they would sign another body than is sent.
        for name, mistake in MISSIGNED.items() if self._faults.active and content is not NOTHING else ():
            if self._faults.on(name):
                plain = as_text(content)
                inputs = SignInput(entry.encrypted, plain, stamp, p_id, entry.secret_key, entry.des_key)
                sign = str(mistake.wrong["sign"](inputs))
        return {"sign": sign, **extra}

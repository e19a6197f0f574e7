"""Calls of the demo interfaces, each with encryption and without."""

from __future__ import annotations

import json
import time
from typing import Any, Final

from conformance.crypto import envelope
from conformance.crypto.envelope import EncryptInput, VerifyInput
from conformance.crypto.primitives import BLOCK
from conformance.reference.calling.caller import Caller, Fault, Outgoing

ENCRYPTED: Final = "encrypted-call"
PLAIN: Final = "plain-call"
HOUR_MS: Final = 3_600_000


class EnvelopeClient(Caller):
    """Holds two access entries."""

    known = ("status", "msg", "sign", "body", "timeStamp")

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._last = 0

    def speak(self, path: str, content: Any, *, encrypted: bool) -> Any:
        """Send what an interface takes, in an envelope."""
        subject = ENCRYPTED if encrypted else PLAIN
        message = self._message(content, encrypted=encrypted)
        return self.call(subject, "POST", path, body=message)

    def _message(self, content: Any, *, encrypted: bool) -> dict[str, Any]:
        facts = self.facts
        self._last = max(time.time_ns() // 1_000_000, self._last + 1)
        behind = HOUR_MS if self.on("stale-timestamp") else 48 * HOUR_MS if self.on("timestamp-of-another-day") else 0
        stamp = self._last - behind
        text = str(stamp // 1000 if self.on("timestamp-in-seconds") else stamp)
        text_of = json.dumps(content, ensure_ascii=False)
        secret = facts["secret_key"]
        body = content
        if encrypted:
            body = envelope.encrypt(EncryptInput(text_of, secret[:BLOCK])).body
            if self.on("not-enciphered"):
                body = text_of
        p_id = facts["pid"] if encrypted else facts.get("plain_pid", facts["pid"])
        if self.on("other-pid"):
            p_id = "nobody"
        signer = secret[::-1] if self.on("another-secret") else secret
        signed = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        sign = envelope.sign_received(
            VerifyInput(encrypted, signed, text, p_id, "", signer if encrypted else None)
        ).sign
        if self.on("raw-sign"):
            sign = sign.lower()
        return {"body": body, "sign": sign, "pId": p_id, "timeStamp": text}


def tour(client: Any) -> None:
    """Call every interface, in each mode."""
    for probe in json.loads(client.facts["probes"]):
        for encrypted in (True, False):
            client.speak(probe["path"], probe["body"], encrypted=encrypted)


def _as_number(call: Outgoing) -> None:
    call.body["timeStamp"] = int(call.body["timeStamp"])


FAULTS: Final = {
    "stale-timestamp": Fault("says that a message was sent an hour ago"),
    "timestamp-of-another-day": Fault("says that a message was sent two days ago"),
    "timestamp-in-seconds": Fault("tells the time in seconds"),
    "not-enciphered": Fault("sends the body of a message with encryption in clear"),
    "another-secret": Fault("signs with another secretKey"),
    "raw-sign": Fault("writes the sign in lower case"),
    "other-pid": Fault("gives a pId that nobody has"),
    "no-sign": Fault("leaves the sign out", lambda call: call.body.pop("sign"), ENCRYPTED),
    "no-timestamp": Fault("leaves the time out", lambda call: call.body.pop("timeStamp"), PLAIN),
    "body-missing": Fault("sends an envelope with nothing in it", lambda call: call.body.pop("body"), PLAIN),
    "time-as-number": Fault("writes the time as a number", _as_number, PLAIN),
    "get": Fault("calls by GET", lambda call: setattr(call, "method", "GET"), PLAIN),
}

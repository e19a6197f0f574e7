"""MQTT packets as evidence: raw bytes, what they mean, and no password.

The password of a CONNECT is the last thing in it, so it is cut off by its place and learnt, whatever its form. Where a
CONNECT is not in order nobody knows where its password stands: then only what comes before the client identifier is shown.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from conformance.evidence.redaction import Redactor
from conformance.evidence.results import Body, MqttPacket
from conformance.mqtt.packets import Connect, Kind, Publish
from conformance.mqtt.record import Record

HEAD: Final = 8 * 1024
KIND: Final = "mqtt password"
LEARNT: Final = 64
"""Different passwords that are looked for elsewhere, too: a device has one or a few, a hostile one may send thousands."""
TELLING: Final = 16
"""Shortest password that is looked for elsewhere; documented ones have 64 characters. What a device sends as its password
may be any word, or look like JSON, and replacing that would garble every record."""
_BEFORE_CLIENT_ID: Final = (b"\x00\x04MQTT", b"\x00\x06MQIsdp")
_AFTER_NAME: Final = 4
"""Bytes of protocol level, connect flags and keep alive."""
_HIDDEN: Final = b"<not shown: a password may stand here>"


class MqttEvidence:
    """Turns records of a broker or a client into evidence, remembering the passwords that it saw."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._passwords: set[str] = set()

    def part(self, record: Record) -> MqttPacket:
        """Return a packet, or an event, as it may be written."""
        visible = self._visible(record)
        part: MqttPacket = {
            "session": record.session,
            "packet": record.frame.kind.name if record.frame and record.frame.kind else None,
            "text": self._redactor.text(record.describe()),
            "body": self._body(record.raw, visible) if record.raw else None,
            "violations": [
                {"statement": each.statement, "seen": self._redactor.text(each.detail)} for each in record.violations
            ],
        }
        if record.packet is not None:
            part["packet"] = record.packet.kind.name
        if isinstance(record.packet, Publish) and record.packet.payload and not record.opaque:
            part["payload"] = self._payload(record.packet.payload)
        return part

    def _visible(self, record: Record) -> bytes:
        """Return the bytes of a record without those of a password."""
        packet = record.packet
        if not record.opaque and not isinstance(packet, Connect):
            return record.raw
        password = packet.password if isinstance(packet, Connect) else None
        shown = self._pseudonym(password) if password else b""
        if record.opaque or not isinstance(packet, Connect) or packet.will or packet.rest is not None:
            # With a will, too: wrong connect flags make the password its message.
            return _before_client_id(record) + _HIDDEN
        return record.raw[: -len(password)] + shown if password else record.raw

    def _pseudonym(self, password: bytes) -> bytes:
        text = password.decode("utf-8", "replace") if _is_text(password) else password.decode("latin-1")
        if text not in self._passwords:
            if len(text) < TELLING or '"' in text or len(self._passwords) >= LEARNT:
                return f"<{KIND}>".encode()
            self._passwords.add(text)
            self._redactor.learn(text, KIND)
        return self._redactor.text(text).replace("‹", "<").replace("›", ">").encode("latin-1", "replace")

    def _body(self, raw: bytes, visible: bytes) -> Body:
        # Latin-1 maps bytes and characters 1:1, so that a secret in them is found wherever it stands.
        clean = self._redactor.text(visible.decode("latin-1")).encode("latin-1", "replace")[:HEAD]
        return {
            "base64": base64.b64encode(clean).decode(),
            "length": len(raw),
            "sha256": hashlib.sha256(raw).hexdigest(),
        }

    def _payload(self, payload: bytes) -> Body:
        size = {"length": len(payload), "sha256": hashlib.sha256(payload).hexdigest()}
        if _is_text(payload):
            text = payload.decode()
            self._redactor.learn_from(text)
            return {"text": self._redactor.text(text)[:HEAD], **size}  # type: ignore[typeddict-item]
        text = payload.decode("latin-1")
        self._redactor.learn_from(text)
        clean = self._redactor.text(text).encode("latin-1", "replace")[:HEAD]
        return {"base64": base64.b64encode(clean).decode(), **size}  # type: ignore[typeddict-item]


def _before_client_id(record: Record) -> bytes:
    """Return the beginning of a CONNECT that can hold no password; nothing of anything else."""
    raw = record.raw
    if record.frame is None or record.frame.kind is not Kind.CONNECT or (record.packet is None and len(raw) < 2):
        return b""
    for width in range(1, 5):
        if len(raw) > width and raw[width] < 0x80:
            for name in _BEFORE_CLIENT_ID:
                start = 1 + width
                if raw[start : start + len(name)] == name:
                    return raw[: start + len(name) + _AFTER_NAME]
            break
    return b""


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True

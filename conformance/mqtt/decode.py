"""From the body of one packet to its record, and to the statements that it violates.

What can be read is read: a packet may come with violations. There is none where a field is missing or is no text, because
a guess would look like something the sender said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from conformance.mqtt.encode import SAME_LAYOUT, reserved_flags
from conformance.mqtt.packets import (
    Connack,
    Connect,
    Disconnect,
    Kind,
    Packet,
    Pingreq,
    Pingresp,
    Puback,
    Pubcomp,
    Publish,
    Pubrec,
    Pubrel,
    Suback,
    Subscribe,
    Unsuback,
    Unsubscribe,
    Will,
)
from conformance.mqtt.statements import Violation
from conformance.mqtt.topics import topic_filter_problem, topic_name_problem

KNOWN_NAMES: Final = frozenset(name for name, _ in SAME_LAYOUT)

Decoded = tuple[Packet | None, tuple[Violation, ...]]

_FLAG_STATEMENTS: Final = {
    Kind.PUBREL: "MQTT-3.6.1-1",
    Kind.SUBSCRIBE: "MQTT-3.8.1-1",
    Kind.UNSUBSCRIBE: "MQTT-3.10.1-1",
    Kind.DISCONNECT: "MQTT-3.14.1-1",
}
_LARGEST_RETURN_CODE: Final = 5
_SUBACK_CODES: Final = frozenset((0x00, 0x01, 0x02, 0x80))


class _Unreadable(Exception):  # noqa: N818 - control flow within this module
    def __init__(self, statement: str, detail: str) -> None:
        super().__init__(statement)
        self.violation = Violation(statement, detail)


class _Reader:
    """Takes fields from the front of a body and collects violations."""

    __slots__ = ("at", "body", "found")

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.at = 0
        self.found: list[Violation] = []

    @property
    def left(self) -> int:
        return len(self.body) - self.at

    def violates(self, statement: str, detail: str) -> None:
        self.found.append(Violation(statement, detail))

    def note(self, problem: Violation | None) -> None:
        if problem is not None:
            self.found.append(problem)

    def byte(self, statement: str, what: str) -> int:
        if not self.left:
            raise _Unreadable(statement, f"the packet ends before the {what}")
        self.at += 1
        return self.body[self.at - 1]

    def word(self, statement: str, what: str) -> int:
        if self.left < 2:
            raise _Unreadable(statement, f"the packet ends before the {what}")
        self.at += 2
        return int.from_bytes(self.body[self.at - 2 : self.at], "big")

    def binary(self, statement: str, what: str) -> bytes:
        length = self.word(statement, what)
        if self.left < length:
            raise _Unreadable(statement, f"the {what} has {length} bytes by its prefix; {self.left} are left")
        self.at += length
        return self.body[self.at - length : self.at]

    def text(self, statement: str, what: str) -> str:
        raw = self.binary(statement, what)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            reason = "surrogate" if raw[error.start : error.start + 1] == b"\xed" else "ill-formed UTF-8"
            raise _Unreadable("MQTT-1.5.3-1", f"{reason} in the {what}, byte {error.start}") from None
        if "\0" in text:
            self.violates("MQTT-1.5.3-2", f"U+0000 in the {what}")
        return text

    def packet_id(self, statement: str) -> int:
        identity = self.word(statement, "packet identifier")
        if not identity:
            self.violates(statement, "packet identifier 0")
        return identity

    def done(self) -> None:
        if self.left:
            self.violates("MQTT-2.2.3", f"{self.left} bytes too many")


def decode(kind: Kind, flags: int, body: bytes) -> Decoded:
    """Read the body of a packet; never raises for what it holds."""
    if kind is Kind.PUBLISH:
        return _publish(flags, body)
    reader = _Reader(body)
    if flags != reserved_flags(kind):
        statement = _FLAG_STATEMENTS.get(kind, "MQTT-2.2.2-1")
        reader.violates(statement, f"the flags {flags:04b} of {kind.name}, not {reserved_flags(kind):04b}")
    try:
        packet = _READERS[kind](reader)
        reader.done()
    except _Unreadable as error:
        return None, (*reader.found, error.violation)
    return packet, tuple(reader.found)


def _publish(flags: int, body: bytes) -> Decoded:
    # The one packet that comes by the thousand: read without the general reader where everything is in order.
    qos = flags >> 1 & 3
    start = 2 + (body[0] << 8 | body[1]) if len(body) >= 2 else len(body) + 1
    end = start + 2 if qos else start
    if end <= len(body) and qos != 3 and (qos or not flags & 8):
        try:
            topic = body[2:start].decode("utf-8")
        except UnicodeDecodeError:
            topic = ""
        packet_id = (body[start] << 8 | body[start + 1]) if qos else None
        if topic and packet_id != 0 and "+" not in topic and "#" not in topic and "\0" not in topic:
            return Publish(topic, body[end:], qos, packet_id, bool(flags & 1), bool(flags & 8)), ()
    reader = _Reader(body)
    try:
        return _careful_publish(reader, flags), tuple(reader.found)
    except _Unreadable as error:
        return None, (*reader.found, error.violation)


def _careful_publish(reader: _Reader, flags: int) -> Publish:
    qos, dup = flags >> 1 & 3, bool(flags & 8)
    if qos == 3:
        # Whether a packet identifier follows the topic is undefined: nothing can be read.
        raise _Unreadable("MQTT-3.3.1-4", "both QoS bits are set")
    if dup and not qos:
        reader.violates("MQTT-3.3.1-2", "DUP with QoS 0")
    topic = reader.text("MQTT-3.3.2-1", "topic name")
    reader.note(topic_name_problem(topic))
    packet_id = reader.packet_id("MQTT-2.3.1-1") if qos else None
    return Publish(topic, reader.body[reader.at :], qos, packet_id, bool(flags & 1), dup)


def _connect(reader: _Reader) -> Connect:
    # No violation of a CONNECT quotes a field: with a wrong length the password may stand in any of them.
    name = reader.text("MQTT-3.1.2-1", "protocol name")
    if name not in KNOWN_NAMES:
        reader.violates("MQTT-3.1.2-1", f"the protocol name {name[:8]!r}")
    level = reader.byte("MQTT-2.2.3", "protocol level")
    if (name, level) not in SAME_LAYOUT:
        # MQTT 5 and whatever comes: read no further, its fields are not ours. A server answers with return code 1.
        rest, reader.at = reader.body[reader.at :], len(reader.body)
        return Connect(protocol_name=name, protocol_level=level, rest=rest)
    flags = reader.byte("MQTT-2.2.3", "connect flags")
    _connect_flags(reader, flags)
    keep_alive = reader.word("MQTT-2.2.3", "keep alive")
    client_id = reader.text("MQTT-3.1.3-3", "client identifier")
    clean = bool(flags & 0x02)
    if not client_id and not clean:
        reader.violates("MQTT-3.1.3-7", "an empty client identifier without clean session")
    will = username = password = None
    if flags & 0x04:
        topic = reader.text("MQTT-3.1.2-9", "will topic")
        will = Will(topic, reader.binary("MQTT-3.1.2-9", "will message"), flags >> 3 & 3, bool(flags & 0x20))
        if not topic:
            reader.violates("MQTT-4.7.3-1", "an empty will topic")
        elif "+" in topic or "#" in topic:
            reader.violates("MQTT-4.7.1-1", "a wildcard in the will topic")
    if flags & 0x80:
        username = reader.text("MQTT-3.1.2-19", "user name")
    if flags & 0x40:
        password = reader.binary("MQTT-3.1.2-21", "password")
    if reader.left:
        _surplus(reader, flags)
    return Connect(client_id, clean, keep_alive, username, password, will, name, level)


def _connect_flags(reader: _Reader, flags: int) -> None:
    if flags & 0x01:
        reader.violates("MQTT-3.1.2-3", "the reserved bit of the connect flags is set")
    if flags & 0x04:
        if flags >> 3 & 3 == 3:
            reader.violates("MQTT-3.1.2-14", "a will QoS of 3")
    else:
        if flags & 0x18:
            reader.violates("MQTT-3.1.2-13", f"a will QoS of {flags >> 3 & 3} without a will")
        if flags & 0x20:
            reader.violates("MQTT-3.1.2-15", "will retain without a will")
    if flags & 0x40 and not flags & 0x80:
        reader.violates("MQTT-3.1.2-22", "a password without a user name")


def _surplus(reader: _Reader, flags: int) -> None:
    """Name what follows the last field: a field whose flag is clear where it reads as fields, else mere bytes."""
    surplus, start = reader.left, reader.at
    fields = 0
    try:
        while reader.left:
            reader.binary("MQTT-2.2.3", "field")
            fields += 1
    except _Unreadable:
        fields = 0
    reader.at = start
    if fields == 2 and not flags & 0x04:
        statement = "MQTT-3.1.2-11"
    elif fields == 1 and not flags & 0x80:
        statement = "MQTT-3.1.2-18"
    elif fields == 1 and not flags & 0x40:
        statement = "MQTT-3.1.2-20"
    else:
        return
    reader.at = len(reader.body)
    reader.violates(statement, f"{surplus} bytes ({fields} fields) that no connect flag announces")


def _connack(reader: _Reader) -> Connack:
    flags, code = reader.byte("MQTT-2.2.3", "flags"), reader.byte("MQTT-2.2.3", "return code")
    if flags & 0xFE:
        reader.violates("MQTT-3.2.2.1", f"the connect acknowledge flags {flags:08b}")
    if code > _LARGEST_RETURN_CODE:
        reader.violates("MQTT-3.2.2-6", f"the return code {code}")
    if code and flags & 1:
        reader.violates("MQTT-3.2.2-4", f"session present with return code {code}")
    return Connack(code, bool(flags & 1))


def _subscribe(reader: _Reader) -> Subscribe:
    packet_id = reader.packet_id("MQTT-2.3.1-1")
    filters = []
    while reader.left:
        pattern = reader.text("MQTT-3.8.3-1", "topic filter")
        reader.note(topic_filter_problem(pattern))
        qos = reader.byte("MQTT-3.8.3-3", "requested QoS")
        if qos > 2:
            reader.violates("MQTT-3.8.3-4", f"a requested QoS byte of 0x{qos:02x}")
        filters.append((pattern, qos))
    if not filters:
        reader.violates("MQTT-3.8.3-3", "no topic filter")
    return Subscribe(packet_id, tuple(filters))


def _suback(reader: _Reader) -> Suback:
    packet_id = reader.packet_id("MQTT-3.8.4-2")
    codes, reader.at = tuple(reader.body[reader.at :]), len(reader.body)
    if not codes:
        reader.violates("MQTT-3.8.4-5", "no return code")
    wrong = [code for code in codes if code not in _SUBACK_CODES]
    if wrong:
        reader.violates("MQTT-3.9.3-2", f"the return code 0x{wrong[0]:02x}")
    return Suback(packet_id, codes)


def _unsubscribe(reader: _Reader) -> Unsubscribe:
    packet_id = reader.packet_id("MQTT-2.3.1-1")
    filters = []
    while reader.left:
        filters.append(reader.text("MQTT-3.10.3-1", "topic filter"))
        reader.note(topic_filter_problem(filters[-1]))
    if not filters:
        reader.violates("MQTT-3.10.3-2", "no topic filter")
    return Unsubscribe(packet_id, tuple(filters))


_READERS: Final[dict[Kind, Callable[[_Reader], Packet]]] = {
    Kind.CONNECT: _connect,
    Kind.CONNACK: _connack,
    Kind.PUBACK: lambda reader: Puback(reader.packet_id("MQTT-2.3.1-6")),
    Kind.PUBREC: lambda reader: Pubrec(reader.packet_id("MQTT-2.3.1-6")),
    Kind.PUBREL: lambda reader: Pubrel(reader.packet_id("MQTT-2.3.1-6")),
    Kind.PUBCOMP: lambda reader: Pubcomp(reader.packet_id("MQTT-2.3.1-6")),
    Kind.SUBSCRIBE: _subscribe,
    Kind.SUBACK: _suback,
    Kind.UNSUBSCRIBE: _unsubscribe,
    Kind.UNSUBACK: lambda reader: Unsuback(reader.packet_id("MQTT-3.10.4-4")),
    Kind.PINGREQ: lambda _: Pingreq(),
    Kind.PINGRESP: lambda _: Pingresp(),
    Kind.DISCONNECT: lambda _: Disconnect(),
}

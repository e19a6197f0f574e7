"""From packets to bytes; rules are not enforced, because the suite must be able to break them.

`encode` writes what a record says, as long as it fits the fields. What no record can say (wrong flags, a wrong remaining
length, half a packet) is put together with `frame`, `text` and `remaining_length`.
"""

from __future__ import annotations

from typing import Final

from conformance.mqtt.packets import (
    MQTT_3_1,
    MQTT_3_1_1,
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
)

LARGEST: Final = 268_435_455
"""The greatest remaining length that four bytes can say (2.2.3)."""
LONGEST_FIELD: Final = 65_535
"""Bytes that a field with a length prefix of two bytes can hold."""
SAME_LAYOUT: Final = (MQTT_3_1_1, MQTT_3_1)
"""Protocols whose CONNECT is read and written here."""

_RESERVED_FLAGS: Final = {Kind.PUBREL: 2, Kind.SUBSCRIBE: 2, Kind.UNSUBSCRIBE: 2}


def reserved_flags(kind: int) -> int:
    """Return the flags that table 2.2 demands of every packet type but PUBLISH."""
    return _RESERVED_FLAGS.get(kind, 0)  # type: ignore[call-overload,no-any-return]


def remaining_length(length: int, width: int = 0) -> bytes:
    """Encode a remaining length; with `width` in that many bytes, more than needed (or allowed).

    Raises:
        ValueError: it is negative or takes more than `width` bytes, or more than four where no width is given.
    """
    if length < 0 or (not width and length > LARGEST):
        raise ValueError(f"a remaining length is 0 to {LARGEST}, not {length}")
    groups = bytearray()
    while True:
        length, group = divmod(length, 128)
        groups.append(group)
        if not length and len(groups) >= width:
            break
    if width and len(groups) > width:
        raise ValueError(f"the remaining length takes {len(groups)} bytes, not {width}")
    for at in range(len(groups) - 1):
        groups[at] |= 0x80
    return bytes(groups)


def frame(kind: int, body: bytes, flags: int | None = None, length: bytes | None = None) -> bytes:
    """Return a packet of any type, flags, and (wrong) remaining length around `body`."""
    flags = reserved_flags(kind) if flags is None else flags
    return bytes((kind << 4 | flags,)) + (remaining_length(len(body)) if length is None else length) + body


def binary(value: bytes) -> bytes:
    """Return bytes with their length before them.

    Raises:
        ValueError: more than 65535 bytes.
    """
    if len(value) > LONGEST_FIELD:
        raise ValueError(f"a field holds at most {LONGEST_FIELD} bytes, not {len(value)}")
    return len(value).to_bytes(2, "big") + value


def text(value: str) -> bytes:
    """Return a text as a field; half surrogates are written as they stand.

    Raises:
        ValueError: more than 65535 bytes in UTF-8.
    """
    return binary(value.encode("utf-8", "surrogatepass"))


def word(value: int) -> bytes:
    """Return a number of 16 bits.

    Raises:
        OverflowError: it does not fit.
    """
    return value.to_bytes(2, "big")


def encode(packet: Packet) -> bytes:
    """Return the bytes of a packet.

    Raises:
        ValueError: a field or the packet is longer than the format can say.
        OverflowError: a number does not fit its field.
    """
    if isinstance(packet, (Puback, Pubrec, Pubrel, Pubcomp, Unsuback)):
        return bytes((packet.kind << 4 | reserved_flags(packet.kind), 2)) + word(packet.packet_id)
    match packet:
        case Connect():
            return frame(Kind.CONNECT, _connect(packet))
        case Connack():
            return bytes((0x20, 2, packet.session_present, packet.return_code))
        case Publish():
            flags = packet.dup << 3 | packet.qos << 1 | packet.retain
            identity = b"" if packet.packet_id is None else word(packet.packet_id)
            return frame(Kind.PUBLISH, text(packet.topic) + identity + packet.payload, flags)
        case Subscribe():
            filters = b"".join(text(each) + bytes((qos,)) for each, qos in packet.filters)
            return frame(Kind.SUBSCRIBE, word(packet.packet_id) + filters)
        case Suback():
            return frame(Kind.SUBACK, word(packet.packet_id) + bytes(packet.return_codes))
        case Unsubscribe():
            return frame(Kind.UNSUBSCRIBE, word(packet.packet_id) + b"".join(map(text, packet.filters)))
        case Pingreq() | Pingresp() | Disconnect():
            return bytes((packet.kind << 4, 0))


def _connect(packet: Connect) -> bytes:
    head = text(packet.protocol_name) + bytes((packet.protocol_level,))
    if packet.rest is not None:
        return head + packet.rest
    flags = packet.clean_session << 1
    payload = text(packet.client_id)
    if packet.will is not None:
        flags |= 0x04 | packet.will.qos << 3 | packet.will.retain << 5
        payload += text(packet.will.topic) + binary(packet.will.payload)
    if packet.username is not None:
        flags |= 0x80
        payload += text(packet.username)
    if packet.password is not None:
        flags |= 0x40
        payload += binary(packet.password)
    return head + bytes((flags,)) + word(packet.keep_alive) + payload

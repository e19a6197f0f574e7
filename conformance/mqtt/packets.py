"""The fourteen control packets of MQTT 3.1.1 (section 3) as records.

A record holds what the packet says, also where that is against the rules (an empty topic, a QoS of 3 in a will): the
decoder returns such records together with the violations, and the encoder writes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import ClassVar, Final, Literal, NamedTuple

MQTT_3_1_1: Final = ("MQTT", 4)
"""Protocol name and level of MQTT 3.1.1."""
MQTT_3_1: Final = ("MQIsdp", 3)
"""Protocol name and level of MQTT 3.1, whose CONNECT has the same fields."""
MQTT_5: Final = ("MQTT", 5)


class Kind(IntEnum):
    """Packet types (table 2.1)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


class ReturnCode(IntEnum):
    """Return codes of CONNACK (table 3.1)."""

    ACCEPTED = 0
    UNACCEPTABLE_PROTOCOL_LEVEL = 1
    IDENTIFIER_REJECTED = 2
    SERVER_UNAVAILABLE = 3
    BAD_USER_NAME_OR_PASSWORD = 4
    NOT_AUTHORIZED = 5


SUBSCRIPTION_FAILED: Final = 0x80
"""Return code of SUBACK for a filter that is refused."""


@dataclass(frozen=True, slots=True)
class Will:
    """The message that the server publishes when the client is lost."""

    topic: str
    payload: bytes = b""
    qos: int = 0
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Connect:
    """CONNECT (3.1). `keep_alive` is in seconds, 0 turns it off.

    `rest` is what follows the protocol level where name and level are neither MQTT 3.1.1 nor 3.1: it is not read, because
    no other protocol's fields are known here.
    """

    kind: ClassVar = Kind.CONNECT
    client_id: str = ""
    clean_session: bool = True
    keep_alive: int = 60
    username: str | None = None
    password: bytes | None = field(default=None, repr=False)
    will: Will | None = None
    protocol_name: str = MQTT_3_1_1[0]
    protocol_level: int = MQTT_3_1_1[1]
    rest: bytes | None = field(default=None, repr=False)

    @property
    def protocol(self) -> tuple[str, int]:
        """Protocol name and level."""
        return self.protocol_name, self.protocol_level


@dataclass(frozen=True, slots=True)
class Connack:
    """CONNACK (3.2)."""

    kind: ClassVar = Kind.CONNACK
    return_code: int = 0
    session_present: bool = False


class Publish(NamedTuple):
    """PUBLISH (3.3). `packet_id` is None with QoS 0. A tuple, because it is made by the ten thousand."""

    topic: str
    payload: bytes = b""
    qos: int = 0
    packet_id: int | None = None
    retain: bool = False
    dup: bool = False

    @property
    def kind(self) -> Literal[Kind.PUBLISH]:
        """The packet type."""
        return Kind.PUBLISH


@dataclass(frozen=True, slots=True)
class Puback:
    """PUBACK (3.4): acknowledges a PUBLISH of QoS 1."""

    kind: ClassVar = Kind.PUBACK
    packet_id: int


@dataclass(frozen=True, slots=True)
class Pubrec:
    """PUBREC (3.5): received, the first answer to QoS 2."""

    kind: ClassVar = Kind.PUBREC
    packet_id: int


@dataclass(frozen=True, slots=True)
class Pubrel:
    """PUBREL (3.6): release, the answer to PUBREC."""

    kind: ClassVar = Kind.PUBREL
    packet_id: int


@dataclass(frozen=True, slots=True)
class Pubcomp:
    """PUBCOMP (3.7): complete, the answer to PUBREL."""

    kind: ClassVar = Kind.PUBCOMP
    packet_id: int


@dataclass(frozen=True, slots=True)
class Subscribe:
    """SUBSCRIBE (3.8): topic filters with the greatest QoS wanted."""

    kind: ClassVar = Kind.SUBSCRIBE
    packet_id: int
    filters: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Suback:
    """SUBACK (3.9): for each filter the QoS granted, or 0x80."""

    kind: ClassVar = Kind.SUBACK
    packet_id: int
    return_codes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """UNSUBSCRIBE (3.10)."""

    kind: ClassVar = Kind.UNSUBSCRIBE
    packet_id: int
    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unsuback:
    """UNSUBACK (3.11)."""

    kind: ClassVar = Kind.UNSUBACK
    packet_id: int


@dataclass(frozen=True, slots=True)
class Pingreq:
    """PINGREQ (3.12)."""

    kind: ClassVar = Kind.PINGREQ


@dataclass(frozen=True, slots=True)
class Pingresp:
    """PINGRESP (3.13)."""

    kind: ClassVar = Kind.PINGRESP


@dataclass(frozen=True, slots=True)
class Disconnect:
    """DISCONNECT (3.14)."""

    kind: ClassVar = Kind.DISCONNECT


Packet = (
    Connect
    | Connack
    | Publish
    | Puback
    | Pubrec
    | Pubrel
    | Pubcomp
    | Subscribe
    | Suback
    | Unsubscribe
    | Unsuback
    | Pingreq
    | Pingresp
    | Disconnect
)


def describe(packet: Packet) -> str:
    """Return a packet as one short line for a person, without payloads and without a password."""
    name = packet.kind.name
    match packet:
        case Connect():
            words = [f"client id {packet.client_id!r}", f"{packet.protocol_name} level {packet.protocol_level}"]
            if packet.rest is not None:
                return f"{name} {words[1]}, the rest unread"
            words.append(f"keep alive {packet.keep_alive} s")
            words.append(f"clean session {int(packet.clean_session)}")
            words.append("no user name" if packet.username is None else f"user name {packet.username!r}")
            words.append("no password" if packet.password is None else "a password")
            if packet.will:
                words.append(f"a will on {packet.will.topic!r}")
            return f"{name} {', '.join(words)}"
        case Connack():
            return f"{name} return code {packet.return_code}" + (", session present" if packet.session_present else "")
        case Publish():
            identity = "" if packet.packet_id is None else f" id {packet.packet_id}"
            flags = (" DUP" if packet.dup else "") + (" RETAIN" if packet.retain else "")
            return f"{name} QoS {packet.qos}{identity}{flags} to {packet.topic!r}, {len(packet.payload)} bytes"
        case Subscribe():
            return f"{name} id {packet.packet_id} {', '.join(f'{each!r} QoS {qos}' for each, qos in packet.filters)}"
        case Suback():
            return f"{name} id {packet.packet_id} {', '.join(f'0x{code:02x}' for code in packet.return_codes)}"
        case Unsubscribe():
            return f"{name} id {packet.packet_id} {', '.join(map(repr, packet.filters))}"
        case Puback() | Pubrec() | Pubrel() | Pubcomp() | Unsuback():
            return f"{name} id {packet.packet_id}"
        case _:
            return name

"""How a broker behaves: towards one connection (`Script`), towards all (`Limits`), and what it asks of others (`Hooks`).

The default of every member is the standard's behaviour; each deviation is one member.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from conformance.mqtt.packets import MQTT_3_1_1, Connect, Publish, ReturnCode, Subscribe
from conformance.mqtt.parser import MAX_PACKET

if TYPE_CHECKING:
    from conformance.mqtt.session import Session

Reaction = Literal["answer", "silence", "close"]
"""`silence` keeps the connection and says nothing; `close` ends it without a word."""


@dataclass(frozen=True, slots=True)
class Script:
    """What one connection is to experience. Times are in seconds."""

    handshake: Reaction = "answer"
    """`silence`: the TCP connection is accepted, and TLS never answers."""
    connect: Reaction = "answer"
    connack: int | None = None
    """Return code, instead of what the hooks say."""
    session_present: bool | None = None
    """The flag of CONNACK, instead of the truth."""
    connack_delay_s: float = 0.0
    instead_of_connack: bytes | None = None
    after_connack: bytes = b""
    """Raw bytes right behind CONNACK, such as a malformed packet."""
    close_after_refusal: bool = True
    subscribe: Reaction = "answer"
    suback: tuple[int, ...] | None = None
    """Return codes, instead of what the hooks say."""
    ping: Reaction = "answer"
    publish: Reaction = "answer"
    dropped_acknowledgements: int = 0
    """How many of the next PUBACK and PUBREC are not sent; the messages count as received."""
    acknowledgement_delay_s: float = 0.0
    keep_alive_factor: float | None = 1.5
    """The connection is closed after this many times the client's keep alive without a packet; None: never."""
    least_keep_alive_s: int = 0
    """A shorter keep alive counts as this one; one of 0 is none all the same."""
    close_on_violation: bool = True
    """Whether a violation for which the standard closes the connection does so."""
    overlooked: frozenset[str] = frozenset()
    """Statements whose violation is passed over all the same, where the packet can be read."""
    max_packet: int = MAX_PACKET
    close_on_oversized: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """What keeps a broker alive whatever its clients do. Times are in seconds, sizes in bytes."""

    connect_deadline_s: float = 10.0
    """From accepting a connection to the end of its CONNECT: TLS on a small board takes 2 to 5 s."""
    linger_s: float = 2.0
    """How long a client may take to close the connection after DISCONNECT, and to take what we still send at the end."""
    connections: int = 10_000
    unread: int = 4 * 1024 * 1024
    """Bytes that wait for a client that does not read; above, its connection is closed."""
    kept_sessions: int = 1000
    """Sessions that are remembered after their end, and sessions without clean session that can be resumed."""
    protocols: frozenset[tuple[str, int]] = frozenset((MQTT_3_1_1,))
    """Protocol names and levels that are not answered with return code 1."""


class Hooks:
    """What decides in the broker's place. Everything is called in the broker's thread and must not block.

    An exception is a fault of the suite: the broker closes the connection, and raises it again when it is left.
    """

    def authenticate(self, session: Session, connect: Connect) -> int | None:
        """Return the return code of CONNACK; None closes without one. `session.script` may still be changed."""
        del session, connect
        return ReturnCode.ACCEPTED

    def on_subscribe(self, session: Session, subscribe: Subscribe) -> Sequence[int]:
        """Return the return codes of SUBACK: for each filter the granted QoS, or 0x80."""
        del session
        return [qos for _, qos in subscribe.filters]

    def on_publish(self, session: Session, publish: Publish) -> None:
        """Take a message; a repeated QoS 2 message comes once."""

    def on_connected(self, session: Session) -> None:
        """Learn that a client was let in; CONNACK is on its way."""

    def on_closed(self, session: Session) -> None:
        """Learn that a connection that sent CONNECT is over; `session.end` says why."""

"""The order of packets: what a peer does wrong although each packet by itself is in order.

One `Conduct` watches one connection and is shown every packet of both directions; it answers with the violations of the
peer. It judges only what it has seen: what belongs to a session that was resumed is not held against anyone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from conformance.mqtt.packets import (
    Connack,
    Connect,
    Disconnect,
    Kind,
    Packet,
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
from conformance.mqtt.statements import Violation
from conformance.mqtt.topics import matches

FROM_SERVER_ONLY: Final = frozenset((Kind.CONNACK, Kind.SUBACK, Kind.UNSUBACK, Kind.PINGRESP))
FROM_CLIENT_ONLY: Final = frozenset((Kind.CONNECT, Kind.SUBSCRIBE, Kind.UNSUBSCRIBE, Kind.PINGREQ, Kind.DISCONNECT))
UNASKED: Final = 10
"""Messages whose topics are kept that nobody asked for."""

_NOTHING: Final[tuple[Violation, ...]] = ()


class _Exchanges:
    """Messages above QoS 0 in both directions: which are open, and which acknowledgement each one awaits."""

    def __init__(self, reuse: str) -> None:
        self._reuse = reuse
        self.resumed = False
        """Whether the session began on an earlier connection, so that unknown identifiers prove nothing."""
        self._theirs: dict[int, Packet] = {}
        """The peer's packets that we have not answered to the end, by identifier."""
        self._sent: dict[int, list[tuple[int, int]]] = {}
        """Our messages that the peer has not acknowledged, by identifier: number and QoS of each time it was sent."""
        self._awaited: dict[int, dict[int, int]] = {1: {}, 2: {}}
        """The same by QoS, as identifiers by number: the first one is due."""
        self._number = 0
        self._released: dict[int, int] = {}
        """How often we sent PUBREL for an identifier and still await PUBCOMP."""
        self._received: set[int] = set()
        """Our QoS 2 messages that the peer acknowledged with PUBREC: a repeated PUBREC is no mistake."""

    def sent(self, packet: Packet) -> None:
        if isinstance(packet, (Puback, Pubcomp, Suback, Unsuback)):
            self._theirs.pop(packet.packet_id, None)
        elif isinstance(packet, Publish):
            if packet.packet_id is not None:
                self._number += 1
                self._sent.setdefault(packet.packet_id, []).append((self._number, packet.qos))
                self._awaited.setdefault(packet.qos, {})[self._number] = packet.packet_id
        elif isinstance(packet, Pubrel):
            self._released[packet.packet_id] = self._released.get(packet.packet_id, 0) + 1

    def opened(self, packet: Publish | Subscribe | Unsubscribe) -> tuple[Violation, ...]:
        """Judge a new packet of the peer that takes an identifier."""
        identity = packet.packet_id
        if identity is None:
            return _NOTHING
        earlier = self._theirs.get(identity)
        self._theirs[identity] = packet
        if earlier is None:
            return _NOTHING
        if isinstance(packet, Publish) and isinstance(earlier, Publish):
            if packet.dup:
                return _NOTHING
            if (packet.topic, packet.payload, packet.qos) == (earlier.topic, earlier.payload, earlier.qos):
                return (Violation("MQTT-3.3.1-1", f"PUBLISH id {identity} again, before its answer, without DUP"),)
        return (Violation(self._reuse, f"{packet.kind.name} with id {identity}, which {earlier.kind.name} still uses"),)

    def acknowledged(self, packet: Puback | Pubrec) -> tuple[Violation, ...]:
        """Judge the first answer of the peer to a message of ours."""
        identity, wanted = packet.packet_id, 1 if isinstance(packet, Puback) else 2
        copies = self._sent.get(identity)
        if not copies:
            if self.resumed or (wanted == 2 and identity in self._received):
                return _NOTHING
            return (Violation("MQTT-2.3.1-6", f"{packet.kind.name} id {identity}, under which nothing is open"),)
        number, qos = copies[0]
        if qos != wanted:
            return (Violation("MQTT-3.3.4-1", f"{packet.kind.name} to id {identity}, a message of QoS {qos}"),)
        due = next(iter(self._awaited[qos].values()))
        first = next(iter(self._awaited[qos])) == number
        del self._awaited[qos][number]
        copies.pop(0)
        if not copies:
            del self._sent[identity]
        if wanted == 2:
            self._received.add(identity)
        if not first:
            statement = "MQTT-4.6.0-2" if wanted == 1 else "MQTT-4.6.0-3"
            return (
                Violation(statement, f"{packet.kind.name} id {identity} before that of id {due}, which came first"),
            )
        return _NOTHING

    def completed(self, packet: Pubcomp) -> tuple[Violation, ...]:
        """Judge the last answer of the peer to a QoS 2 message of ours."""
        identity = packet.packet_id
        open_releases = self._released.get(identity, 0)
        if not open_releases:
            return () if self.resumed else (Violation("MQTT-2.3.1-6", f"PUBCOMP id {identity} without PUBREL"),)
        self._received.discard(identity)
        if open_releases == 1:
            del self._released[identity]
        else:
            self._released[identity] = open_releases - 1
        return _NOTHING

    def judge(self, packet: Packet) -> tuple[Violation, ...]:
        if isinstance(packet, (Publish, Subscribe, Unsubscribe)):
            return self.opened(packet)
        if isinstance(packet, (Puback, Pubrec)):
            return self.acknowledged(packet)
        if isinstance(packet, Pubcomp):
            return self.completed(packet)
        return _NOTHING


class ClientConduct:
    """Watches a client, as its server sees it."""

    def __init__(self) -> None:
        self._exchanges = _Exchanges("MQTT-2.3.1-2")
        self._connected = False
        self._disconnected = False

    def sent(self, packet: Packet) -> None:
        """Show a packet that went to the client."""
        if isinstance(packet, Connack) and packet.session_present:
            self._exchanges.resumed = True
        self._exchanges.sent(packet)

    def received(self, packet: Packet) -> tuple[Violation, ...]:
        """Show a packet of the client and return what is wrong with it."""
        kind = packet.kind
        if self._disconnected:
            return (Violation("MQTT-3.14.4-2", f"{kind.name} after DISCONNECT"),)
        if not self._connected:
            self._connected = True
            if kind is not Kind.CONNECT:
                return (Violation("MQTT-3.1.0-1", f"{kind.name} comes first"),)
            return _NOTHING
        if kind is Kind.CONNECT:
            return (Violation("MQTT-3.1.0-2", "a second CONNECT"),)
        if kind in FROM_SERVER_ONLY:
            return (Violation("MQTT-2.2.1", f"{kind.name}, which a client does not send"),)
        if isinstance(packet, Disconnect):
            self._disconnected = True
            return _NOTHING
        return self._exchanges.judge(packet)


class ServerConduct:
    """Watches a server, as its client sees it."""

    def __init__(self) -> None:
        self._exchanges = _Exchanges("MQTT-2.3.1-4")
        self._connect: Connect | None = None
        self._connack: Connack | None = None
        self._subscribes: dict[int, Subscribe] = {}
        self._unsubscribes: dict[int, Unsubscribe] = {}
        self._granted: dict[str, int] = {}
        """QoS by filter; one that is asked for counts from the SUBSCRIBE on, at the QoS wanted: messages may precede SUBACK."""
        self._subscribed = False
        """Whether a SUBSCRIBE was answered on this connection."""
        self.unasked: list[str] = []
        """Topics of the first messages that came before, and that the client asked for by nothing: a server may subscribe for
        it."""

    def sent(self, packet: Packet) -> None:
        """Show a packet that went to the server."""
        match packet:
            case Connect():
                self._connect = packet
            case Subscribe():
                self._subscribes[packet.packet_id] = packet
                for pattern, qos in packet.filters:
                    self._granted[pattern] = max(qos, self._granted.get(pattern, 0))
            case Unsubscribe():
                self._unsubscribes[packet.packet_id] = packet
            case _:
                pass
        self._exchanges.sent(packet)

    def received(self, packet: Packet) -> tuple[Violation, ...]:
        """Show a packet of the server and return what is wrong with it."""
        kind = packet.kind
        if kind in FROM_CLIENT_ONLY:
            return (Violation("MQTT-2.2.1", f"{kind.name}, which a server does not send"),)
        first, self_judge = self._connack is None, self._judges.get(kind)
        if first and not isinstance(packet, Connack):
            return (Violation("MQTT-3.2.0-1", f"{kind.name} comes first"),)
        if not first and isinstance(packet, Connack):
            return (Violation("MQTT-3.2", "a second CONNACK"),)
        if not first and self._connack is not None and self._connack.return_code:
            return (Violation("MQTT-3.2.2-5", f"{kind.name} after return code {self._connack.return_code}"),)
        return self_judge(self, packet) if self_judge else self._exchanges.judge(packet)

    def _on_connack(self, packet: Packet) -> tuple[Violation, ...]:
        assert isinstance(packet, Connack)
        self._connack = packet
        self._exchanges.resumed = packet.session_present
        if packet.session_present and not packet.return_code and self._connect and self._connect.clean_session:
            return (Violation("MQTT-3.2.2-1", "session present after a CONNECT with clean session"),)
        return _NOTHING

    def _on_suback(self, packet: Packet) -> tuple[Violation, ...]:
        assert isinstance(packet, Suback)
        self._subscribed = True
        asked = self._subscribes.pop(packet.packet_id, None)
        if asked is None:
            return (Violation("MQTT-3.8.4-2", f"SUBACK id {packet.packet_id}, which no open SUBSCRIBE has"),)
        if len(asked.filters) != len(packet.return_codes):
            seen = f"{len(packet.return_codes)} return codes for {len(asked.filters)} topic filters"
            return (Violation("MQTT-3.8.4-5", seen),)
        for (pattern, _), code in zip(asked.filters, packet.return_codes, strict=True):
            if code <= 2:
                self._granted[pattern] = code
            else:
                self._granted.pop(pattern, None)
        return _NOTHING

    def _on_unsuback(self, packet: Packet) -> tuple[Violation, ...]:
        assert isinstance(packet, Unsuback)
        asked = self._unsubscribes.pop(packet.packet_id, None)
        if asked is None:
            return (Violation("MQTT-3.10.4-4", f"UNSUBACK id {packet.packet_id}, which no open UNSUBSCRIBE has"),)
        for pattern in asked.filters:
            self._granted.pop(pattern, None)
        return _NOTHING

    def _on_publish(self, packet: Packet) -> tuple[Violation, ...]:
        assert isinstance(packet, Publish)
        found = list(self._exchanges.opened(packet))
        granted = [qos for pattern, qos in self._granted.items() if matches(pattern, packet.topic)]
        if not self._exchanges.resumed:
            if not granted and not self._subscribed:
                self.unasked = [*self.unasked, packet.topic][:UNASKED]
            elif not granted:
                found.append(Violation("MQTT-3.3.2-3", f"a message on {packet.topic[:80]!r}, not subscribed"))
            elif packet.qos > max(granted):
                found.append(Violation("MQTT-3.8.4-6", f"QoS {packet.qos} where {max(granted)} was granted"))
        return tuple(found)

    _judges: Final[dict[Kind, Callable[[ServerConduct, Packet], tuple[Violation, ...]]]] = {
        Kind.CONNACK: _on_connack,
        Kind.SUBACK: _on_suback,
        Kind.UNSUBACK: _on_unsuback,
        Kind.PUBLISH: _on_publish,
    }

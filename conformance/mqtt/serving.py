"""The server's side of MQTT 3.1.1 towards one client, as far as its script does not deviate.

Everything here runs in the broker's thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from conformance.mqtt.packets import (
    SUBSCRIPTION_FAILED,
    Connack,
    Connect,
    Kind,
    Packet,
    Pingresp,
    Puback,
    Pubcomp,
    Publish,
    Pubrec,
    Pubrel,
    ReturnCode,
    Suback,
    Subscribe,
    Unsuback,
    Unsubscribe,
)
from conformance.mqtt.parser import Frame
from conformance.mqtt.record import Record
from conformance.mqtt.script import Reaction
from conformance.mqtt.session import ENDED, Session
from conformance.mqtt.statements import Violation


class ServingSession(Session):
    """Answers the packets of a client."""

    def receive(self, frames: list[Frame], pending_type: int | None) -> None:
        """Take packets; `pending_type` is the type of one that is not complete."""
        for frame in frames:
            self._take(frame)
        if self.connect is None and pending_type not in (None, Kind.CONNECT) and not self._deaf:
            found = Violation("MQTT-3.1.0-1", f"the first packet begins as type {pending_type}")
            self.log.event(f"no CONNECT: the first packet is of type {pending_type}", (found,))
            self._close("the first packet is no CONNECT")

    def over(self, reason: str, rest: bytes) -> None:
        """Learn that the connection is over; `rest` is half a packet that came."""
        if self.end is None:
            self.end = reason
        if rest:
            kind = Kind(rest[0] >> 4) if 1 <= rest[0] >> 4 <= Kind.DISCONNECT else None
            frame = Frame(rest, kind, None)
            opaque = self._opaque or self.connect is None
            self.log.add(Record(time.monotonic(), self.id, "in", rest, frame=frame, opaque=opaque))
        self._deaf = True
        self._broker.leave(self)
        self.log.event(f"{ENDED}{self.end}")

    def _take(self, frame: Frame) -> None:
        packet, violations = frame.packet, frame.violations
        if packet is not None:
            found = self._conduct.received(packet)
            if found:
                violations += found
        now = time.monotonic()
        if self.connect is not None:
            self.longest_silence_s = max(self.longest_silence_s, now - self.last_packet_at)
        self.last_packet_at = now
        if self.connect is None or self._opaque or frame.kind is not Kind.PUBLISH:
            violations = self._guard(frame, violations)
        self.log.add(Record(now, self.id, "in", frame.raw, packet, violations, "", frame, self._opaque))
        if self._deaf:
            return
        if self._held is not None:
            self._held.append((frame, violations))
        else:
            self._act(frame, violations)

    def _guard(self, frame: Frame, violations: tuple[Violation, ...]) -> tuple[Violation, ...]:
        """Notice that a password may stand anywhere from here on, and keep it out of what violations quote."""
        if self._opaque:
            return tuple(Violation(each.statement, f"in what follows {ASTRAY}") for each in violations)
        # A length that is wrong by a few bytes makes the password part of another field, or of another packet.
        astray = (
            frame.packet is None or violations or (isinstance(frame.packet, Connect) and frame.packet.rest is not None)
        )
        if astray and (self.connect is None or frame.kind is Kind.CONNECT):
            self._opaque = True
        return violations

    def _act(self, frame: Frame, violations: tuple[Violation, ...]) -> None:
        packet = frame.packet
        if self.script.overlooked and packet is not None:
            violations = tuple(each for each in violations if each.statement not in self.script.overlooked)
        if isinstance(packet, Connect) and self.connect is None:
            self._on_connect(packet, violations)
        elif self.connect is None:
            self._close("the first packet is no CONNECT that can be read")
        elif frame.oversized:
            if self.script.close_on_oversized:
                self._close(f"a packet of {frame.oversized} bytes, above the limit of {self.script.max_packet}")
        elif violations and self.script.close_on_violation and (packet is None or any(v.closes for v in violations)):
            self._close(f"a violation of {violations[0].statement}")
        elif packet is not None:
            handler = _HANDLERS.get(packet.kind)
            if handler is not None:
                handler(self, packet)

    def _on_connect(self, packet: Connect, violations: tuple[Violation, ...]) -> None:
        self.connect = packet
        if self.script.connect != "answer":
            self._broker.connects.append(self)
            self._react(self.script.connect)
            return
        code: int | None
        if packet.protocol not in self._broker.limits.protocols and not violations:
            code = ReturnCode.UNACCEPTABLE_PROTOCOL_LEVEL
        elif violations and self.script.close_on_violation:
            only_empty = [violation.statement for violation in violations] == ["MQTT-3.1.3-7"]
            code = ReturnCode.IDENTIFIER_REJECTED if only_empty else None
        else:
            code = self._broker.ask(lambda: self._broker.hooks.authenticate(self, packet), None)
        if self.script.connack is not None:
            code = self.script.connack
        if code is None:
            self._broker.connects.append(self)
            self._close(f"a violation of {violations[0].statement}" if violations else "refused without CONNACK")
        elif self.script.connack_delay_s:
            self._held = []
            self._wire.later(self.script.connack_delay_s, lambda: self._answer_connect(code))
        else:
            self._answer_connect(code)

    def _answer_connect(self, code: int) -> None:
        if self._deaf:
            return
        resumed = self._broker.admit(self) if not code else False
        present = resumed if self.script.session_present is None else self.script.session_present
        if self.script.instead_of_connack is not None:
            self._raw(self.script.instead_of_connack)
        else:
            self._transmit(Connack(code, present))
        if self.script.after_connack:
            self._raw(self.script.after_connack)
        self.accepted = not code
        self._broker.connects.append(self)
        if code:
            if self.script.close_after_refusal:
                self._close(f"refused with return code {code}")
            self._deaf = True
            return
        self._watch_keep_alive()
        self._broker.ask(lambda: self._broker.hooks.on_connected(self), None)
        for packet in self.deliveries.to_resend():
            self._transmit(packet)
        held, self._held = self._held or (), None
        for frame, violations in held:
            if not self._deaf:
                self._act(frame, violations)

    def _watch_keep_alive(self) -> None:
        assert self.connect is not None
        factor = self.script.keep_alive_factor
        if not self.connect.keep_alive or factor is None or self._frozen:
            return
        allowed = max(self.connect.keep_alive, self.script.least_keep_alive_s) * factor
        left = self.last_packet_at + allowed - time.monotonic()
        if left > 0:
            # One timer per connection, set anew only when it fires: packets cost nothing.
            self._wire.later(left, self._watch_keep_alive)
            return
        found = Violation(
            "MQTT-3.1.2-23", f"no packet for {allowed:g} s with a keep alive of {self.connect.keep_alive} s"
        )
        self.log.event("keep alive exceeded", (found,))
        self._close("keep alive exceeded")

    def _on_publish(self, packet: Packet) -> None:
        assert isinstance(packet, Publish)
        if self.script.publish == "close":
            self._close("closed at a PUBLISH")
            return
        if packet.qos != 2 or packet.packet_id not in self.deliveries.received:
            if packet.qos == 2 and packet.packet_id is not None:
                self.deliveries.received.add(packet.packet_id)
            self._broker.take(self, packet)
        if not packet.qos or self.script.publish == "silence" or packet.packet_id is None:
            return
        if self.script.dropped_acknowledgements:
            self.script = replace(self.script, dropped_acknowledgements=self.script.dropped_acknowledgements - 1)
            return
        answer = Puback(packet.packet_id) if packet.qos == 1 else Pubrec(packet.packet_id)
        if self.script.acknowledgement_delay_s:
            self._wire.later(self.script.acknowledgement_delay_s, lambda: self._transmit(answer))
        else:
            self._transmit(answer)

    def _on_subscribe(self, packet: Packet) -> None:
        assert isinstance(packet, Subscribe)
        if self.script.subscribe != "answer":
            self._react(self.script.subscribe)
            return
        codes = self.script.suback
        if codes is None:
            refused = tuple(SUBSCRIPTION_FAILED for _ in packet.filters)
            codes = tuple(self._broker.ask(lambda: self._broker.hooks.on_subscribe(self, packet), refused))
        for (pattern, _), code in zip(packet.filters, codes, strict=False):
            if code <= 2:
                self.deliveries.subscriptions[pattern] = code
                self._broker.subscriptions.add(self, pattern, code)
        self._transmit(Suback(packet.packet_id, codes))

    def _on_unsubscribe(self, packet: Packet) -> None:
        assert isinstance(packet, Unsubscribe)
        for pattern in packet.filters:
            self.deliveries.subscriptions.pop(pattern, None)
            self._broker.subscriptions.remove(self, pattern)
        self._transmit(Unsuback(packet.packet_id))

    def _on_puback(self, packet: Packet) -> None:
        assert isinstance(packet, Puback)
        self.deliveries.acknowledged(packet.packet_id, 1)

    def _on_pubrec(self, packet: Packet) -> None:
        assert isinstance(packet, Pubrec)
        self.deliveries.received_by_client(packet.packet_id)
        self._transmit(Pubrel(packet.packet_id))

    def _on_pubrel(self, packet: Packet) -> None:
        assert isinstance(packet, Pubrel)
        self.deliveries.received.discard(packet.packet_id)
        self._transmit(Pubcomp(packet.packet_id))

    def _on_pubcomp(self, packet: Packet) -> None:
        assert isinstance(packet, Pubcomp)
        self.deliveries.acknowledged(packet.packet_id, 2)

    def _on_pingreq(self, _: Packet) -> None:
        if self.script.ping == "answer":
            self._transmit(Pingresp())
        elif self.script.ping == "close":
            self._react("close")

    def _on_disconnect(self, _: Packet) -> None:
        self.graceful = self._deaf = True

        def still_there() -> None:
            linger = self._broker.limits.linger_s
            found = Violation("MQTT-3.14.4-1", f"the connection is still open {linger:g} s after DISCONNECT")
            self.log.event("not closed after DISCONNECT", (found,))
            self._deaf = False
            self._close("DISCONNECT")

        self._wire.later(self._broker.limits.linger_s, still_there)

    def _react(self, reaction: Reaction) -> None:
        if reaction == "close":
            self._close("closed by the script")
        else:
            self._deaf = True


ASTRAY: Final = "a CONNECT that is not in order"

_HANDLERS: Final[dict[Kind, Callable[[ServingSession, Packet], None]]] = {
    Kind.PUBLISH: ServingSession._on_publish,
    Kind.PUBACK: ServingSession._on_puback,
    Kind.PUBREC: ServingSession._on_pubrec,
    Kind.PUBREL: ServingSession._on_pubrel,
    Kind.PUBCOMP: ServingSession._on_pubcomp,
    Kind.SUBSCRIBE: ServingSession._on_subscribe,
    Kind.UNSUBSCRIBE: ServingSession._on_unsubscribe,
    Kind.PINGREQ: ServingSession._on_pingreq,
    Kind.DISCONNECT: ServingSession._on_disconnect,
}

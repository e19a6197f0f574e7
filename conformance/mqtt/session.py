"""One client on one connection, as a suite sees it and what it can do to it; `serving` has the protocol.

Its methods may be called from any thread and return at once, except the waits. Whatever begins with an underscore, and the
part for the connection, runs in the broker's thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from conformance.mqtt.conduct import ClientConduct
from conformance.mqtt.deliveries import Deliveries, Delivery
from conformance.mqtt.encode import encode
from conformance.mqtt.packets import (
    Connect,
    Kind,
    Packet,
    Publish,
)
from conformance.mqtt.parser import Frame, Parser
from conformance.mqtt.record import Log, Record
from conformance.mqtt.script import Script
from conformance.mqtt.statements import Violation
from conformance.mqtt.wire import Tls, Wire

if TYPE_CHECKING:
    from conformance.mqtt.broker import Broker


class Session:
    """One connection and what came of it; it stays readable when the connection is over."""

    def __init__(self, broker: Broker, wire: Wire, number: int, peer: str, script: Script) -> None:
        self.number = number
        self.id = f"s{number}"
        self.peer = peer
        """Address of the client."""
        self.script = script
        self.log = Log(self.id, broker.observers)
        self.connect: Connect | None = None
        self.accepted = False
        self.end: str | None = None
        """Why the connection is over; None while it is there."""
        self.opened_at = self.last_packet_at = time.monotonic()
        self.longest_silence_s = 0.0
        """Longest time between two packets of the client since its CONNECT."""
        self.graceful = False
        """Whether the client said DISCONNECT."""
        self.deliveries = Deliveries()
        self._broker = broker
        self._wire = wire
        self._conduct = ClientConduct()
        self._deaf = False
        self._frozen = False
        self._opaque = False
        self.superseded = False
        """Whether a newer connection with the same client identifier took its place."""
        self._held: list[tuple[Frame, tuple[Violation, ...]]] | None = None

    # ---- for suites, from any thread ------------------------------------------------------------------------------

    @property
    def client_id(self) -> str | None:
        """The client identifier; None before CONNECT."""
        return self.connect.client_id if self.connect else None

    @property
    def tls(self) -> Tls:
        """What is known of TLS: offer, version, cipher, client certificate."""
        return self._wire.info()

    @property
    def subscriptions(self) -> dict[str, int]:
        """The granted QoS by topic filter."""
        return dict(self.deliveries.subscriptions)

    def publish(
        self, topic: str, payload: bytes, qos: int = 0, *, packet_id: int | None = None, dup: bool = False
    ) -> Future[Delivery]:
        """Send a message, subscribed or not. The result comes with PUBACK or PUBCOMP, with QoS 0 at once.

        The future raises ConnectionError where the connection ends first. In a hook it must not be waited for.
        """
        done: Future[Delivery] = Future()
        self._broker.run(lambda: self._publish(Publish(topic, payload, qos, packet_id, dup=dup), done))
        return done

    def send(self, what: Packet | bytes) -> None:
        """Send a packet, or raw bytes, right or wrong."""
        self._broker.run(lambda: self._raw(what) if isinstance(what, bytes) else self._transmit(what))

    def kick(self, reason: str = "kicked", *, reset: bool = False) -> None:
        """Close the connection without a word, as MQTT 3.1.1 has it; with `reset` by a TCP reset."""
        self._broker.run(lambda: self._close(reason, abort=True, reset=reset))

    def freeze(self) -> None:
        """Go half-open: nothing is answered or closed any more; what comes is still recorded."""
        self._broker.run(self._freeze)

    def change(self, **members: Any) -> None:
        """Change members of the script from the next packet on."""

        def go() -> None:
            self.script = replace(self.script, **members)

        self._broker.run(go)

    def wait(self, predicate: Callable[[Record], bool], timeout_s: float, since: int = 0) -> Record | None:
        """Return the first record (from position `since` on) that `predicate` is true of; None where none comes in time."""
        return self.log.wait(predicate, timeout_s, since)

    def wait_packet(self, kind: Kind, timeout_s: float, since: int = 0) -> Record | None:
        """Return the first packet of that type from the client; None where none comes in time."""
        return self.log.wait(lambda record: _is_packet(record, kind), timeout_s, since)

    def wait_end(self, timeout_s: float) -> str | None:
        """Return why the connection ended; None where it is still there after `timeout_s`."""
        self.log.wait(is_end, timeout_s)
        return self.end

    # ---- for the connection and the protocol ----------------------------------------------------------------------

    def fail(self, reason: str) -> None:
        """End the connection for a reason below MQTT, which the log tells."""
        self.log.event(reason)
        self._close(reason)

    @property
    def half_open(self) -> bool:
        """Whether nothing may be closed from this side."""
        return self._frozen

    def _publish(self, publish: Publish, done: Future[Delivery]) -> None:
        if self.end is not None or not self.accepted:
            done.set_exception(ConnectionError(f"not sent: {self.end or 'the client is not let in yet'}"))
            return
        try:
            self._transmit(self.deliveries.begin(publish, done))
        except (OverflowError, ValueError) as error:
            if not done.done():
                done.set_exception(error)

    def _transmit(self, packet: Packet) -> None:
        if self._frozen or self.end is not None:
            return
        raw = encode(packet)
        self._conduct.sent(packet)
        self.log.add(Record(time.monotonic(), self.id, "out", raw, packet))
        self._wire.write(raw)

    def _raw(self, raw: bytes) -> None:
        if not self._frozen and self.end is None:
            for frame in Parser().feed(raw):
                if frame.packet is not None:  # what can be read counts: the client will answer it
                    self._conduct.sent(frame.packet)
            self.log.add(Record(time.monotonic(), self.id, "out", raw))
            self._wire.write(raw)

    def _close(self, reason: str, *, abort: bool = False, reset: bool = False) -> None:
        """Close unless half-open; an order from outside (`abort`) closes even that."""
        if self.end is None and (abort or not self._frozen):
            self.end = reason
            self._deaf = True
            if not abort:
                self._wire.finish()
        if abort:  # also a connection that only lingers
            self._wire.abort(reset=reset)

    def _freeze(self) -> None:
        self._frozen = self._deaf = True
        self.log.event("half-open from here on")


ENDED: Final = "connection over: "
"""How the text of the last event of a session begins."""


def is_end(record: Record) -> bool:
    """Tell whether a record is the end of its connection."""
    return record.direction == "event" and record.text.startswith(ENDED)


def _is_packet(record: Record, kind: Kind) -> bool:
    return record.direction == "in" and record.packet is not None and record.packet.kind == kind

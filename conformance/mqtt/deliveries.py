"""Messages on their way to one client, until it acknowledged them; kept for a session that is resumed."""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from conformance.mqtt.packets import Packet, Publish, Pubrel

IDENTIFIERS: Final = 65_535


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that arrived: times are seconds of `time.monotonic`; with QoS 0 both are the time of sending."""

    publish: Publish
    sent_at: float
    acknowledged_at: float


@dataclass(slots=True)
class _Open:
    publish: Publish
    sent_at: float
    done: Future[Delivery]
    released: bool = False
    """With QoS 2: PUBREC came, PUBREL went out."""


@dataclass
class Deliveries:
    """What outlives a connection when the client asked for no clean session: subscriptions and open messages."""

    subscriptions: dict[str, int] = field(default_factory=dict)
    received: set[int] = field(default_factory=set)
    """Identifiers of the client's QoS 2 messages that are not released yet."""
    _open: dict[int, _Open] = field(default_factory=dict)
    _last: int = 0

    def begin(self, publish: Publish, done: Future[Delivery]) -> Publish:
        """Return the message as it is to be sent, with an identifier of its own; `done` will tell its arrival.

        A message that brings its identifier keeps it, also one that is in use: the suite may want just that. Whoever
        waits for the former message is told that nothing will be known of it.

        Raises:
            OverflowError: every identifier is in use.
        """
        now = time.monotonic()
        if not publish.qos:
            done.set_result(Delivery(publish, now, now))
            return publish
        if publish.packet_id is None:
            publish = publish._replace(packet_id=self._free())
        assert publish.packet_id is not None
        former = self._open.get(publish.packet_id)
        if former is not None:
            _fail(former.done, ConnectionError("its packet identifier was used again"))
        self._open[publish.packet_id] = _Open(publish, now, done)
        return publish

    def _free(self) -> int:
        for _ in range(IDENTIFIERS):
            self._last = self._last % IDENTIFIERS + 1
            if self._last not in self._open:
                return self._last
        raise OverflowError("all 65535 packet identifiers are in use: the client acknowledges nothing")

    def acknowledged(self, packet_id: int, qos: int) -> None:
        """PUBACK (`qos` 1) or PUBCOMP (2) came; one that belongs to nothing is ignored here, and judged elsewhere."""
        entry = self._open.get(packet_id)
        if entry is not None and entry.publish.qos == qos:
            del self._open[packet_id]
            if entry.done.set_running_or_notify_cancel():
                entry.done.set_result(Delivery(entry.publish, entry.sent_at, time.monotonic()))

    def received_by_client(self, packet_id: int) -> None:
        """PUBREC came."""
        entry = self._open.get(packet_id)
        if entry is not None:
            entry.released = True

    def to_resend(self) -> list[Packet]:
        """Return what a resumed session sends again, in the first order (MQTT-4.4.0-1, MQTT-4.6.0-1)."""
        return [
            Pubrel(identity) if entry.released else entry.publish._replace(dup=True)
            for identity, entry in self._open.items()
        ]

    def abandon(self, reason: str) -> None:
        """Tell everyone who waits that nothing more will arrive."""
        for entry in self._open.values():
            _fail(entry.done, ConnectionError(f"not acknowledged: {reason}"))
        self._open.clear()


def _fail(done: Future[Delivery], error: Exception) -> None:
    if done.set_running_or_notify_cancel():  # whoever waited may have given up
        done.set_exception(error)

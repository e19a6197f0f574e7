"""Bytes in, packets and violations out: incremental, bounded, and never raising for what a peer sends."""

from __future__ import annotations

from typing import Final, NamedTuple

from conformance.mqtt.decode import decode
from conformance.mqtt.packets import Kind, Packet, describe
from conformance.mqtt.statements import Violation

MAX_PACKET: Final = 1024 * 1024
"""Bytes of a packet that are kept unless told otherwise: documented messages stay under a few KiB."""
_HEAD: Final = 8 * 1024
"""Bytes that are kept of what is oversized or no packet at all."""
_KINDS: Final = {int(kind): kind for kind in Kind}


class Frame(NamedTuple):
    """One packet as it came.

    `packet` is None where it cannot be read; then `violations` say why, or `oversized` does. `raw` are its bytes, only the
    first ones of an oversized packet, and whatever came where not even the fixed header can be read.
    """

    raw: bytes
    kind: Kind | None
    packet: Packet | None
    violations: tuple[Violation, ...] = ()
    oversized: int = 0
    """Length of a packet above the parser's limit, whose body is passed over; else 0."""

    @property
    def closes(self) -> bool:
        """Whether the standard tells the receiver to close the connection because of this packet."""
        return self.packet is None or any(violation.closes for violation in self.violations)

    def describe(self) -> str:
        """Return the packet as one short line for a person."""
        if self.packet is not None:
            return describe(self.packet)
        name = self.kind.name if self.kind else "no packet"
        if self.oversized:
            return f"{name}, {self.oversized} bytes, above the limit"
        return f"{name}, unreadable, {len(self.raw)} bytes"


class Parser:
    """Takes the bytes of one direction of one connection.

    After a fixed header that cannot be read nothing more can be told apart: `broken` is then set, and what follows is
    counted in `discarded` and thrown away. A packet above `max_packet` is told once, its body is passed over.
    """

    def __init__(self, max_packet: int = MAX_PACKET) -> None:
        self.max_packet = max_packet
        self.broken = False
        self.discarded = 0
        self._buffer = bytearray()
        self._wanted = 0
        """Length that the buffer must reach before a packet can be complete: spares looking at every piece of it."""
        self._skip = 0

    @property
    def pending(self) -> bytes:
        """The beginning of a packet that is not complete."""
        return bytes(self._buffer)

    @property
    def pending_type(self) -> int | None:
        """The type of the packet that is not complete: a stranger is known by its first byte."""
        return self._buffer[0] >> 4 if self._buffer else None

    def feed(self, data: bytes) -> list[Frame]:
        """Return the packets that `data` completes, in their order."""
        if self.broken or self._skip:
            data = self._pass_over(data)
        if self._buffer:
            self._buffer += data
            if len(self._buffer) < self._wanted:
                return []
            data = bytes(self._buffer)
            self._buffer.clear()
        frames: list[Frame] = []
        at, end = 0, len(data)
        while at < end:
            frame, length = self._next(data, at)
            if frame is None:
                self._buffer += data[at:]
                self._wanted = length
                break
            frames.append(frame)
            at += length
            if self.broken:
                self.discarded += max(0, end - at)
                break
            if at > end:  # an oversized packet, of which a part is still to come
                self._skip = at - end
        return frames

    def _pass_over(self, data: bytes) -> bytes:
        passed = len(data) if self.broken else min(self._skip, len(data))
        self.discarded += passed
        if not self.broken:
            self._skip -= passed
        return data[passed:]

    def _next(self, data: bytes, at: int) -> tuple[Frame | None, int]:
        """Return the packet at `at` and its length; None and the length to wait for where it is not complete."""
        first = data[at]
        kind_number = first >> 4
        if not 1 <= kind_number <= Kind.DISCONNECT:
            return self._give_up(data[at:], None, "MQTT-2.2.1", f"a packet of type {kind_number}"), len(data) - at
        length = shift = 0
        body = at + 1
        while True:
            if body == len(data):
                return None, body - at + 1
            digit = data[body]
            body += 1
            length |= (digit & 0x7F) << shift
            if digit < 0x80:
                break
            shift += 7
            if shift == 28:
                seen = "a remaining length that goes on after four bytes"
                return self._give_up(data[at:], Kind(kind_number), "MQTT-2.2.3", seen), len(data) - at
        end = body + length
        kind = _KINDS[kind_number]
        if end - at > self.max_packet:
            return Frame(data[at : min(end, at + _HEAD)], kind, None, (), end - at), end - at
        if end > len(data):
            return None, end - at
        packet, violations = decode(kind, first & 0x0F, data[body:end])
        return Frame(data[at:end], kind, packet, violations), end - at

    def _give_up(self, raw: bytes, kind: Kind | None, statement: str, seen: str) -> Frame:
        self.broken = True
        return Frame(raw[:_HEAD], kind, None, (Violation(statement, seen),))

"""Everything that passed: packets and events with their time and raw bytes, and waiting for what is still to come.

Records are made in the broker's thread and read in others. A wait never polls: its predicate is asked about what is there
and then about each new record, in the thread that makes it.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, Generic, Literal, NamedTuple, TypeVar

from conformance.mqtt.packets import Packet
from conformance.mqtt.parser import Frame
from conformance.mqtt.statements import Violation

Item = TypeVar("Item")
Direction = Literal["in", "out", "event"]

KEPT_RECORDS: Final = 2000
KEPT_BYTES: Final = 1024 * 1024
"""What a session keeps of its newest records; older ones are only counted. A device that behaves makes some dozens."""


class Record(NamedTuple):
    """One packet, or one event such as the end of a connection."""

    at: float
    """Seconds of `time.monotonic`."""
    session: str
    direction: Direction
    """`in`: the client sent it; `out`: the broker did; `event`: neither is a packet."""
    raw: bytes
    packet: Packet | None = None
    violations: tuple[Violation, ...] = ()
    text: str = ""
    """Of an event: what happened."""
    frame: Frame | None = None
    """Of a packet that came: how it was parsed."""
    opaque: bool = False
    """Whether a password may stand anywhere in it: a CONNECT that is not in order, and what its client sends after it."""

    def describe(self) -> str:
        """Return the record as one short line for a person."""
        if self.text:
            return self.text
        if self.opaque:
            kind = self.frame.kind if self.frame else None
            return f"{kind.name if kind else 'no packet'}, {len(self.raw)} bytes that may hold a password"
        if self.frame is not None:
            return self.frame.describe()
        from conformance.mqtt.packets import describe

        return describe(self.packet) if self.packet else f"{len(self.raw)} raw bytes"


class Watch(Generic[Item]):
    """A growing list of bounded memory that other threads can wait on."""

    def __init__(self, *, records: int = KEPT_RECORDS, size: int = KEPT_BYTES) -> None:
        self._items: deque[tuple[Item, int]] = deque()
        self._records, self._size = records, size
        self._bytes = 0
        self._passed = 0
        self._lock = threading.Lock()
        self._waiters: list[tuple[Callable[[Item], bool], Future[Item]]] = []

    @property
    def position(self) -> int:
        """How many items there were so far: `since` for a wait that looks at new ones only."""
        with self._lock:
            return self._passed + len(self._items)

    def append(self, item: Item, size: int = 0) -> None:
        """Add an item that keeps `size` bytes alive, and wake whoever waits for it."""
        with self._lock:
            self._items.append((item, size))
            self._bytes += size
            while len(self._items) > self._records or self._bytes > self._size:
                self._bytes -= self._items.popleft()[1]
                self._passed += 1
            if not self._waiters:
                return
            for waiter in list(self._waiters):
                predicate, found = waiter
                try:
                    if not predicate(item):
                        continue
                except Exception as error:  # the fault of whoever waits, not of the thread that adds
                    found.set_exception(error)
                else:
                    found.set_result(item)
                self._waiters.remove(waiter)

    def items(self, since: int = 0) -> list[Item]:
        """Return the items from position `since` on, as far as they are still kept."""
        with self._lock:
            return [item for item, _ in list(self._items)[max(0, since - self._passed) :]]

    def wait(self, predicate: Callable[[Item], bool], timeout_s: float, since: int = 0) -> Item | None:
        """Return the first item from position `since` on that `predicate` is true of; None where none came in time.

        The predicate is called in the broker's thread: it must be quick, and must not call the broker.
        """
        found: Future[Item] = Future()
        with self._lock:
            for item, _ in list(self._items)[max(0, since - self._passed) :]:
                if predicate(item):
                    return item
            waiter = (predicate, found)
            self._waiters.append(waiter)
        try:
            return found.result(timeout_s)
        except TimeoutError:
            with self._lock:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)
            return found.result() if found.done() else None


class Log(Watch[Record]):
    """The records of one session, and its counters, which go on when records are dropped."""

    def __init__(self, session: str, observers: list[Callable[[Record], object]]) -> None:
        super().__init__()
        self.session = session
        self.counts: Counter[tuple[str, int]] = Counter()
        """Packets by direction and packet type; type 0 is what could not be read as any."""
        self.violations: list[Record] = []
        """The first records with a violation, up to a hundred: in a broker's log the client's, in a client's the server's,
        and what the suite itself sent wrong there."""
        self._observers = observers

    def add(self, record: Record) -> None:
        """Keep a record, and show it to the observers."""
        if record.packet is not None:
            self.counts[record.direction, record.packet.kind] += 1
        elif record.direction == "in":
            self.counts["in", 0] += 1
        if record.violations and len(self.violations) < 100:
            self.violations.append(record)
        for observer in self._observers:
            observer(record)
        self.append(record, len(record.raw) + _OVERHEAD)

    def event(self, text: str, violations: tuple[Violation, ...] = ()) -> None:
        """Keep an event."""
        self.add(Record(time.monotonic(), self.session, "event", b"", None, violations, text))


_OVERHEAD: Final = 200
"""Bytes that a record takes beside those of its packet."""

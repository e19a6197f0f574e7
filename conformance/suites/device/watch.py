"""Watching a device that is left alone, for as long as the tester asked (`--soak`): one watch serves all long checks.

What is kept does not grow with time: counts, the longest gap, the first of each kind of breach.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import psutil

from conformance.evidence.findings import Inconclusive
from conformance.mqtt.packets import Connect
from conformance.mqtt.record import Record
from conformance.mqtt.session import ENDED

if TYPE_CHECKING:
    from conformance.suites.device.environment import DeviceEnvironment

QUARTERS: Final = 4
TELL_EVERY_S: Final = 60.0
"""Seconds between two lines that tell of a watch: it takes minutes or hours."""
_SILENT: Final = "MQTT-3.1.2-23"
_KEPT: Final = 20
_SESSIONS: Final = 10_000


@dataclass
class Soak:
    """What was seen of a device during the watch. Times are seconds of `time.monotonic`."""

    is_report: Callable[[Record], bool]
    sessions: set[str]
    """Connections of the device: others that somebody opened and that said no CONNECT do not count."""
    began: float = field(default_factory=time.monotonic)
    lasted_s: float = 0.0
    reports: int = 0
    longest_gap_s: float = 0.0
    """Longest time without a report while the device was connected."""
    connects: int = 0
    """CONNECTs since the watch began."""
    ends: list[str] = field(default_factory=list)
    """Why connections ended, the first ones."""
    silent: Record | None = None
    """The first time that the keep alive was exceeded."""
    memory: list[tuple[int, int]] = field(default_factory=list)
    """Least and greatest memory (bytes) of the device's process in each quarter; empty for a board."""
    _last: float | None = field(default_factory=time.monotonic)
    """When the last report came; None while nobody is connected."""

    def __call__(self, record: Record) -> None:
        """Take a record, in the broker's thread."""
        if record.direction == "in" and isinstance(record.packet, Connect):
            self.connects += 1
            self._last = record.at
            if len(self.sessions) < _SESSIONS:
                self.sessions.add(record.session)
        elif self.is_report(record):
            self.reports += 1
            self.gap(record.at)
        elif self._is_end(record):
            self.gap(record.at)
            self._last = None
            if len(self.ends) < _KEPT:
                self.ends.append(record.text.removeprefix(ENDED))
        if self.silent is None and any(each.statement == _SILENT for each in record.violations):
            self.silent = record

    def _is_end(self, record: Record) -> bool:
        return record.direction == "event" and record.text.startswith(ENDED) and record.session in self.sessions

    def gap(self, now: float) -> None:
        """Count the time from the last report, or from the beginning of the connection, until now."""
        if self._last is not None:
            self.longest_gap_s = max(self.longest_gap_s, now - self._last)
        self._last = now

    def took(self, memory: int, share: float) -> None:
        """Take how much memory the device has after this share of the time."""
        quarter = min(QUARTERS - 1, int(share * QUARTERS))
        while len(self.memory) <= quarter:
            self.memory.append((memory, memory))
        least, greatest = self.memory[quarter]
        self.memory[quarter] = min(least, memory), max(greatest, memory)

    def describe(self) -> str:
        """Return what was seen as one short line."""
        again = f", {self.connects} connections begun" if self.connects else ""
        return f"{self.reports} reports, longest gap {self.longest_gap_s:.1f} s{again}"


def soak(environment: DeviceEnvironment, is_report: Callable[[Record], bool]) -> Soak:
    """Watch the device for the time that was asked for, once, and return what was seen; stop early where it ends.

    Raises:
        Inconclusive: no long checks were asked for, or the operator skips the watch.
    """
    if not environment.soak_s:
        raise Inconclusive("a long check: ask for it with --soak MINUTES")
    if environment.soaked is None:
        environment.soaked = _watched(environment, is_report)
    return environment.soaked


def _watched(environment: DeviceEnvironment, is_report: Callable[[Record], bool]) -> Soak:
    current = environment.current
    found = Soak(is_report, {current.id} if current is not None else set())

    def look(slice_s: float) -> None:
        time.sleep(slice_s)
        memory = memory_of(environment.pid)
        if memory is not None:
            found.took(memory, (time.monotonic() - found.began) / environment.soak_s)

    environment.broker.observers.append(found)
    try:
        environment.patiently(
            look,
            environment.soak_s,
            "the end of the long watch",
            found.describe,
            tell_every_s=TELL_EVERY_S,
            always_tell=True,
        )
    finally:
        environment.broker.observers.remove(found)
        found.gap(time.monotonic())
        found.lasted_s = time.monotonic() - found.began
    return found


def memory_of(pid: int | None) -> int | None:
    """Return the resident memory of a process and its children in bytes; None where there is none to look at."""
    if pid is None:
        return None
    try:
        process = psutil.Process(pid)
        return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
    except psutil.Error:
        return None

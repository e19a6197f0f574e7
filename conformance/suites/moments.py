"""Times: written into requests in the form that the contract or the tester names, and read from answers in any usual form.

A document's example holds a time of its day; sent today it would be old. Members marked `x-time` are therefore filled in
relative to now, on the clock of the IUT as far as its answers tell it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

MILLISECONDS: Final = "milliseconds"
SECONDS: Final = "seconds"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_SECONDS_BELOW: Final = 10**11
"""A smaller number counts seconds: as milliseconds it would lie before March 1973."""
_WRITTEN: Final = re.compile(r"\d{4}-?\d{2}-?\d{2}[ T]\d{2}:?\d{2}:?\d{2}([.]\d{1,9})?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_DIGITS: Final = re.compile(r"\d{9,16}", re.ASCII)


@dataclass(frozen=True)
class TimeForm:
    """How times are written where they carry no offset of their own."""

    pattern: str
    """A strftime pattern, `milliseconds` or `seconds` (since 1970)."""
    zone: timezone = UTC

    def write(self, moment: datetime, *, text: bool = True) -> str | int:
        """Return a moment as a request has it; a count is a text of digits, or a number where `text` is false."""
        if self.pattern in {MILLISECONDS, SECONDS}:
            count = (moment - EPOCH) // timedelta(**{self.pattern: 1})
            return str(count) if text else count
        return moment.astimezone(self.zone).strftime(self.pattern)

    def read(self, value: Any) -> datetime | None:
        """Return the moment that an answer names, in whichever usual form; None where it is none."""
        if isinstance(value, str) and _DIGITS.fullmatch(value):
            value = int(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value if value < _SECONDS_BELOW else value / 1000
            return EPOCH + timedelta(seconds=seconds) if 0 <= seconds < _SECONDS_BELOW else None
        if not isinstance(value, str) or not _WRITTEN.fullmatch(value):
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)


def form(pixit: Callable[[str], Any], marked: Any = None, documented: str | None = None) -> TimeForm:
    """Return the form of a member marked `x-time`: its own, the document's (UTC), else PIXIT `time_format` and
    `time_offset`.
    """
    own: Mapping[str, Any] = marked if isinstance(marked, Mapping) else {}
    known = own.get("form") or documented
    pattern = known or pixit("time_format") or "%Y-%m-%dT%H:%M:%SZ"
    offset = own.get("offset") or (None if known else pixit("time_offset"))
    return TimeForm(str(pattern), zone(str(offset or "+00:00")))


def zone(offset: str) -> timezone:
    """Return the time zone of an offset such as `+08:00`."""
    hours, _, minutes = offset[1:].partition(":")
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-size if offset[0] == "-" else size)


def seconds_of(marked: Any) -> float:
    """Return how many seconds from now a member marked `x-time` stands for."""
    return float(marked["seconds"] if isinstance(marked, Mapping) else marked)


def repeats(marked: Any) -> bool:
    """Tell whether a member marked `x-time` may name the same moment in any number of calls."""
    return isinstance(marked, Mapping) and bool(marked.get("repeats"))


@dataclass
class Moments:
    """The moments that a run has given to what nothing undoes, in whole seconds: none of them twice.

    Data of the same point and time may count as the same data; two cases must not meet there.
    """

    _below: dict[int, int] = field(default_factory=dict)
    """By second that is taken: the next one below that may be free."""
    _risen: int = 0

    def free(self, wanted: datetime) -> datetime:
        """Return the latest whole second that is not later than `wanted` and not taken; it is taken now."""
        second, passed = int((wanted - EPOCH).total_seconds()), []
        while second in self._below:
            passed.append(second)
            second = self._below[second]
        for each in (*passed, second):
            self._below[each] = second - 1
        return EPOCH + timedelta(seconds=second)

    def rise(self, wanted: datetime) -> datetime:
        """Return the earliest free second that is neither earlier than `wanted` nor than one that was returned here before."""
        second = max(math.ceil((wanted - EPOCH).total_seconds()), self._risen + 1)
        while second in self._below:
            second += 1
        self._risen, self._below[second] = second, second - 1
        return EPOCH + timedelta(seconds=second)

    def row(self, wanted: datetime, count: int) -> list[datetime]:
        """Return so many free seconds, the earliest first, none later than `wanted`."""
        return sorted(self._taken(wanted, count))

    def _taken(self, wanted: datetime, count: int) -> Iterator[datetime]:
        for _ in range(count):
            yield self.free(wanted)

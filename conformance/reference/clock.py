"""Time as a reference tells it, and its patience: both can be moved from outside.

A token that lives a day cannot be watched for a day; the clock's offset shows its end at once.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WINDOW_S = 1.0


class Clock:
    """The wall clock plus an offset."""

    def __init__(self) -> None:
        self.offset_s = 0.0

    def now_ms(self) -> int:
        """Return milliseconds since the epoch."""
        return int((time.time() + self.offset_s) * 1000)


class Throttle:
    """Refuses calls beyond a number within a sliding window (of one second unless told); lifted while it is None."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.per_s: float | None = None
        """Calls that are admitted within the window."""
        self.window_s = _WINDOW_S
        self._monotonic = monotonic
        self._seen: deque[float] = deque()

    def allow(self, calls: float | None, window_s: float = _WINDOW_S) -> None:
        """Set the calls that are admitted within a window (None: no limit); calls of before do not count."""
        self.per_s, self.window_s = calls, window_s
        self._seen.clear()

    def limit(self) -> float | None:
        """Return the calls that are admitted within the window; a reference may have a fault in it."""
        return self.per_s

    def admits(self) -> bool:
        """Count one call and tell whether it is within the limit."""
        limit = self.limit()
        if limit is None:
            return True
        now = self._monotonic()
        while self._seen and now - self._seen[0] >= self.window_s:
            self._seen.popleft()
        if len(self._seen) >= limit:
            return False
        self._seen.append(now)
        return True

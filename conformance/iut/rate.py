"""Keeping below a platform's call limit: calls are spaced evenly, so that no window of any length sees more."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable


class RateLimiter:
    """Waits before a call where the last one was too recent.

    Even spacing is not enough: calls that are held up on their way arrive closer together than they were sent. So no call
    is sent before the one as many calls ago as the window may hold was answered a window ago.
    """

    def __init__(
        self,
        per_s: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.interval_s = 1 / per_s if per_s else 0.0
        held = max(2, math.ceil(per_s)) if per_s else 0
        self._window_s = held * self.interval_s
        """About a second: the shortest window in which platforms are known to count calls."""
        self._answered: deque[float] = deque(maxlen=held)
        self._clock, self._sleep = clock, sleep
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next call may go out."""
        if not self.interval_s:
            return
        now = self._clock()
        due = self._next
        if len(self._answered) == self._answered.maxlen:
            due = max(due, self._answered[0] + self._window_s)
        if now < due:
            self._sleep(due - now)
            now = due
        self._next = now + self.interval_s

    def answered(self) -> None:
        """Take note that the call that waited last was answered."""
        self._answered.append(self._clock())

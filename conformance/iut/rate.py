"""Keeping below a platform's call limit: calls are spaced evenly, so that no window of any length sees more."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

MARGIN: Final = 1.02
"""Part by which calls are spaced further than the limit says: two that arrive closer together than they were sent must not
make one too many in the platform's window."""


class RateLimiter:
    """Waits before a call where the last one was too recent."""

    def __init__(
        self,
        per_s: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.interval_s = MARGIN / per_s if per_s else 0.0
        self._clock, self._sleep = clock, sleep
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next call may go out."""
        if not self.interval_s:
            return
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
            now = self._next
        self._next = now + self.interval_s

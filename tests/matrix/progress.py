"""Telling on standard error how far long work is."""

from __future__ import annotations

import sys
import time


class Progress:
    """Counts steps: on a terminal in one line that is written anew, elsewhere in a line now and then."""

    def __init__(self, total: int, what: str) -> None:
        self._total, self._what = total, what
        self._done = self._odd = 0
        self._began = self._told = time.monotonic()
        self._terminal = sys.stderr.isatty()

    def step(self, *, odd: bool = False) -> None:
        """Count one more."""
        self._done += 1
        self._odd += odd
        now = time.monotonic()
        if now - self._told >= (0.5 if self._terminal else 30):
            self._told = now
            left = (now - self._began) / self._done * (self._total - self._done)
            text = (
                f"{self._done} of {self._total} {self._what}, {self._odd} not as wanted, about {left / 60:.0f} min left"
            )
            print(f"\r{text}\033[K" if self._terminal else text, end="" if self._terminal else "\n", file=sys.stderr)

    def end(self) -> None:
        """Leave the line free."""
        if self._terminal:
            print("\r\033[K", end="", file=sys.stderr)
        taken = time.monotonic() - self._began
        print(f"{self._done} {self._what} in {taken:.0f} s", file=sys.stderr)

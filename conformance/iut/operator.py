"""The person who watches a run at a terminal and may write a line at any time. Nobody waits for one to come."""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress
from typing import Final, Self

_LONGEST: Final = 4096
"""Bytes of a line; a terminal hands out no longer ones."""


class Operator:
    """Whoever sits at a terminal."""

    def __init__(self, terminal: int) -> None:
        """Read from this file descriptor of a terminal."""
        self._terminal: int | None = terminal

    @classmethod
    def present(cls) -> Self | None:
        """Return who sits at standard input; None where it is no terminal: nothing in CI waits for a person."""
        # Standard input may be closed, or replaced by something that has no number.
        with suppress(AttributeError, OSError, ValueError):
            if sys.stdin.isatty():
                return cls(sys.stdin.fileno())
        return None

    def listen(self) -> None:
        """Forget what was written so far: a line counts for what it follows."""
        while self.line() is not None:
            pass

    def line(self) -> str | None:
        """Return a line that was written, without blanks at its ends; None where there is none."""
        if self._terminal is None or self._in_background() or not select.select([self._terminal], [], [], 0)[0]:
            return None
        try:
            read = os.read(self._terminal, _LONGEST)
        except OSError:
            read = b""
        if not read:  # the terminal was closed, or end of file written
            self._terminal = None
            return None
        return read.decode("utf-8", "replace").strip()

    def _in_background(self) -> bool:
        """Tell whether a read would stop us: the terminal is another job's at the moment."""
        assert self._terminal is not None
        try:
            return os.tcgetpgrp(self._terminal) != os.getpgrp()
        except OSError:
            return False  # it is a terminal, but not the one that controls us

"""A program that is spoken to line by line on its standard input and output, each line with a deadline.

It knows nothing of what the lines mean. A program that ends, hangs, or says more than it was asked is told apart, in words
for the person who wrote it.
"""

from __future__ import annotations

import math
import os
import select
import time
from types import TracebackType
from typing import Final, Self

from conformance.iut.process import Process

LONGEST: Final = 1024 * 1024
"""Bytes of the longest line that is read."""


class Silence(Exception):  # noqa: N818 - what the program did, not an error of ours
    """No line came; the text says why."""


class Ended(Silence):
    """The program ended, or closed its output."""


class Pipe:
    """A running program and what it has said but nobody has read yet."""

    def __init__(self, command: str) -> None:
        """Start it without a shell.

        Raises:
            StartError: it cannot be started.
        """
        self._process = Process(command, {}, piped=True)
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        for descriptor in (self._in, self._out):
            os.set_blocking(descriptor, False)
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the program and everything it started."""
        self._process.stop()

    def ask(self, line: bytes, timeout_s: float) -> bytes:
        """Send a line and return the next one, both without their ends, within the time.

        Raises:
            Ended: the program ended instead.
            Silence: it did not read, or did not answer with a whole line.
        """
        deadline = time.monotonic() + timeout_s
        self._send(line + b"\n", deadline, timeout_s)
        while b"\n" not in self._rest:
            if len(self._rest) > LONGEST:
                raise Silence(f"a line of more than {LONGEST} bytes")
            if not _ready(reading=self._out, until=deadline):
                begun = f" (it began: {_shown(self._rest)})" if self._rest else ""
                raise Silence(f"no line within {timeout_s:g} s (pixit.request_timeout_s){begun}")
            data = os.read(self._out, 65536)
            if not data:
                raise Ended(self._how_it_ended())
            self._rest += data
        answer, _, self._rest = self._rest.partition(b"\n")
        return answer.removesuffix(b"\r")

    def unasked(self) -> bytes:
        """Return the line that is there already although nothing was asked; empty where there is none."""
        while _ready(reading=self._out, until=0.0) and len(self._rest) <= LONGEST:
            data = os.read(self._out, 65536)
            if not data:
                break
            self._rest += data
        line, end, rest = self._rest.partition(b"\n")
        self._rest = rest if end else self._rest
        return line.removesuffix(b"\r") if end else b""

    def finish(self, line: bytes, timeout_s: float) -> tuple[int | None, bytes]:
        """Send a last line, close the program's input; return its exit status (None: it stays) and what it still said."""
        deadline = time.monotonic() + timeout_s
        try:
            self._send(line + b"\n", deadline, timeout_s)
        except Silence:
            return self._process.wait(0.2), self._rest
        self._process.stdin.close()
        while len(self._rest) <= LONGEST and _ready(reading=self._out, until=deadline):
            data = os.read(self._out, 65536)
            if not data:
                break
            self._rest += data
        return self._process.wait(max(0.0, deadline - time.monotonic())), self._rest

    def _send(self, data: bytes, deadline: float, timeout_s: float) -> None:
        while data:
            if not _ready(writing=self._in, until=deadline):
                raise Silence(f"it did not read the request within {timeout_s:g} s (pixit.request_timeout_s)")
            try:
                data = data[os.write(self._in, data) :]
            except BrokenPipeError:
                raise Ended(self._how_it_ended()) from None

    def _how_it_ended(self) -> str:
        status = self._process.wait(1.0)
        how = "closed its output and still runs" if status is None else f"ended with status {status}"
        if status is not None and status < 0:
            how = f"was ended by signal {-status}"
        said = f" in the middle of a line: {_shown(self._rest)}" if self._rest else ""
        return f"the program {how}{said}{self._process.tail()}"


def _ready(*, until: float, reading: int | None = None, writing: int | None = None) -> bool:
    """Wait until a descriptor can be used, or the moment `until` is past (0: look only)."""
    poller = select.poll()
    if reading is not None:
        poller.register(reading, select.POLLIN)
    if writing is not None:
        poller.register(writing, select.POLLOUT)
    return bool(poller.poll(math.ceil(1000 * max(0.0, until - time.monotonic()))))


def _shown(data: bytes) -> str:
    return repr(data[:80].decode("utf-8", "backslashreplace"))

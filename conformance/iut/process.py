"""An implementation under test that we start ourselves: without a shell, ready when its port accepts, stopped with its
children.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from types import TracebackType
from typing import IO, Final, Self

import psutil

from conformance.iut.errors import StartError, UsageError

_POLL_S: Final = 0.02
_GRACE_S: Final = 3.0
"""Time from SIGTERM to SIGKILL."""


def free_port(host: str = "127.0.0.1") -> int:
    """Return a TCP port that is free now. Another process may take it before we do; the start then fails and says so."""
    with socket.socket() as listener:
        listener.bind((host, 0))
        return int(listener.getsockname()[1])


def accepts(host: str, port: int, timeout_s: float = 0.5) -> bool:
    """Tell whether somebody accepts connections at host and port."""
    try:
        with socket.create_connection((host, port), timeout_s):
            return True
    except OSError:
        return False


class Process:
    """A child process with everything it starts."""

    def __init__(
        self,
        command: str,
        values: Mapping[str, str],
        extra_environment: Mapping[str, str] | None = None,
        *,
        piped: bool = False,
    ) -> None:
        """Start it; `piped`: it is spoken to on its standard input and output, and only its errors are kept."""
        self.arguments = [part.format(**values) for part in shlex.split(command)]
        if not self.arguments:
            raise UsageError("iut.command is empty; write the program and its arguments")
        named = {f"IOT_CONFORMANCE_{name.upper()}": value for name, value in values.items()}
        self.environment = {**os.environ, **named, **(extra_environment or {})}
        self._output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        try:
            self._child = subprocess.Popen(  # noqa: S603 - running the tester's command is the purpose
                self.arguments,
                env=self.environment,
                stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
                stdout=subprocess.PIPE if piped else self._output,
                stderr=self._output if piped else subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            self._output.close()
            raise StartError(
                f"iut.command: cannot start {self.arguments[0]!r} ({error.strerror}); check the path"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._child.pid

    @property
    def stdin(self) -> IO[bytes]:
        """What the child reads; only where it is piped."""
        assert self._child.stdin is not None
        return self._child.stdin

    @property
    def stdout(self) -> IO[bytes]:
        """What the child writes; only where it is piped."""
        assert self._child.stdout is not None
        return self._child.stdout

    def wait(self, timeout_s: float) -> int | None:
        """Return the exit status of the child; None where it still runs after that time."""
        try:
            return self._child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def running(self) -> bool:
        """Tell whether the child is still there."""
        return self._child.poll() is None

    def wait_ready(self, host: str, port: int, timeout_s: float) -> None:
        """Wait until the port accepts.

        Raises:
            StartError: the child ended or the time passed; the text ends with the child's last lines.
        """
        deadline = time.monotonic() + timeout_s
        while not accepts(host, port):
            if not self.running():
                raise StartError(
                    f"iut.command ended with status {self._child.returncode} before its port accepted{self.tail()}"
                )
            if time.monotonic() > deadline:
                raise StartError(
                    f"iut.command did not accept connections on port {port} within {timeout_s:g} s "
                    f"(pixit.start_timeout_s){self.tail()}"
                )
            time.sleep(_POLL_S)

    def tail(self, lines: int = 5) -> str:
        """Return the last lines of what the child printed, as the end of an error text."""
        with contextlib.suppress(OSError, ValueError):
            size = os.fstat(self._output.fileno()).st_size
            text = os.pread(self._output.fileno(), 4096, max(0, size - 4096)).decode("utf-8", "replace")
            last = " | ".join(line.strip() for line in text.splitlines()[-lines:] if line.strip())
            if last:
                return f"; it printed: {last}"
        return ""

    def first_line(self) -> str:
        """Return the first line of what the child printed; empty while it is not complete."""
        head = os.pread(self._output.fileno(), 65536, 0).decode("utf-8", "replace")
        line, end, _ = head.partition("\n")
        return line if end else ""

    def stop(self) -> None:
        """End the child and everything it started: politely, then not."""
        family: list[psutil.Process] = []
        with contextlib.suppress(psutil.Error):
            child = psutil.Process(self.pid)
            family = [child, *child.children(recursive=True)]
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(_GRACE_S)
        self._signal(signal.SIGKILL)
        for member in family:
            with contextlib.suppress(psutil.Error):
                member.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(_GRACE_S)
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what it never read is lost with it
                    pipe.close()
        self._output.close()

    def _signal(self, number: signal.Signals) -> None:
        # The child leads a session of its own, so its group is its family; one that left the group is in `family`.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def python_module(module: str, *arguments: str) -> str:
    """Return the command line that runs one of our modules with this interpreter."""
    return shlex.join([sys.executable, "-m", module, *arguments])


def bound_to_us() -> tuple[str, str]:
    """Return the arguments that make one of our modules end when this process does.

    It is told our number: a child that looked for its parent only once it runs may find that we have ended meanwhile.
    """
    return "--parent", str(os.getpid())

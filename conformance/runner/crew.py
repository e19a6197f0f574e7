"""Several processes that judge the IUTs of one run side by side.

A case waits for its IUT half of the time, so one process that judges leaves cores idle. References know nothing of each
other; the cases of a large one are split by subject and judged against several of its kind.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import wait
from types import FrameType
from typing import Any, Final, Self

from conformance.evidence.verdict import Verdict
from conformance.iut.errors import StartError
from conformance.runner.execute import Outcome
from conformance.runner.portable import Begins, Ended, Finished, Notice, Task, packed, unpacked
from conformance.runner.watcher import Watcher
from conformance.suites.case import Case

_GRACE_S: Final = 15.0
"""How long an interrupted worker may clean up."""
_HURRY_S: Final = 1.0
"""How long a worker may go on after that."""
_WHILE_S: Final = 1.0
"""How long nothing need be heard before somebody looks whether the run was interrupted."""


def cores() -> int:
    """Return how many processes can calculate at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def parts(cases: Sequence[Case], count: int) -> tuple[tuple[Case, ...], ...]:
    """Return cases in `count` groups of about equal number, all of one subject together, each in the given order."""
    weights = Counter(case.subject for case in cases)
    loads = [0] * count
    group: dict[str, int] = {}
    for subject, weight in weights.most_common():
        group[subject] = loads.index(min(loads))
        loads[group[subject]] += weight
    found = (tuple(case for case in cases if group[case.subject] == number) for number in range(count))
    return tuple(filter(None, found))


@dataclass
class Part:
    """What came of one task."""

    task: Task
    has_begun: bool = False
    outcomes: list[Outcome] = field(default_factory=list)
    finished: Finished | None = None
    """What is to be known beyond the outcomes; None while more may come, and for ever where its process was stopped."""


def judge_side_by_side(waiting: Iterable[Part], workers: int, watcher: Watcher) -> None:
    """Judge all parts, the largest first. They fill as outcomes come, so that none is lost however this ends.

    Raises:
        StartError: an IUT cannot be started or reached.
        KeyboardInterrupt: the user stopped the run; workers had time to clean up.
    """
    waiting = sorted(waiting, key=lambda each: len(each.task.cases))
    busy: list[_Worker] = []
    with _Interrupt(busy) as interrupt:
        try:
            while busy or (waiting and not interrupt.came()):
                while waiting and len(busy) < workers and not interrupt.came():
                    busy.append(_Worker(waiting.pop()))
                    if interrupt.came():  # while it was being started
                        busy[-1].interrupt()
                for worker in _ready(busy):
                    if not _heard(worker, watcher, interrupted=interrupt.came()):
                        continue
                    busy.remove(worker)
                    worker.stop()
                    assert worker.part.finished is not None
                    if worker.part.finished.mistake:
                        raise StartError(worker.part.finished.mistake)
                if interrupt.is_over():
                    break
        finally:
            for worker in busy:
                worker.interrupt()
            for worker in busy:
                worker.stop(_HURRY_S if interrupt.came() else _GRACE_S)
    if interrupt.came():
        raise KeyboardInterrupt


class _Worker:
    """One process with one part."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self._has_spoken = False
        self.connection, theirs = Pipe()
        part.has_begun = True
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "conformance.runner.worker", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C reaches it through the run, once
        )
        theirs.close()
        with contextlib.suppress(BrokenPipeError):  # that it ended is heard
            self.connection.send_bytes(packed(part.task))

    def receive(self) -> Any:
        """Return what it has to tell next.

        Raises:
            EOFError, ConnectionResetError: its process has ended.
        """
        message = unpacked(self.connection.recv_bytes())
        self._has_spoken = True
        return message

    def interrupt(self) -> None:
        """Let it clean up and tell what it has; one that has not said a word yet has nothing."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGINT if self._has_spoken else signal.SIGTERM)

    def stop(self, grace_s: float = _GRACE_S) -> None:
        """See that the process ends, in so many seconds at most; what it has still to tell is not heard any more."""
        self.connection.close()
        try:
            self._process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class _Interrupt:
    """Passes Ctrl-C and SIGTERM on to the workers, which then clean up; asked twice, the run waits for them no longer.

    Signals that the run would not end by (one in the background of a shell ignores Ctrl-C) are left as they are.
    """

    def __init__(self, busy: Sequence[_Worker]) -> None:
        self._busy = busy
        self._until: float | None = None
        """Monotonic time for which workers are waited for; None while nobody has interrupted."""
        self._former: dict[int, Any] = {}

    def came(self) -> bool:
        """Tell whether the run is to end."""
        return self._until is not None

    def is_over(self) -> bool:
        """Tell whether the run is to end now, whatever the workers do."""
        return self._until is not None and time.monotonic() >= self._until

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            if callable(signal.getsignal(number)):
                self._former[number] = signal.signal(number, self._asked)
        return self

    def __exit__(self, *_: object) -> None:
        for number, former in self._former.items():
            signal.signal(number, former)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        # Nothing is raised here: it would be raised at any line, between the start of a process and its place in a list.
        del number, frame
        self._until = time.monotonic() + (0.0 if self.came() else _GRACE_S)
        for worker in self._busy:
            worker.interrupt()


def _ready(busy: Sequence[_Worker]) -> list[_Worker]:
    """Return the workers that have something to tell, after a while none."""
    heard = wait([worker.connection for worker in busy], _WHILE_S)
    return [worker for worker in busy if worker.connection in heard]


def _heard(worker: _Worker, watcher: Watcher, *, interrupted: bool) -> bool:
    """Take one message of a worker; tell whether it was the last of its part."""
    part = worker.part
    try:
        message = worker.receive()
    except (EOFError, ConnectionResetError):
        for case in part.task.cases[len(part.outcomes) :] if not interrupted else ():
            lost = Outcome(case, Verdict.ERROR, "the process that judged it ended (a defect of the suite)")
            part.outcomes.append(lost)
            watcher.ended(lost)
        message = Finished()
    match message:
        case Ended(outcome):
            part.outcomes.append(outcome)
            watcher.ended(outcome)
        case Begins(case):
            watcher.begins(case)
        case Notice(text):
            watcher.notice(text)
        case Finished():
            part.finished = message
    return part.finished is not None

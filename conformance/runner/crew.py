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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import wait
from types import FrameType
from typing import Final, Self

from conformance.evidence.verdict import Verdict
from conformance.iut.errors import StartError
from conformance.runner.execute import Outcome
from conformance.runner.portable import Begins, Ended, Finished, Notice, Task, packed, unpacked
from conformance.runner.watcher import Watcher
from conformance.suites.case import Case

_GRACE_S: Final = 15.0
"""How long an interrupted worker may clean up."""
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
    outcomes: list[Outcome] = field(default_factory=list)
    finished: Finished | None = None


def judge_side_by_side(tasks: Iterable[Task], workers: int, watcher: Watcher) -> Iterator[Part]:
    """Judge all tasks, the largest first, and yield each part when nothing more will come of it.

    Interrupted, the parts that had begun are yielded before KeyboardInterrupt is raised.

    Raises:
        StartError: an IUT cannot be started or reached.
    """
    waiting = [Part(task) for task in sorted(tasks, key=lambda each: len(each.cases))]
    busy: list[_Worker] = []
    with _Interrupt(busy) as interrupt:
        try:
            while waiting or busy:
                while waiting and len(busy) < workers:
                    busy.append(_Worker(waiting.pop()))
                for worker in _ready(busy):
                    if not _heard(worker, watcher, interrupted=interrupt.at is not None):
                        continue
                    busy.remove(worker)
                    worker.stop()
                    yield worker.part
                    finished = worker.part.finished
                    assert finished is not None
                    if finished.mistake:
                        raise StartError(finished.mistake)
                if interrupt.at is not None:
                    waiting.clear()
                    if time.monotonic() > interrupt.at + _GRACE_S:
                        break
        finally:
            for worker in busy:
                worker.stop()
    if interrupt.at is not None:
        raise KeyboardInterrupt


class _Worker:
    """One process with one part."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.has_begun = False
        self.connection, theirs = Pipe()
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "conformance.runner.worker", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C reaches it through the run, once
        )
        theirs.close()
        with contextlib.suppress(BrokenPipeError):  # that it ended is heard
            self.connection.send_bytes(packed(part.task))

    def interrupt(self) -> None:
        """Let it clean up and tell what it has; one that has not said a word yet has nothing."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGINT if self.has_begun else signal.SIGTERM)

    def stop(self) -> None:
        """Let the process end, and see that it does."""
        if self.part.finished is None:
            self.interrupt()
        self.connection.close()
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class _Interrupt:
    """Passes SIGINT on to the workers; the second one ends everything at once."""

    def __init__(self, busy: Sequence[_Worker]) -> None:
        self.at: float | None = None
        """Monotonic time when it came."""
        self._busy = busy

    def __enter__(self) -> Self:
        self._former = signal.signal(signal.SIGINT, self._came)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._former)

    def _came(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self.at is not None:
            raise KeyboardInterrupt
        self.at = time.monotonic()
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
        message = unpacked(worker.connection.recv_bytes())
        worker.has_begun = True
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

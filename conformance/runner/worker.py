"""A process that judges cases for a run: `python -m conformance.runner.worker FD`, started by `crew` and by nobody else.

It takes one task from the connection FD. SIGINT ends the task as it ends a run: the case under way cleans up, what was
judged is told.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from dataclasses import replace
from multiprocessing.connection import Connection

from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.iut.config import Iut
from conformance.iut.errors import UsageError
from conformance.iut.interruption import interruptible
from conformance.runner.judging import judging
from conformance.runner.portable import Begins, Ended, Finished, Notice, Task, packed, unpacked, without_secrets
from conformance.runner.session import redactor_for
from conformance.runner.watcher import Watcher
from conformance.suites.case import Case


class _Teller(Watcher):
    """Tells the run what happens."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def notice(self, text: str) -> None:
        self._connection.send_bytes(packed(Notice(text)))

    def begins(self, case: Case) -> None:
        self._connection.send_bytes(packed(Begins(case)))


def work(task: Task, connection: Connection) -> Finished:
    """Judge the cases of a task, telling each outcome, and return what is to be known beyond them."""
    redactor = redactor_for((task.iut.platform,) if task.iut.platform else ())
    reached: Iut | None = None
    clock: int | None = None
    interrupted, mistake = False, ""
    with Recorder(task.evidence, redactor, started_s=task.started_s) as recorder:
        try:
            with judging(
                task.iut, task.options, recorder=recorder, redactor=redactor, watcher=_Teller(connection)
            ) as judge:
                reached = _without_secrets(judge.environment.iut, redactor)
                for case in task.cases:
                    outcome = judge(case)
                    connection.send_bytes(packed(Ended(without_secrets(outcome, redactor))))
                clock = judge.environment.clock_offset_ms
        except KeyboardInterrupt:
            interrupted = True
        except UsageError as error:
            mistake = redactor.text(str(error))
        return Finished(reached, clock, recorder.count, interrupted, mistake)


def _without_secrets(iut: Iut, redactor: Redactor) -> Iut:
    return replace(iut, credentials={}, pixit=redactor.value(dict(iut.pixit)))


def main() -> None:
    """Work; a run that was killed has closed the connection, and nobody waits any more."""
    connection = Connection(int(sys.argv[1]))
    over = (EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt)
    with contextlib.suppress(*over), interruptible([signal.SIGINT]):  # though the run's may be ignored: `crew` sends it
        connection.send_bytes(packed(work(unpacked(connection.recv_bytes()), connection)))


if __name__ == "__main__":
    main()

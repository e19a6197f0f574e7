"""One IUT reached, and its cases judged one after another: the same in a run's own process and in a worker's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.evidence.verdict import Verdict
from conformance.iut.config import Iut
from conformance.iut.errors import StartError
from conformance.runner.execute import Outcome, execute
from conformance.runner.selection import Claims
from conformance.runner.session import Options, surroundings
from conformance.runner.watcher import Watcher
from conformance.suites.case import Case
from conformance.suites.checks import Surroundings


@dataclass(frozen=True)
class Judge:
    """An IUT that can be reached, and what it claims."""

    environment: Surroundings
    claims: Claims
    watcher: Watcher

    def __call__(self, case: Case) -> Outcome:
        """Judge a case, or tell why it does not concern the IUT.

        Raises:
            StartError: what was tried first shows that the IUT file's address or certificate is wrong.
        """
        outcome = self._outcome(case)
        if reason := self.environment.obstacle():
            raise StartError(reason)
        return outcome

    def _outcome(self, case: Case) -> Outcome:
        environment = self.environment
        decided = self.claims.verdict(case) if environment.gone_since is None else None
        if decided is not None:
            return Outcome(case, decided[0], decided[1])
        if reason := environment.unclaimed(case):
            return Outcome(case, Verdict.NOT_APPLICABLE, reason)
        self.watcher.begins(case)
        return execute(environment, case)


@contextmanager
def judging(iut: Iut, options: Options, *, recorder: Recorder, redactor: Redactor, watcher: Watcher) -> Iterator[Judge]:
    """Reach an IUT; afterwards it is left as it was found.

    Raises:
        StartError: it cannot be started or reached.
    """
    with surroundings(iut, options, recorder=recorder, redactor=redactor) as environment:
        environment.tell = watcher.notice
        if environment.notice:
            watcher.notice(environment.notice)
        claims = Claims(environment.contract, dict(environment.iut.pics), environment.prober(), environment.iut.pixit)
        yield Judge(environment, claims, watcher)

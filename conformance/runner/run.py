"""A whole run: every IUT, every selected case, results at any moment.

A run that is interrupted or killed leaves its artefacts as far as it came. Who watches gets events; this module knows no
terminal and no test framework.
"""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from conformance.contract import CallClass
from conformance.evidence.recorder import Recorder
from conformance.evidence.results import Results, RunInfo
from conformance.evidence.verdict import EXIT_STATUS, Verdict
from conformance.iut import waivers
from conformance.iut.config import Iut
from conformance.runner import wording
from conformance.runner.collect import Collected
from conformance.runner.execute import Outcome, execute
from conformance.runner.judging import Judging
from conformance.runner.selection import Claims, Filters, select
from conformance.runner.session import Options, redactor_for, surroundings
from conformance.suites.case import Case
from conformance.suites.checks import Surroundings
from conformance.suites.registry import suite


@dataclass(frozen=True)
class Plan:
    """What a run is asked to do."""

    iuts: tuple[Iut, ...]
    filters: Filters = field(default_factory=Filters)
    allowed: frozenset[CallClass] = frozenset()
    seed: int = 0
    out: Path | None = None
    max_calls: int | None = None
    max_time_s: float | None = None
    judging: Judging = field(default_factory=Judging)
    """How clients are judged."""

    def cases(self, iut: Iut) -> list[Case]:
        """Return the cases of one IUT before selection."""
        return [case for case in suite(iut.suite).cases if case.role is iut.role]

    def selected(self) -> dict[int, list[Case]]:
        """Return the selected cases by the number of their IUT.

        Raises:
            UsageError: a pattern matches nothing, or nothing is left to run.
        """
        everything = [case for iut in self.iuts for case in self.cases(iut)]
        chosen = {case.id for case in select(everything, self.filters)}
        return {number: [case for case in self.cases(iut) if case.id in chosen] for number, iut in enumerate(self.iuts)}


@dataclass(frozen=True)
class Job:
    """The selected cases of one IUT of a run."""

    number: int
    iut: Iut
    cases: tuple[Case, ...]


class Watcher:
    """Told what happens; does nothing by itself."""

    def started(self, total: int) -> None:
        """Tell how many cases will run."""

    def notice(self, text: str) -> None:
        """Tell the tester something before it happens."""

    def begins(self, case: Case) -> None:
        """Tell that a case begins."""

    def ended(self, outcome: Outcome) -> None:
        """Tell what a case came to."""

    def finished(self) -> None:
        """Tell that no more will come."""


def new_run_id(now: dt.datetime | None = None) -> str:
    """Return a run id that sorts by time and ends in what makes it unique."""
    now = now or dt.datetime.now(dt.UTC)
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


class Run:
    """One run under way; use as a context manager."""

    def __init__(self, plan: Plan, run_id: str, watcher: Watcher | None = None) -> None:
        self.plan, self.watcher = plan, watcher or Watcher()
        self.jobs = [Job(number, plan.iuts[number], tuple(cases)) for number, cases in plan.selected().items() if cases]
        self._started = time.monotonic()
        self._began = dt.datetime.now(dt.UTC)
        self.redactor = redactor_for(iut.platform for iut in plan.iuts if iut.platform)
        self.recorder = Recorder(plan.out / "evidence.ndjson" if plan.out else None, self.redactor)
        self.collected = Collected(list(plan.iuts), self._info(run_id), self.redactor, self._started)
        self.collected.judging = plan.judging
        self._id = run_id

    def _info(self, run_id: str) -> RunInfo:
        plan = self.plan
        first = plan.iuts[0]
        suites = sorted({iut.suite for iut in plan.iuts})
        return RunInfo(
            id=run_id,
            started=_rfc3339(self._began),
            finished=None,
            duration_ms=0.0,
            seed=plan.seed,
            level=plan.filters.level,
            filters={
                "platforms": list(plan.filters.platforms),
                "roles": list(plan.filters.roles),
                "only": list(plan.filters.only),
                "exclude": list(plan.filters.exclude),
            },
            allowed=sorted(each.value for each in plan.allowed),
            complete=False,
            exit=3,
            clock_offset_ms=None,
            reproduce=wording.reproduce(
                None,
                file=str(first.file) if first.file else None,
                platform=first.platform if len(suites) == 1 else None,
                role=first.role.value if suites == [first.role.value] or len(plan.filters.roles) == 1 else None,
                seed=plan.seed,
                level=plan.filters.level,
                allowed=sorted(each.value for each in plan.allowed),
                judging=plan.judging,
            )
            + "".join(f" --only '{pattern}'" for pattern in plan.filters.only),
            notes=[],
            skipped_cells=[
                {"cell": cell.cell, "reason": cell.reason}
                for name in suites
                for cell in suite(name).skipped
                if any(cell.role is iut.role for iut in plan.iuts if iut.suite == name)
            ],
        )

    @property
    def total(self) -> int:
        """How many cases were selected."""
        return sum(len(job.cases) for job in self.jobs)

    def execute(self) -> None:
        """Run everything.

        Raises:
            StartError: an IUT cannot be started or reached.
            KeyboardInterrupt: the user stopped the run; what was done is kept.
        """
        self.watcher.started(self.total)
        complete = False
        try:
            for job in self.jobs:
                with self.open(job) as judge:
                    for case in job.cases:
                        judge(case)
            complete = True
        finally:
            self.finish(complete=complete)

    @contextmanager
    def open(self, job: Job) -> Iterator[Callable[[Case], Outcome]]:
        """Reach the IUT of a job; yields what judges one case after another.

        Raises:
            StartError: it cannot be started or reached.
        """
        plan = self.plan
        options = Options(
            seed=plan.seed,
            level=plan.filters.level,
            allowed=plan.allowed,
            run_id=self._id,
            out=plan.out,
            max_calls=plan.max_calls,
            max_time_s=plan.max_time_s,
            judging=plan.judging,
        )
        with surroundings(job.iut, options, recorder=self.recorder, redactor=self.redactor) as environment:
            self.collected.iuts[job.number] = environment.iut
            environment.tell = self.watcher.notice
            if environment.notice:
                self.watcher.notice(environment.notice)
            claims = Claims(
                environment.contract, dict(environment.iut.pics), environment.prober(), environment.iut.pixit
            )

            def judge(case: Case) -> Outcome:
                outcome = self._judge(environment, claims, case)
                self.collected.outcomes.append(outcome)
                self.watcher.ended(outcome)
                return outcome

            yield judge
            self.collected.run["clock_offset_ms"] = environment.clock_offset_ms

    def _judge(self, environment: Surroundings, claims: Claims, case: Case) -> Outcome:
        decided = claims.verdict(case) if environment.gone_since is None else None
        if decided is not None:
            return Outcome(case, decided[0], decided[1])
        if reason := environment.unclaimed(case):
            return Outcome(case, Verdict.NOT_APPLICABLE, reason)
        self.watcher.begins(case)
        return execute(environment, case)

    def finish(self, *, complete: bool) -> None:
        """Close the evidence and note when the run ended."""
        self.recorder.close()
        self.collected.run["complete"] = complete
        self.collected.run["finished"] = _rfc3339(dt.datetime.now(dt.UTC))
        self.collected.run["duration_ms"] = round((time.monotonic() - self._started) * 1000, 1)

    def results(self) -> Results:
        """Return the results with verdict and exit status, as far as the run has come."""
        today = dt.datetime.now(dt.UTC).date()
        results = self.collected.results(today=today)
        results["run"]["exit"] = EXIT_STATUS[Verdict(results["verdict"])]
        problems = self.waiver_problems(today)
        if problems:
            results["run"]["exit"] = max(1, results["run"]["exit"])
            results["run"]["notes"] = [*results["run"]["notes"], *problems]
        return results

    def waiver_problems(self, today: dt.date) -> list[str]:
        """Return what is wrong with the waivers, one line each."""
        verdicts = {outcome.case.id: outcome.verdict for outcome in self.collected.outcomes}
        known = [case.id for iut in self.plan.iuts for case in self.plan.cases(iut)]
        return [
            line for iut in self.plan.iuts for line in waivers.problems(iut.waivers, verdicts, today=today, known=known)
        ]


def _rfc3339(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

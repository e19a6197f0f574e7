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
from typing import Final

from conformance.contract import CallClass, Role
from conformance.evidence.recorder import Recorder
from conformance.evidence.results import Results, RunInfo
from conformance.evidence.verdict import EXIT_STATUS, Verdict
from conformance.iut import waivers
from conformance.iut.config import Iut
from conformance.runner import wording
from conformance.runner.client_judging import Judging
from conformance.runner.collect import Collected
from conformance.runner.crew import Part, judge_side_by_side, parts
from conformance.runner.execute import Outcome
from conformance.runner.judging import judging
from conformance.runner.portable import Finished, Task, renumbered
from conformance.runner.selection import Filters, select
from conformance.runner.session import Options, redactor_for
from conformance.runner.watcher import Watcher
from conformance.suites.case import Case
from conformance.suites.registry import suite

LARGE: Final = 600
"""Cases of a platform that is judged in parts where several processes judge."""


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

    @property
    def large(self) -> bool:
        """Whether it outlasts all others: cases of a platform need a call or more each."""
        return self.iut.role is Role.PLATFORM and len(self.cases) > LARGE


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
        self._options = Options(
            seed=plan.seed,
            level=plan.filters.level,
            allowed=plan.allowed,
            run_id=run_id,
            out=plan.out,
            max_calls=plan.max_calls,
            max_time_s=plan.max_time_s,
            soak_s=60 * (plan.filters.soak_min or 0.0),
            judging=plan.judging,
        )

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
                "soak_min": plan.filters.soak_min,
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
                soak_min=plan.filters.soak_min,
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

    def execute(self, workers: int = 1) -> None:
        """Run everything, embedded references in so many processes side by side.

        Raises:
            StartError: an IUT cannot be started or reached.
            KeyboardInterrupt: the user stopped the run; what was done is kept.
        """
        self.watcher.started(self.total)
        complete = False
        try:
            tasks = self._tasks(workers)
            if len(tasks) > 1:
                self._side_by_side(tasks, workers)
            else:
                self._one_by_one()
            complete = True
        finally:
            self.finish(complete=complete)

    def _one_by_one(self) -> None:
        for job in self.jobs:
            with self.open(job) as judge:
                for case in job.cases:
                    judge(case)

    def _tasks(self, workers: int) -> list[Task]:
        """Return what processes of their own can do; nothing where this one does it all.

        A tester's own IUT is one and no two, and limits count over all calls.
        """
        limited = self.plan.max_calls is not None or self.plan.max_time_s is not None
        if workers < 2 or limited or not all(job.iut.embedded for job in self.jobs):
            return []
        out = self.plan.out
        return [
            Task(
                job=job.number,
                part=part,
                iut=job.iut,
                cases=cases,
                options=self._options,
                evidence=out / f"evidence-{job.number}-{part}.ndjson" if out else None,
                started_s=self._started,
            )
            for job in self.jobs
            for part, cases in enumerate(parts(job.cases, workers if job.large else 1))
        ]

    def _side_by_side(self, tasks: list[Task], workers: int) -> None:
        done = [Part(task) for task in tasks]
        try:
            judge_side_by_side(done, workers, self.watcher)
        finally:
            for part in done:
                if part.has_begun:
                    self._take(part)
            order = {case.id: place for place, case in enumerate(case for job in self.jobs for case in job.cases)}
            self.collected.outcomes.sort(key=lambda outcome: order[outcome.case.id])

    def _take(self, part: Part) -> None:
        """Add what a worker found to the run, as if it had been found here."""
        task, finished = part.task, part.finished or Finished()
        offset = self.recorder.adopt(task.evidence, finished.records)
        self.collected.outcomes.extend(renumbered(outcome, offset) for outcome in part.outcomes)
        if finished.iut is not None:
            self.collected.iuts[task.job] = finished.iut
        if finished.clock_offset_ms is not None:
            self.collected.run["clock_offset_ms"] = finished.clock_offset_ms

    @contextmanager
    def open(self, job: Job) -> Iterator[Callable[[Case], Outcome]]:
        """Reach the IUT of a job; yields what judges one case after another.

        Raises:
            StartError: it cannot be started or reached.
        """
        with judging(
            job.iut, self._options, recorder=self.recorder, redactor=self.redactor, watcher=self.watcher
        ) as judge:
            self.collected.iuts[job.number] = judge.environment.iut

            def collected(case: Case) -> Outcome:
                outcome = judge(case)
                self.collected.outcomes.append(outcome)
                self.watcher.ended(outcome)
                return outcome

            yield collected
            self.collected.run["clock_offset_ms"] = judge.environment.clock_offset_ms

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
        return [
            line
            for iut in self.plan.iuts
            if iut.waivers
            for line in waivers.problems(iut.waivers, verdicts, today=today, known=self.collected.known)
        ]


def _rfc3339(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

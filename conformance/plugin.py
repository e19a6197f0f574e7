"""The suites under pytest: every case an item named by its id, with verdicts that pytest and JUnit can express.

Loaded by the root conftest.py of a checkout and by `-p conformance.plugin` elsewhere; never an entry point, because it has no
business in other people's test runs. `pytest --iut FILE` judges an implementation and nothing else; without `--iut` the suites
run against the embedded references beside whatever other tests were asked for.

FAIL is a failure; ERROR and INCONCLUSIVE are errors; NOT_APPLICABLE is a skip with its reason; WARN passes with a property.
The case runs in the setup phase, because pytest reports as an error only what happens there.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest

from conformance.contract import CallClass
from conformance.evidence.verdict import EXIT_STATUS, Verdict
from conformance.iut import config as iut_config
from conformance.iut.errors import StartError, UsageError
from conformance.runner import wording
from conformance.runner.embedded import everything
from conformance.runner.execute import Outcome
from conformance.runner.run import Job, Plan, Run, new_run_id
from conformance.runner.selection import Filters
from conformance.suites.case import Case

SUITES: Final = Path(__file__).resolve().parent / "suites"
_KEY: Final = pytest.StashKey["_Judge"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a judging run."""
    group = parser.getgroup("iot-conformance", "judging an implementation of an IoT protocol")
    group.addoption("--iut", metavar="FILE", help="IUT file; judges it instead of the embedded references")
    group.addoption("--iut-out", metavar="DIR", help="folder for the artefacts [with --iut: conformance-results/RUN]")
    group.addoption("--iut-only", metavar="PATTERN", action="append", default=[], help="only cases whose id matches")
    group.addoption(
        "--iut-exclude", metavar="PATTERN", action="append", default=[], help="not the cases whose id matches"
    )
    group.addoption("--iut-level", choices=["core", "strict"], default="core", help="strict adds warnings [core]")
    group.addoption("--iut-seed", metavar="N", type=int, default=0, help="seed of generated messages [0]")
    group.addoption("--iut-soak", metavar="MINUTES", type=float, help="role device: also watch the device for so long")
    group.addoption(
        "--iut-allow",
        metavar="CLASS",
        action="append",
        default=[],
        choices=["destructive", "irreversible", "throttle"],
        help="send calls of this class to a live url",
    )


def pytest_configure(config: pytest.Config) -> None:
    """With --iut and no explicit paths, collect the suites alone; tell a mistake in the IUT file before anything else."""
    if config.getoption("--iut"):
        if config.args_source is not pytest.Config.ArgsSource.ARGS:
            config.args[:] = [str(SUITES)]
        config.stash[_KEY] = _judge_of(config)


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the registry where the folder of the suites is met."""
    if path.resolve() == SUITES:
        collector: pytest.Collector = SuiteDirectory.from_parent(parent, path=path)
        return collector
    return None


class SuiteDirectory(pytest.Directory):
    """The folder of the suites: its items are the cases, not its files."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield an item per selected case."""
        config = self.config
        judge = config.stash[_KEY] = config.stash.get(_KEY, None) or _judge_of(config)
        for job in judge.run.jobs:
            for case in job.cases:
                yield CaseItem.from_parent(self, name=case.id, case=case, job=job)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, job: Job, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case, self.job = case, job
        self.outcome: Outcome | None = None

    def setup(self) -> None:
        """Run the case; raise what pytest reports as an error or a skip.

        Raises:
            NotJudged: ERROR or INCONCLUSIVE.
        """
        outcome = self.outcome = self.config.stash[_KEY].judge(self.job, self.case)
        self.user_properties.append(("verdict", outcome.verdict.value))
        if outcome.verdict is Verdict.NOT_APPLICABLE:
            pytest.skip(outcome.reason)
        if outcome.verdict in {Verdict.ERROR, Verdict.INCONCLUSIVE}:
            raise NotJudged(self._text(outcome))

    def runtest(self) -> None:
        """Report the verdict.

        Raises:
            CaseFailed: FAIL.
        """
        assert self.outcome is not None
        if self.outcome.verdict is Verdict.WARN:
            self.user_properties.append(("warning", self._text(self.outcome)))
        if self.outcome.verdict is Verdict.FAIL:
            raise CaseFailed(self._text(self.outcome))

    def _text(self, outcome: Outcome) -> str:
        return f"{outcome.verdict}: {self.config.stash[_KEY].message(outcome)}"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the failure text alone: our own stack says nothing about the implementation."""
        if isinstance(excinfo.value, CaseFailed | NotJudged):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the item comes from: the case id says more than a line number."""
        return self.path, None, self.case.id


class CaseFailed(AssertionError):  # noqa: N818 - a verdict
    """A case came to FAIL."""


class NotJudged(Exception):  # noqa: N818 - a verdict
    """A case came to ERROR or INCONCLUSIVE."""


class _Judge:
    """The run behind the items: opens an IUT at its first case, closes it when the next one begins or the session ends."""

    def __init__(self, config: pytest.Config) -> None:
        option = config.getoption
        file = option("--iut")
        iuts = (iut_config.read(Path(file)),) if file else everything((), ())
        run_id = new_run_id()
        out = option("--iut-out") or (f"conformance-results/{run_id}" if file else None)
        self.out = Path(out) if out else None
        if self.out:
            self.out.mkdir(parents=True, exist_ok=True)
        self.run = Run(
            Plan(
                iuts=iuts,
                filters=Filters(
                    tuple(option("--iut-only")),
                    tuple(option("--iut-exclude")),
                    option("--iut-level"),
                    option("--iut-soak"),
                ),
                allowed=frozenset(CallClass(each) for each in option("--iut-allow")),
                seed=option("--iut-seed"),
                out=self.out,
            ),
            run_id,
        )
        self._stack = ExitStack()
        self._open: tuple[Job, Any] | None = None
        self.mistaken = False
        """Whether the run ended because of a mistake in its use; pytest has one status for that and for Ctrl-C."""

    def judge(self, job: Job, case: Case) -> Outcome:
        """Run a case in its job's session."""
        if self._open is None or self._open[0] is not job:
            self._stack.close()
            self._open = None
            try:
                self._open = (job, self._stack.enter_context(self.run.open(job)))
            except UsageError as error:
                self._end(error)
        try:
            outcome: Outcome = self._open[1](case)
        except StartError as error:  # what was tried first shows that the address or the certificate is wrong
            self._end(error)
        return outcome

    def _end(self, error: UsageError) -> NoReturn:
        self.mistaken = True
        pytest.exit(f"iot-conformance: {error}", returncode=2)

    def message(self, outcome: Outcome) -> str:
        """Return the failure text of an outcome."""
        return wording.message(outcome, self.run.collected.reproduce(outcome), self.run.redactor)

    def finish(self, *, complete: bool) -> int:
        """Close the IUT, write the artefacts, and return the exit status of the run."""
        self._stack.close()
        self.run.finish(complete=complete)
        if not self.run.collected.outcomes:
            return 0
        results = self.run.results()
        if self.out:
            from conformance.report import write_reports

            write_reports(results, self.out)
        return results["run"]["exit"]


def _judge_of(config: pytest.Config) -> _Judge:
    """Return the run behind the items; a mistake of use ends the session with one line and exit status 2."""
    try:
        return _Judge(config)
    except UsageError as error:
        pytest.exit(f"iot-conformance: {error}", returncode=2)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Give pytest the exit status of the run, where no other test failed."""
    judge = session.config.stash.get(_KEY, None)
    if judge is None or session.config.option.collectonly:
        return
    status = judge.finish(complete=exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED})
    if exitstatus == pytest.ExitCode.INTERRUPTED and not judge.mistaken and session.config.getoption("--iut"):
        session.exitstatus = 130
    elif exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED} and _only_cases_failed(session, judge):
        session.exitstatus = status


def _only_cases_failed(session: pytest.Session, judge: _Judge) -> bool:
    """Tell whether every failure is a case's: another test's failure keeps pytest's own status."""
    failing = sum(EXIT_STATUS.get(each.verdict, 0) != 0 for each in judge.run.collected.outcomes)
    return session.testsfailed <= failing


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """End with where the artefacts are."""
    judge = config.stash.get(_KEY, None)
    if judge is not None and judge.out is not None and judge.run.collected.outcomes:
        terminalreporter.write_line(f"iot-conformance: artefacts in {judge.out}")

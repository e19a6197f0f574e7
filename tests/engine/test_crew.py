"""References judged side by side in several processes: the same results as one after another, whatever happens to a process."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from conformance.contract import Role, load
from conformance.evidence.findings import Finding
from conformance.evidence.redaction import Redactor
from conformance.evidence.results import Results
from conformance.evidence.verdict import Verdict
from conformance.iut.errors import StartError
from conformance.runner import crew
from conformance.runner import run as running
from conformance.runner.crew import parts
from conformance.runner.embedded import embedded
from conformance.runner.execute import Outcome
from conformance.runner.portable import packed, renumbered, unpacked, without_secrets
from conformance.runner.run import Plan, Run
from conformance.runner.selection import Filters
from conformance.runner.watcher import Watcher
from conformance.suites.registry import suite

ONLY = ("neuroncloud/*/minimal", "neuroncloud/*/maximal", "thingscloud/device-list/m*")
ID = "20261126T120000Z-abcdef"


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Ctrl-C is heard, also where the tests run in the background of a shell."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


class AfterTheFirst(Watcher):
    """Does something when the first case has ended."""

    def __init__(self, what: Callable[[], None]) -> None:
        self._what: Callable[[], None] | None = what

    def ended(self, outcome: Outcome) -> None:
        if self._what is not None:
            what, self._what = self._what, None
            what()


def a_run(out: Path, watcher: Watcher | None = None, *, only: tuple[str, ...] = ONLY) -> Run:
    out.mkdir()
    iuts = (embedded("neuroncloud", Role.PLATFORM), embedded("thingscloud", Role.PLATFORM))
    return Run(Plan(iuts, Filters(only=only), out=out), ID, watcher)


def lasting(results: Results) -> list[tuple[Any, ...]]:
    """Return what must be the same however often a run is made."""
    return [
        (case["id"], case["verdict"], case["requirements"], case["findings"], case["exchanges"])
        for case in results["cases"]
    ]


def evidence(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "evidence.ndjson").read_text(encoding="utf-8").splitlines()]


def test_two_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LARGE", 5)  # so that the larger one is split
    alone, together = a_run(tmp_path / "alone"), a_run(tmp_path / "together")
    alone.execute()
    together.execute(2)
    one, two = alone.results(), together.results()
    assert two["verdict"] == one["verdict"] == "PASS"
    assert [row[:4] for row in lasting(two)] == [row[:4] for row in lasting(one)]
    assert [case["id"] for case in two["cases"]] == [case.id for job in together.jobs for case in job.cases]
    written = evidence(tmp_path / "together")
    by_id = {record["id"]: record["case"] for record in written}
    assert len(by_id) == len(written)
    assert all(by_id[each] == case["id"] for case in two["cases"] for each in case["exchanges"])
    assert all(case["exchanges"] for case in two["cases"])
    assert [path.name for path in (tmp_path / "together").iterdir()] == ["evidence.ndjson"]
    assert two["pixit"].keys() == one["pixit"].keys()
    assert two["run"]["clock_offset_ms"] is not None


def test_limits_count_over_all_calls_so_one_process_judges(tmp_path: Path) -> None:
    seen: list[list[psutil.Process]] = []
    run = a_run(tmp_path / "out", AfterTheFirst(lambda: seen.append(workers())))
    run.plan = replace(run.plan, max_calls=1000)
    run.execute(2)
    assert run.results()["verdict"] == "PASS"
    assert seen == [[]]


def test_an_interrupted_run_keeps_what_was_done(tmp_path: Path) -> None:
    run = a_run(tmp_path / "out", AfterTheFirst(lambda: os.kill(os.getpid(), signal.SIGINT)))
    with pytest.raises(KeyboardInterrupt):
        run.execute(2)
    results = run.results()
    assert results["run"]["complete"] is False
    assert 1 <= len(results["cases"]) < run.total
    assert {case["verdict"] for case in results["cases"]} == {"PASS"}
    known = {record["id"] for record in evidence(tmp_path / "out")}
    assert all(each in known for case in results["cases"] for each in case["exchanges"])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["evidence.ndjson"]
    assert workers() == []


class AtTheStart(Watcher):
    """Does something before any process has said a word."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, what: Callable[[], None]) -> None:
        start = crew._Worker.__init__

        def started(worker: Any, part: crew.Part) -> None:
            start(worker, part)
            what()

        monkeypatch.setattr(crew._Worker, "__init__", started)


def test_a_run_that_is_interrupted_before_it_began_ends_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []

    def interrupt() -> None:
        started.append(1)
        os.kill(os.getpid(), signal.SIGINT)

    run = a_run(tmp_path / "out", AtTheStart(monkeypatch, interrupt))
    with pytest.raises(KeyboardInterrupt):
        run.execute(2)
    results = run.results()
    assert (results["run"]["complete"], results["cases"], len(started)) == (False, [], 1)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["evidence.ndjson"]
    assert workers() == []


def test_a_run_that_is_interrupted_twice_waits_for_nobody_and_keeps_what_it_heard(tmp_path: Path) -> None:
    stopped: list[psutil.Process] = []

    def twice() -> None:
        for worker in workers():
            stopped.extend(worker.children(recursive=True))
            worker.suspend()  # it will not clean up
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    run = a_run(tmp_path / "out", AfterTheFirst(twice))
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run.execute(2)
    assert time.monotonic() - began < crew._GRACE_S
    assert {case["verdict"] for case in run.results()["cases"]} == {"PASS"}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["evidence.ndjson"]
    assert evidence(tmp_path / "out")
    assert workers() == []
    assert psutil.wait_procs(stopped, timeout=20)[1] == []


def test_ctrl_c_that_is_ignored_stays_ignored_and_sigterm_ends_the_run(tmp_path: Path) -> None:
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    def both() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        os.kill(os.getpid(), signal.SIGTERM)

    run = a_run(tmp_path / "out", AfterTheFirst(both))
    began = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            run.execute(2)
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    assert 1 <= len(run.results()["cases"]) < run.total
    assert time.monotonic() - began < crew._GRACE_S  # the processes took it, though they were started with it ignored
    assert workers() == []


def test_a_process_that_ends_leaves_errors_and_no_case_without_a_verdict(tmp_path: Path) -> None:
    orphans: list[psutil.Process] = []
    run = a_run(tmp_path / "out", AfterTheFirst(lambda: orphans.extend(kill_one())))
    run.execute(2)
    results = run.results()
    assert results["verdict"] == "ERROR"
    assert len(results["cases"]) == run.total
    messages = {case["message"] for case in results["cases"] if case["verdict"] == "ERROR"}
    assert messages == {"the process that judged it ended (a defect of the suite)"}
    assert workers() == []
    assert psutil.wait_procs(orphans, timeout=20)[1] == []


def test_a_reference_that_cannot_be_started_ends_the_run_with_its_reason(tmp_path: Path) -> None:
    broken = replace(embedded("envelope", Role.PLATFORM), reference="conformance.nothing")
    run = Run(Plan((broken, embedded("neuroncloud", Role.PLATFORM)), Filters(only=("*/minimal",))), ID)
    with pytest.raises(StartError, match=r"iut\.command ended with status 1 before its port accepted"):
        run.execute(2)
    assert workers() == []


def test_a_run_that_ends_early_keeps_what_was_found(tmp_path: Path) -> None:
    def fail() -> None:
        raise StartError("something else went wrong")

    run = a_run(tmp_path / "out", AfterTheFirst(fail))
    with pytest.raises(StartError, match="something else"):
        run.execute(2)
    assert [case["verdict"] for case in run.results()["cases"]] == ["PASS"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["evidence.ndjson"]
    assert workers() == []


def kill_one() -> list[psutil.Process]:
    """Kill a worker; return what it had started."""
    worker = workers()[0]
    started = worker.children(recursive=True)
    worker.kill()
    return started


def workers() -> list[psutil.Process]:
    found = (child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE)
    return [child for child in found if "conformance.runner.worker" in child.cmdline()]


def test_parts_keep_subjects_together_and_are_of_about_equal_size() -> None:
    cases = [case for case in suite("huawei").cases if case.role is Role.PLATFORM]
    first, second = parts(cases, 2)
    assert sorted(case.id for case in (*first, *second)) == sorted(case.id for case in cases)
    assert {case.subject for case in first}.isdisjoint(case.subject for case in second)
    assert abs(len(first) - len(second)) < len(cases) / 10
    assert list(first) == [case for case in cases if case in set(first)]
    assert parts(cases, 1) == (tuple(cases),)


def outcome(text: str) -> Outcome:
    contract = load("thingscloud")
    case = next(iter(suite("thingscloud").cases))
    requirement = next(iter(contract.requirements.values()))
    finding = Finding(requirement, Verdict.FAIL, text, text, text, text, exchange="x3")
    return Outcome(case, Verdict.FAIL, text, (finding,), 1.0, 2.0, ("x2", "x3"), (text,))


def test_what_travels_is_the_same_case_and_requirement() -> None:
    before = outcome("text")
    after = unpacked(packed(before))
    assert after == before
    assert after.case is before.case
    assert after.findings[0].requirement is before.findings[0].requirement


def test_what_a_worker_learnt_does_not_travel() -> None:
    redactor = Redactor()
    redactor.learn("a-very-secret-token", "token")
    assert b"a-very-secret-token" not in packed(without_secrets(outcome("is a-very-secret-token"), redactor))


def test_exchanges_are_numbered_behind_those_of_other_parts() -> None:
    moved = renumbered(outcome("text"), 40)
    assert moved.exchanges == ("x42", "x43")
    assert moved.findings[0].exchange == "x43"

"""1.10.2: what a batch task tells of its progress, against a model of it.

The upper tester has the devices answer. Shares are per mille of the table or per cent of the example (erratum
batch-per-mille); what expired may count as complete or not (erratum batch-complete-count). Of what success is a share (all sub
tasks, or those that are done) no sentence says: either passes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.batch_subtasks import ERROR, listed
from conformance.suites.huawei.batch_views import COUNTS, TASK, Task, bring, query, start
from conformance.suites.machine import Lifecycle, first, run, step

DONE: Final = ("Success", "Fail", "Timeout")
STATES: Final = (*DONE, "WaitResult")
"""What a device may come to, the most telling first: shrinking leads there."""
WHOLE: Final = (1000, 100)
"""Units in which a share may be told."""


def expected_counts(states: Mapping[str, str]) -> dict[str, int]:
    """Return the counts that a task shows whose sub tasks are in these states (by device)."""
    counts = Counter(states.values())
    done = sum(counts[each] for each in DONE)
    return dict(zip(COUNTS, (len(states), *(counts[each] for each in DONE), done), strict=True))


def judge(context: Context, task: Task, states: Mapping[str, str]) -> None:
    """Hold what a task tells of its progress against the states of its sub tasks.

    Raises:
        Stop: the task cannot be queried; the finding is recorded.
    """
    expected = expected_counts(states)
    answer = query(context, task.id, lambda shown: not _wrong(shown, expected))
    for name, requirement in zip(COUNTS, ("total", *["counts"] * 3, "complete-count"), strict=True):
        actual = answer.at(f"/{name}")
        if actual is None:
            continue
        accepted = {expected[name]}
        if name == "completeCnt":
            accepted.add(expected[name] + int(answer.at("/expiredCnt") or 0))
        words = " or ".join(map(str, sorted(accepted)))
        right = actual in accepted
        context.check(f"1.10.2/{requirement}", right, expected=words, actual=actual, pointer=f"/{name}", answer=answer)
    done, total, success = expected["completeCnt"], expected["totalCnt"], expected["successCnt"]
    _share(context, "progress", answer, {_part(done, total, whole) for whole in WHOLE})
    _share(context, "successRate", answer, {_part(success, of, whole) for whole in WHOLE for of in (total, done) if of})
    finished = done == total and not expected["timeoutCnt"]
    if finished or done < total:
        status = answer.at("/status")
        right = (status == "Complete") is finished
        words = "Complete" if finished else "another status than Complete"
        context.check("1.10.2/complete", right, expected=words, actual=status, pointer="/status", answer=answer)


def _part(part: int, total: int, whole: int) -> int:
    return part * whole // total


def _share(context: Context, name: str, answer: Answer, accepted: set[int]) -> None:
    actual = answer.at(f"/{name}")
    if actual is not None and accepted:
        requirement = {"progress": "1.10.2/progress", "successRate": "1.10.2/success-rate"}[name]
        words = " or ".join(map(str, sorted(accepted)))
        context.check(requirement, actual in accepted, expected=words, actual=actual, pointer=f"/{name}", answer=answer)


def _wrong(answer: Answer, expected: Mapping[str, int]) -> bool:
    """Tell whether a count is not yet as expected; expired sub tasks may count as complete."""
    shown = {name: answer.at(f"/{name}") for name in COUNTS if name != "completeCnt"}
    late = any(value is not None and value != expected[name] for name, value in shown.items())
    done = expected["completeCnt"] == expected["totalCnt"]
    return late or (done and answer.at("/status") in {"Pending", "Running"})


unfinished: Callable[[Any], Any] = precondition(lambda machine: bool(machine.open))


class Progress(Lifecycle):
    """One batch task for three devices, and what they have answered."""

    task: Task

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[str, str] = {}
        """What the devices have come to; nothing where the task could not be made."""

    @property
    def open(self) -> list[str]:
        """The devices that have not answered."""
        return [device for device, status in self.states.items() if status not in DONE]

    @first(status=st.sampled_from(STATES))
    def begin(self, status: str) -> None:
        """A task is made, and a device answers."""
        self.task = start(self.context, 3)
        self.states = {device: each["status"] for device, each in listed(self.context, self.task).items()}
        self._take(self.task.devices[0], status)

    @unfinished
    @step(which=st.integers(0, 2), status=st.sampled_from(STATES))
    def answer(self, which: int, status: str) -> None:
        """A device takes its command, or answers it; the task counts it."""
        self._take(self.open[which % len(self.open)], status)

    def _take(self, device: str, status: str) -> None:
        bring(self.context, self.task, device, status, **(ERROR if status == "Fail" else {}))
        self.states[device] = status
        judge(self.context, self.task, self.states)

    @step()
    def look(self) -> None:
        """What is asked twice is told twice."""
        judge(self.context, self.task, self.states)

    def teardown(self) -> None:
        """Finish the task: one that is not keeps others from being made."""
        try:
            for device in self.open if self.prepared() else []:
                bring(self.context, self.task, device, "Fail", **ERROR)
        except Inconclusive as error:
            self.examples.stopped = error
        super().teardown()


@case(
    "huawei/batch-task-progress/model",
    requirements=[
        "1.10.2/total",
        "1.10.2/counts",
        "1.10.2/complete-count",
        "1.10.2/progress",
        "1.10.2/success-rate",
        "1.10.2/complete",
    ],
    calls=[*TASK, "batch-task-query", "batch-subtask-list"],
    examples=12,
)
def task_counts_as_its_model(context: Context) -> None:
    """A batch task whose devices answer in any order counts them, and is Complete when all have answered."""
    run(context, Progress)


@case(
    "huawei/batch-task-query/results",
    requirements=[
        "1.10.2/counts",
        "1.10.2/complete-count",
        "1.10.2/progress",
        "1.10.2/success-rate",
        "1.10.2/complete",
    ],
    calls=[*TASK, "batch-task-query", "batch-subtask-list"],
)
def task_tells_what_its_devices_answered(context: Context) -> None:
    """Of three sub tasks one succeeds, then one fails, then the last succeeds: the task counts each, and is Complete then."""
    task = start(context, 3)
    states = {device: each["status"] for device, each in listed(context, task).items()}
    for device, status in zip(task.devices, ("Success", "Fail", "Success"), strict=True):
        bring(context, task, device, status, **(ERROR if status == "Fail" else {}))
        states[device] = status
        judge(context, task, states)

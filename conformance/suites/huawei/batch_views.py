"""1.10: making batch tasks and looking at them as the cases of the chapter do.

A batch task cannot be deleted, and ten of an application may be unfinished at a time: cases make few, for devices of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from conformance.evidence.exchange import Answer, at
from conformance.evidence.findings import Inconclusive, Stop
from conformance.platforms.draft import Draft
from conformance.suites.context import Context
from conformance.suites.huawei.pages import Listing, everything
from conformance.suites.judge import Says, says
from conformance.suites.waiting import eventually

SUB_TASKS: Final = Listing(
    "batch-subtask-list", "1.10.3", "/param/deviceId", 25, items=("/taskDetails",), largest=250, of_page=True
)
DEVICE: Final = ("device-register-code", "device-delete")
TASK: Final = ("batch-task-create", *DEVICE)
CHOICES: Final = ("deviceList", "deviceType", "manufacturerId", "model", "deviceLocation", "groupList")
"""Members that say which devices a task is for."""
COUNTS: Final = ("totalCnt", "successCnt", "failCnt", "timeoutCnt", "completeCnt")


@dataclass(frozen=True)
class Task:
    """A batch task of the case's own."""

    id: str
    devices: tuple[str, ...]
    request: Mapping[str, Any]
    """The body it was made with."""


def order(context: Context, *, full: bool = False, having: tuple[str, ...] = ()) -> Draft:
    """Return a valid request for a batch task, for one device of the case's own."""
    return context.draft("batch-task-create", full=full, having=having)


def choose(draft: Draft, kind: str, **choice: Any) -> Draft:
    """Have a request choose its devices in another way; return it."""
    param = {name: draft.body["param"][name] for name in ("command",)}
    draft.body["param"] = {"type": kind, **choice, **param}
    return draft


def identity(answer: Answer) -> str:
    """Return the id of the task that an answer tells (readings: erratum batch-task-id-spelling)."""
    return str(answer.at("/taskID") or answer.at("/taskId"))


def start(context: Context, amount: int, **members: Any) -> Task:
    """Make a batch task for so many devices (a preamble).

    Raises:
        Inconclusive: it was not made.
    """
    draft = order(context)
    chosen = draft.body["param"]["deviceList"]
    chosen += [context.make("device").id for _ in range(amount - len(chosen))]
    draft.body.update(members)
    answer = context.send(draft)
    if says(context.contract, answer) is not Says.YES:
        raise Inconclusive(f"the preamble batch-task-create did not succeed: {answer.describe()}")
    return Task(identity(answer), tuple(chosen), draft.body)


def query(context: Context, task: str, holds: Callable[[Answer], bool] = lambda _: True, **parameters: Any) -> Answer:
    """Query a task until it shows what is expected or the delay is over; return the last answer.

    Raises:
        Stop: it was not served; the finding is recorded.
    """
    seen: list[Answer] = []

    def look() -> bool:
        seen[:] = [context.call("batch-task-query", taskId=task, **parameters)]
        return says(context.contract, seen[0]) is Says.YES and holds(seen[0])

    eventually(context, look)
    if not context.served(context.operation("batch-task-query"), seen[0]):
        raise Stop
    return seen[0]


def sub_tasks(context: Context, task: str, **filters: Any) -> dict[str, Any]:
    """Return the sub tasks of a task by device.

    Raises:
        Stop: they are not told; the finding is recorded.
    """
    records = everything(context, SUB_TASKS, taskId=task, **filters)
    return {str(at(each, SUB_TASKS.id)): each for each in records}


def is_for(context: Context, requirement: str, task: str, expected: Collection[str], *, others: bool = False) -> None:
    """Check that a task has one sub task for each of these devices, and no other unless `others` may be there."""
    seen: list[set[str]] = []

    def look() -> bool:
        seen[:] = [set(sub_tasks(context, task))]
        return set(expected) <= seen[0] if others else set(expected) == seen[0]

    holds = eventually(context, look)
    context.check(requirement, holds, expected=sorted(expected), actual=sorted(seen[0])[:10], pointer="/taskDetails")


def bring(context: Context, task: Task, device: str, status: str, **error: str) -> None:
    """Have the upper tester bring the sub task of a device into a state.

    Raises:
        Inconclusive: there is no upper tester, or it cannot.
    """
    context.act("batch-subtask-result", taskId=task.id, deviceId=device, status=status, **error)


def told_as(context: Context, requirement: str, answer: Answer, pointer: str, expected: Any) -> None:
    """Check a member; one that is absent or null tells nothing."""
    actual = answer.at(pointer)
    if actual is not None:
        context.equal(requirement, actual, expected, pointer=pointer, answer=answer)


def param_is_shown(context: Context, answer: Answer, given: Mapping[str, Any]) -> None:
    """Check that a task shows what it was created with; the order of a list is not given."""
    for name in ("type", *CHOICES, "callbackUrl", "maxRetransmit", "groupTag"):
        actual, expected = answer.at(f"/param/{name}"), given.get(name)
        if isinstance(actual, list) and isinstance(expected, list):
            same = sorted(map(str, actual)) == sorted(expected)
            context.check(
                "1.10.2/readable", same, expected=expected, actual=actual, pointer=f"/param/{name}", answer=answer
            )
        elif expected is not None:
            told_as(context, "1.10.2/readable", answer, f"/param/{name}", expected)
    command = given["command"]
    for name in ("serviceId", "method"):
        told_as(context, "1.10.2/readable", answer, f"/param/command/{name}", command[name])
    paras = answer.at("/param/command/paras")
    shown = _parsed(paras) if isinstance(paras, str) else paras
    if shown is not None and "paras" in command:
        pointer = "/param/command/paras"
        context.equal("1.10.2/readable", shown, command["paras"], pointer=pointer, answer=answer)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text

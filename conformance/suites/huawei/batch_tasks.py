"""1.10.1, 1.10.2: a batch task is made, for the devices that its type says, and can be queried."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from conformance.contract import CallClass, Operation
from conformance.evidence.exchange import Answer, at
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.checks import json_equal
from conformance.suites.context import Context
from conformance.suites.generic.provocations import Provocation
from conformance.suites.huawei.batch_views import (
    TASK,
    Task,
    identity,
    order,
    param_is_shown,
    query,
    start,
    sub_tasks,
    told_as,
)
from conformance.suites.huawei.tokens import clock
from conformance.suites.judge import Says, row_matches, says
from conformance.suites.waiting import eventually

LISTING: Final = ("batch-subtask-list", *TASK)
MARGIN: Final = timedelta(seconds=60)
"""How far startTime may be from our notion of the platform's clock: a time zone is an hour at least."""
TIMEOUT_MIN: Final = 10
MOST_UNFINISHED: Final = 10
TAG_ROWS: Final = ("400-105201", "404-105202")


@case(
    "huawei/batch-task-query/read-back",
    requirements=["1.10.2/readable", "1.10.2/task-from", "1.10.2/start-time", "1.10.2/timeout", "1.10.2/total"],
    calls=[*LISTING, "batch-task-query"],
)
def created_task_is_read_as_it_was_made(context: Context) -> None:
    """A batch task that was created shows what it was created with, where it came from, when, and for how long."""
    draft = order(context, full=True)
    before = context.now()
    task = identity(context.succeed(draft))
    after = context.now()
    answer = query(context, task, lambda shown: shown.at("/totalCnt") in {None, 1})
    expected = {"taskId": task, **{name: draft.body[name] for name in ("appId", "taskName", "taskType")}}
    for name, value in expected.items():
        told_as(context, "1.10.2/readable", answer, f"/{name}", value)
    param_is_shown(context, answer, draft.body["param"])
    told_as(context, "1.10.2/task-from", answer, "/taskFrom", "Northbound")
    _started(context, answer, before, after)
    timeout = answer.at("/timeout")
    if timeout is not None:
        minutes = draft.body["timeout"]
        accepted = f"{60 * minutes} s (or {minutes}, as it was given)"
        right = timeout in {60 * minutes, minutes}
        context.check("1.10.2/timeout", right, expected=accepted, actual=timeout, pointer="/timeout", answer=answer)
    told_as(context, "1.10.2/total", answer, "/totalCnt", len(sub_tasks(context, task)))


def _started(context: Context, answer: Answer, before: datetime, after: datetime) -> None:
    shown = answer.at("/startTime")
    try:
        moment = datetime.strptime(str(shown), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return  # absent, or not of the documented form, which every answer is held against
    near = before - MARGIN <= moment <= after + MARGIN
    expected = f"{before:%Y%m%dT%H%M%SZ} by the platform's clock"
    context.check("1.10.2/start-time", near, expected=expected, actual=shown, pointer="/startTime", answer=answer)


@case(
    "huawei/batch-task-create/tags",
    requirements=["1.10.2/select-tag"],
    calls=[*TASK, "batch-task-query"],
)
def tags_come_back_when_they_are_selected(context: Context) -> None:
    """A tag that a task was created with is told with select tag; a new tag may be refused (erratum batch-tags)."""
    draft = order(context)
    tag = {"tagName": context.unique(), "tagValue": "hall-1"}
    draft.body["tags"] = [tag]
    answer = context.send(draft)
    rows = [context.contract.rows[key] for key in TAG_ROWS]
    if any(row_matches(row, answer) for row in rows):
        context.check("1.10.2/select-tag", True, answer=answer)
        context.notes.append("the platform takes no new tags with a batch task")
    elif context.served(context.operation("batch-task-create"), answer):
        task = identity(answer)

        def shown(told: Answer) -> bool:
            tags = told.at("/tags")
            return isinstance(tags, list) and any(json_equal(_pair(each), tag) for each in tags)

        told = query(context, task, shown, select="tag")
        context.check("1.10.2/select-tag", shown(told), expected=[tag], actual=told.at("/tags"), pointer="/tags")


def _pair(tag: Any) -> dict[str, Any]:
    return {"tagName": at(tag, "/tagName"), "tagValue": at(tag, "/tagValue")}


# ---- what the devices get, and how long ------------------------------------------------------------------------------


@case(
    "huawei/batch-task-create/cached-command",
    requirements=["1.10.1/cached-command", "1.9.4/many-devices"],
    calls=[*LISTING, "command-list"],
)
def devices_of_a_task_are_given_its_command(context: Context) -> None:
    """The command of a task is listed among the commands of each of its devices, under the commandId of its sub task."""
    task = start(context, 2)
    given = task.request["param"]["command"]
    for device in task.devices:
        identity, command = _command_of(context, task, device)
        found = command is not None
        context.check("1.10.1/cached-command", found, expected=f"the command {identity}", actual="not in command-list")
        for name in ("serviceId", "method"):
            actual = at(command, f"/command/{name}")
            if actual is not None:
                context.equal("1.9.4/many-devices", actual, given[name], pointer=f"/command/{name}")


def _command_of(context: Context, task: Task, device: str) -> tuple[str, Any]:
    """Return the id of the command of a sub task, and what the commands of the device hold under it (None: nothing).

    Raises:
        Inconclusive: the sub task does not show a commandId.
    """
    seen: dict[str, Any] = {}

    def look() -> bool:
        seen["id"] = at(sub_tasks(context, task.id).get(device), "/param/commandId")
        listed = context.succeed("command-list", deviceId=device).at("/data")
        records = listed if isinstance(listed, list) else []
        seen["command"] = next((each for each in records if at(each, "/commandId") == seen["id"]), None)
        return seen["id"] is not None and seen["command"] is not None

    eventually(context, look)
    if seen["id"] is None:
        raise Inconclusive("the sub task does not show a commandId")
    return str(seen["id"]), seen["command"]


def _has_timed_out(answer: Answer, *, late: bool) -> bool:
    """Tell whether a task is Timeout, or (with `late` false) is not."""
    return (answer.at("/status") == "Timeout") is late


@case(
    "huawei/batch-task-create/times-out",
    requirements=["1.10.1/times-out"],
    calls=[*TASK, "login", "batch-task-query"],
)
def unfinished_task_times_out(context: Context) -> None:
    """A task that nobody finishes is not Timeout shortly before its ten minutes have passed, and is after them."""
    task = start(context, 1, timeout=TIMEOUT_MIN)
    with clock(context):
        for offset, late in (
            (timedelta(minutes=TIMEOUT_MIN) - MARGIN, False),
            (timedelta(minutes=TIMEOUT_MIN) + MARGIN, True),
        ):
            context.act("clock", offset_s=offset.total_seconds())
            answer = query(context, task.id, partial(_has_timed_out, late=late))
            expected = "Timeout" if late else "another status than Timeout"
            when = f"{offset.total_seconds():g} s after its creation"
            context.check(
                "1.10.1/times-out",
                _has_timed_out(answer, late=late),
                expected=expected,
                actual=answer.at("/status"),
                note=when,
            )


# ---- refusals --------------------------------------------------------------------------------------------------------


def _duplicate_name(context: Context, operation: Operation | None) -> Answer:
    """Give a task the name of another."""
    assert operation is not None
    first = context.draft(operation)
    if says(context.contract, answer := context.send(first)) is not Says.YES:
        raise Inconclusive(f"the preamble batch-task-create did not succeed: {answer.describe()}")
    again = first.copy()
    again.body["param"]["deviceList"] = [context.make("device").id]
    return context.send(again)


def _unfinished_tasks(context: Context, operation: Operation | None) -> Answer:
    """Create tasks for a device that is not connected until the platform refuses; return the last answer."""
    assert operation is not None
    environment = context.environment
    if environment.iut.live and CallClass.DESTRUCTIVE not in environment.allowed:
        raise Inconclusive(
            "ten unfinished tasks keep the application from making others for ten minutes: not without --allow destructive"
        )
    draft = context.draft(operation)
    for _ in range(MOST_UNFINISHED + 1):
        draft.body["taskName"] = context.unique()
        answer = context.send(draft)
        if says(context.contract, answer) is not Says.YES:
            break
    return answer


def _unknown_task(context: Context, operation: Operation | None) -> Answer:
    """Ask for a task that nobody has where there is one: the answer to "no such task" must not be that one."""
    assert operation is not None
    context.have("batch-task")
    return context.send(context.draft(operation, taskId=context.unique()))


PROVOCATIONS: Final[dict[str, Provocation]] = {
    "unknown-batch-task": _unknown_task,
    "duplicate-batch-task-name": _duplicate_name,
    "unfinished-batch-tasks": _unfinished_tasks,
}

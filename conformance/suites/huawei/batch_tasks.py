"""1.10.1, 1.10.2: a batch task is made, for the devices that its type says, and can be queried."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
from conformance.suites.huawei.batch_views import TASK, choose, identity, is_for, order, query, start, sub_tasks
from conformance.suites.huawei.tokens import clock
from conformance.suites.judge import Says, Stated, row_matches, says
from conformance.suites.waiting import eventually

LISTING: Final = ("batch-subtask-list", *TASK)
GROUP: Final = ("group-create", "group-delete", "group-members-add", "group-members-delete")
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
        _same(context, "1.10.2/readable", answer, f"/{name}", value)
    _param_is_shown(context, answer, draft.body["param"])
    _same(context, "1.10.2/task-from", answer, "/taskFrom", "Northbound")
    _started(context, answer, before, after)
    timeout = answer.at("/timeout")
    if timeout is not None:
        minutes = draft.body["timeout"]
        accepted = f"{60 * minutes} s (or {minutes}, as it was given)"
        right = timeout in {60 * minutes, minutes}
        context.check("1.10.2/timeout", right, expected=accepted, actual=timeout, pointer="/timeout", answer=answer)
    _same(context, "1.10.2/total", answer, "/totalCnt", len(sub_tasks(context, task)))


def _same(context: Context, requirement: str, answer: Answer, pointer: str, expected: Any) -> None:
    """Check a member; one that is absent or null tells nothing."""
    actual = answer.at(pointer)
    if actual is not None:
        context.equal(requirement, actual, expected, pointer=pointer, answer=answer)


def _param_is_shown(context: Context, answer: Answer, given: Mapping[str, Any]) -> None:
    for name in ("type", "deviceList", "callbackUrl", "maxRetransmit", "groupTag"):
        _same(context, "1.10.2/readable", answer, f"/param/{name}", given[name])
    command = given["command"]
    for name in ("serviceId", "method"):
        _same(context, "1.10.2/readable", answer, f"/param/command/{name}", command[name])
    paras = answer.at("/param/command/paras")
    shown = _parsed(paras) if isinstance(paras, str) else paras
    if shown is not None:
        pointer = "/param/command/paras"
        context.equal("1.10.2/readable", shown, command["paras"], pointer=pointer, answer=answer)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


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


# ---- which devices ---------------------------------------------------------------------------------------------------


@case("huawei/batch-task-create/device-list", requirements=["1.10.1/device-list"], calls=LISTING)
def task_for_listed_devices_is_for_these(context: Context) -> None:
    """A task of type DeviceList has one sub task for each of two listed devices, and no other."""
    draft = order(context)
    chosen = [*draft.body["param"]["deviceList"], context.make("device").id]
    choose(draft, "DeviceList", deviceList=chosen)
    is_for(context, "1.10.1/device-list", identity(context.succeed(draft)), chosen)


def _for_a_group(context: Context, requirement: str, kind: str, member: str) -> None:
    draft = order(context)
    (device,) = draft.body["param"]["deviceList"]
    group = context.make("group")
    context.prepare("group-members-add", body={"devGroupId": group.id, "deviceIds": [device]})
    context.make("device")  # a device that the task is not for
    choose(draft, kind, groupList=[getattr(group, member)])
    is_for(context, requirement, identity(context.succeed(draft)), [device])


@case("huawei/batch-task-create/group-list", requirements=["1.10.1/group-list"], calls=[*LISTING, *GROUP])
def task_for_groups_by_name_is_for_their_devices(context: Context) -> None:
    """A task of type GroupList has one sub task for each device of the group that is named, and no other."""
    _for_a_group(context, "1.10.1/group-list", "GroupList", "name")


@case("huawei/batch-task-create/group-id-list", requirements=["1.10.1/group-id-list"], calls=[*LISTING, *GROUP])
def task_for_groups_by_id_is_for_their_devices(context: Context) -> None:
    """A task of type GroupIdList has one sub task for each device of the group with that id, and no other."""
    _for_a_group(context, "1.10.1/group-id-list", "GroupIdList", "id")


@case(
    "huawei/batch-task-create/device-area",
    requirements=["1.10.1/device-area"],
    calls=[*LISTING, "device-modify"],
)
def task_for_an_area_is_for_the_devices_there(context: Context) -> None:
    """A task of type DeviceArea has one sub task for the device that is at a location of its own, and no other."""
    draft = order(context)
    (device,) = draft.body["param"]["deviceList"]
    location = context.unique()
    context.prepare("device-modify", deviceId=device, body={"location": location})
    choose(draft, "DeviceArea", deviceLocation=location)
    is_for(context, "1.10.1/device-area", identity(context.succeed(draft)), [device])


@case(
    "huawei/batch-task-create/device-type",
    requirements=["1.10.1/device-type"],
    calls=[*LISTING, "device-query"],
    call_class=CallClass.DESTRUCTIVE,
)
def task_for_a_type_is_for_devices_of_it(context: Context) -> None:
    """A task of type DeviceType has a sub task for a device of that type, manufacturer and model."""
    draft = order(context)
    (device,) = draft.body["param"]["deviceList"]
    info = context.prepare("device-query", deviceId=device).at("/deviceInfo")
    series = {name: at(info, f"/{name}") for name in ("deviceType", "manufacturerId", "model")}
    if not series["deviceType"]:
        raise Inconclusive("device-query does not show the type of the device")
    choose(draft, "DeviceType", **{name: value for name, value in series.items() if value})
    is_for(context, "1.10.1/device-type", identity(context.succeed(draft)), [device], others=True)


@case(
    "huawei/batch-task-create/broadcast",
    requirements=["1.10.1/broadcast"],
    calls=LISTING,
    call_class=CallClass.DESTRUCTIVE,
)
def broadcast_is_for_every_device(context: Context) -> None:
    """A task of type Broadcast has a sub task for a device of the application."""
    draft = order(context)
    (device,) = draft.body["param"]["deviceList"]
    choose(draft, "Broadcast")
    is_for(context, "1.10.1/broadcast", identity(context.succeed(draft)), [device], others=True)


@case(
    "huawei/batch-task-create/type-decides",
    requirements=["1.10.1/type-decides"],
    calls=TASK,
    call_class=CallClass.DESTRUCTIVE,
)
def type_without_its_member_is_refused(context: Context) -> None:
    """A task of each type is refused without the member that says which devices.

    A platform that does not look may give the command to every device: hence the class.
    """
    draft = order(context)
    for kind in ("DeviceList", "DeviceType", "DeviceArea", "GroupList", "GroupIdList"):
        draft.body["taskName"] = context.unique()
        answer = context.send(choose(draft, kind))
        context.refused("1.10.1/type-decides", answer, Stated.CONSTRAINT, what=f"a refusal ({kind} says no devices)")


# ---- what the devices get, and how long ------------------------------------------------------------------------------


@case(
    "huawei/batch-task-create/cached-command",
    requirements=["1.10.1/cached-command"],
    calls=[*LISTING, "command-list"],
)
def device_of_a_task_is_given_its_command(context: Context) -> None:
    """The command of a task is listed among the commands of its device, under the commandId of the sub task."""
    task = start(context, 1)
    (device,) = task.devices
    seen: dict[str, Any] = {}

    def look() -> bool:
        seen["id"] = at(sub_tasks(context, task.id).get(device), "/param/commandId")
        listed = context.succeed("command-list", deviceId=device).at("/data")
        records = listed if isinstance(listed, list) else []
        seen["command"] = next((each for each in records if at(each, "/commandId") == seen["id"]), None)
        return seen["id"] is not None and seen["command"] is not None

    found = eventually(context, look)
    if seen["id"] is None:
        raise Inconclusive("the sub task does not show a commandId")
    context.check("1.10.1/cached-command", found, expected=f"the command {seen['id']}", actual="not in command-list")
    given = task.request["param"]["command"]
    for name in ("serviceId", "method"):
        actual = at(seen["command"], f"/command/{name}")
        if actual is not None:
            context.equal("1.10.1/cached-command", actual, given[name], pointer=f"/command/{name}")


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


PROVOCATIONS: Final[dict[str, Provocation]] = {
    "duplicate-batch-task-name": _duplicate_name,
    "unfinished-batch-tasks": _unfinished_tasks,
}

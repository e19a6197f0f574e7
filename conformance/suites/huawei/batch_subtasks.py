"""1.10.3: the sub tasks of a batch task are listed: filtered, page by page, and as their devices answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from conformance.evidence.exchange import at
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.batch_views import SUB_TASKS, TASK, Task, bring, start, sub_tasks
from conformance.suites.huawei.page_cases import paging_cases
from conformance.suites.judge import Says, says
from conformance.suites.waiting import eventually

LISTING: Final = ("batch-subtask-list", *TASK)
STATES: Final = ("Pending", "WaitResult", "Success", "Fail", "Timeout")
ERROR: Final = {"error_code": "100428", "error_desc": "The device is not online."}


def listed(context: Context, task: Task) -> dict[str, Any]:
    """Return the sub tasks of a task by device, as soon as there is one for each device (a preamble).

    Raises:
        Inconclusive: there is not; huawei/batch-task-create/device-list is about that.
    """
    seen: list[dict[str, Any]] = []

    def look() -> bool:
        there = says(context.contract, context.call("batch-subtask-list", taskId=task.id)) is Says.YES
        seen[:] = [sub_tasks(context, task.id) if there else {}]
        return set(seen[0]) == set(task.devices)

    if not eventually(context, look):
        raise Inconclusive(f"the task has sub tasks for {sorted(seen[0])} instead of {sorted(task.devices)}")
    return seen[0]


@case("huawei/batch-subtask-list/status-filter", requirements=["1.10.3/status-filter"], calls=LISTING)
def sub_tasks_are_listed_by_status(context: Context) -> None:
    """With each documented status the list holds the sub tasks that are in it, and no other."""
    task = start(context, 2)
    listed(context, task)
    for status in STATES:
        _judge_status(context, task, status)


def _judge_status(context: Context, task: Task, status: str) -> None:
    """Hold the list for a status against the states before and after it: sub tasks that moved meanwhile are not judged.

    Raises:
        Inconclusive: the platform shows no state that stood still.
    """
    seen: list[tuple[set[str], set[str], set[str]]] = []

    def look() -> bool:
        before = _states(context, task)
        found = set(sub_tasks(context, task.id, status=status))
        after = _states(context, task)
        still = {device for device, each in before.items() if each is not None and each == after.get(device)}
        moved = (before.keys() | after.keys()) - still
        seen[:] = [(still, found - moved, {device for device in still if before[device] == status})]
        return not moved and found == seen[0][2]

    eventually(context, look, at_least=2)
    still, found, expected = seen[0]
    if not still:
        raise Inconclusive("batch-subtask-list shows no status, or another each time")
    right = found == expected
    context.check("1.10.3/status-filter", right, expected=sorted(expected), actual=sorted(found), note=status)


def _states(context: Context, task: Task) -> dict[str, Any]:
    return {device: at(each, "/status") for device, each in sub_tasks(context, task.id).items()}


@case(
    "huawei/batch-subtask-list/device-filter",
    requirements=["1.10.3/device-filter", "1.10.3/command-filter"],
    calls=LISTING,
)
def sub_tasks_are_listed_by_device_and_by_command(context: Context) -> None:
    """With a device, and with the command of its sub task, the list holds that sub task and no other."""
    task = start(context, 2)
    device = task.devices[1]
    command = at(listed(context, task)[device], "/param/commandId")
    filters = [("1.10.3/device-filter", {"deviceId": device})]
    if command is not None:
        filters.append(("1.10.3/command-filter", {"commandId": str(command)}))
    for requirement, given in filters:
        found = sub_tasks(context, task.id, **given)
        context.check(requirement, set(found) == {device}, expected=[device], actual=sorted(found))


@case(
    "huawei/batch-subtask-list/states",
    requirements=["1.10.3/states", "1.10.3/error-form"],
    calls=LISTING,
)
def sub_tasks_follow_their_devices(context: Context) -> None:
    """A sub task waits for its result, then succeeds, fails with an error, or runs out of time, as its device does."""
    task = start(context, 3)
    listed(context, task)
    for device, last in zip(task.devices, ("Success", "Fail", "Timeout"), strict=True):
        for status in ("WaitResult", last):
            bring(context, task, device, status, **(ERROR if status == "Fail" else {}))
            record = _in_state(context, task, device, status)
            shown = at(record, "/status")
            context.check("1.10.3/states", shown == status, expected=status, actual=shown, pointer="/status")
    error = at(sub_tasks(context, task.id).get(task.devices[1]), "/error")
    if error is not None:
        words = "the JSON text of an object with error_code and error_desc"
        context.check("1.10.3/error-form", _is_error(error), expected=words, actual=error, pointer="/error")


def _in_state(context: Context, task: Task, device: str, status: str) -> Any:
    seen: list[Any] = []

    def look() -> bool:
        seen[:] = [sub_tasks(context, task.id).get(device)]
        return bool(at(seen[0], "/status") == status)

    eventually(context, look)
    return seen[0]


def _is_error(text: Any) -> bool:
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return False
    return isinstance(found, dict) and {"error_code", "error_desc"} <= found.keys()


def _of_a_task(context: Context) -> Mapping[str, Any]:
    task = start(context, 4)
    listed(context, task)
    return {"taskId": task.id}


PAGE_DEFAULTS, PAGES = paging_cases(SUB_TASKS, _of_a_task, LISTING)

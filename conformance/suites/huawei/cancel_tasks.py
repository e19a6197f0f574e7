"""1.9.5 and 1.9.6: tasks that cancel what waits for a device, and finding them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.platforms.draft import Draft
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.command_states import (
    LISTING,
    WAITING,
    issued_command,
    state,
    state_in_the_end,
    waiting_command,
)
from conformance.suites.huawei.listed import listed_in_ranges
from conformance.suites.huawei.page_cases import paging_cases
from conformance.suites.huawei.pages import Listing, eventually_found, everything
from conformance.suites.judge import Says, says
from conformance.suites.objects import Made

TASKS: Final = Listing(
    "cancel-task-list",
    "1.9.6",
    "/taskId",
    1000,
    total="/pagination/totalSize",
    number="/pagination/pageNo",
    size="/pagination/pageSize",
    largest=1000,
)
CANCELLING: Final = ("cancel-task-create", *LISTING)
FINDING: Final = ("cancel-task-list", "cancel-task-create", *LISTING)
APART: Final = timedelta(minutes=10)
"""Distance of a range of time from now: more than clocks may differ."""
HOUR: Final = timedelta(hours=1)


def cancelling(context: Context, device: Made) -> Draft:
    """Return the request that cancels what waits for a device."""
    draft = context.draft("cancel-task-create", bind=False)
    draft.body["deviceId"] = device.id
    return draft


def made_task(context: Context, device: Made) -> str:
    """Create a cancel task for a device (a preamble); return its id.

    Raises:
        Inconclusive: it was not created.
    """
    answer = context.send(cancelling(context, device))
    if says(context.contract, answer) is not Says.YES:
        raise Inconclusive(f"the preamble cancel-task-create did not succeed: {answer.describe()}")
    return _id_of(answer)


def _id_of(answer: Answer) -> str:
    return str(answer.at("/taskId"))


@case("huawei/cancel-task-create/cancels-all", requirements=["1.9.5/cancels-all"], calls=CANCELLING)
def all_waiting_commands_are_cancelled(context: Context) -> None:
    """A cancel task cancels every command that waits for the device."""
    device = context.make("device")
    waiting = [waiting_command(context, device) for _ in range(2)]
    context.succeed(cancelling(context, device))
    for identity in waiting:
        listed = state_in_the_end(context, device, identity, "CANCELED")
        context.equal("1.9.5/cancels-all", listed, "CANCELED", note=identity)


@case("huawei/cancel-task-create/keeps-issued", requirements=["1.9.5/keeps-issued"], calls=CANCELLING)
def issued_commands_are_left_alone(context: Context) -> None:
    """A cancel task leaves alone a command that was issued already."""
    device = context.make("device")
    issued = issued_command(context, device)
    if state(context, device, issued) in WAITING:
        raise Inconclusive("the command waits, although its expireTime is 0")
    waiting = waiting_command(context, device)
    context.succeed(cancelling(context, device))
    state_in_the_end(context, device, waiting, "CANCELED")
    listed = state(context, device, issued)
    context.check("1.9.5/keeps-issued", listed != "CANCELED", expected="SENT, or a state after it", actual=listed)


@case("huawei/cancel-task-create/keeps-other-devices", requirements=["1.9.5/keeps-other-devices"], calls=CANCELLING)
def commands_of_other_devices_wait_on(context: Context) -> None:
    """A cancel task leaves the commands of another device waiting."""
    device, other = context.make("device"), context.make("device")
    cancelled, kept = waiting_command(context, device), waiting_command(context, other)
    context.succeed(cancelling(context, device))
    state_in_the_end(context, device, cancelled, "CANCELED")
    listed = state(context, other, kept)
    context.check("1.9.5/keeps-other-devices", listed in WAITING, expected="PENDING", actual=listed)


@case("huawei/cancel-task-create/answer-repeats", requirements=["1.9.5/answer-repeats"], calls=CANCELLING)
def answer_names_the_device(context: Context) -> None:
    """The answer to a new cancel task names the device of the request."""
    device = context.make("device")
    told = context.succeed(cancelling(context, device)).at("/deviceId")
    right = told in {None, device.id}
    context.check("1.9.5/answer-repeats", right, expected=device.id, actual=told, pointer="/deviceId")


@case("huawei/cancel-task-create/count", requirements=["1.9.5/count"], calls=FINDING)
def task_counts_and_shows_its_commands(context: Context) -> None:
    """The totalCount is the number of commands that were cancelled, and deviceCommands are these."""
    device = context.make("device")
    waiting = sorted(waiting_command(context, device) for _ in range(2))
    task = made_task(context, device)
    record = _eventually_finished(context, task, device)
    count, commands = record.get("totalCount"), record.get("deviceCommands")
    if count is None and commands is None:
        raise Inconclusive("the list shows neither totalCount nor deviceCommands of the task")
    if count is not None:
        context.equal("1.9.5/count", count, len(waiting), pointer="/totalCount")
    if isinstance(commands, list):
        ids = sorted(str(each.get("commandId")) for each in commands if isinstance(each, dict))
        context.equal("1.9.5/count", ids, waiting, pointer="/deviceCommands")


def _eventually_finished(context: Context, task: str, device: Made) -> dict[str, Any]:
    """Look until a task has ended or the delay is over; return what the list shows of it.

    Raises:
        Inconclusive: the list does not show it.
    """
    ended = {"SUCCESS", "FAILED", "PART_SUCCESS"}
    record = eventually_found(context, TASKS, task, lambda each: each.get("status") in ended, deviceId=device.id)
    if not isinstance(record, dict):
        raise Inconclusive(f"the list of cancel tasks does not show {task}")
    return record


@case("huawei/cancel-task-list/listed", requirements=["1.9.6/listed"], calls=FINDING)
def task_is_listed(context: Context) -> None:
    """A cancel task that was created is listed with its device."""
    device = context.make("device")
    task = made_task(context, device)
    record = eventually_found(context, TASKS, task, deviceId=device.id)
    context.check("1.9.6/listed", record is not None, expected=f"{task} on a page", actual="absent")
    named = record.get("deviceId") if isinstance(record, dict) else None
    if named is not None:
        context.equal("1.9.6/listed", named, device.id, pointer="/deviceId")


@case("huawei/cancel-task-list/finishes", requirements=["1.9.6/finishes"], calls=FINDING)
def task_ends_in_success(context: Context) -> None:
    """A cancel task whose commands are all cancelled ends in the state SUCCESS."""
    device = context.make("device")
    waiting_command(context, device)
    record = _eventually_finished(context, made_task(context, device), device)
    told = record.get("status")
    if told is None:
        raise Inconclusive("the list shows no state of the task")
    context.equal("1.9.6/finishes", told, "SUCCESS", pointer="/status")


@case("huawei/cancel-task-list/task-filter", requirements=["1.9.6/task-filter"], calls=FINDING)
def list_for_a_task_holds_it_only(context: Context) -> None:
    """The list for one taskId holds that task and no other."""
    device = context.make("device")
    for task in [made_task(context, device) for _ in range(2)]:
        record = eventually_found(context, TASKS, task, taskId=task)
        context.check("1.9.6/task-filter", record is not None, expected=task, actual="absent")
        ids = {str(each.get("taskId")) for each in everything(context, TASKS, taskId=task) if isinstance(each, dict)}
        context.check("1.9.6/task-filter", ids <= {task}, expected=f"only {task}", actual=sorted(ids))


@case("huawei/cancel-task-list/device-filter", requirements=["1.9.6/device-filter"], calls=FINDING)
def list_for_a_device_holds_its_tasks_only(context: Context) -> None:
    """The list for one device holds that device's tasks, all of them, and no other's."""
    for device in [context.make("device") for _ in range(2)]:
        made = {made_task(context, device) for _ in range(2)}
        for task in sorted(made):
            record = eventually_found(context, TASKS, task, deviceId=device.id)
            context.check("1.9.6/device-filter", record is not None, expected=task, actual="absent")
        records = everything(context, TASKS, deviceId=device.id)
        ids = {str(each.get("taskId")) for each in records if isinstance(each, dict)}
        context.check("1.9.6/device-filter", ids <= made, expected=f"only {sorted(made)}", actual=sorted(ids - made))


@case("huawei/cancel-task-list/status-filter", requirements=["1.9.6/status-filter"], calls=FINDING)
def list_for_a_state_holds_tasks_in_it_only(context: Context) -> None:
    """The list for the state of a task holds it; the list for another state does not."""
    device = context.make("device")
    task = made_task(context, device)
    record = _eventually_finished(context, task, device)
    told = record.get("status")
    if not isinstance(told, str):
        raise Inconclusive("the list shows no state of the task")
    for status in (told, "FAILED" if told != "FAILED" else "SUCCESS"):
        records = everything(context, TASKS, deviceId=device.id, status=status)
        states = sorted({str(each.get("status")) for each in records} - {status, "None"})
        context.check("1.9.6/status-filter", not states, expected=f"only {status}", actual=states)
        ids = [each.get("taskId") for each in records]
        if status != told:
            context.check("1.9.6/status-filter", task not in ids, expected=f"no {task}, which is {told}", actual=ids)


@case("huawei/cancel-task-list/time-range", requirements=["1.9.6/time-range"], calls=FINDING)
def list_for_a_range_of_time_holds_what_lies_in_it(context: Context) -> None:
    """A cancel task is listed for a range around now, and for none that ends before or begins after it."""
    device = context.make("device")
    task, now = made_task(context, device), context.now()
    ranges = ((now - HOUR, now + HOUR, True), (now + APART, now + HOUR, False), (now - HOUR, now - APART, False))
    listed_in_ranges(context, "1.9.6/time-range", TASKS, task, ranges, "now", deviceId=device.id)


def _some(context: Context) -> dict[str, Any]:
    """Create three cancel tasks of one command each: however totalSize counts (erratum task-total-size), it is three."""
    device = context.make("device")
    for _ in range(3):
        waiting_command(context, device)
        _eventually_finished(context, made_task(context, device), device)
    return {"deviceId": device.id}


PAGE_DEFAULTS, PAGES = paging_cases(TASKS, _some, FINDING)

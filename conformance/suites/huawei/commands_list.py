"""1.9.2 查询设备命令 and 1.9.3 修改设备命令: finding commands, and cancelling one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from conformance.contract import Operation
from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites import moments
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.generic.provocations import Provocation
from conformance.suites.huawei.command_states import (
    COMMANDS,
    LISTING,
    UNDER_WAY,
    WAITING,
    command,
    demand_issue,
    device_answers,
    issued_command,
    repeats,
    report,
    shown,
    state,
    state_in_the_end,
    waiting_command,
)
from conformance.suites.huawei.listed import listed_in_ranges
from conformance.suites.huawei.page_cases import paging_cases
from conformance.suites.huawei.pages import eventually_found, everything
from conformance.suites.waiting import eventually

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)


def cancelled_command(context: Context, operation: Operation | None) -> Answer:
    """Cancel a command that waits, and then the same once more."""
    del operation
    identity = waiting_command(context, context.make("device"))
    context.prepare("command-modify", deviceCommandId=identity)
    return context.call("command-modify", deviceCommandId=identity)


PROVOCATIONS: Final[dict[str, Provocation]] = {"cancelled-command": cancelled_command}


@case("huawei/command-list/listed", requirements=["1.9.2/listed"], calls=LISTING)
def command_is_listed_as_created(context: Context) -> None:
    """A command that was created is listed as it was created."""
    device = context.make("device")
    draft = command(context, device, full=True)
    identity = str(context.succeed(draft).at("/commandId"))
    record = eventually_found(context, COMMANDS, identity, deviceId=device.id)
    context.check("1.9.2/listed", record is not None, expected=f"{identity} on a page", actual="absent")
    if isinstance(record, dict):
        repeats(context, "1.9.2/listed", draft.body, record)


@case("huawei/command-list/own-device", requirements=["1.9.2/own-device"], calls=LISTING)
def list_for_a_device_holds_its_commands_only(context: Context) -> None:
    """The list for one device holds that device's commands, all of them, and no other's."""
    for device in [context.make("device") for _ in range(2)]:
        made = {waiting_command(context, device) for _ in range(2)}
        for identity in sorted(made):
            record = eventually_found(context, COMMANDS, identity, deviceId=device.id)
            context.check("1.9.2/own-device", record is not None, expected=identity, actual="absent")
        records = everything(context, COMMANDS, deviceId=device.id)
        strange = [each.get("commandId") for each in records if each.get("deviceId") not in {None, device.id}]
        strange += [each.get("commandId") for each in records if each.get("commandId") not in made]
        context.check("1.9.2/own-device", not strange, expected=f"only {sorted(made)}", actual=strange)


@case("huawei/command-list/time-range", requirements=["1.9.2/time-range"], calls=LISTING)
def list_for_a_range_of_time_holds_what_lies_in_it(context: Context) -> None:
    """A command is listed for a range around its creation, and for none that ends before or begins after it.

    The very second of a bound is not tried (erratum command-time-bounds).
    """
    device = context.make("device")
    answer = context.succeed(command(context, device))
    identity, value = str(answer.at("/commandId")), answer.at("/creationTime")
    created = moments.form(context.pixit, documented=context.contract.time_form).read(value)
    if created is None:
        raise Inconclusive(f"the answer shows no creationTime that can be read: {value!r}")
    ranges = (
        (created - HOUR, created + HOUR, True),
        (created - MINUTE, created + MINUTE, True),
        (created + MINUTE, created + HOUR, False),
        (created - HOUR, created - MINUTE, False),
    )
    listed_in_ranges(context, "1.9.2/time-range", COMMANDS, identity, ranges, str(value), deviceId=device.id)


def _some(context: Context) -> dict[str, Any]:
    """Create four commands for one device."""
    device = context.make("device")
    for _ in range(4):
        waiting_command(context, device)
    return {"deviceId": device.id}


PAGE_DEFAULTS, PAGES = paging_cases(COMMANDS, _some, LISTING)


@case("huawei/command-list/result", requirements=["1.9.2/same-after-result"], calls=LISTING)
def result_is_what_the_device_reported(context: Context) -> None:
    """The list shows what the device has reported with its result."""
    device = context.make("device")
    identity = waiting_command(context, device)
    report(context, device)
    demand_issue(context, device, identity)
    device_answers(context, device, identity, "SUCCESSFUL", conformance=4711)
    seen: list[object] = []

    def look() -> bool:
        record = shown(context, device, identity)
        seen[:] = [record.get("result") if isinstance(record, dict) else None]
        return "4711" in str(seen[0])

    held = eventually(context, look)
    context.check("1.9.2/same-after-result", held, expected={"conformance": 4711}, actual=seen[0], pointer="/result")


@case("huawei/command-modify/cancels", requirements=["1.9.3/cancels", "1.9.3/same-command"], calls=LISTING)
def waiting_command_is_cancelled(context: Context) -> None:
    """A command that waits is cancelled; the answer names it, and the list shows it CANCELED."""
    device = context.make("device")
    identity = waiting_command(context, device)
    answer = context.succeed("command-modify", deviceCommandId=identity)
    context.equal("1.9.3/same-command", answer.at("/commandId"), identity, pointer="/commandId", answer=answer)
    told = answer.at("/status")
    right = told is None or told == "CANCELED" or told in WAITING  # erratum cancel-answer-status
    context.check("1.9.3/cancels", right, expected="CANCELED", actual=told, pointer="/status", answer=answer)
    listed = state_in_the_end(context, device, identity, "CANCELED")
    context.equal("1.9.3/cancels", listed, "CANCELED")


@case("huawei/command-modify/keeps-others", requirements=["1.9.3/keeps-others"], calls=LISTING)
def other_commands_wait_on(context: Context) -> None:
    """Cancelling one of three commands of a device leaves the others waiting."""
    device = context.make("device")
    older, cancelled, newer = (waiting_command(context, device) for _ in range(3))
    context.prepare("command-modify", deviceCommandId=cancelled)
    state_in_the_end(context, device, cancelled, "CANCELED")
    for identity in (older, newer):
        listed = state(context, device, identity)
        context.check("1.9.3/keeps-others", listed in WAITING, expected="PENDING", actual=listed, note=identity)


@case("huawei/command-modify/not-issued", requirements=["1.9.3/not-issued"], calls=LISTING)
def cancelled_command_is_not_issued(context: Context) -> None:
    """A cancelled command stays so when its device reports."""
    device = context.make("device")
    identity = waiting_command(context, device)
    context.prepare("command-modify", deviceCommandId=identity)
    report(context, device)
    listed = state_in_the_end(context, device, identity, *UNDER_WAY)
    context.equal("1.9.3/not-issued", listed, "CANCELED")


@case("huawei/command-modify/issued", requirements=["1.9.3/issued-not-cancelled"], calls=LISTING)
def issued_command_is_not_cancelled(context: Context) -> None:
    """A command that was issued already cannot be cancelled."""
    device = context.make("device")
    identity = issued_command(context, device)
    if state_in_the_end(context, device, identity, *UNDER_WAY) not in UNDER_WAY:
        raise Inconclusive("the command waits, although its expireTime is 0")
    answer = context.call("command-modify", deviceCommandId=identity)
    context.refused("1.9.3/issued-not-cancelled", answer, what="a refusal: the command was issued")

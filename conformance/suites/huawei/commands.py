"""1.9.1 创建设备命令: what a new command is like, how long it waits, and when it is issued."""

from __future__ import annotations

from typing import Any, Final

from conformance.contract import Operation
from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.generic.provocations import Provocation
from conformance.suites.huawei.command_states import (
    COMMANDS,
    LIFE_S,
    LISTING,
    MAKING,
    UNDER_WAY,
    WAITING,
    command,
    demand_issue,
    device_answers,
    issued_at_once,
    later,
    near_now,
    repeats,
    report,
    shown,
    state,
    state_in_the_end,
    times_are_now,
    waiting_command,
)
from conformance.suites.huawei.pages import eventually_found, whole_number
from conformance.suites.objects import Made

DEFAULT_LIFE_S: Final = 48 * 3600
MINUTE_S: Final = 60
"""By so much the platform's clock is moved past the end of a command that lives one second."""


def commands_pending(context: Context, operation: Operation | None) -> Answer:
    """Create as many commands as may wait for one device, and one more."""
    del operation
    device = context.make("device")
    for _ in range(int(context.told("pending_commands"))):
        waiting_command(context, device)
    return context.send(command(context, device, expireTime=LIFE_S))


PROVOCATIONS: Final[dict[str, Provocation]] = {"commands-pending": commands_pending}


@case(
    "huawei/command-create/answer-repeats",
    requirements=["1.9.1/answer-repeats", "1.9.1/application"],
    calls=MAKING,
)
def answer_repeats_the_command(context: Context) -> None:
    """The answer to a new command repeats what was asked for, and names the application."""
    draft = command(context, context.make("device"), full=True)
    answer = context.succeed(draft)
    repeats(context, "1.9.1/answer-repeats", draft.body, answer.json, answer)
    if (application := answer.at("/appId")) is not None:
        context.equal("1.9.1/application", application, context.credential("app_id"), pointer="/appId", answer=answer)
    # A platform that shows nothing of it breaks no sentence.
    context.check("1.9.1/answer-repeats", True)


@case("huawei/command-create/ids-distinct", requirements=["1.9.1/ids-distinct"], calls=MAKING)
def commands_have_ids_of_their_own(context: Context) -> None:
    """Two commands for one device have different ids."""
    device = context.make("device")
    ids = [waiting_command(context, device) for _ in range(2)]
    context.check("1.9.1/ids-distinct", len(set(ids)) == len(ids), expected="two different ids", actual=ids)


@case("huawei/command-create/creation-time", requirements=["1.9.1/creation-time"], calls=MAKING)
def creation_time_is_utc(context: Context) -> None:
    """The creationTime is the time of the creation in UTC."""
    answer = context.succeed(command(context, context.make("device"), expireTime=LIFE_S))
    value = answer.at("/creationTime")
    if value is None:
        raise Inconclusive("the answer shows no creationTime")
    expected = f"about {context.written(context.now())}"
    context.check(
        "1.9.1/creation-time", near_now(context, value), expected=expected, actual=value, pointer="/creationTime"
    )


@case("huawei/command-create/default-life", requirements=["1.9.1/default-life"], calls=MAKING)
def command_lives_48_hours_by_default(context: Context) -> None:
    """A command without expireTime shows a life of 48 hours, or none (erratum expire-time-unset)."""
    answer = context.succeed(command(context, context.make("device")))
    value = answer.at("/expireTime")
    right = value in {None, DEFAULT_LIFE_S}
    context.check("1.9.1/default-life", right, expected=DEFAULT_LIFE_S, actual=value, pointer="/expireTime")


@case("huawei/command-create/cached", requirements=["1.9.1/cached"], calls=LISTING)
def command_waits_for_a_device_that_is_away(context: Context) -> None:
    """A command for a device that was never connected waits in the state PENDING."""
    device = context.make("device")
    answer = context.succeed(command(context, device, expireTime=LIFE_S))
    told = answer.at("/status")
    if told is not None:
        context.check("1.9.1/cached", told in WAITING, expected="PENDING", actual=told, pointer="/status")
    listed = state(context, device, _id_of(answer))
    context.check("1.9.1/cached", listed in WAITING, expected="PENDING", actual=listed)


def _id_of(answer: Answer) -> str:
    return str(answer.at("/commandId"))


@case("huawei/command-create/immediate", requirements=["1.9.1/immediate"], calls=LISTING)
def command_without_life_is_issued_at_once(context: Context) -> None:
    """A command with expireTime 0 does not wait, although its device is away."""
    device = context.make("device")
    answer = issued_at_once(context, device)
    if not context.served(context.operation("command-create"), answer):
        return
    listed = state_in_the_end(context, device, _id_of(answer), *UNDER_WAY)
    context.check("1.9.1/immediate", listed in UNDER_WAY, expected="SENT, or a state after it", actual=listed)


@case("huawei/command-create/expires", requirements=["1.9.1/expires"], calls=LISTING)
def command_expires(context: Context) -> None:
    """A command that waits for longer than its expireTime gets the state EXPIRED."""
    device = context.make("device")
    answer = context.succeed(command(context, device, expireTime=1))
    with later(context, MINUTE_S) as moved:
        listed = state_in_the_end(context, device, _id_of(answer), "EXPIRED")
        if listed in WAITING and not moved:
            raise Inconclusive("the command was not EXPIRED yet; how soon after its expireTime it is, is not said")
        context.equal("1.9.1/expires", listed, "EXPIRED")


@case("huawei/command-create/not-issued-late", requirements=["1.9.1/not-issued-late"], calls=LISTING)
def expired_command_is_not_issued(context: Context) -> None:
    """A command that has expired stays so when its device reports."""
    device = context.make("device")
    answer = context.succeed(command(context, device, expireTime=1))
    with later(context, MINUTE_S):
        if state_in_the_end(context, device, _id_of(answer), "EXPIRED") != "EXPIRED":
            raise Inconclusive("the command did not expire")
        report(context, device)
        listed = state_in_the_end(context, device, _id_of(answer), *UNDER_WAY)
        context.check("1.9.1/not-issued-late", listed not in UNDER_WAY, expected="EXPIRED", actual=listed)


@case("huawei/command-create/issued-on-contact", requirements=["1.9.1/issued-on-contact"], calls=LISTING)
def waiting_command_is_issued_on_contact(context: Context) -> None:
    """A command that waits is issued when its device reports, and when it comes online."""
    for contact in ("device-report", "device-online"):
        device = context.make("device")
        identity = waiting_command(context, device)
        if contact == "device-report":
            report(context, device)
        else:
            context.act(contact, deviceId=device.id)
        listed = state_in_the_end(context, device, identity, *UNDER_WAY)
        issued = listed in UNDER_WAY
        context.check("1.9.1/issued-on-contact", issued, expected=f"SENT after {contact}", actual=listed)


@case("huawei/command-create/one-after-another", requirements=["1.9.1/one-after-another"], calls=LISTING)
def waiting_commands_are_issued_one_after_another(context: Context) -> None:
    """Of two commands that wait the second is issued once the first was acknowledged."""
    device = context.make("device")
    first, second = (waiting_command(context, device) for _ in range(2))
    report(context, device)
    if state_in_the_end(context, device, first, *UNDER_WAY) not in UNDER_WAY:
        raise Inconclusive("the first command was not issued when the device reported")
    early = state(context, device, second)
    if state(context, device, first) == "SENT":
        context.check("1.9.1/one-after-another", early in WAITING, expected="PENDING", actual=early)
        device_answers(context, device, first, "DELIVERED")
    listed = state_in_the_end(context, device, second, *UNDER_WAY)
    context.check("1.9.1/one-after-another", listed in UNDER_WAY, expected="SENT", actual=listed)


@case(
    "huawei/command-create/delivered",
    requirements=["1.9.1/delivered", "1.9.2/issued-time", "1.9.2/delivered-time", "1.9.2/issued-times"],
    calls=LISTING,
)
def acknowledged_command_is_delivered(context: Context) -> None:
    """A command that its device has acknowledged is DELIVERED, with the times and the number of its sending."""
    device = context.make("device")
    identity = waiting_command(context, device)
    _was_sent(context, device, identity, yet=False)
    report(context, device)
    demand_issue(context, device, identity)
    device_answers(context, device, identity, "DELIVERED")
    listed = state_in_the_end(context, device, identity, "DELIVERED")
    context.equal("1.9.1/delivered", listed, "DELIVERED")
    times_are_now(
        context,
        shown(context, device, identity),
        {"platformIssuedTime": "1.9.2/issued-time", "deliveredTime": "1.9.2/delivered-time"},
    )
    _was_sent(context, device, identity, yet=True)


def _was_sent(context: Context, device: Made, identity: str, *, yet: bool) -> None:
    """Check whether the list counts a command as sent; a number that is not shown tells nothing."""

    def holds(record: Any) -> bool:
        times = record.get("issuedTimes")
        return times is None or ((whole_number(times) or 0) > 0) is yet

    record = eventually_found(context, COMMANDS, identity, holds, deviceId=device.id)
    if record is not None and record.get("status") in ({"DELIVERED"} if yet else WAITING):
        expected = "at least 1" if yet else 0
        actual = record.get("issuedTimes")
        context.check("1.9.2/issued-times", holds(record), expected=expected, actual=actual, pointer="/issuedTimes")


@case("huawei/command-create/result-state", requirements=["1.9.1/result-state", "1.9.2/execute-time"], calls=LISTING)
def state_tells_the_result(context: Context) -> None:
    """A command that its device has carried out is SUCCESSFUL, one that it could not is FAILED."""
    device = context.make("device")
    for outcome in ("SUCCESSFUL", "FAILED"):
        identity = waiting_command(context, device)
        report(context, device)
        demand_issue(context, device, identity)
        device_answers(context, device, identity, outcome)
        listed = state_in_the_end(context, device, identity, outcome)
        context.equal("1.9.1/result-state", listed, outcome)
        if outcome == "SUCCESSFUL":
            times_are_now(context, shown(context, device, identity), {"executeTime": "1.9.2/execute-time"})

"""1.7.3–1.11.8: what belongs to another application that has authorised the caller, reached with its id.

One case per chapter makes what it needs for that application, and for it alone: whoever ignores the id finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive, Stop
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.batch_views import identity, sub_tasks
from conformance.suites.huawei.cancel_tasks import TASKS
from conformance.suites.huawei.command_states import COMMANDS, LIFE_S
from conformance.suites.huawei.device_applications import CODE, MQTT, registered, told
from conformance.suites.huawei.device_reading import MAKES, MAKES_MQTT, QUERY
from conformance.suites.huawei.pages import Listing, eventually_found
from conformance.suites.huawei.subscription_kinds import MAKING, SUBSCRIPTIONS, free_kinds
from conformance.suites.judge import Says, row_matches, says
from conformance.suites.waiting import eventually

DEVICE: Final = (*MAKES, QUERY)
OF_DEVICE: Final = (told("1.5.1"), told("1.5.5"))
"""What a case cites that has a device of the application."""
UNKNOWN: Final = ("200-100203", "200-100217", "200-100418")
"""Rows of 1.9.7 for an application or a device that is not there."""


def _owner(context: Context) -> str:
    return str(context.told("authorised_app_id"))


def _served(context: Context, section: str, subject: str, **given: Any) -> Answer:
    """Send a call for the application until it is served or the delay is over; return the last answer.

    Raises:
        Stop: it was not served; the finding on the section's statement is recorded.
    """
    seen: list[Answer] = []

    def look() -> bool:
        seen[:] = [context.call(subject, **given)]
        return says(context.contract, seen[0]) is Says.YES

    eventually(context, look)
    if not context.served(context.operation(subject), seen[0], told(section)):
        raise Stop
    return seen[0]


def _listed(context: Context, listing: Listing, record: str, **filters: Any) -> None:
    """Check that a list for the application holds a record."""
    _served(context, listing.section, listing.subject, **filters)
    found = eventually_found(context, listing, record, **filters)
    context.check(told(listing.section), found is not None, expected=f"{record} on a page", actual="absent")


# ---- 1.9 -------------------------------------------------------------------------------------------------------------


def _ordered(context: Context, owner: str, device: str) -> Answer:
    """Ask for a command that waits for a device of the application; it goes with the device."""
    draft = context.draft("command-create", bind=False, appId=owner)
    draft.body.update(deviceId=device, expireTime=LIFE_S)
    answer = context.send(draft)
    context.forget(str(answer.at("/commandId")))  # the postamble cancels the caller's own commands alone
    return answer


@case(
    "huawei/command-create/authorised-application",
    requirements=[*OF_DEVICE, told("1.9.1"), told("1.9.2"), told("1.9.3")],
    calls=[*DEVICE, "command-create", "command-list", "command-modify"],
)
def commands_for_an_authorised_application(context: Context) -> None:
    """A command for a device of another application is created, listed and cancelled with the appId of that application."""
    owner = _owner(context)
    with registered(context, CODE, "1.5.1", owner, timeout=0) as device:
        answer = _ordered(context, owner, device)
        if context.served(context.operation("command-create"), answer, told("1.9.1")):
            command = str(answer.at("/commandId"))
            _listed(context, COMMANDS, command, deviceId=device, appId=owner)
            _served(context, "1.9.3", "command-modify", deviceCommandId=command, appId=owner)


@case(
    "huawei/cancel-task-create/authorised-application",
    requirements=[*OF_DEVICE, told("1.9.5"), told("1.9.6")],
    calls=[*DEVICE, "command-create", "cancel-task-create", "cancel-task-list"],
)
def cancel_tasks_for_an_authorised_application(context: Context) -> None:
    """A cancel task for a device of another application is created and listed with the appId of that application."""
    owner = _owner(context)
    with registered(context, CODE, "1.5.1", owner, timeout=0) as device:
        if says(context.contract, answer := _ordered(context, owner, device)) is not Says.YES:
            raise Inconclusive(f"the preamble command-create did not succeed: {answer.describe()}")
        answer = _served(context, "1.9.5", "cancel-task-create", body={"deviceId": device}, appId=owner)
        _listed(context, TASKS, str(answer.at("/taskId")), deviceId=device, appId=owner)


@case(
    "huawei/command-send/authorised-application",
    requirements=[told("1.5.2"), told("1.5.5"), told("1.9.7")],
    calls=[*MAKES_MQTT, QUERY, "command-send"],
)
def command_is_sent_for_an_authorised_application(context: Context) -> None:
    """With the appId of its application, a device that is away is known when a command is sent to it.

    What becomes of the command is another statement's business: it may fail, or be refused because the device is away.
    """
    owner = _owner(context)
    with registered(context, MQTT, "1.5.2", owner) as device:
        answer = context.call("command-send", deviceId=device, appId=owner)
        unknown = any(row_matches(context.contract.rows[row], answer) for row in UNKNOWN)
        known = not unknown and says(context.contract, answer) is not Says.NEITHER
        expected = "the command taken, or refused because the device is away"
        context.check(told("1.9.7"), known, expected=expected, actual=answer.describe(), answer=answer)


# ---- 1.10 ------------------------------------------------------------------------------------------------------------


@case(
    "huawei/batch-task-create/authorised-application",
    requirements=[*OF_DEVICE, told("1.10.1"), told("1.10.2"), told("1.10.3")],
    calls=[*DEVICE, "batch-task-create", "batch-task-query", "batch-subtask-list"],
)
def batch_task_for_an_authorised_application(context: Context) -> None:
    """A batch task for a device of another application is created, and seen with its sub task, with that appId."""
    owner = _owner(context)
    with registered(context, CODE, "1.5.1", owner, timeout=0) as device:
        draft = context.draft("batch-task-create", bind=False)
        draft.body["appId"], draft.body["param"]["deviceList"] = owner, [device]
        answer = context.send(draft)
        if context.served(context.operation("batch-task-create"), answer, told("1.10.1")):
            task = identity(answer)
            shown = _served(context, "1.10.2", "batch-task-query", taskId=task, appId=owner).at("/appId")
            context.check(told("1.10.2"), shown in {None, owner}, expected=owner, actual=shown, pointer="/appId")
            _served(context, "1.10.3", "batch-subtask-list", taskId=task, appId=owner)
            seen: list[set[str]] = []

            def look() -> bool:
                seen[:] = [set(sub_tasks(context, task, appId=owner))]
                return seen[0] == {device}

            holds = eventually(context, look)
            context.check(told("1.10.3"), holds, expected=[device], actual=sorted(seen[0]), pointer="/taskDetails")


# ---- 1.11 ------------------------------------------------------------------------------------------------------------


@contextmanager
def _group_of(context: Context, owner: str) -> Iterator[str]:
    """Make a group of the application, and delete it in the end.

    Raises:
        Inconclusive: it was not made; huawei/group-create/authorised-application is about that.
    """
    draft = context.draft("group-create")
    draft.body["appId"] = owner
    answer = context.send(draft)
    if says(context.contract, answer) is not Says.YES:
        raise Inconclusive(f"the preamble group-create did not succeed: {answer.describe()}")
    group = str(answer.at("/id"))
    try:
        yield group
    finally:
        deleted = context.call("group-delete", devGroupId=group, accessAppId=owner)
        if context.served(context.operation("group-delete"), deleted, told("1.11.2")):
            context.forget(group)


@case(
    "huawei/group-modify/authorised-application",
    requirements=[*OF_DEVICE, *(told(f"1.11.{number}") for number in (2, 3, 5, 6, 7, 8))],
    calls=[
        *DEVICE,
        *("group-create", "group-modify", "group-query", "group-delete"),
        *("group-members", "group-members-add", "group-members-delete"),
    ],
)
def groups_of_an_authorised_application(context: Context) -> None:
    """A group of another application is read, changed, filled, emptied and deleted with the id of that application."""
    owner = _owner(context)
    with registered(context, CODE, "1.5.1", owner, timeout=0) as device, _group_of(context, owner) as group:
        _served(context, "1.11.5", "group-query", devGroupId=group, accessAppId=owner)
        _served(context, "1.11.3", "group-modify", devGroupId=group, accessAppId=owner)
        members = {"devGroupId": group, "deviceIds": [device]}
        _served(context, "1.11.7", "group-members-add", accessAppId=owner, body=members)
        context.forget(device)  # the postamble takes devices out of the caller's own groups alone

        def shown() -> bool:
            # Either name of the parameter may be the right one (erratum group-members-application).
            answer = _served(context, "1.11.6", "group-members", devGroupId=group, appId=owner, accessAppId=owner)
            seen[:] = answer.at("/deviceIds") or []
            return device in seen

        seen: list[Any] = []
        held = eventually(context, shown)
        context.check(told("1.11.6"), held, expected=[device], actual=seen, pointer="/deviceIds")
        _served(context, "1.11.8", "group-members-delete", accessAppId=owner, body=members)


# ---- 1.7 -------------------------------------------------------------------------------------------------------------


def _subscribed(context: Context, owner: str) -> tuple[str, str]:
    """Make a subscription of the application; return its id and its address.

    Raises:
        Inconclusive: it was not made; huawei/subscribe-business/authorised-application is about that.
    """
    (kind,) = free_kinds(context, 1, appId=owner)
    draft = context.draft("subscribe-business")
    draft.body.update(appId=owner, notifyType=kind)
    answer = context.send(draft)
    if says(context.contract, answer) is not Says.YES:
        raise Inconclusive(f"the preamble subscribe-business did not succeed: {answer.describe()}")
    return str(answer.at("/subscriptionId")), str(draft.body["callbackUrl"])


@case(
    "huawei/subscription-query/authorised-application",
    requirements=[told("1.7.3"), told("1.7.5")],
    calls=[*MAKING, "subscription-query"],
)
def subscription_of_an_authorised_application(context: Context) -> None:
    """A subscription of another application is read and deleted with the appId of that application."""
    owner = _owner(context)
    subscription, _ = _subscribed(context, owner)
    try:
        _served(context, "1.7.3", "subscription-query", subscriptionId=subscription, appId=owner)
    finally:
        deleted = context.call("subscription-delete", subscriptionId=subscription, appId=owner)
        if context.served(context.operation("subscription-delete"), deleted, told("1.7.5")):
            context.forget(subscription)


@case(
    "huawei/subscriptions-delete/authorised-application",
    requirements=[told("1.7.6")],
    calls=[*MAKING, "subscriptions-delete"],
)
def subscriptions_of_an_authorised_application_go(context: Context) -> None:
    """With the appId of another application and an address, the subscription of that application is deleted."""
    owner = _owner(context)
    subscription, address = _subscribed(context, owner)
    draft = context.draft("subscriptions-delete", bind=False, callbackUrl=address, appId=owner)
    answer = context.send(draft)
    context.served(draft.operation, answer, told("1.7.6"))
    left = eventually_found(context, SUBSCRIPTIONS, subscription, present=False, appId=owner)
    if context.check(told("1.7.6"), left is None, expected=f"no {subscription} on any page", actual=left):
        context.forget(subscription)
    else:
        context.call("subscription-delete", subscriptionId=subscription, appId=owner)

"""What a wrong platform does with its notifications (1.8): faults by name, with the statement that each breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.contract import Contract, Notification, load
from conformance.contract.members import name_of
from conformance.reference.faults import Behaviour

SHARED: Final[Mapping[str, Behaviour]] = {
    "pushed-with-put": Behaviour("1.8/post", "notifications are sent with PUT"),
    "pushed-as-text": Behaviour("1.8/content-type", "notifications are sent as text/plain"),
    "pushed-no-json": Behaviour("1.8/json", "notifications are sent as Python would print them, which is no JSON"),
    "pushed-without-query": Behaviour("1.8/callback-address", "the query of a callback address is lost"),
    "pushed-elsewhere": Behaviour("1.8/callback-address", "notifications go to the root of the callback address"),
    "pushed-whatever-kind": Behaviour("1.8/only-its-kind", "an address gets notifications of every kind"),
    "pushed-http-only": Behaviour("1.8/https", "nothing is pushed to HTTPS addresses"),
    "pushed-one-by-one": Behaviour("1.8/independent", "a receiver that is slow holds up all the others"),
    "pushed-after-delete": Behaviour("1.7.5/not-pushed", "a deleted subscription goes on being served"),
    "pushed-after-delete-all": Behaviour("1.7.6/not-pushed", "subscriptions deleted by address go on being served"),
    "pushed-other-gateway": Behaviour("1.8/gateway-id", "notifications name another gateway"),
    "pushed-detail-of-another": Behaviour(
        "1.8/status-detail", "statusDetail in notifications belongs to another status"
    ),
    "pushed-other-node": Behaviour("1.8.1/same-device", "the notification of a new device names another nodeId"),
    "pushed-expired": Behaviour("1.8.2/succeeded", "the binding of a device that connects is told as expired"),
    "pushed-stale-info": Behaviour("1.8.3/changed", "the notification of a change tells the former location"),
    "pushed-stale-status": Behaviour("1.8.3/status", "the notification of a device that goes tells ONLINE"),
    "pushed-stale-data": Behaviour("1.8.4/reported", "the notification of data tells what was reported before"),
    "pushed-event-time-now": Behaviour("1.8.4/reported", "the notification of data tells another time"),
    "pushed-number-repeated": Behaviour("1.8.4/request-id-unique", "every notification of data has the requestId 1"),
    "pushed-number-of-several-repeated": Behaviour(
        "1.8.5/request-id-unique", "every notification of data of several services has the requestId 1"
    ),
    "pushed-software-version": Behaviour(
        "1.8.16/target-version", "results of software upgrades tell the former version as targetVersion"
    ),
    "pushed-firmware-version": Behaviour(
        "1.8.18/target-version", "results of firmware upgrades tell the former version as targetVersion"
    ),
    "pushed-first-service-only": Behaviour("1.8.5/reported", "of several services the first alone is told"),
    "pushed-other-profile": Behaviour(
        "1.8.6/same-profile", "the notification of changed capabilities names another model"
    ),
    "pushed-other-added": Behaviour("1.8.7/same-profile", "the notification of added capabilities names another model"),
    "pushed-other-removed": Behaviour(
        "1.8.8/same-profile", "the notification of deleted capabilities names another model"
    ),
    "pushed-other-sender": Behaviour("1.8.10/sender", "a confirmation comes from /users"),
    "pushed-other-confirmation": Behaviour("1.8.10/confirmed", "every confirmation tells sent"),
    "pushed-other-service-type": Behaviour("1.8.11/same-command", "a command response names another type of service"),
    "pushed-state-skipped": Behaviour("1.9.1/state-notified", "the state SENT of a command is not told"),
    "pushed-result-lost": Behaviour("1.8.12/result", "the notification of an answered command holds no result"),
    "pushed-batch-result-lost": Behaviour("1.10.1/callback", "the results of commands of batch tasks are not told"),
    "pushed-other-rule": Behaviour("1.8.13/same-rule", "the notification of a rule names another rule"),
    "pushed-bare-result": Behaviour("1.8.13/command-result", "the result of an action is its status code alone"),
    "pushed-other-properties": Behaviour(
        "1.8.14/same-configuration", "the notification of a shadow tells other values"
    ),
    "pushed-always-delivered": Behaviour("1.8.14/outcome", "the notification of a shadow tells DELIVERED in any case"),
    "pushed-software-task": Behaviour("1.8.15/same-task", "steps of software upgrades name another task"),
    "pushed-software-step": Behaviour("1.8.15/step", "every step of a software upgrade is told as downloading"),
    "pushed-software-result-task": Behaviour("1.8.16/same-task", "results of software upgrades name another task"),
    "pushed-software-success": Behaviour("1.8.16/outcome", "a software upgrade that failed is told as SUCCESS"),
    "pushed-firmware-task": Behaviour("1.8.17/same-task", "steps of firmware upgrades name another task"),
    "pushed-firmware-step": Behaviour("1.8.17/step", "every step of a firmware upgrade is told as downloading"),
    "pushed-step-from-zero": Behaviour("1.8.17/step-number", "the numbers of the steps begin with 0 for downloading"),
    "pushed-firmware-result-task": Behaviour("1.8.18/same-task", "results of firmware upgrades name another task"),
    "pushed-firmware-success": Behaviour("1.8.18/outcome", "a firmware upgrade that failed is told as SUCCESS"),
}


def behaviours(contract: Contract) -> Mapping[str, Behaviour]:
    """Return the faults: those above, and for each notification that it is missing, incomplete or of another kind."""
    return {**SHARED, **dict(_each(contract))}


def _each(contract: Contract) -> Iterator[tuple[str, Behaviour]]:
    for each in contract.notifications.values():
        member, section = lacking(each.message.schema), each.section
        yield f"unsent-{each.subject}", Behaviour(f"{section}/sent", f"{each.subject} is never pushed")
        yield (
            f"lacking-{each.subject}",
            Behaviour(f"{section}/message/{name_of((member,))}/required", f"{each.subject} is pushed without {member}"),
        )
        words = f"{each.subject} is pushed with a number in place of {member}"
        yield f"mistyped-{each.subject}", Behaviour(f"{section}/message/{_kind_of(each, member)}", words)
        if each.notify_type is not None:
            words = f"{each.subject} is pushed with another notifyType"
            yield f"misnamed-{each.subject}", Behaviour(f"{section}/message/notifyType/const", words)


def _kind_of(notification: Notification, member: str) -> str:
    """Return the statement about the kind of a member that a number breaks, as `member/keyword`."""
    found = next(each for each in notification.message.members if each.path == (member,))
    return next(each.key for each in found.constraints if each.keyword in {"type", "enum"})


def lacking(schema: Mapping[str, Any]) -> str:
    """Return the last mandatory member of a message: the one that faults leave out or write wrongly."""
    return str(schema["required"][-1])


BEHAVIOURS: Final = behaviours(load("huawei"))

"""1.8 推送通知: subscribing a kind of notification, and what every message of the chapter owes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from conformance.contract import CallClass, Notification, load
from conformance.evidence.findings import Inconclusive
from conformance.iut.receiver import Received
from conformance.suites.case import Body, Case, case
from conformance.suites.context import Context
from conformance.suites.huawei.pages import eventually_found
from conformance.suites.huawei.shadow_status import DETAILS
from conformance.suites.huawei.subscription_kinds import SUBSCRIPTIONS as LISTING
from conformance.suites.huawei.subscription_kinds import kind_of
from conformance.suites.objects import Made
from conformance.suites.pushed import Inbox, open_inbox

TRANSPORT: Final = ("1.8/post", "1.8/content-type", "1.8/json")
SUBSCRIPTIONS: Final = {"subscribe-business": "subscription", "subscribe-management": "management-subscription"}
"""The object that a call of an operation makes."""
CALLS: Final = {
    "subscribe-business": ("subscribe-business", "subscription-list", "subscription-delete"),
    "subscribe-management": ("subscribe-management", "subscription-list", "subscription-delete"),
}


def notified(
    subject: str,
    purpose: str = "sent",
    *,
    rules: Sequence[str] = (),
    calls: Sequence[str] = (),
    call_class: CallClass | None = None,
) -> Callable[[Body], Case]:
    """Make a case about a notification of a function; it cites what every message owes, and `rules`."""
    contract = load("huawei")
    notification = contract.notifications[subject]
    told = (
        identity for identity, _, _ in notification.statements if contract.requirements[identity].untestable is None
    )
    derived = [each.removeprefix("huawei/") for each in (notification.requirement("sent"), *told)]
    return case(
        f"huawei/{subject}/{purpose}",
        requirements=[*rules, *derived, *TRANSPORT],
        calls=[*calls, *CALLS.get(notification.subscribed_by, ())],
        call_class=call_class,
    )


def inbox(context: Context, subject: str, *, tls: bool = False) -> Inbox:
    """Open a callback address, which nobody has subscribed yet.

    Raises:
        Inconclusive: the platform cannot be expected to reach it.
    """
    return open_inbox(context, subject, _transport, tls=tls)


def subscribed(context: Context, subject: str, *, query: str = "", tls: bool = False) -> Inbox:
    """Subscribe a kind of notification (a preamble); the subscription is deleted when the case ends.

    Raises:
        Inconclusive: it cannot be subscribed, or the platform cannot be expected to reach us.
    """
    opened = inbox(context, subject, tls=tls)
    subscription(context, opened, query)
    return opened


def subscription(context: Context, opened: Inbox, query: str = "") -> Made:
    """Subscribe the kind of notification of an inbox (a preamble), and wait until that is listed: an event that came sooner
    might not be told.

    Raises:
        Inconclusive: it cannot be subscribed.
        Stop: the list of subscriptions was not served; the finding is recorded.
    """
    notification = opened.notification
    made = context.make(
        SUBSCRIPTIONS[notification.subscribed_by], notifyType=notification.notify_type, callbackUrl=opened.url + query
    )
    # Where the list lacks it to the end, huawei/subscription-list/listed is about that.
    eventually_found(context, LISTING, made.id, notifyType=notification.notify_type)
    return made


def unsubscribed(context: Context, made: Made) -> None:
    """Wait until a subscription that was deleted is no longer listed: an event that came sooner might be told.

    Raises:
        Stop: the list of subscriptions was not served; the finding is recorded.
    """
    eventually_found(context, LISTING, made.id, present=False, notifyType=kind_of(made))


def of(device: Made, **members: Any) -> Callable[[Received], bool]:
    """Return what tells the messages of a device; `members` by pointer without the first slash, `__` for each further."""

    def fits(received: Received) -> bool:
        shown = {name: received.at("/" + name.replace("__", "/")) for name in members}
        return received.at("/deviceId") == device.id and shown == members

    return fits


def same(context: Context, requirement: str, received: Received, pointer: str, expected: Any) -> bool:
    """Check a member of a message; one that is absent or null tells nothing. Tell whether it is shown."""
    actual = received.at(pointer)
    if actual is not None:
        context.equal(requirement, actual, expected, pointer=pointer, answer=received)
    return actual is not None


def judge_gateway(context: Context, received: Received, gateway: str) -> None:
    """Check which gateway a message names."""
    same(context, "1.8/gateway-id", received, "/gatewayId", gateway)


def judge_detail(context: Context, received: Received) -> None:
    """Check that statusDetail is listed for the status beside it; one of the two alone tells nothing."""
    status, detail = received.at("/deviceInfo/status"), received.at("/deviceInfo/statusDetail")
    if status not in DETAILS or detail is None:
        return
    allowed = DETAILS[status]
    context.check(
        "1.8/status-detail",
        detail in allowed,
        expected=f"one of {', '.join(sorted(allowed))} for {status}",
        actual=detail,
        pointer="/deviceInfo/statusDetail",
        answer=received,
    )


def records(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a list; nothing where it is none: its kind is judged elsewhere."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def conclude(shown: bool, members: str) -> None:
    """End a case that compared a member.

    Raises:
        Inconclusive: the message does not show it, so nothing is known of it.
    """
    if not shown:
        raise Inconclusive(f"not shown by the notification, so not judged: {members}")


def _transport(context: Context, notification: Notification, received: Received) -> None:
    context.equal("1.8/post", received.method, "POST", answer=received)
    seen = received.media_type
    context.check(
        "1.8/content-type",
        seen == notification.media_type,
        expected=f"Content-Type: {notification.media_type}",
        actual=f"Content-Type: {seen or 'absent'}",
        answer=received,
    )
    problem = received.json_problem
    context.check("1.8/json", problem is None, expected="one JSON text", actual=problem or "", answer=received)

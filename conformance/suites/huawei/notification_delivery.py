"""1.8, 1.7.5, 1.7.6: where notifications go, and where they do not."""

from __future__ import annotations

from typing import Final

from conformance.evidence.findings import Inconclusive
from conformance.iut.receiver import Reply
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import MAKES
from conformance.suites.huawei.notifying import CALLS, inbox, of, subscribed, subscription, unsubscribed
from conformance.suites.judge import Says, says
from conformance.suites.objects import Made
from conformance.suites.pushed import Inbox

SUBSCRIBING: Final = (*CALLS["subscribe-business"], *MAKES)
QUERY: Final = "?conformance=1&to=application"


def _registered(inbox: Inbox, device: Made) -> None:
    inbox.expect(of(device), f"deviceAdded of the device {device.id}")


@case("huawei/device-added/callback-address", requirements=["1.8/callback-address"], calls=SUBSCRIBING)
def message_goes_to_the_whole_address(context: Context) -> None:
    """A notification goes to the path and the query of the callback address that was subscribed."""
    opened = subscribed(context, "device-added", query=QUERY)
    device = context.make("device")
    expected = opened.channel.path + QUERY
    received = opened.channel.wait(of(device), timeout_s=opened.timeout_s)
    target = received.url.partition("://")[2].partition("/")[2] if received else ""
    # A proxy before us may have put a prefix before the path.
    right = f"/{target}".endswith(expected)
    context.check(
        "1.8/callback-address",
        right,
        expected=f"deviceAdded of the device {device.id} at {expected} within {opened.timeout_s:g} s",
        actual=f"it came to /{target}" if received else "nothing came there",
        answer=received,
    )


@case("huawei/device-added/only-its-kind", requirements=["1.8/only-its-kind"], calls=SUBSCRIBING)
def address_gets_its_kind_only(context: Context) -> None:
    """Of two subscribed kinds each comes to its own address only."""
    added, deleted = subscribed(context, "device-added"), subscribed(context, "device-deleted")
    device = context.make("device")
    _registered(added, device)
    _deleted(context, deleted, device)
    for opened in (added, deleted):
        kinds = {str(each.at("/notifyType")) for each in opened.channel.received}
        kind = str(opened.notification.notify_type)
        last = opened.channel.received[-1]
        context.check("1.8/only-its-kind", kinds == {kind}, expected=kind, actual=sorted(kinds), answer=last)


def _deleted(context: Context, inbox: Inbox, device: Made) -> None:
    """Delete a device and wait until that is told: what happened before it was told, or never will be."""
    context.prepare("device-delete", deviceId=device.id)
    context.forget(device.id)
    inbox.expect(of(device), f"deviceDeleted of the device {device.id}")


@case("huawei/subscription-delete/not-pushed", requirements=["1.7.5/not-pushed"], calls=SUBSCRIBING)
def nothing_is_pushed_after_the_deletion(context: Context) -> None:
    """When a subscription has been deleted, nothing more comes to its address, while others are served."""
    added, deleted = inbox(context, "device-added"), subscribed(context, "device-deleted")
    made = subscription(context, added)
    _registered(added, context.make("device"))
    context.prepare("subscription-delete", subscriptionId=made.id)
    context.forget(made.id)
    unsubscribed(context, made)
    _stays_away(context, "1.7.5/not-pushed", added, deleted)


@case(
    "huawei/subscriptions-delete/not-pushed",
    requirements=["1.7.6/not-pushed"],
    calls=["subscriptions-delete", *SUBSCRIBING],
)
def nothing_is_pushed_after_the_deletion_by_address(context: Context) -> None:
    """When subscriptions have been deleted by their address, nothing more comes there, while others are served."""
    added, deleted = inbox(context, "device-added"), subscribed(context, "device-deleted")
    made = subscription(context, added)
    _registered(added, context.make("device"))
    # Its own preamble would subscribe the same kind.
    answer = context.send(context.draft("subscriptions-delete", bind=False, callbackUrl=added.url))
    if says(context.contract, answer) is not Says.YES:
        raise Inconclusive(f"the preamble subscriptions-delete did not succeed: {answer.describe()}")
    context.forget(made.id)
    unsubscribed(context, made)
    _stays_away(context, "1.7.6/not-pushed", added, deleted)


def _stays_away(context: Context, requirement: str, gone: Inbox, served: Inbox) -> None:
    """Register and delete a device: once the deletion is told, the registration would have been."""
    device = context.make("device")
    _deleted(context, served, device)
    late = next((each for each in gone.channel.received if of(device)(each)), None)
    actual = late.describe() if late else "nothing"
    context.check(requirement, late is None, expected="nothing at that address", actual=actual, answer=late)


@case("huawei/device-added/https", requirements=["1.8/https"], calls=SUBSCRIBING)
def message_goes_to_an_https_address(context: Context) -> None:
    """A notification is pushed to an HTTPS address."""
    opened = subscribed(context, "device-added", tls=True)
    device = context.make("device")
    opened.expect(of(device), f"deviceAdded of the device {device.id} over HTTPS", requirement="1.8/https")


@case("huawei/device-added/independent", requirements=["1.8/independent"], calls=SUBSCRIBING)
def slow_receiver_does_not_hold_up_others(context: Context) -> None:
    """While one receiver answers late, or with 500, the notifications for others arrive."""
    slow, other = subscribed(context, "device-added"), subscribed(context, "device-deleted")
    # As late as a notification may be: whoever waits for this answer sends the others too late.
    slow.channel.reply(Reply(500), Reply(delay_s=slow.timeout_s))
    devices = [context.make("device") for _ in range(3)]
    _registered(slow, devices[0])
    for device in devices:
        context.prepare("device-delete", deviceId=device.id)
        context.forget(device.id)
        other.expect(of(device), f"deviceDeleted of the device {device.id}", requirement="1.8/independent")
    again = len(slow.channel.received) - len({str(each.at("/deviceId")) for each in slow.channel.received})
    context.notes.append(f"after an answer 500, {again} messages came again (the document is silent on retries)")

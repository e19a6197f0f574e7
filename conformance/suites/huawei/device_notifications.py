"""1.8.1 to 1.8.3, 1.8.9: what is told of devices themselves."""

from __future__ import annotations

from typing import Any, Final

from conformance.iut.receiver import Received
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import MAKES, node_id
from conformance.suites.huawei.notifying import conclude, judge_detail, judge_gateway, notified, of, same, subscribed
from conformance.suites.objects import Made
from conformance.suites.pushed import Inbox

CHANGED: Final = "device-info-changed"


@notified("device-added", rules=["1.8.1/same-device", "1.8/gateway-id", "1.8/status-detail"], calls=MAKES)
def registration_is_told(context: Context) -> None:
    """Registering a device is told, with its id and its nodeId."""
    inbox = subscribed(context, "device-added")
    device = context.make("device")
    received = inbox.expect(of(device), f"deviceAdded of the device {device.id}")
    same(context, "1.8.1/same-device", received, "/deviceInfo/nodeId", node_id(device))
    judge_gateway(context, received, device.id)
    judge_detail(context, received)


@notified("device-bound", rules=["1.8.2/succeeded", "1.8/status-detail"], calls=MAKES)
def binding_is_told(context: Context) -> None:
    """That a device connects for the first time is told as a binding that succeeded."""
    inbox = subscribed(context, "device-bound")
    device = context.make("device")
    context.act("device-online", deviceId=device.id)
    received = inbox.expect(of(device), f"bindDevice of the device {device.id}")
    same(context, "1.8.2/succeeded", received, "/resultCode", "succeeded")
    judge_detail(context, received)


@notified(CHANGED, rules=["1.8.3/changed", "1.8/gateway-id", "1.8/status-detail"], calls=["device-modify", *MAKES])
def change_of_a_device_is_told(context: Context) -> None:
    """That the application changes the location of a device is told, with the new location."""
    device, location = context.make("device"), context.unique()
    context.prepare("device-modify", deviceId=device.id, body={"location": context.unique()})
    inbox = subscribed(context, CHANGED)
    context.prepare("device-modify", deviceId=device.id, body={"location": location})
    received = _latest(inbox, device, "location", location)
    conclude(same(context, "1.8.3/changed", received, "/deviceInfo/location", location), "deviceInfo.location")
    judge_gateway(context, received, device.id)
    judge_detail(context, received)


@notified(CHANGED, "status", rules=["1.8.3/status", "1.8/status-detail"], calls=MAKES)
def change_of_status_is_told(context: Context) -> None:
    """That a device comes online, and that it goes, is told with the status that it has then."""
    inbox = subscribed(context, CHANGED)
    device = context.make("device")
    for action, status in (("device-online", "ONLINE"), ("device-offline", "OFFLINE")):
        context.act(action, deviceId=device.id)
        received = _latest(inbox, device, "status", status)
        conclude(same(context, "1.8.3/status", received, "/deviceInfo/status", status), "deviceInfo.status")
        judge_detail(context, received)


@notified("device-deleted", rules=["1.8/gateway-id"], calls=MAKES)
def deletion_is_told(context: Context) -> None:
    """Deleting a device is told, with its id."""
    inbox = subscribed(context, "device-deleted")
    device = context.make("device")
    context.prepare("device-delete", deviceId=device.id)
    context.forget(device.id)
    received = inbox.expect(of(device), f"deviceDeleted of the device {device.id}")
    judge_gateway(context, received, device.id)


def _latest(inbox: Inbox, device: Made, member: str, value: Any) -> Received:
    """Return the message of a device that tells a value of deviceInfo, else its latest one that was not looked at.

    Raises:
        Stop: none came in time; the finding is recorded.
    """
    found = inbox.channel.wait(of(device, **{f"deviceInfo__{member}": value}), timeout_s=inbox.timeout_s)
    if found is None:
        return inbox.expect(of(device), f"deviceInfoChanged of the device {device.id} with {member} {value}")
    inbox.judge()
    inbox.context.check(inbox.notification.requirement("sent"), True, answer=found)
    return found

"""1.5.1–1.5.3: refusals that need a second device, or one that is connected."""

from __future__ import annotations

from typing import Final

from conformance.contract import Operation
from conformance.evidence.exchange import Answer
from conformance.suites.context import Context
from conformance.suites.generic.provocations import Provocation
from conformance.suites.huawei.device_reading import node_id, observed, shows


def duplicate_node_id(context: Context, operation: Operation | None) -> Answer:
    """Register a second device with the nodeId of the first."""
    assert operation is not None
    by_secret = operation.subject == "device-register-secret"
    device = context.make("mqtt-device" if by_secret else "device")
    draft = context.draft(operation)
    draft.set(("deviceInfo", "nodeId") if by_secret else ("nodeId",), node_id(device))
    return context.send(draft)


def taken_node_id(context: Context, operation: Operation | None) -> Answer:
    """Give a device the nodeId of another."""
    assert operation is not None
    other = context.make("device")
    draft = context.draft(operation)
    draft.body["nodeId"] = node_id(other)
    return context.send(draft)


def device_online(context: Context, operation: Operation | None) -> Answer:
    """Call for a device that is connected."""
    assert operation is not None
    device = context.make("device")
    context.act("device-online", deviceId=device.id)
    observed(context, device.id, shows({"/deviceInfo/status": "ONLINE"}))
    return context.send(context.draft(operation, deviceId=device.id))


PROVOCATIONS: Final[dict[str, Provocation]] = {
    "duplicate-node-id": duplicate_node_id,
    "taken-node-id": taken_node_id,
    "device-online": device_online,
}

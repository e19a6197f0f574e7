"""1.5.3 刷新设备密钥: a device that is exchanged for another."""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import (
    MAKES,
    MARGIN_S,
    QUERY,
    compare,
    conclude,
    gone,
    later,
    node_id,
    observed,
    shows,
)
from conformance.suites.objects import Made

REFRESH: Final = "device-key-refresh"
NODE_ID: Final = "/deviceInfo/nodeId"
LONG_S: Final = 86_400
"""A timeout that is over long after the case."""
SHORT_S: Final = 600


def refresh(context: Context, device: Made, **members: Any) -> Answer:
    """Refresh the key of a device as the body of the case.

    Raises:
        Stop: it was not served; the finding is recorded.
    """
    return context.succeed(REFRESH, deviceId=device.id, body=members)


@case(
    f"huawei/{REFRESH}/new-identity",
    requirements=["1.5.3/new-node-id", "1.5.3/same-device", "1.5.3/verify-code-echoed", "1.5.3/timeout-echoed"],
    calls=[REFRESH, QUERY, *MAKES],
)
def device_is_queried_under_its_new_identity(context: Context) -> None:
    """After a refresh the device has its new nodeId and its old id, and the answer repeats code and timeout."""
    device = context.make("offline-device")
    fresh = context.unique()
    answer = refresh(context, device, nodeId=fresh, verifyCode=fresh, timeout=LONG_S)
    hidden = compare(context, "1.5.3/verify-code-echoed", answer, {"/verifyCode": fresh})
    hidden += compare(context, "1.5.3/timeout-echoed", answer, {"/timeout": LONG_S})
    expected = {NODE_ID: fresh}
    shown = observed(context, device.id, shows(expected), requirement="1.5.3/same-device")
    context.equal("1.5.3/same-device", shown.at("/deviceId"), device.id, pointer="/deviceId", answer=shown)
    conclude(hidden + compare(context, "1.5.3/new-node-id", shown, expected))


@case(
    f"huawei/{REFRESH}/new-code",
    requirements=["1.5.3/keeps-node-id", "1.5.3/verify-code-made"],
    calls=[REFRESH, QUERY, *MAKES],
)
def code_is_made_where_none_is_given(context: Context) -> None:
    """A refresh that gives neither nodeId nor code leaves the nodeId, and makes a code (erratum refreshed-code)."""
    device = context.make("offline-device")
    answer = refresh(context, device, timeout=0)
    code = answer.at("/verifyCode")
    hidden = [] if code is not None else ["/verifyCode"]
    if not hidden:
        context.check("1.5.3/verify-code-made", bool(code), expected="a code", actual=code, pointer="/verifyCode")
    expected = {NODE_ID: node_id(device)}
    shown = observed(context, device.id, shows(expected))
    conclude(hidden + compare(context, "1.5.3/keeps-node-id", shown, expected))


@case(f"huawei/{REFRESH}/offline-only", requirements=["1.5.3/offline-only"], calls=[REFRESH, QUERY, *MAKES])
def only_the_key_of_an_offline_device_is_refreshed(context: Context) -> None:
    """The key of a device is not refreshed while it is online, and is once it has gone away."""
    device = context.make("device")
    context.act("device-online", deviceId=device.id)
    observed(context, device.id, shows({"/deviceInfo/status": "ONLINE"}))
    answer = context.call(REFRESH, deviceId=device.id, body={"timeout": 0})
    context.refused("1.5.3/offline-only", answer, what="a refusal: the device is online")
    context.act("device-offline", deviceId=device.id)
    observed(context, device.id, shows({"/deviceInfo/status": "OFFLINE"}))
    answer = context.call(REFRESH, deviceId=device.id, body={"timeout": 0})
    context.served(context.operation(REFRESH), answer, "1.5.3/offline-only")


@case(f"huawei/{REFRESH}/timeout", requirements=["1.5.3/timeout-deletes"], calls=[REFRESH, QUERY, *MAKES, "login"])
def device_that_does_not_bind_again_is_deleted(context: Context) -> None:
    """A device that does not bind within the timeout of a refresh can no longer be queried."""
    device = context.make("offline-device")
    refresh(context, device, timeout=SHORT_S)
    with later(context, SHORT_S + MARGIN_S):
        gone(context, "1.5.3/timeout-deletes", device, f"the device did not bind within {SHORT_S} s")

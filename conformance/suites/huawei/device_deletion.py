"""1.5.5 删除设备: a device alone, and a gateway with the devices behind it."""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_list import LISTING
from conformance.suites.huawei.device_reading import (
    MAKES,
    QUERY,
    compare,
    conclude,
    gateway,
    gone,
    node_id,
    observed,
    shows,
)
from conformance.suites.huawei.pages import eventually_found
from conformance.suites.judge import Says, says
from conformance.suites.objects import Made
from conformance.suites.waiting import eventually

DELETE: Final = "device-delete"
REGISTER: Final = "device-register-code"


def delete(context: Context, device: Made, **parameters: Any) -> None:
    """Delete a device as the body of the case.

    Raises:
        Stop: it was not served; the finding is recorded.
    """
    context.succeed(DELETE, deviceId=device.id, **parameters)
    context.forget(device.id)


@case(
    f"huawei/{DELETE}/unreadable",
    requirements=["1.5.5/unreadable", "1.5.5/keeps-others"],
    calls=[QUERY, *MAKES],
)
def deleted_device_is_gone_and_others_stay(context: Context) -> None:
    """A deleted device can no longer be queried; another one still can."""
    device, other = context.make("device"), context.make("device")
    observed(context, other.id)
    delete(context, device)
    gone(context, "1.5.5/unreadable", device, "the device was deleted")
    answer = context.call(QUERY, deviceId=other.id)
    context.served(context.operation(QUERY), answer, "1.5.5/keeps-others")


@case(f"huawei/{DELETE}/unlisted", requirements=["1.5.5/unlisted"], calls=["device-list", *MAKES])
def deleted_device_is_no_longer_listed(context: Context) -> None:
    """A deleted device is on no page of the list."""
    name = context.unique()
    device = context.make("device", deviceName=name)
    eventually_found(context, LISTING, device.id, name=name)
    delete(context, device)
    item = eventually_found(context, LISTING, device.id, present=False, name=name)
    context.check("1.5.5/unlisted", item is None, expected="on no page", actual=f"{device.id} is listed")


@case(f"huawei/{DELETE}/anew", requirements=["1.5.5/registered-anew"], calls=MAKES)
def deleted_device_is_registered_again(context: Context) -> None:
    """A device can be registered again under the nodeId that it had before it was deleted."""
    device = context.make("device")
    delete(context, device)
    draft = context.draft(REGISTER)
    draft.body["nodeId"] = node_id(device)
    seen: list[Answer] = []

    def look() -> bool:
        seen[:] = [context.send(draft)]  # the nodeId may be taken for a moment still
        return says(context.contract, seen[0]) is Says.YES

    eventually(context, look)
    context.served(context.operation(REGISTER), seen[0], "1.5.5/registered-anew")


@case(f"huawei/{DELETE}/cascade", requirements=["1.5.5/cascade"], calls=[QUERY, *MAKES])
def cascade_deletes_the_devices_behind(context: Context) -> None:
    """With cascade true the device behind the gateway is deleted as well."""
    above, below = gateway(context)
    delete(context, above, cascade=True)
    gone(context, "1.5.5/cascade", below, "its gateway was deleted with cascade true")


@case(f"huawei/{DELETE}/cascade-default", requirements=["1.5.5/cascade-default"], calls=[QUERY, *MAKES])
def devices_behind_are_deleted_by_default(context: Context) -> None:
    """Without cascade the device behind the gateway is deleted as well."""
    above, below = gateway(context)
    delete(context, above)
    gone(context, "1.5.5/cascade-default", below, "its gateway was deleted, and cascade is true by default")


@case(
    f"huawei/{DELETE}/cascade-false",
    requirements=["1.5.5/cascade-false", "1.5.5/becomes-direct"],
    calls=[QUERY, *MAKES],
)
def device_behind_becomes_direct(context: Context) -> None:
    """With cascade false the device behind the gateway stays, and is a direct device from then on."""
    above, below = gateway(context)
    delete(context, above, cascade=False)
    expected = {"/gatewayId": below.id}
    answer = observed(context, below.id, shows(expected), requirement="1.5.5/cascade-false")
    conclude(compare(context, "1.5.5/becomes-direct", answer, expected))

"""1.6.2 批量查询设备信息: the conditions that narrow the list.

A condition is judged by devices of the case's own: one that meets it is listed, one that does not is not. Whatever else is
listed belongs to other people, and need only not contradict the condition by what it shows.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from conformance.evidence.exchange import at
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_list import LIST, LISTING
from conformance.suites.huawei.device_reading import MAKES, QUERY, gateway, observed
from conformance.suites.huawei.pages import eventually_found, page
from conformance.suites.huawei.shadow_reading import moment, told
from conformance.suites.judge import Says, says
from conformance.suites.objects import Made

NODE_TYPES: Final = ("ENDPOINT", "GATEWAY")
STATUSES: Final = ("ONLINE", "OFFLINE", "INACTIVE", "ABNORMAL")
HOUR: Final = timedelta(hours=1)
"""Distance from a moment to a bound: clocks differ by less, and so it does not matter whether a bound is taken in."""


def holds(context: Context, requirement: str, device: Made, **conditions: Any) -> None:
    """Check that a device which meets the conditions is listed.

    Raises:
        Stop: the list was not served; the finding is recorded.
    """
    item = eventually_found(context, LISTING, device.id, **conditions)
    context.check(requirement, item is not None, expected=f"{device.id} is listed", actual="on no page")


def lacks(context: Context, requirement: str, device: Made, **conditions: Any) -> None:
    """Check that a device which does not meet the conditions is not listed."""
    item = eventually_found(context, LISTING, device.id, present=False, **conditions)
    context.check(requirement, item is None, expected=f"{device.id} is not listed", actual="it is listed")


def agree(context: Context, requirement: str, pointer: str, right: Any, **conditions: Any) -> None:
    """Check that no device on the first page shows something else than the condition asks for."""
    answer = page(context, LISTING, 0, LISTING.largest, **conditions)
    shown = (at(each, pointer) for each in LISTING.records(answer))
    other = next((each for each in shown if each is not None and not right(each)), None)
    context.check(requirement, other is None, expected=f"{pointer} as asked for", actual=other, answer=answer)


def named(context: Context, **members: Any) -> tuple[Made, str]:
    """Make a device with a name of its own."""
    name = context.unique()
    return context.make("device", deviceName=name, **members), name


@case(f"huawei/{LIST}/filter-gateway", requirements=["1.6.2/filter-gateway"], calls=[LIST, *MAKES])
def list_by_gateway_holds_its_devices(context: Context) -> None:
    """A list by a direct device's own id as gatewayId holds that device, and not another direct one."""
    one, other = context.make("device"), context.make("device")
    holds(context, "1.6.2/filter-gateway", one, gatewayId=one.id)
    lacks(context, "1.6.2/filter-gateway", other, gatewayId=one.id)


@case(f"huawei/{LIST}/filter-behind-gateway", requirements=["1.6.2/filter-gateway"], calls=[LIST, QUERY, *MAKES])
def list_by_gateway_holds_the_devices_behind(context: Context) -> None:
    """A list by gatewayId holds the device behind the gateway."""
    above, below = gateway(context)
    holds(context, "1.6.2/filter-gateway", below, gatewayId=above.id)
    lacks(context, "1.6.2/filter-gateway", below, gatewayId=below.id)


@case(f"huawei/{LIST}/filter-name", requirements=["1.6.2/filter-name"], calls=[LIST, *MAKES])
def list_by_name_holds_the_devices_of_that_name(context: Context) -> None:
    """A list by name holds the device of that name, no other device of the case, and none that shows another name."""
    (one, name), (other, _) = named(context), named(context)
    holds(context, "1.6.2/filter-name", one, name=name)
    lacks(context, "1.6.2/filter-name", other, name=name)
    agree(context, "1.6.2/filter-name", "/deviceInfo/name", lambda shown: name in shown, name=name)


@case(
    f"huawei/{LIST}/filter-location",
    requirements=["1.6.2/filter-location"],
    calls=[LIST, "device-modify", *MAKES],
)
def list_by_location_holds_the_devices_that_stand_there(context: Context) -> None:
    """A list by location holds the device that stands there, and not one that stands elsewhere."""
    places = [context.unique(), context.unique()]
    one, other = devices = [context.make("device") for _ in places]
    for device, place in zip(devices, places, strict=True):
        context.prepare("device-modify", deviceId=device.id, body={"location": place})
    holds(context, "1.6.2/filter-location", one, location=places[0])
    lacks(context, "1.6.2/filter-location", other, location=places[0])
    wanted = places[0]
    agree(context, "1.6.2/filter-location", "/deviceInfo/location", lambda shown: wanted in shown, location=wanted)


@case(f"huawei/{LIST}/filter-device-type", requirements=["1.6.2/filter-device-type"], calls=[LIST, QUERY, *MAKES])
def list_by_type_holds_the_devices_of_that_type(context: Context) -> None:
    """A list by the type that a device shows holds it, and one by a type that no device has does not."""
    device, name = named(context)
    kind = str(told(observed(context, device.id), "deviceInfo/deviceType"))
    holds(context, "1.6.2/filter-device-type", device, deviceType=kind, name=name)
    lacks(context, "1.6.2/filter-device-type", device, deviceType=context.unique(), name=name)
    agree(context, "1.6.2/filter-device-type", "/deviceInfo/deviceType", lambda shown: kind in shown, deviceType=kind)


@case(f"huawei/{LIST}/filter-node-type", requirements=["1.6.2/filter-node-type"], calls=[LIST, QUERY, *MAKES])
def list_by_node_type_holds_nodes_of_that_kind(context: Context) -> None:
    """A list by the nodeType that a device shows holds it, and one by another does not."""
    device, name = named(context)
    kind = told(observed(context, device.id), "nodeType")
    if kind not in NODE_TYPES:
        raise Inconclusive(f"the kind of a new device is {kind}, which cannot be asked for in two spellings")
    holds(context, "1.6.2/filter-node-type", device, nodeType=kind, name=name)
    other = next(each for each in NODE_TYPES if each != kind)
    lacks(context, "1.6.2/filter-node-type", device, nodeType=other, name=name)
    agree(context, "1.6.2/filter-node-type", "/nodeType", lambda shown: shown == kind, nodeType=kind)


@case(f"huawei/{LIST}/filter-status", requirements=["1.6.2/filter-status"], calls=[LIST, QUERY, *MAKES])
def list_by_status_holds_devices_in_that_state(context: Context) -> None:
    """A list by the status that a new device shows holds it, and one by ONLINE does not."""
    device, name = named(context)
    status = told(observed(context, device.id), "deviceInfo/status")
    holds(context, "1.6.2/filter-status", device, status=status, name=name)
    other = next(each for each in STATUSES if each != status)
    lacks(context, "1.6.2/filter-status", device, status=other, name=name)


@case(
    f"huawei/{LIST}/time-range",
    requirements=["1.6.2/start-time", "1.6.2/end-time"],
    calls=[LIST, QUERY, *MAKES],
)
def list_of_a_range_holds_what_was_registered_in_it(context: Context) -> None:
    """A device is in the list from an hour before its registration, up to an hour after it, and in no other range.

    An hour after it has not come yet: no sentence says that a range which ends in the future is served.
    """
    device, name = named(context)
    at_ = moment(context, told(observed(context, device.id), "createTime"))
    if at_ is None:
        raise Inconclusive("the time of the registration cannot be read")
    before, after = context.written(at_ - HOUR), context.written(at_ + HOUR)
    holds(context, "1.6.2/start-time", device, name=name, startTime=before)
    lacks(context, "1.6.2/end-time", device, name=name, endTime=before)
    for requirement, parameters, held in (
        ("1.6.2/start-time", {"startTime": after}, False),
        ("1.6.2/end-time", {"endTime": after}, True),
        ("1.6.2/end-time", {"startTime": before, "endTime": after}, True),
    ):
        answer = context.call(LIST, name=name, pageSize=LISTING.largest, **parameters)
        if says(context.contract, answer) is not Says.NO and context.served(context.operation(LIST), answer):
            listed = device.id in LISTING.ids(answer)
            words = f"{device.id} is {'' if held else 'not '}listed"
            context.check(requirement, listed is held, expected=words, actual=LISTING.ids(answer), answer=answer)

"""1.6.5 查询设备服务能力: what devices can report and be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import MAKES, conclude
from conformance.suites.huawei.shadow_reading import read_until
from conformance.suites.objects import Made

CAPABILITIES: Final = "device-capabilities"


def listed(answer: Answer) -> list[Mapping[str, Any]]:
    """Return the devices of an answer."""
    found = answer.at("/deviceCapabilities")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def asked(context: Context, device: Made, **parameters: Any) -> Answer:
    """Ask until the answer has something or the ingest delay is over; return the last answer."""
    answer: Answer = read_until(
        context, lambda: context.succeed(CAPABILITIES, **parameters), lambda seen: _of(seen, device) is not None
    )
    return answer


def _of(answer: Answer, device: Made) -> Mapping[str, Any] | None:
    return next((each for each in listed(answer) if each.get("deviceId") == device.id), None)


def _names(holder: Mapping[str, Any], member: str, name: str) -> list[Any] | None:
    """Return the names of what a list holds; None where the list, or a name in it, is not shown."""
    found = holder.get(member)
    if not isinstance(found, list):
        return None
    names = [each.get(name) for each in found if isinstance(each, dict)]
    return None if None in names else names


@case(f"huawei/{CAPABILITIES}/same-device", requirements=["1.6.5/same-device"], calls=[CAPABILITIES, *MAKES])
def capabilities_are_those_of_the_device(context: Context) -> None:
    """Of two devices the capabilities of one are asked for, and only that one is named."""
    device, _ = context.make("device"), context.make("device")
    answer = asked(context, device, deviceId=device.id)
    ids = [each.get("deviceId") for each in listed(answer)]
    shown = [each for each in ids if each is not None]
    if ids and not shown:
        conclude(["/deviceCapabilities/deviceId"])
    context.check("1.6.5/same-device", set(shown) == {device.id}, expected=[device.id], actual=shown, answer=answer)


@case(f"huawei/{CAPABILITIES}/product", requirements=["1.6.5/product-services"], calls=[CAPABILITIES, *MAKES])
def capabilities_are_those_of_the_product(context: Context) -> None:
    """The tester's service, property and command of the product are among the capabilities of its device."""
    service, name = str(context.told("service_id")), str(context.told("property_name"))
    command = str(context.told("command_name"))
    device = context.make("device")
    answer = asked(context, device, deviceId=device.id)
    found = listed(answer)
    services = _names(found[0], "serviceCapabilities", "serviceId") if found else []
    if services is None:
        conclude(["/deviceCapabilities/serviceCapabilities"])
    assert services is not None
    if not context.check(
        "1.6.5/product-services", service in services, expected=service, actual=services, answer=answer
    ):
        return
    shown = found[0]["serviceCapabilities"][services.index(service)]
    hidden = []
    for member, key, wanted in (("properties", "propertyName", name), ("commands", "commandName", command)):
        names = _names(shown, member, key)
        if names is None:
            hidden.append(member)
        else:
            context.check("1.6.5/product-services", wanted in names, expected=wanted, actual=names, answer=answer)
    conclude(hidden)


@case(f"huawei/{CAPABILITIES}/gateway", requirements=["1.6.5/gateway"], calls=[CAPABILITIES, *MAKES])
def capabilities_by_gateway_hold_its_devices(context: Context) -> None:
    """The capabilities that are asked for by the id of a direct device as gatewayId hold that device."""
    device = context.make("device")
    answer = asked(context, device, gatewayId=device.id)
    ids = [each.get("deviceId") for each in listed(answer)]
    if ids and not any(ids):
        conclude(["/deviceCapabilities/deviceId"])
    context.check("1.6.5/gateway", device.id in ids, expected=device.id, actual=ids, answer=answer)

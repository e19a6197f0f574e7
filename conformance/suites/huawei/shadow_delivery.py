"""1.5.8 修改设备影子: what passes between a shadow and its device, seen at the device by the upper tester."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.shadow_reading import DEVICE_CALLS, Setting, read_until, same_number

CALLS: Final = ("shadow-modify", *DEVICE_CALLS)


def _received(setting: Setting) -> list[Any]:
    """Return the values of the property that the device has got from its shadow.

    Raises:
        Inconclusive: the upper tester cannot tell.
    """
    got = setting.context.act("shadow-received", deviceId=setting.device.id)
    if not isinstance(got, list):
        raise Inconclusive("the upper tester does not tell as a list what the device has got")
    found = (
        each.get("desired") for each in got if isinstance(each, Mapping) and each.get("serviceId") == setting.service
    )
    return [each[setting.name] for each in found if isinstance(each, Mapping) and setting.name in each]


def _arrives(setting: Setting, requirement: str, value: int, when: str) -> None:
    """Check that the device gets a value within the ingest delay."""
    got = read_until(
        setting.context, lambda: _received(setting), lambda seen: any(same_number(each, value) for each in seen)
    )
    holds = any(same_number(each, value) for each in got)
    expected = f"the device has got {setting.name} = {value} {when}"
    setting.context.check(requirement, holds, expected=expected, actual=f"it has got {got}")


@case("huawei/shadow-modify/delivered-at-once", requirements=["1.5.8/delivered-at-once"], calls=CALLS)
def configuration_reaches_a_connected_device(context: Context) -> None:
    """A device that is online gets the configuration at once."""
    setting = Setting.of(context)
    context.act("device-online", deviceId=setting.device.id)
    setting.set(31)
    _arrives(setting, "1.5.8/delivered-at-once", 31, "at once, being online")


@case("huawei/shadow-modify/delivered-on-return", requirements=["1.5.8/delivered-on-return"], calls=CALLS)
def configuration_waits_for_a_device_that_is_away(context: Context) -> None:
    """A device that is not online gets the configuration when it comes online, and not before."""
    setting = Setting.of(context)
    context.act("device-online", deviceId=setting.device.id)
    context.act("device-offline", deviceId=setting.device.id)
    setting.set(31)
    early = _received(setting)
    expected = "nothing reaches a device that is not online"
    context.check("1.5.8/delivered-on-return", not early, expected=expected, actual=f"it has got {early}")
    context.act("device-online", deviceId=setting.device.id)
    _arrives(setting, "1.5.8/delivered-on-return", 31, "after it came online")


@case(
    "huawei/shadow-modify/reported",
    requirements=["1.5.8/reported-synchronised"],
    calls=["shadow-query", *DEVICE_CALLS],
)
def reported_data_stand_in_the_report_area(context: Context) -> None:
    """What a device reports stands in the report area of its shadow, the latest value in the end."""
    setting = Setting.of(context)
    context.act("device-online", deviceId=setting.device.id)
    for value in (32, 38):
        context.act("device-report", deviceId=setting.device.id, serviceId=setting.service, data={setting.name: value})
        setting.becomes("1.5.8/reported-synchronised", "reportedProps", value)

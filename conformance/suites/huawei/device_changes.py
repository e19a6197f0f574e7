"""1.5.4 修改设备信息: what a change changes, and what it leaves alone."""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import MAKES, QUERY, compare, conclude, node_id, observed, shows
from conformance.suites.huawei.device_registration import register, series
from conformance.suites.judge import Says, says
from conformance.suites.objects import Made

MODIFY: Final = "device-modify"
NAME: Final = "/deviceInfo/name"
LOCATION: Final = "/deviceInfo/location"
MUTE: Final = "/deviceInfo/mute"
IMSI: Final = "/deviceInfo/imsi"
TEXTS: Final = {
    "name": 'Θερμόμετρο термометр مقياس "1"',
    "location": "一号车间, 二楼 <east> & 100 %; it's  here",
}
"""Texts that no sentence forbids; none begins or ends with a blank, which a form on the way may take away."""


def modify(context: Context, device: Made, **members: Any) -> None:
    """Change a device as the body of the case.

    Raises:
        Stop: it was not served; the finding is recorded.
    """
    context.succeed(MODIFY, deviceId=device.id, body=members)


@case(f"huawei/{MODIFY}/changes-given", requirements=["1.5.4/changes-given"], calls=[MODIFY, QUERY, *MAKES])
def changed_facts_are_shown(context: Context) -> None:
    """Name and location are shown as they were changed, also after a second change."""
    device, hidden = context.make("device", deviceName=context.unique()), list[str]()
    for _ in range(2):
        given = {"name": context.unique(), "location": context.unique()}
        modify(context, device, **given)
        expected = {NAME: given["name"], LOCATION: given["location"]}
        hidden += compare(context, "1.5.4/changes-given", observed(context, device.id, shows(expected)), expected)
    conclude(hidden)


@case(
    f"huawei/{MODIFY}/keeps-others",
    requirements=["1.5.4/keeps-others", "1.5.4/keeps-identity"],
    calls=[MODIFY, QUERY, *MAKES],
)
def what_is_not_named_stays(context: Context) -> None:
    """A change of the name leaves the location, the id and the nodeId; a change of the location leaves the name."""
    device = context.make("device")
    name, location = context.unique(), context.unique()
    modify(context, device, location=location)
    modify(context, device, name=name)
    kept = {LOCATION: location}
    answer = observed(context, device.id, shows({**kept, NAME: name}))
    hidden = compare(context, "1.5.4/keeps-others", answer, kept)
    modify(context, device, location=context.unique())
    hidden += compare(context, "1.5.4/keeps-others", observed(context, device.id, shows({NAME: name})), {NAME: name})
    identity = {"/deviceId": device.id, "/deviceInfo/nodeId": node_id(device)}
    answer = observed(context, device.id, shows(identity))
    conclude(hidden + compare(context, "1.5.4/keeps-identity", answer, identity))


@case(
    f"huawei/{MODIFY}/imsi",
    requirements=["1.5.4/changes-given"],
    calls=[MODIFY, QUERY, "device-register-code", "device-delete"],
)
def changed_imsi_is_shown(context: Context) -> None:
    """The IMSI that a change gave is shown in place of that of the registration, where the query selects it."""
    answer, given = register(context)
    device = str(answer.at("/deviceId"))
    fresh = str(int(given["imsi"]) + 1)
    context.succeed(MODIFY, deviceId=device, body={"imsi": fresh})
    expected = {IMSI: fresh}
    conclude(
        compare(context, "1.5.4/changes-given", observed(context, device, shows(expected), select="imsi"), expected)
    )


@case(f"huawei/{MODIFY}/series", requirements=["1.5.4/changes-series"], calls=[MODIFY, QUERY, *MAKES])
def changed_series_is_shown(context: Context) -> None:
    """Manufacturer, type, model and protocol are shown as they were changed."""
    device = context.make("device")
    given = {**series(context), "manufacturerName": context.unique()}
    answer = context.call(MODIFY, deviceId=device.id, body=given)
    if says(context.contract, answer) is Says.NO:
        # No row speaks of it, but neither does the text say that the names of no product are taken.
        raise Inconclusive(f"the platform takes no manufacturer that no product has: {answer.describe()}")
    context.served(context.operation(MODIFY), answer)
    expected = {f"/deviceInfo/{member}": value for member, value in given.items()}
    conclude(compare(context, "1.5.4/changes-series", observed(context, device.id, shows(expected)), expected))


@case(f"huawei/{MODIFY}/mute", requirements=["1.5.4/mute-shown"], calls=[MODIFY, QUERY, *MAKES])
def frozen_device_is_shown_as_frozen(context: Context) -> None:
    """A device is shown as frozen when it was frozen, and as not frozen when it was released."""
    device, hidden = context.make("device"), list[str]()
    for state in ("TRUE", "FALSE"):
        modify(context, device, mute=state)
        answer = observed(context, device.id, shows({MUTE: state}))
        hidden += compare(context, "1.5.4/mute-shown", answer, {MUTE: state})
    conclude(hidden)


@case(f"huawei/{MODIFY}/texts", requirements=["1.5.4/texts"], calls=[MODIFY, QUERY, *MAKES])
def texts_of_any_script_come_back_unchanged(context: Context) -> None:
    """Texts in several scripts, with quotes and marks, come back unchanged."""
    device = context.make("device")
    modify(context, device, **TEXTS)
    expected = {NAME: TEXTS["name"], LOCATION: TEXTS["location"]}
    conclude(compare(context, "1.5.4/texts", observed(context, device.id, shows(expected)), expected))

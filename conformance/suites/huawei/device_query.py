"""1.6.1 查询单个设备信息: which device is shown, with what identity, times and data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import (
    MAKES,
    QUERY,
    compare,
    conclude,
    gateway,
    lacks,
    later,
    node_id,
    observed,
    service_in,
    shows,
)
from conformance.suites.huawei.device_registration import register
from conformance.suites.huawei.shadow_reading import CLOCKS_S, is_now, moment, told

IMSI: Final = "/deviceInfo/imsi"
HALF_AN_HOUR_S: Final = 1800
"""A leap of the clock that an access token outlives, and that is longer than clocks may be apart."""


@case(f"huawei/{QUERY}/same-device", requirements=["1.6.1/same-device", "1.6.1/direct-gateway"], calls=[QUERY, *MAKES])
def shows_the_device_that_was_asked_for(context: Context) -> None:
    """Of two devices each is shown by its own id and nodeId; both are direct, so that their gatewayId is their own id."""
    hidden: list[str] = []
    for device in [context.make("device"), context.make("device")]:
        expected = {"/deviceId": device.id, "/deviceInfo/nodeId": node_id(device)}
        answer = observed(context, device.id, shows(expected))
        hidden += compare(context, "1.6.1/same-device", answer, expected)
        hidden += compare(context, "1.6.1/direct-gateway", answer, {"/gatewayId": device.id})
    conclude(hidden)


@case(f"huawei/{QUERY}/gateway", requirements=["1.6.1/gateway"], calls=[QUERY, *MAKES])
def device_behind_a_gateway_names_it(context: Context) -> None:
    """A device behind a gateway shows the gateway's id as gatewayId."""
    above, below = gateway(context)
    expected = {"/gatewayId": above.id}
    conclude(compare(context, "1.6.1/gateway", observed(context, below.id, shows(expected)), expected))


@case(
    f"huawei/{QUERY}/times",
    requirements=["1.6.1/create-time", "1.6.1/last-modified-time"],
    calls=[QUERY, "device-modify", *MAKES],
)
def times_are_those_of_registration_and_change(context: Context) -> None:
    """CreateTime of a new device and lastModifiedTime of one that was just changed are now, in UTC."""
    device = context.make("device")
    context.prepare("device-modify", deviceId=device.id, body={"name": context.unique()})
    answer = observed(context, device.id)
    expected = f"now, within {CLOCKS_S} s"
    for member, requirement in (
        ("createTime", "1.6.1/create-time"),
        ("lastModifiedTime", "1.6.1/last-modified-time"),
    ):
        shown = told(answer, member)
        context.check(requirement, is_now(context, shown), expected=expected, actual=shown, pointer=f"/{member}")


@case(
    f"huawei/{QUERY}/modified-later",
    requirements=["1.6.1/last-modified-time"],
    calls=[QUERY, "device-modify", *MAKES, "login"],
)
def change_moves_the_time_of_the_last_change(context: Context) -> None:
    """A change half an hour after the registration is shown by lastModifiedTime."""
    device = context.make("device")
    with later(context, HALF_AN_HOUR_S):
        context.prepare("device-modify", deviceId=device.id, body={"name": context.unique()})
        answer = observed(context, device.id)
    created = moment(context, told(answer, "createTime"))
    modified = moment(context, told(answer, "lastModifiedTime"))
    if created is None or modified is None:
        raise Inconclusive("the times of the device cannot be read")
    due = created + timedelta(seconds=HALF_AN_HOUR_S)
    context.check(
        "1.6.1/last-modified-time",
        abs((modified - due).total_seconds()) <= CLOCKS_S,
        expected=f"{due.isoformat()}, within {CLOCKS_S} s",
        actual=modified.isoformat(),
        pointer="/lastModifiedTime",
    )


@case(
    f"huawei/{QUERY}/imsi", requirements=["1.6.1/select-imsi"], calls=["device-register-code", QUERY, "device-delete"]
)
def imsi_is_shown_where_it_is_asked_for(context: Context) -> None:
    """With select=imsi the IMSI that the registration gave is shown."""
    answer, given = register(context)
    device = str(answer.at("/deviceId"))
    shown = observed(context, device, shows({IMSI: given["imsi"]}), select="imsi")
    context.equal("1.6.1/select-imsi", shown.at(IMSI), given["imsi"], pointer=IMSI, answer=shown)


@case(f"huawei/{QUERY}/reported-data", requirements=["1.6.1/reported-data"], calls=[QUERY, *MAKES])
def latest_report_is_shown(context: Context) -> None:
    """Of two reports of a service the later is shown, with its time in UTC."""
    service, name = str(context.told("service_id")), str(context.told("property_name"))
    device = context.make("device")
    for value in (7, 8):
        context.act("device-report", deviceId=device.id, serviceId=service, data={name: value})
        answer = observed(context, device.id, lambda seen, value=value: _value(seen, service, name) == value)  # type: ignore[misc]
    listed = answer.at("/services")
    shown = service_in(listed, service)
    if lacks(listed, service):
        expected = f"{service} among the services"
        context.check("1.6.1/reported-data", False, expected=expected, actual=listed, pointer="/services")
        return
    if shown.get("data") is None:
        raise Inconclusive("not shown by the platform, so not judged: services.data")
    context.check(
        "1.6.1/reported-data", _value(answer, service, name) == 8, expected={name: 8}, actual=shown.get("data")
    )
    if shown.get("eventTime") is not None:
        context.check(
            "1.6.1/reported-data", is_now(context, shown["eventTime"]), expected="now", actual=shown["eventTime"]
        )


def _value(answer: Answer, service: str, name: str) -> Any:
    data = service_in(answer.at("/services"), service).get("data")
    return data.get(name) if isinstance(data, dict) else None

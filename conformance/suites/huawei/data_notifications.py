"""1.8.4, 1.8.5: what is told of the data that devices report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from conformance.iut.receiver import Received
from conformance.suites.checks import json_equal
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import MAKES, gateway
from conformance.suites.huawei.notifying import judge_gateway, notified, of, records, same, subscribed

ONE: Final = "device-data-changed"
SEVERAL: Final = "device-datas-changed"
EARLIER_S: Final = 3600
"""How long before now the reported values came to be: no clock is so wrong that the platform's own time passes for it."""


def _time(context: Context) -> str:
    """Return the time that reported values bear."""
    return str(context.written(context.now() - timedelta(seconds=EARLIER_S)))


@notified(ONE, rules=["1.8.4/reported", "1.8.4/request-id-unique", "1.8/gateway-id"], calls=MAKES)
def reported_data_are_told(context: Context) -> None:
    """Each report of a device is told with its service, its values and its time, under a number of its own."""
    service, name = str(context.told("service_id")), str(context.told("property_name"))
    inbox = subscribed(context, ONE)
    device, moment = context.make("device"), _time(context)
    messages: list[Received] = []
    for value in (31, 36):
        context.act("device-report", deviceId=device.id, serviceId=service, data={name: value}, eventTime=moment)
        received = inbox.expect(of(device), f"deviceDataChanged of the device {device.id}")
        same(context, "1.8.4/reported", received, "/service/serviceId", service)
        same(context, "1.8.4/reported", received, "/service/eventTime", moment)
        _value(context, "1.8.4/reported", received, received.at("/service/data"), name, value)
        messages.append(received)
    _numbered_apart(context, "1.8.4/request-id-unique", *messages)
    judge_gateway(context, received, device.id)


def _numbered_apart(context: Context, requirement: str, one: Received, other: Received) -> None:
    """Check that two messages have two numbers; one that is not shown tells nothing, and neither does the same message
    sent again.
    """
    first, second = one.at("/requestId"), other.at("/requestId")
    if first is not None and second is not None and not json_equal(one.json, other.json):
        pointer = "/requestId"
        context.check(
            requirement, first != second, expected=f"not {first} again", actual=second, pointer=pointer, answer=other
        )


@notified(ONE, "gateway", rules=["1.8/gateway-id"], calls=["device-query", *MAKES])
def data_of_a_device_behind_a_gateway_name_it(context: Context) -> None:
    """What a device behind a gateway reports is told with the id of the gateway."""
    service, name = str(context.told("service_id")), str(context.told("property_name"))
    inbox = subscribed(context, ONE)
    above, below = gateway(context)
    context.act("device-report", deviceId=below.id, serviceId=service, data={name: 31})
    judge_gateway(context, inbox.expect(of(below), f"deviceDataChanged of the device {below.id}"), above.id)


@notified(SEVERAL, rules=["1.8.5/reported", "1.8.5/request-id-unique", "1.8/gateway-id"], calls=MAKES)
def data_of_several_services_are_told_together(context: Context) -> None:
    """A report of two services at once is told in one message, with the values of both, under a number of its own."""
    services = [
        (str(context.told(f"{prefix}service_id")), str(context.told(f"{prefix}property_name")), value)
        for prefix, value in (("", 31), ("other_", 83))
    ]
    inbox = subscribed(context, SEVERAL)
    device, moment = context.make("device"), _time(context)
    sent = [{"serviceId": each, "data": {name: value}, "eventTime": moment} for each, name, value in services]
    context.act("device-report-services", deviceId=device.id, services=sent)
    received = inbox.expect(of(device), f"deviceDatasChanged of the device {device.id}")
    judge_gateway(context, received, device.id)
    shown = received.at("/services")
    shown = received.at("/service") if shown is None else shown  # erratum services-or-service
    by_id = {each.get("serviceId"): each for each in records(shown)}
    expected = [each for each, _, _ in services]
    complete = set(expected) <= by_id.keys()
    context.check(
        "1.8.5/reported", complete, expected=expected, actual=list(by_id), pointer="/services", answer=received
    )
    for identity, name, value in services:
        told = by_id.get(identity, {})
        if told.get("eventTime") is not None:
            context.equal("1.8.5/reported", told["eventTime"], moment, pointer="/services", answer=received)
        _value(context, "1.8.5/reported", received, told.get("data"), name, value)
    again = [{**each, "data": {name: value + 1}} for each, (_, name, value) in zip(sent, services, strict=True)]
    context.act("device-report-services", deviceId=device.id, services=again)
    second = inbox.expect(of(device), f"a second deviceDatasChanged of the device {device.id}")
    _numbered_apart(context, "1.8.5/request-id-unique", received, second)


def _value(context: Context, requirement: str, received: Received, data: Any, name: str, value: int) -> None:
    """Check a reported number; a platform may tell it as a text."""
    if isinstance(data, dict):
        actual = data.get(name)
        right = json_equal(actual, value) or actual == str(value)
        context.check(requirement, right, expected=f"{name} = {value}", actual=actual, answer=received)

"""What applications are told of MQTT devices (1.8.4, 1.8.5, 1.8.11): their reports, and their answers to commands."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.iut.receiver import Received
from conformance.suites.context import Context
from conformance.suites.device_link import Link
from conformance.suites.huawei.device_reading import MAKES_MQTT
from conformance.suites.huawei.mqtt_commands import ACK, SEND, next_command, order, sent
from conformance.suites.huawei.mqtt_device import WELL_FORMED, Device, device, listening, online, payload
from conformance.suites.huawei.mqtt_reading import TAKES, Meter, report
from conformance.suites.huawei.notifying import judge_gateway, notified, of, records, same, subscribed
from conformance.suites.huawei.shadow_reading import same_number

TOLD: Final = "2.5/told"
EARLIER: Final = timedelta(hours=1)


@notified("device-data-changed", "mqtt", rules=["1.8.4/reported", TAKES, WELL_FORMED], calls=MAKES_MQTT)
def report_of_a_device_is_told(context: Context) -> None:
    """What an MQTT device reports is told with its service, its values and its time."""
    meter, inbox = Meter.of(context), subscribed(context, "device-data-changed")
    own, moment = device(context), _moment(context)
    with online(own) as link:
        for value in (31, 36):
            report(link, own, meter.report(value, moment))
            received = inbox.expect(of(own.made), f"deviceDataChanged of the device {own.id}")
            context.check(TAKES, True, answer=received)
            same(context, "1.8.4/reported", received, "/service/serviceId", meter.service)
            same(context, "1.8.4/reported", received, "/service/eventTime", moment)
            _value(context, "1.8.4/reported", received, received.at("/service/data"), meter, value)
        judge_gateway(context, received, own.id)


@notified("device-datas-changed", "mqtt", rules=["1.8.5/reported", TAKES, WELL_FORMED], calls=MAKES_MQTT)
def report_of_several_services_is_told_together(context: Context) -> None:
    """What an MQTT device reports of two services is told in one message, with the values of both."""
    meters, inbox = (Meter.of(context), Meter.of(context, other=True)), subscribed(context, "device-datas-changed")
    own, moment = device(context), _moment(context)
    pairs = list(zip(meters, (31, 83), strict=True))
    with online(own) as link:
        report(link, own, payload(*(meter.reading(value, moment) for meter, value in pairs)))
        received = inbox.expect(of(own.made), f"deviceDatasChanged of the device {own.id}")
    context.check(TAKES, True, answer=received)
    shown = received.at("/services")
    shown = received.at("/service") if shown is None else shown  # erratum services-or-service
    by_id = {each.get("serviceId"): each for each in records(shown)}
    for meter, value in pairs:
        told = by_id.get(meter.service)
        pointer = "/services"
        if not context.check(
            "1.8.5/reported",
            told is not None,
            expected=meter.service,
            actual=list(by_id),
            pointer=pointer,
            answer=received,
        ):
            continue
        assert told is not None
        if told.get("eventTime") is not None:
            context.equal("1.8.5/reported", told["eventTime"], moment, pointer=pointer, answer=received)
        _value(context, "1.8.5/reported", received, told.get("data"), meter, value)


def _moment(context: Context) -> str:
    """Return a time of the documented form that is not now."""
    return (context.now() - EARLIER).strftime("%Y%m%dT%H%M%SZ")


def _value(context: Context, requirement: str, received: Received, data: Any, meter: Meter, value: int) -> None:
    """Check a reported number; a platform may tell it as a text."""
    if isinstance(data, dict):
        actual = data.get(meter.name)
        expected = f"{meter.name} = {value}"
        context.check(requirement, same_number(actual, value), expected=expected, actual=actual, answer=received)


@notified("command-response", "mqtt", rules=["1.8.11/same-command", TOLD, WELL_FORMED], calls=[SEND, *MAKES_MQTT])
def answer_of_a_device_is_told(context: Context) -> None:
    """What an MQTT device answers to a command, carried out or failed, is told with the device.

    Which fields an answer has is the product model's to say: its content is sent, and judged, where the tester names one.
    """
    inbox, field = subscribed(context, "command-response"), context.pixit("mqtt_response_field")
    for errcode, value in ((0, 27), (1, 72)):
        own = device(context)  # of its own for each answer, so that it tells which one a message is about
        with listening(own) as link:
            sent(own, order(context, 5 + errcode, ACK), link)
            _answer(link, own, errcode, {str(field): value} if field else None)
            received = inbox.expect(
                lambda each, own=own: each.at("/header/deviceId") == own.id,  # type: ignore[misc]
                f"commandRsp of {own.id} to a command that ended with errcode {errcode}",
                requirement=TOLD,
            )
        context.check(inbox.notification.requirement("sent"), True, answer=received)
        same(context, "1.8.11/same-command", received, "/header/deviceId", own.id)
        if field:
            body = received.at("/body")
            actual = body.get(field) if isinstance(body, dict) else body
            holds = same_number(actual, value)
            context.check(TOLD, holds, expected=f"{field} = {value}", actual=actual, pointer="/body", answer=received)


def _answer(link: Link, own: Device, errcode: int, body: dict[str, Any] | None) -> None:
    """Answer the next command (a preamble), with content where there is any.

    Raises:
        Inconclusive: none arrives, or it has no mid.
    """
    received, message = next_command(link)
    if received is None or not isinstance(message, dict) or "mid" not in message:
        raise Inconclusive("no command with a mid arrived that could be answered")
    answer = {"msgType": "deviceRsp", "mid": message["mid"], "errcode": errcode}
    if body is not None:
        answer["body"] = body
    report(link, own, json.dumps(answer, separators=(",", ":")).encode())

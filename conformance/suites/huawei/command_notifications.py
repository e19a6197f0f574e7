"""1.8.10 to 1.8.12: what is told of commands; those of 1.8.12 go to the address that the command itself names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from conformance.evidence.findings import Inconclusive, Stop
from conformance.iut.receiver import Received
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.batch_views import TASK, order
from conformance.suites.huawei.command_states import LIFE_S, MAKING, command, device_answers
from conformance.suites.huawei.notifying import inbox, notified, records, same, subscribed
from conformance.suites.judge import Says, says
from conformance.suites.objects import Made
from conformance.suites.pushed import Inbox

STATUS: Final = "command-status-changed"
DETAIL: Final = {"level": 1}


@notified("message-confirm", rules=["1.8.10/sender", "1.8.10/confirmed"], calls=["command-send"])
def confirmation_of_a_device_is_told(context: Context) -> None:
    """That an MQTT device confirms a command is told, with what it confirms and whose confirmation it is."""
    inbox = subscribed(context, "message-confirm")
    device, request_id = _sent(context)
    for status in ("delivered", "executed"):
        body = {"state": 1, "mark": context.unique()}
        context.act("message-confirm", deviceId=device, requestId=request_id, status=status, body=body)
        received = inbox.expect(_marked(body), f"messageConfirm of {device}")
        same(context, "1.8.10/confirmed", received, "/header/status", status)
        same(context, "1.8.10/confirmed", received, "/body", body)
        sender = str(received.at("/header/from"))
        own = f"/devices/{device}"
        right = sender == own or (sender.startswith(f"{own}/services/") and len(sender) > len(f"{own}/services/"))
        words = f"{own}, or a service below it"
        context.check("1.8.10/sender", right, expected=words, actual=sender, pointer="/header/from", answer=received)


@notified("command-response", rules=["1.8.11/same-command"], calls=["command-send", "device-capabilities"])
def response_of_a_device_is_told(context: Context) -> None:
    """That an MQTT device answers a command is told, with the device, the service and what it answered."""
    inbox = subscribed(context, "command-response")
    device, request_id = _sent(context)
    body = {"result": 0, "mark": context.unique()}
    context.act("command-response", deviceId=device, requestId=request_id, body=body)
    received = inbox.expect(_marked(body), f"commandRsp of {device}")
    same(context, "1.8.11/same-command", received, "/header/deviceId", device)
    same(context, "1.8.11/same-command", received, "/body", body)
    kind = _service_type(context, device)
    if kind is not None:
        same(context, "1.8.11/same-command", received, "/header/serviceType", kind)


def _marked(body: Mapping[str, Any]) -> Callable[[Received], bool]:
    """Return what tells the message of this device and case by the mark in its body."""
    return lambda received: received.at("/body/mark") == body["mark"]


def _sent(context: Context) -> tuple[str, str]:
    """Send a command to the connected MQTT device (a preamble); return the ids of both.

    Raises:
        Inconclusive: it was not sent, or the answer gives it no number.
    """
    draft = context.draft("command-send")
    answer = context.send(draft)
    identity = answer.at("/requestId")
    if says(context.contract, answer) is not Says.YES or not isinstance(identity, str):
        raise Inconclusive(f"the preamble command-send did not succeed: {answer.describe()}")
    return str(draft.get(("path", "deviceId"))), identity


def _service_type(context: Context, device: str) -> str | None:
    """Return the type of the service that commands of the tester go to; None where the platform does not show it."""
    answer = context.call("device-capabilities", deviceId=device)
    found = (
        service.get("serviceType")
        for each in records(answer.at("/deviceCapabilities"))
        for service in records(each.get("serviceCapabilities"))
        if service.get("serviceId") == context.pixit("mqtt_service_id")
    )
    return next(found, None)


@notified(STATUS, rules=["1.9.1/state-notified", "1.8.12/result"], calls=MAKING)
def states_of_a_command_are_told(context: Context) -> None:
    """That a command is sent, delivered and carried out is told to the address that it names, with the result."""
    opened, device = inbox(context, STATUS), context.make("device")
    answer = context.succeed(command(context, device, expireTime=LIFE_S, callbackUrl=opened.url))
    identity = str(answer.at("/commandId"))
    context.act("device-online", deviceId=device.id)
    _told(opened, device, identity, "SENT", "1.9.1/state-notified")
    device_answers(context, device, identity, "DELIVERED")
    _told(opened, device, identity, "DELIVERED", "1.9.1/state-notified")
    device_answers(context, device, identity, "SUCCESSFUL", **DETAIL)
    _told(opened, device, identity, "SUCCESSFUL", "1.9.1/state-notified")
    _result(context, opened, identity)


def _told(opened: Inbox, device: Made, identity: str, state: str, requirement: str) -> None:
    """Expect the notification that a command is in a state.

    Raises:
        Stop: it did not come in time; the finding is recorded.
    """
    context = opened.context
    expected = {"/deviceId": device.id, "/commandId": identity, "/result/resultCode": state}
    sent = opened.notification.requirement("sent")
    try:
        received = opened.expect(
            lambda each: all(each.at(pointer) == value for pointer, value in expected.items()),
            f"the state {state} of the command {identity}",
            requirement=requirement,
        )
    except Stop:
        if not opened.channel.received:
            context.check(sent, False, expected="the states of the command, as they change", actual="nothing")
        raise
    context.check(sent, True, answer=received)


def _result(context: Context, opened: Inbox, identity: str) -> None:
    """Check the result that the last message tells: all that the device reported; a number may be told as a text."""
    last = next(each for each in reversed(opened.channel.received) if each.at("/commandId") == identity)
    shown = last.at("/result/resultDetail")
    told = shown if isinstance(shown, dict) else {}
    right = all(str(told.get(name)) == str(value) for name, value in DETAIL.items())
    pointer = "/result/resultDetail"
    context.check("1.8.12/result", right, expected=DETAIL, actual=shown, pointer=pointer, answer=last)


@case(
    "huawei/batch-task-create/callback",
    requirements=["1.10.1/callback"],
    calls=TASK,
)
def results_of_a_batch_task_are_told(context: Context) -> None:
    """What becomes of the command of a batch task is told to the address that the task names."""
    opened, draft = inbox(context, STATUS), order(context)
    draft.body["param"]["callbackUrl"] = opened.url
    (device,) = draft.body["param"]["deviceList"]
    context.succeed(draft)
    context.act("device-online", deviceId=device)
    received = opened.expect(
        lambda each: each.at("/deviceId") == device and each.at("/result/resultCode") in {"SENT", "DELIVERED"},
        f"that the command for {device} was sent",
        requirement="1.10.1/callback",
    )
    identity: Any = received.at("/commandId")
    context.act("device-command-result", deviceId=device, commandId=identity, outcome="SUCCESSFUL", detail=DETAIL)
    opened.expect(
        lambda each: each.at("/commandId") == identity and each.at("/result/resultCode") == "SUCCESSFUL",
        f"the state SUCCESSFUL of the command for {device}",
        requirement="1.10.1/callback",
    )

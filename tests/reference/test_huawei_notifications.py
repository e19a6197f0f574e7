"""Everything that the Huawei reference pushes: 18 valid messages, as widely used receivers expect them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conformance.contract import Notification
from conformance.iut.receiver import Channel, Received, Receiver
from conformance.reference.huawei.notification_faults import BEHAVIOURS
from conformance.reference.huawei.notifications import CHAPTER

from .huawei_drive import CONTRACT, HuaweiDriver

SOON_S = 5.0
NOTIFICATIONS = CONTRACT.notifications


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started


def lamp(huawei: HuaweiDriver) -> tuple[str, str]:
    """Send the connected lamp a command; return both ids."""
    device = huawei.pixit["online_mqtt_device"]
    body = {"header": {"mode": "ACK", "method": "SWITCH"}, "body": {"brightness": 1}}
    sent = huawei.succeed("command-send", body, deviceId=device, serviceId="Lamp")
    return device, sent["requestId"]


def upgrading(huawei: HuaweiDriver, kind: str) -> str:
    device = huawei.device()
    huawei.act("device-online", deviceId=device)
    body = {"fileId": huawei.pixit[f"{kind}_package"], "targets": {"devices": [device]}}
    task = huawei.succeed(f"{kind}-upgrade-create", body)["operationId"]
    huawei.succeed("upgrade-task-query", operationId=task)
    return device


def online(huawei: HuaweiDriver) -> str:
    device = huawei.device()
    huawei.act("device-online", deviceId=device)
    return device


def report_services(huawei: HuaweiDriver) -> None:
    services = [
        {"serviceId": "WaterMeter", "data": {"level": 1}},
        {"serviceId": "Battery", "data": {"batteryLevel": 2}},
    ]
    huawei.act("device-report-services", deviceId=huawei.device(), services=services)


def report(huawei: HuaweiDriver) -> None:
    huawei.act("device-report", deviceId=huawei.device(), serviceId="WaterMeter", data={"level": 1})


def shadow(huawei: HuaweiDriver) -> None:
    device = online(huawei)
    desired = {"serviceDesireds": [{"serviceId": "WaterMeter", "desired": {"level": 3}}]}
    huawei.succeed("shadow-modify", desired, deviceId=device)
    huawei.act("shadow-result", deviceId=device, serviceId="WaterMeter", delivered=True)


def confirm(huawei: HuaweiDriver) -> None:
    device, request = lamp(huawei)
    huawei.act("message-confirm", deviceId=device, requestId=request, status="executed")


def respond(huawei: HuaweiDriver) -> None:
    device, request = lamp(huawei)
    huawei.act("command-response", deviceId=device, requestId=request, body={"result": 0})


CAUSES: dict[str, Callable[[HuaweiDriver], Any]] = {
    "device-added": HuaweiDriver.device,
    "device-bound": online,
    "device-info-changed": online,
    "device-data-changed": report,
    "device-datas-changed": report_services,
    "device-capabilities-changed": lambda huawei: huawei.act("capability-changed", change="changed"),
    "device-capabilities-added": lambda huawei: huawei.act("capability-changed", change="added"),
    "device-capabilities-deleted": lambda huawei: huawei.act("capability-changed", change="deleted"),
    "device-deleted": lambda huawei: huawei.succeed("device-delete", deviceId=huawei.device()),
    "message-confirm": confirm,
    "command-response": respond,
    "rule-event": lambda huawei: huawei.act("rule-fired", deviceId=huawei.device()),
    "shadow-status-changed": shadow,
    "software-state-changed": lambda huawei: huawei.act(
        "upgrade-step", deviceId=upgrading(huawei, "software"), step="updating"
    ),
    "software-result": lambda huawei: huawei.act(
        "upgrade-result", deviceId=upgrading(huawei, "software"), result="SUCCESS"
    ),
    "firmware-state-changed": lambda huawei: huawei.act(
        "upgrade-step", deviceId=upgrading(huawei, "firmware"), step="updating"
    ),
    "firmware-result": lambda huawei: huawei.act(
        "upgrade-result", deviceId=upgrading(huawei, "firmware"), result="FAIL"
    ),
}
"""What makes the event of each notification that is subscribed by its kind."""


def subscribe(huawei: HuaweiDriver, notification: Notification, channel: Channel) -> Any:
    body = {"notifyType": notification.notify_type, "callbackUrl": channel.url}
    return huawei.succeed(notification.subscribed_by, body)


def pushed(huawei: HuaweiDriver, receiver: Receiver, subject: str) -> Received:
    channel = receiver.channel(subject)
    subscribe(huawei, NOTIFICATIONS[subject], channel)
    CAUSES[subject](huawei)
    received = channel.wait(timeout_s=SOON_S)
    assert received is not None
    return received


def test_every_kind_that_is_subscribed_has_a_cause() -> None:
    assert CAUSES.keys() == {subject for subject, each in NOTIFICATIONS.items() if each.notify_type is not None}
    assert len(NOTIFICATIONS) == 18


@pytest.mark.parametrize("subject", CAUSES)
def test_event_is_pushed_as_a_valid_message_in_the_documents_order(receiver: Receiver, subject: str) -> None:
    received = pushed(HuaweiDriver(), receiver, subject)
    message = NOTIFICATIONS[subject].message
    assert message.violations(received.json) == ()
    assert (received.method, received.header("content-type")) == ("POST", "application/json")
    order = [name for name in message.schema["properties"] if name in received.json]
    assert list(received.json) == order
    # Widely used receivers look for this text, without a blank.
    assert f'"notifyType":"{NOTIFICATIONS[subject].notify_type}"'.encode() in received.body
    assert received.body == json.dumps(received.json, ensure_ascii=False, separators=(",", ":")).encode()


def test_states_of_a_command_go_to_the_address_that_it_names(receiver: Receiver) -> None:
    huawei, channel = HuaweiDriver(), receiver.channel()
    device = huawei.device()
    command = {"serviceId": "WaterMeter", "method": "SET_INTERVAL", "paras": {"interval": 1}}
    body = {"deviceId": device, "command": command, "callbackUrl": channel.url, "expireTime": 3600}
    identity = huawei.succeed("command-create", body)["commandId"]
    huawei.act("device-online", deviceId=device)
    huawei.act("device-command-result", deviceId=device, commandId=identity, outcome="SUCCESSFUL", detail={"a": 1})
    assert channel.wait(lambda each: each.at("/result/resultCode") == "SUCCESSFUL", timeout_s=SOON_S)
    told = [each.json for each in channel.received]
    assert all(NOTIFICATIONS["command-status-changed"].message.violations(each) == () for each in told)
    assert [each["result"]["resultCode"] for each in told] == ["SENT", "SUCCESSFUL"]
    assert told[-1] == {
        "deviceId": device,
        "commandId": identity,
        "result": {"resultCode": "SUCCESSFUL", "resultDetail": {"a": 1}},
    }


def test_nothing_is_told_to_other_applications_or_after_the_end(receiver: Receiver) -> None:
    huawei, kept, other = HuaweiDriver(), receiver.channel(), receiver.channel()
    gone = subscribe(huawei, NOTIFICATIONS["device-added"], other)["subscriptionId"]
    huawei.succeed("subscription-delete", subscriptionId=gone)
    subscribe(huawei, NOTIFICATIONS["device-deleted"], kept)
    huawei.succeed("device-delete", deviceId=huawei.device())
    assert kept.wait(timeout_s=SOON_S)
    assert other.received == ()


@pytest.mark.parametrize(
    ("action", "params", "word"),
    [
        ("message-confirm", {"status": "gone"}, "status"),
        ("message-confirm", {"status": "sent", "requestId": "nobody's"}, "requestId"),
        ("command-response", {"requestId": "nobody's"}, "requestId"),
        ("capability-changed", {"change": "sold"}, "change"),
        ("rule-fired", {"deviceId": "nobody"}, "deviceId"),
        ("device-report-services", {"services": [{"serviceId": "Lamp"}]}, "services"),
    ],
)
def test_upper_tester_says_what_it_cannot_do(action: str, params: dict[str, Any], word: str) -> None:
    huawei = HuaweiDriver()
    device, request = lamp(huawei)
    with pytest.raises((ValueError, TypeError), match=word):
        huawei.act(action, **{"deviceId": device, "requestId": request, **params})


def test_faults_break_existing_statements_and_every_notification_can_be_missing() -> None:
    assert {each.requirement for each in BEHAVIOURS.values()} <= {
        identity.partition("/")[2] for identity in CONTRACT.requirements
    }
    assert {f"unsent-{subject}" for subject in NOTIFICATIONS} <= BEHAVIOURS.keys()
    assert CHAPTER.behaviours is BEHAVIOURS

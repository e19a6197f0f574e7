"""The Huawei platform's subscriptions, commands and cancel tasks as documented."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.reference.huawei.cancel_tasks import CHAPTER as CANCEL_TASKS
from conformance.reference.huawei.command_send import CHAPTER as SENDING
from conformance.reference.huawei.command_store import ANSWER_WITHIN_S, WAITING_AT_MOST
from conformance.reference.huawei.commands import CHAPTER as COMMANDS
from conformance.reference.huawei.subscriptions import CHAPTER as SUBSCRIPTIONS

from .huawei_drive import CONTRACT, HuaweiDriver

CHAPTERS = (SUBSCRIPTIONS, COMMANDS, CANCEL_TASKS, SENDING)
SERVICE = {"serviceId": "WaterMeter", "method": "SET_INTERVAL", "paras": {"interval": 1}}
SERVED_WAITING = "200-100435"


@pytest.fixture
def huawei() -> HuaweiDriver:
    return HuaweiDriver()


def address(path: str = "a") -> str:
    return f"http://127.0.0.1:9999/{path}"


def subscribe(huawei: HuaweiDriver, kind: str, path: str = "a") -> str:
    body = {"notifyType": kind, "callbackUrl": address(path)}
    return str(huawei.succeed("subscribe-business", body)["subscriptionId"])


def listed(huawei: HuaweiDriver, **filters: Any) -> list[str]:
    answer = huawei.succeed("subscription-list", pageSize=100, **filters)
    assert answer["totalCount"] == len(answer["subscriptions"])
    return [each["subscriptionId"] for each in answer["subscriptions"]]


def create(huawei: HuaweiDriver, device: str, **members: Any) -> str:
    body = {"deviceId": device, "command": SERVICE, **members}
    return str(huawei.succeed("command-create", body)["commandId"])


def states(huawei: HuaweiDriver, device: str) -> list[str]:
    return [each["status"] for each in huawei.succeed("command-list", deviceId=device)["data"]]


def report(huawei: HuaweiDriver, device: str) -> None:
    huawei.act("device-report", deviceId=device, serviceId="WaterMeter", data={"level": 1})


def later(huawei: HuaweiDriver, seconds: float) -> None:
    huawei.huawei.clock.offset_s += seconds


# Subscriptions


def test_subscription_is_read_and_listed_until_it_is_deleted(huawei: HuaweiDriver) -> None:
    identity = subscribe(huawei, "deviceAdded")
    shown = huawei.succeed("subscription-query", subscriptionId=identity)
    assert shown == {"subscriptionId": identity, "notifyType": "deviceAdded", "callbackUrl": address()}
    assert listed(huawei) == [identity]
    huawei.succeed("subscription-delete", subscriptionId=identity)
    assert listed(huawei) == []
    for call in ("query", "delete"):
        assert huawei.refused(f"subscription-{call}", subscriptionId=identity) == "404-100225"


def test_kind_is_subscribed_once(huawei: HuaweiDriver) -> None:
    subscribe(huawei, "deviceAdded")
    for path in ("a", "b"):
        body = {"notifyType": "deviceAdded", "callbackUrl": address(path)}
        assert huawei.refused("subscribe-business", body) == "409-100227"


def test_reading_allows_a_kind_for_several_addresses() -> None:
    huawei = HuaweiDriver(quirks=("subscription-conflict/same-kind-and-address",))
    subscribe(huawei, "deviceAdded", "a")
    subscribe(huawei, "deviceAdded", "b")
    body = {"notifyType": "deviceAdded", "callbackUrl": address("b")}
    assert huawei.refused("subscribe-business", body) == "409-100227"


@pytest.mark.parametrize("url", ["127.0.0.1:9999/a", "http://127.0.0.1/a", "ftp://127.0.0.1:21/a", "", "http://:80/a"])
def test_address_needs_scheme_host_and_port(huawei: HuaweiDriver, url: str) -> None:
    assert huawei.refused("subscribe-business", {"notifyType": "deviceAdded", "callbackUrl": url}) == "400-100222"
    body = {"notifyType": "fwUpgradeResultNotify", "callbackUrl": url}
    assert huawei.refused("subscribe-management", body) == "400-100222"


def test_management_data_are_subscribed_beside_business_data(huawei: HuaweiDriver) -> None:
    business = subscribe(huawei, "deviceAdded")
    huawei.succeed("subscribe-management", {"notifyType": "fwUpgradeResultNotify", "callbackUrl": address("m")})
    (management,) = listed(huawei, notifyType="fwUpgradeResultNotify")
    assert listed(huawei) == [business, management]
    wrong = {"notifyType": "deviceAdded", "callbackUrl": address("m")}
    assert huawei.refused("subscribe-management", wrong) == "400-100228"


def test_subscriptions_of_an_authorised_application_are_its_own(huawei: HuaweiDriver) -> None:
    other = huawei.pixit["authorised_app_id"]
    body = {"appId": other, "notifyType": "deviceAdded", "callbackUrl": address()}
    identity = huawei.succeed("subscribe-business", body)["subscriptionId"]
    assert listed(huawei) == []
    assert listed(huawei, appId=other) == [identity]
    assert huawei.refused("subscription-query", subscriptionId=identity) == "404-100225"
    foreign = {**body, "appId": huawei.pixit["foreign_app_id"]}
    assert huawei.refused("subscribe-business", foreign) == "403-100217"


def test_deletion_takes_what_matches_every_filter(huawei: HuaweiDriver) -> None:
    first, second, third = (subscribe(huawei, kind, path) for kind, path in zip(KINDS, ("a", "a", "b"), strict=True))
    assert huawei.refused("subscriptions-delete", notifyType=KINDS[0], callbackUrl=address("b")) == "404-100225"
    huawei.succeed("subscriptions-delete", notifyType=KINDS[2])
    assert listed(huawei) == [first, second]
    subscribe(huawei, KINDS[2], "b")
    huawei.succeed("subscriptions-delete", callbackUrl=address("a"))
    assert len(listed(huawei)) == 1
    assert third not in listed(huawei)
    huawei.succeed("subscriptions-delete")
    assert listed(huawei) == []
    assert huawei.refused("subscriptions-delete") == "404-100225"


KINDS = ("deviceAdded", "bindDevice", "deviceDeleted")


@pytest.mark.parametrize(("channel", "left"), [("HTTP", 0), ("MQTTS", 1), ("other", 1)])
def test_channel_of_a_deletion(huawei: HuaweiDriver, channel: str, left: int) -> None:
    subscribe(huawei, "deviceAdded")
    huawei.succeed("subscriptions-delete", channel=channel)
    assert len(listed(huawei)) == left


# Commands


def test_command_waits_is_issued_delivered_and_answered(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    identity = create(huawei, device)
    assert states(huawei, device) == ["PENDING"]
    report(huawei, device)
    assert states(huawei, device) == ["SENT"]
    huawei.act("device-command-result", deviceId=device, commandId=identity, outcome="DELIVERED")
    assert states(huawei, device) == ["DELIVERED"]
    detail = {"interval": 1}
    huawei.act("device-command-result", deviceId=device, commandId=identity, outcome="SUCCESSFUL", detail=detail)
    (shown,) = huawei.succeed("command-list", deviceId=device)["data"]
    assert shown["status"] == "SUCCESSFUL"
    assert shown["result"] == {"resultCode": "SUCCESSFUL", "resultDetail": detail}
    times = [shown[f"{name}Time"] for name in ("creation", "platformIssued", "delivered", "execute")]
    assert all(times)
    assert times == sorted(times)
    assert shown["issuedTimes"] == 1


def test_commands_are_issued_one_after_another(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    first = create(huawei, device)
    create(huawei, device)
    report(huawei, device)
    report(huawei, device)
    assert states(huawei, device) == ["SENT", "PENDING"]
    huawei.act("device-command-result", deviceId=device, commandId=first, outcome="DELIVERED")
    assert states(huawei, device) == ["DELIVERED", "SENT"]


def test_device_answers_only_what_it_was_sent(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    identity = create(huawei, device)
    for command, words in ((identity, "PENDING"), ("none", "no command")):
        with pytest.raises(ValueError, match=words):
            huawei.act("device-command-result", deviceId=device, commandId=command, outcome="DELIVERED")


def test_command_expires_and_is_not_issued_then(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    create(huawei, device, expireTime=10)
    later(huawei, 9)
    assert states(huawei, device) == ["PENDING"]
    later(huawei, 2)
    assert states(huawei, device) == ["EXPIRED"]
    report(huawei, device)
    assert states(huawei, device) == ["EXPIRED"]


def test_command_without_life_is_issued_at_once_and_times_out(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    answer = huawei.succeed("command-create", {"deviceId": device, "command": SERVICE, "expireTime": 0})
    assert (answer["status"], answer["issuedTimes"]) == ("SENT", 1)
    assert "result" not in answer
    later(huawei, ANSWER_WITHIN_S + 1)
    assert states(huawei, device) == ["TIMEOUT"]


def test_only_so_many_commands_wait(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    for _ in range(WAITING_AT_MOST):
        create(huawei, device)
    body = {"deviceId": device, "command": SERVICE}
    assert huawei.refused("command-create", body) == "400-100223"
    create(huawei, device, expireTime=0)
    create(huawei, huawei.device())
    report(huawei, device)
    create(huawei, device)


def test_command_is_cancelled_while_it_waits(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    identity, other = create(huawei, device), create(huawei, device)
    answer = huawei.succeed("command-modify", {"status": "CANCELED"}, deviceCommandId=identity)
    assert (answer["commandId"], answer["status"]) == (identity, "CANCELED")
    assert states(huawei, device) == ["CANCELED", "PENDING"]
    report(huawei, device)
    for each in (identity, other):
        assert huawei.refused("command-modify", {"status": "CANCELED"}, deviceCommandId=each) == SERVED_WAITING
    assert huawei.refused("command-modify", {"status": "CANCELED"}, deviceCommandId="none") == "200-100434"


@pytest.mark.parametrize(
    ("members", "row"),
    [
        ({"deviceId": "none"}, "200-100418"),
        ({"command": {**SERVICE, "serviceId": "none"}}, "200-100431"),
        ({"command": {**SERVICE, "method": "NONE"}}, "400-100022"),
        ({"expireTime": -1}, "400-100022"),
    ],
)
def test_command_that_fits_nothing_is_refused(huawei: HuaweiDriver, members: dict[str, Any], row: str) -> None:
    body = {"deviceId": huawei.device(), "command": SERVICE, **members}
    assert huawei.refused("command-create", body) == row


def test_zombie_gets_no_commands_until_it_is_heard(huawei: HuaweiDriver) -> None:
    body = {"deviceId": huawei.pixit["zombie_device"], "command": SERVICE}
    assert huawei.refused("command-create", body) == "403-100612"
    huawei.act("device-online", deviceId=body["deviceId"])
    huawei.succeed("command-create", body)


def test_prepared_devices_outlive_a_reset(huawei: HuaweiDriver) -> None:
    huawei.huawei.reset()
    for key in ("online_mqtt_device", "zombie_device"):
        assert huawei.huawei.pixit()[key] == huawei.pixit[key]
    body = {"header": {"mode": "ACK", "method": "SWITCH"}}
    huawei.succeed("command-send", body, deviceId=huawei.pixit["online_mqtt_device"], serviceId="Lamp")


def test_list_for_a_range_holds_what_lies_in_it(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    create(huawei, device)
    now = huawei.huawei.clock.now_ms()
    before, after = huawei.huawei.time(now - 60_000), huawei.huawei.time(now + 60_000)
    parameters = {"deviceId": device, "startTime": before, "endTime": after}
    assert huawei.succeed("command-list", **parameters)["pagination"]["totalSize"] == 1
    assert huawei.succeed("command-list", **{**parameters, "startTime": after})["data"] == []
    assert huawei.refused("command-list", **{**parameters, "startTime": after, "endTime": before}) == "400-100022"


def test_commands_go_with_their_device(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    identity = create(huawei, device)
    huawei.succeed("device-delete", deviceId=device)
    assert huawei.refused("command-modify", {"status": "CANCELED"}, deviceCommandId=identity) == "200-100434"


# Cancel tasks


def test_task_cancels_what_waits_and_nothing_else(huawei: HuaweiDriver) -> None:
    device, other = huawei.device(), huawei.device()
    create(huawei, device, expireTime=0)
    waiting = [create(huawei, device) for _ in range(2)]
    create(huawei, other)
    answer = huawei.succeed("cancel-task-create", {"deviceId": device})
    assert (answer["status"], answer["totalCount"]) == ("WAITTING", 2)
    assert {each["status"] for each in answer["deviceCommands"]} == {"DEFAULT"}
    (task,) = huawei.succeed("cancel-task-list", deviceId=device)["data"]
    assert (task["taskId"], task["status"], task["totalCount"]) == (answer["taskId"], "SUCCESS", 2)
    assert [each["commandId"] for each in task["deviceCommands"]] == waiting
    assert states(huawei, device) == ["SENT", "CANCELED", "CANCELED"]
    assert states(huawei, other) == ["PENDING"]


def test_tasks_are_found_by_id_device_state_and_time(huawei: HuaweiDriver) -> None:
    devices = [huawei.device() for _ in range(2)]
    ids = [huawei.succeed("cancel-task-create", {"deviceId": each})["taskId"] for each in devices]

    def found(**filters: Any) -> list[str]:
        return [each["taskId"] for each in huawei.succeed("cancel-task-list", **filters)["data"]]

    assert found() == ids
    assert found(taskId=ids[1]) == ids[1:]
    assert found(deviceId=devices[0]) == ids[:1]
    assert found(status="SUCCESS") == ids
    assert found(status="RUNNING") == []
    later(huawei, 60)
    assert found(startTime=huawei.huawei.now()) == []
    assert huawei.refused("cancel-task-list", deviceId="none") == "200-100418"


# Sending


def test_sent_command_reaches_a_connected_device_only(huawei: HuaweiDriver) -> None:
    lamp, body = huawei.pixit["online_mqtt_device"], {"header": {"mode": "ACK", "method": "SWITCH"}}
    answer = huawei.succeed("command-send", body, deviceId=lamp, serviceId="Lamp")
    assert answer["status"] == "sent"
    huawei.act("device-offline", deviceId=lamp)
    assert huawei.refused("command-send", body, deviceId=lamp, serviceId="Lamp") == "200-100428"


def test_request_id_serves_once(huawei: HuaweiDriver) -> None:
    lamp = huawei.pixit["online_mqtt_device"]
    body = {"header": {"requestId": "r-1", "mode": "ACK", "method": "SWITCH"}}
    assert huawei.succeed("command-send", body, deviceId=lamp, serviceId="Lamp")["requestId"] == "r-1"
    assert huawei.refused("command-send", body, deviceId=lamp, serviceId="Lamp") == "400-100022"


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ({"method": "NONE"}, "400-102203"),
        ({"toType": "NONE"}, "404-100444"),
        ({"mode": "SOMETIMES"}, "400-100022"),
    ],
)
def test_message_that_fits_nothing_is_refused(huawei: HuaweiDriver, header: dict[str, str], row: str) -> None:
    body = {"header": {"mode": "ACK", "method": "SWITCH", **header}}
    lamp = huawei.pixit["online_mqtt_device"]
    assert huawei.refused("command-send", body, deviceId=lamp, serviceId="Lamp") == row


# Readings and faults


def test_every_reading_of_these_chapters_is_shown_or_said_not_to_be() -> None:
    shown = {name.partition("/")[0] for each in CHAPTERS for name in (*each.as_built, *each.on_demand)}
    named = {name for each in CHAPTERS for name in (*each.as_built, *each.on_demand)}
    for erratum in shown:
        readings = {f"{erratum}/{each.id}" for each in CONTRACT.errata[erratum].readings}
        assert readings <= named, erratum


def test_readings_about_the_flag_and_the_filter() -> None:
    long, body = address("a" * 400), {"notifyType": "deviceAdded", "callbackUrl": address("a" * 400)}
    strict = HuaweiDriver(quirks=("owner-flag-values/two-values",))
    assert strict.refused("subscribe-business", body, ownerFlag="perhaps") == "400-100222"
    strict.succeed("subscribe-business", body, ownerFlag="false")
    assert strict.refused("subscriptions-delete", callbackUrl=long) == "404-100225"
    lenient = HuaweiDriver(quirks=("callback-filter-length/served",))
    lenient.succeed("subscribe-business", body, ownerFlag="perhaps")
    lenient.succeed("subscriptions-delete", callbackUrl=long)


@pytest.mark.parametrize(
    ("quirk", "expected"),
    [
        ("command-status-misprint/pendding", {"status": "PENDDING"}),
        ("expire-time-unset/nothing", {"expireTime": None}),
    ],
)
def test_reading_is_shown(quirk: str, expected: dict[str, Any]) -> None:
    huawei = HuaweiDriver(quirks=(quirk,))
    answer = huawei.succeed("command-create", {"deviceId": huawei.device(), "command": SERVICE})
    assert expected.items() <= answer.items()


def test_every_behaviour_names_a_statement_that_exists() -> None:
    for chapter in CHAPTERS:
        for name, behaviour in chapter.behaviours.items():
            assert behaviour.requirement is None or f"huawei/{behaviour.requirement}" in CONTRACT.requirements, name

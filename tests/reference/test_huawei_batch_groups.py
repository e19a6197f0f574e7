"""The Huawei reference's batch tasks and groups of devices (1.10, 1.11): rules, limits, states, readings."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from conformance.reference.calls import Reply
from conformance.reference.huawei import batch_tasks, groups

from .huawei_drive import CONTRACT, GIVEN, HuaweiDriver

MINUTE_S = 60
COMMAND = {"serviceId": "WaterMeter", "method": "SET_INTERVAL", "paras": {"interval": 3}}


@pytest.fixture
def huawei() -> HuaweiDriver:
    return HuaweiDriver()


# ---- 1.11 ------------------------------------------------------------------------------------------------------------


def group(huawei: HuaweiDriver, *members: str, **more: Any) -> str:
    name = f"g{len(huawei.succeed('group-list', pageSize=500)['list'])}x{len(members)}"
    return str(huawei.succeed("group-create", {"name": name, "deviceIds": list(members), **more})["id"])


def members_of(huawei: HuaweiDriver, identity: str) -> list[str]:
    found = huawei.succeed("group-members", devGroupId=identity, pageSize=1000)
    assert int(found["totalCount"]) == len(found["deviceIds"])
    return list(found["deviceIds"])


def change(huawei: HuaweiDriver, verb: str, identity: str, *devices: str) -> Reply:
    return huawei.call(f"group-members-{verb}", {"devGroupId": identity, "deviceIds": list(devices)})


def test_group_is_made_read_changed_and_deleted(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    made = huawei.succeed("group-create", {"name": "hall1", "description": "a", "maxDevNum": 3, "deviceIds": [device]})
    assert (made["curDevNum"], made["deviceIds"], made["appId"]) == (1, [device], GIVEN.app_id)
    identity = made["id"]
    shown = huawei.succeed("group-query", devGroupId=identity)
    assert {name: shown[name] for name in ("name", "description", "maxDevNum")} == {
        "name": "hall1",
        "description": "a",
        "maxDevNum": 3,
    }
    huawei.succeed("group-modify", {"name": "hall2"}, devGroupId=identity)
    kept = huawei.succeed("group-query", devGroupId=identity)
    assert (kept["name"], kept["description"], kept["maxDevNum"]) == ("hall2", "a", 3)
    assert huawei.call("group-delete", devGroupId=identity).content() == b""
    assert huawei.refused("group-query", devGroupId=identity) == "200-100603"
    assert huawei.refused("group-delete", devGroupId=identity) == "200-100603"


def test_names_are_used_once_in_an_application(huawei: HuaweiDriver) -> None:
    first = huawei.succeed("group-create", {"name": "hall1"})["id"]
    assert huawei.refused("group-create", {"name": "hall1"}) == "200-100602"
    second = huawei.succeed("group-create", {"name": "hall2"})["id"]
    assert huawei.refused("group-modify", {"name": "hall1"}, devGroupId=second) == "200-100602"
    huawei.succeed("group-modify", {"name": "hall1"}, devGroupId=first)
    huawei.succeed("group-create", {"name": "hall1", "appId": huawei.pixit["authorised_app_id"]})


@pytest.mark.parametrize("name", ["", "with blank", "hall-1", "二楼", "a" * 51])
def test_names_are_letters_and_digits(huawei: HuaweiDriver, name: str) -> None:
    assert huawei.refused("group-create", {"name": name}) == "400-50400"


def test_limit_holds_at_creation_joining_and_modification(huawei: HuaweiDriver) -> None:
    first, second, third = (huawei.device() for _ in range(3))
    assert huawei.refused("group-create", {"name": "a", "maxDevNum": 1, "deviceIds": [first, second]}) == "400-100609"
    identity = group(huawei, first, second, maxDevNum=2)
    assert change(huawei, "add", identity, third).row == "200-100601"
    assert change(huawei, "add", identity, first).row is None
    assert huawei.refused("group-modify", {"name": "b", "maxDevNum": 1}, devGroupId=identity) == "200-100601"
    huawei.succeed("group-modify", {"name": "b", "maxDevNum": 0}, devGroupId=identity)
    assert change(huawei, "add", identity, third).row is None
    assert members_of(huawei, identity) == [first, second, third]


def test_refused_devices_leave_everything_as_it_was(huawei: HuaweiDriver) -> None:
    first, second = huawei.device(), huawei.device()
    group(huawei, first)
    other = group(huawei)
    assert change(huawei, "add", other, second, first).row == "400-100604"
    assert change(huawei, "add", other, second, "nobody").row == "400-100604"
    assert members_of(huawei, other) == []
    assert huawei.refused("group-create", {"name": "c", "deviceIds": [first]}) == "400-50400"
    assert huawei.refused("group-create", {"name": "c", "deviceIds": ["nobody"]}) == "400-50400"
    huawei.succeed("group-create", {"name": "c"})


def test_devices_leave_by_request_and_by_deletion(huawei: HuaweiDriver) -> None:
    first, second, third = (huawei.device() for _ in range(3))
    identity = group(huawei, first, second, third)
    assert change(huawei, "delete", identity, first, first).row is None
    assert members_of(huawei, identity) == [second, third]
    assert change(huawei, "delete", identity, "nobody").row == "400-100604"
    huawei.succeed("device-delete", deviceId=second)
    assert members_of(huawei, identity) == [third]
    huawei.succeed("group-delete", devGroupId=identity)
    assert members_of(huawei, group(huawei, third)) == [third]


@pytest.mark.parametrize("subject", ["group-query", "group-delete", "group-modify", "group-members"])
def test_groups_belong_to_their_application(huawei: HuaweiDriver, subject: str) -> None:
    application = huawei.pixit["authorised_app_id"]
    identity = huawei.succeed("group-create", {"name": "theirs", "appId": application})["id"]
    name = "appId" if subject == "group-members" else "accessAppId"
    body = {"name": "changed"} if subject == "group-modify" else None
    assert huawei.refused(subject, body, devGroupId=identity) == "200-100603"
    huawei.succeed(subject, body, devGroupId=identity, **{name: application})
    listed = huawei.succeed("group-list", accessAppId=application, pageSize=500)["list"]
    assert [each["id"] for each in listed] == ([] if subject == "group-delete" else [identity])


@pytest.mark.parametrize(("key", "code"), [("foreign_app_id", "100217"), (None, "100203")])
def test_other_applications_are_refused(huawei: HuaweiDriver, key: str | None, code: str) -> None:
    application = huawei.pixit[key] if key else "nobody"
    assert huawei.refused("group-list", accessAppId=application).endswith(code)
    assert huawei.refused("group-create", {"name": "x", "appId": application}).endswith(code)


def test_lists_hold_one_group_and_ten_devices_unless_told_otherwise(huawei: HuaweiDriver) -> None:
    devices = [huawei.device() for _ in range(12)]
    identity = group(huawei, *devices)
    group(huawei)
    assert len(huawei.succeed("group-list")["list"]) == 1
    assert huawei.succeed("group-members", devGroupId=identity)["deviceIds"] == devices[:10]
    assert huawei.succeed("group-members", devGroupId=identity, pageNo=1)["deviceIds"] == devices[10:]


# ---- 1.10 ------------------------------------------------------------------------------------------------------------


def task(huawei: HuaweiDriver, kind: str = "DeviceList", **more: Any) -> dict[str, Any]:
    chosen = {name: more.pop(name) for name in tuple(more) if name not in {"timeout", "tags", "taskName", "appId"}}
    param = {"type": kind, "command": COMMAND, **chosen}
    return huawei.example("batch-task-create", appId=GIVEN.app_id, **{"param": param, **more})


def start(huawei: HuaweiDriver, kind: str = "DeviceList", **more: Any) -> str:
    return str(huawei.succeed("batch-task-create", task(huawei, kind, **more))["taskID"])


def states(huawei: HuaweiDriver, identity: str, **query: Any) -> dict[str, str]:
    found = huawei.succeed("batch-subtask-list", taskId=identity, pageSize=250, **query)
    return {each["param"]["deviceId"]: each["status"] for each in found["taskDetails"]}


def bring(huawei: HuaweiDriver, identity: str, device: str, status: str, **error: str) -> None:
    huawei.act("batch-subtask-result", taskId=identity, deviceId=device, status=status, **error)


def test_each_type_chooses_its_devices(huawei: HuaweiDriver) -> None:
    first, second, third = (huawei.device() for _ in range(3))
    huawei.succeed("group-create", {"name": "one", "deviceIds": [first]})
    other = huawei.succeed("group-create", {"name": "two", "deviceIds": [second]})["id"]
    huawei.succeed("device-modify", {"location": "attic"}, deviceId=third)
    every = set(states(huawei, start(huawei, "Broadcast")))
    assert {first, second, third} <= every
    assert set(states(huawei, start(huawei, deviceList=[first, third, first]))) == {first, third}
    assert set(states(huawei, start(huawei, "GroupList", groupList=["one", "two"]))) == {first, second}
    assert set(states(huawei, start(huawei, "GroupIdList", groupList=[other]))) == {second}
    assert set(states(huawei, start(huawei, "DeviceArea", deviceLocation="attic"))) == {third}
    metering = states(huawei, start(huawei, "DeviceType", deviceType="WaterMeter", model="WM-100"))
    assert {first, second, third} <= set(metering) <= every
    assert states(huawei, start(huawei, "DeviceType", deviceType="WaterMeter", model="other")) == {}


@pytest.mark.parametrize("kind", ["DeviceList", "DeviceType", "DeviceArea", "GroupList", "GroupIdList"])
def test_each_type_demands_its_member(huawei: HuaweiDriver, kind: str) -> None:
    assert huawei.refused("batch-task-create", task(huawei, kind)) == "400-50400"


@pytest.mark.parametrize(
    ("kind", "chosen"), [("DeviceList", {"deviceList": ["nobody"]}), ("GroupList", {"groupList": ["nobody"]})]
)
def test_unknown_resources_are_refused(huawei: HuaweiDriver, kind: str, chosen: Mapping[str, Any]) -> None:
    assert huawei.refused("batch-task-create", task(huawei, kind, **chosen)) == "200-101001"


def test_command_of_a_task_is_one_of_the_device(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    identity = start(huawei, deviceList=[device])
    (detail,) = huawei.succeed("batch-subtask-list", taskId=identity)["taskDetails"]
    (command,) = huawei.succeed("command-list", deviceId=device)["data"]
    assert (command["commandId"], command["command"]) == (detail["param"]["commandId"], COMMAND)
    huawei.act("device-online", deviceId=device)
    assert states(huawei, identity) == {device: "WaitResult"}
    assert huawei.succeed("batch-task-query", taskId=identity)["status"] == "Running"


def test_task_counts_what_its_devices_answer(huawei: HuaweiDriver) -> None:
    devices = [huawei.device() for _ in range(3)]
    identity = start(huawei, deviceList=devices, timeout=20)
    shown = huawei.succeed("batch-task-query", taskId=identity)
    assert (shown["status"], shown["progress"], shown["timeout"], shown["totalCnt"]) == ("Pending", 0, 1200, 3)
    bring(huawei, identity, devices[0], "Success")
    bring(huawei, identity, devices[1], "Fail", error_code="100428", error_desc="The device is not online.")
    shown = huawei.succeed("batch-task-query", taskId=identity)
    counts = ("status", "progress", "successRate", "successCnt", "failCnt", "timeoutCnt", "completeCnt")
    assert tuple(shown[name] for name in counts) == ("Running", 666, 333, 1, 1, 0, 2)
    failed = next(
        each
        for each in huawei.succeed("batch-subtask-list", taskId=identity, status="Fail")["taskDetails"]
        if each["param"]["deviceId"] == devices[1]
    )
    assert json.loads(failed["error"]) == {"error_code": "100428", "error_desc": "The device is not online."}
    bring(huawei, identity, devices[2], "Success")
    shown = huawei.succeed("batch-task-query", taskId=identity)
    assert tuple(shown[name] for name in counts) == ("Complete", 1000, 666, 2, 1, 0, 3)


def test_unfinished_sub_tasks_time_out_with_their_task(huawei: HuaweiDriver) -> None:
    first, second = huawei.device(), huawei.device()
    identity = start(huawei, deviceList=[first, second], timeout=10)
    bring(huawei, identity, first, "Success")
    huawei.service.clock.offset_s = 10 * MINUTE_S - 5
    assert states(huawei, identity) == {first: "Success", second: "Pending"}
    huawei.service.clock.offset_s = 10 * MINUTE_S + 1
    assert states(huawei, identity) == {first: "Success", second: "Timeout"}
    assert huawei.succeed("batch-task-query", taskId=identity)["status"] == "Timeout"


def test_ten_tasks_may_be_unfinished(huawei: HuaweiDriver) -> None:
    devices = [huawei.device() for _ in range(11)]
    tasks = [start(huawei, deviceList=[each]) for each in devices[:10]]
    body = task(huawei, deviceList=[devices[10]])
    assert huawei.refused("batch-task-create", body) == "200-105001"
    bring(huawei, tasks[0], devices[0], "Fail")
    huawei.succeed("batch-task-create", body)
    huawei.succeed("device-delete", deviceId=devices[1])
    assert huawei.refused("batch-task-create", body) == "200-105002"
    start(huawei, deviceList=[devices[10]])


@pytest.mark.parametrize("subject", ["batch-task-query", "batch-subtask-list"])
def test_tasks_belong_to_their_application(huawei: HuaweiDriver, subject: str) -> None:
    identity = start(huawei, deviceList=[huawei.device()])
    assert huawei.refused(subject, taskId="nobody") == "404-105005"
    assert huawei.refused(subject, taskId=identity, appId=huawei.pixit["authorised_app_id"]) == "404-105005"
    assert huawei.refused(subject, taskId=identity, appId=huawei.pixit["foreign_app_id"]) == "403-100217"


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"taskId": "nobody", "deviceId": "nobody", "status": "Success"}, "no such sub task"),
        ({"status": "Asleep"}, "WaitResult, Success, Fail, Timeout"),
    ],
)
def test_upper_tester_says_what_it_cannot_do(huawei: HuaweiDriver, params: Mapping[str, Any], word: str) -> None:
    device = huawei.device()
    identity = start(huawei, deviceList=[device])
    with pytest.raises(ValueError, match=word):
        huawei.act("batch-subtask-result", **{"taskId": identity, "deviceId": device, **params})


# ---- readings --------------------------------------------------------------------------------------------------------

READINGS = {f"{erratum.id}/{each.id}": each for erratum in CONTRACT.errata.values() for each in erratum.readings}
CHAPTERS = (batch_tasks.CHAPTER, groups.CHAPTER)
AS_BUILT = {name for chapter in CHAPTERS for name in chapter.as_built}
ON_DEMAND = {name for chapter in CHAPTERS for name in chapter.on_demand}


def _queried(count: int = 1, **more: Any) -> Callable[[HuaweiDriver], Reply]:
    """Query a task that was created with 10 minutes."""

    def call(driver: HuaweiDriver) -> Reply:
        devices = [driver.device() for _ in range(count)]
        body = task(driver, deviceList=devices, timeout=10, **more)
        created = driver.call("batch-task-create", body).body
        identity = created.get("taskID") or created["taskId"]
        for device in devices[:70]:
            bring(driver, identity, device, "Success")
        return driver.call("batch-task-query", taskId=identity)

    return call


def _created(**more: Any) -> Callable[[HuaweiDriver], Reply]:
    def call(driver: HuaweiDriver) -> Reply:
        return driver.call("batch-task-create", task(driver, deviceList=[driver.device()], **more))

    return call


def _without_application(driver: HuaweiDriver) -> Reply:
    body = task(driver, deviceList=[driver.device()])
    return driver.call("batch-task-create", {name: value for name, value in body.items() if name != "appId"})


def _tagged_twice(driver: HuaweiDriver) -> Reply:
    tags = [{"tagName": "site", "tagValue": "hall-1"}]
    _created(tags=tags)(driver)
    return _created(tags=tags)(driver)


def _one_of_a_page(driver: HuaweiDriver) -> Reply:
    return driver.call("batch-subtask-list", taskId=start(driver, deviceList=[driver.device()]))


def _made(driver: HuaweiDriver) -> Reply:
    return driver.call("group-create", {"name": "conf1", "maxDevNum": 10})


def _listed(driver: HuaweiDriver) -> Reply:
    driver.succeed("group-create", {"name": "conf12"})
    return driver.call("group-list", name="conf1")


def _members(driver: HuaweiDriver) -> Reply:
    return driver.call("group-members", devGroupId=group(driver), appId="nobody")


def _large_page(driver: HuaweiDriver) -> Reply:
    return driver.call("group-members", devGroupId=group(driver), pageSize=1001)


def _second_group(driver: HuaweiDriver) -> Reply:
    device = driver.device()
    group(driver, device)
    return change(driver, "add", group(driver), device)


OBSERVED: Mapping[str, Callable[[HuaweiDriver], Reply]] = {
    "batch-app-id/optional": _without_application,
    "batch-task-id-spelling/usual": _created(),
    "batch-paras-text/text": _queried(),
    "batch-tags/known": _created(tags=[{"tagName": "site", "tagValue": "hall-1"}]),
    "batch-tags/used": _tagged_twice,
    "batch-timeout-unit/minutes": _queried(),
    "batch-per-mille/per-cent": _queried(100),
    "page-size-told/given": _one_of_a_page,
    "group-numbers-as-text/text": _made,
    "group-name-filter/contained": _listed,
    "group-members-application/access-app-id": _members,
    "group-members-page-size/bounded": _large_page,
    "second-group/changes-over": _second_group,
}
NEVER = frozenset({"batch-complete-count/four"})
"""Readings that differ only where something expired, which nothing does here."""


def test_every_reading_of_these_chapters_is_shown_as_built_or_on_demand() -> None:
    errata = {name.partition("/")[0] for name in AS_BUILT | ON_DEMAND}
    assert {name for name in READINGS if name.partition("/")[0] in errata} == AS_BUILT | ON_DEMAND | NEVER
    assert not AS_BUILT & ON_DEMAND
    assert OBSERVED.keys() == ON_DEMAND


def _instance(name: str, reply: Reply) -> Any:
    of = READINGS[name].of
    if of == "exchange":
        return {"status": reply.status, "body": reply.body}
    return reply.body["param"]["command"] if of == "common/batch-command" else reply.body


@pytest.mark.parametrize("name", sorted(OBSERVED))
def test_reading_is_shown_when_it_is_asked_for_and_only_then(name: str) -> None:
    shown, usual = OBSERVED[name](HuaweiDriver(quirks=(name,))), OBSERVED[name](HuaweiDriver())
    assert READINGS[name].schema.violations(_instance(name, shown)) == ()
    assert not READINGS[name].schema.is_valid(_instance(name, usual))

"""The Huawei reference's packages and upgrade tasks (1.12): rules, windows, retries, readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from .huawei_drive import HuaweiDriver

MINUTE_MS = 60_000
KIND = ("deviceType", "model", "manufacturerName")
CREATE = {"software": "software-upgrade-create", "firmware": "firmware-upgrade-create"}


@pytest.fixture
def huawei() -> HuaweiDriver:
    return HuaweiDriver()


def targets_of(huawei: HuaweiDriver, name: str) -> dict[str, Any]:
    """Targets that are a group, of the kind that the software package is for."""
    package = huawei.succeed("package-query", fileId=huawei.pixit["software_package"])
    return {"deviceGroups": [name], **{each: package[each] for each in KIND}}


def body(huawei: HuaweiDriver, *devices: str, policy: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    given = {"fileId": huawei.pixit["software_package"], "targets": {"devices": list(devices)}, **more}
    return given if policy is None else {**given, "policy": dict(policy)}


def create(huawei: HuaweiDriver, *devices: str, **more: Any) -> str:
    return str(huawei.succeed(CREATE["software"], body(huawei, *devices, **more))["operationId"])


def states(huawei: HuaweiDriver, task: str, **query: Any) -> dict[str, str]:
    found = huawei.succeed("upgrade-subtask-list", operationId=task, **query)
    return {each["deviceId"]: each["status"] for each in found["data"]}


def at(huawei: HuaweiDriver, minutes: float) -> str:
    return huawei.huawei.time(huawei.huawei.clock.now_ms() + minutes * MINUTE_MS)


def window(huawei: HuaweiDriver, start: float, end: float) -> dict[str, str]:
    return {"executeType": "custom", "startTime": at(huawei, start), "endTime": at(huawei, end)}


@pytest.mark.parametrize("size", [1, 4, 13, 100])
def test_pages_hold_every_package_once(huawei: HuaweiDriver, size: int) -> None:
    pages = [huawei.succeed("package-list", pageNo=number, pageSize=size) for number in range(14)]
    found = [each["fileId"] for page in pages for each in page["data"]]
    assert len(found) == len(set(found)) == pages[0]["totalCount"] == 13
    assert all(len(page["data"]) <= size for page in pages)


def test_list_without_page_is_the_first_ten(huawei: HuaweiDriver) -> None:
    page = huawei.succeed("package-list")
    assert (page["pageNo"], page["pageSize"], len(page["data"])) == (0, 10, 10)


@pytest.mark.parametrize("name", ["fileType", "version", *KIND])
def test_filters_choose_packages(huawei: HuaweiDriver, name: str) -> None:
    everything = huawei.succeed("package-list", pageSize=100)["data"]
    for value in {each[name] for each in everything}:
        chosen = huawei.succeed("package-list", pageSize=100, **{name: value})["data"]
        assert chosen == [each for each in everything if each[name] == value]


def test_deleted_package_is_gone(huawei: HuaweiDriver) -> None:
    identity = huawei.act("package-upload", fileType="firmwarePackage", version="V7")["fileId"]
    assert huawei.succeed("package-query", fileId=identity)["version"] == "V7"
    assert huawei.succeed("package-delete", fileId=identity) is None
    assert huawei.refused("package-query", fileId=identity) == "404-123002"
    assert huawei.refused("package-delete", fileId=identity) == "404-123002"
    assert identity not in {each["fileId"] for each in huawei.succeed("package-list", pageSize=100)["data"]}


@pytest.mark.parametrize("word", CREATE)
def test_task_is_read_and_listed_as_it_was_created(huawei: HuaweiDriver, word: str) -> None:
    device = huawei.device()
    policy = {**window(huawei, 10, 70), "retryType": True, "retryTimes": 5}
    request = {**body(huawei, device, policy=policy), "fileId": huawei.pixit[f"{word}_package"]}
    identity = huawei.succeed(CREATE[word], request)["operationId"]
    read = huawei.succeed("upgrade-task-query", operationId=identity)
    assert (read["operateType"], read["targets"]["devices"]) == (f"{word}_upgrade", [device])
    assert read["policy"] == policy
    assert huawei.succeed("upgrade-task-list", deviceId=device)["data"] == [read]


def test_task_without_policy_is_for_now(huawei: HuaweiDriver) -> None:
    read = huawei.succeed("upgrade-task-query", operationId=create(huawei, huawei.device()))
    assert (read["policy"]["executeType"], read["policy"]["retryType"]) == ("now", False)


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ({"fileId": None}, "400-120015"),
        ({"fileId": "none"}, "404-123002"),
        ({"targets": {}}, "400-123022"),
        ({"targets": {"devices": []}}, "400-123022"),
        ({"targets": {"devices": ["none"]}}, "404-123002"),
        ({"targets": {"devices": ["d"] * 257}}, "400-123024"),
        (
            {"targets": {"deviceGroups": ["g"] * 257, "deviceType": "a", "model": "b", "manufacturerName": "c"}},
            "400-123024",
        ),
        ({"targets": {"deviceGroups": ["g"], "deviceType": "a", "model": "b"}}, "400-123019"),
        ({"targets": {"deviceGroups": ["g"], "manufacturerName": "a", "model": "b"}}, "400-123020"),
        ({"targets": {"deviceGroups": ["g"], "manufacturerName": "a", "deviceType": "b"}}, "400-123021"),
        ({"targets": {"deviceGroups": ["g"], "deviceType": "a", "model": "b", "manufacturerName": "c"}}, "400-123016"),
        ({"policy": {"executeType": "sometimes"}}, "400-123025"),
        ({"policy": {"executeType": "custom"}}, "400-123026"),
        ({"policy": {"executeType": "custom", "startTime": "soon", "endTime": "20301212T121212Z"}}, "400-123026"),
        ({"policy": {"executeType": "now", "retryType": True}}, "400-123028"),
        ({"policy": {"executeType": "now", "retryType": True, "retryTimes": 0}}, "400-123028"),
        ({"policy": {"executeType": "now", "retryType": True, "retryTimes": 6}}, "400-123028"),
        ({"policy": "now"}, "400-120015"),
    ],
)
def test_wrong_request_is_refused_with_its_row(huawei: HuaweiDriver, change: Mapping[str, Any], row: str) -> None:
    request = {name: each for name, each in {**body(huawei, huawei.device()), **change}.items() if each is not None}
    for subject in CREATE.values():
        assert huawei.refused(subject, request) == row


def test_groups_and_devices_exclude_each_other(huawei: HuaweiDriver) -> None:
    both = {**targets_of(huawei, "g"), "devices": [huawei.device()]}
    assert huawei.refused(CREATE["software"], body(huawei, targets=both)) == "400-123023"


@pytest.mark.parametrize(
    ("start", "end", "row"),
    [(20, 10, "400-123032"), (-10, 60, "400-123033"), (10, 14, "400-123034"), (10, 15, "400-123034"), (10, 15.1, None)],
)
def test_window_is_judged(huawei: HuaweiDriver, start: float, end: float, row: str | None) -> None:
    reply = huawei.call(CREATE["software"], body(huawei, huawei.device(), policy=window(huawei, start, end)))
    assert reply.row == row


def test_reversed_window_may_have_the_row_of_a_short_one() -> None:
    huawei = HuaweiDriver(quirks=("start-after-end/distance",))
    request = body(huawei, huawei.device(), policy=window(huawei, 20, 10))
    assert huawei.refused(CREATE["software"], request) == "400-123034"


def test_device_of_another_protocol_is_refused(huawei: HuaweiDriver) -> None:
    given = {"deviceInfo": {"nodeId": "lamp-1"}, "mqttConnect": True, "productId": huawei.pixit["mqtt_product_id"]}
    lamp = huawei.succeed("device-register-secret", given)["deviceId"]
    assert huawei.refused(CREATE["software"], body(huawei, lamp)) == "400-123016"


def test_group_stands_for_its_devices(huawei: HuaweiDriver) -> None:
    devices = [huawei.device() for _ in range(3)]
    huawei.succeed("group-create", {"name": "meters1", "deviceIds": devices[:2]})
    assert states(huawei, create(huawei, targets=targets_of(huawei, "meters1"))).keys() == set(devices[:2])


def test_upgrade_begins_when_its_device_comes(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    task = create(huawei, device, policy={"executeType": "device_online"})
    assert states(huawei, task) == {device: "wait"}
    huawei.act("device-online", deviceId=device)
    assert states(huawei, task) == {device: "processing"}
    huawei.act("upgrade-step", deviceId=device, step="downloading")
    huawei.act("upgrade-result", deviceId=device, result="SUCCESS")
    assert states(huawei, task) == {device: "success"}
    assert huawei.succeed("upgrade-task-query", operationId=task)["status"] == "success"


def test_upgrade_keeps_to_its_window(huawei: HuaweiDriver) -> None:
    here, late = huawei.device(), huawei.device()
    huawei.act("device-online", deviceId=here)
    task = create(huawei, here, late, policy=window(huawei, 10, 20))
    assert set(states(huawei, task).values()) == {"wait"}
    huawei.huawei.clock.offset_s = 11 * 60
    assert states(huawei, task) == {here: "processing", late: "wait"}
    huawei.huawei.clock.offset_s = 21 * 60
    huawei.act("device-online", deviceId=late)
    assert states(huawei, task) == {here: "fail", late: "stop"}
    counts = huawei.succeed("upgrade-task-query", operationId=task)["staResult"]
    assert (counts["total"], counts["fail"], counts["stop"], counts["timeout"]) == (2, 0, 1, 1)
    huawei.service.quirks.set(["timeout-counted/within"])
    counts = huawei.succeed("upgrade-task-query", operationId=task)["staResult"]
    assert (counts["fail"], counts["timeout"]) == (1, 1)


@pytest.mark.parametrize("retries", [0, 1, 5])
def test_failed_upgrade_is_tried_again_as_often_as_asked(huawei: HuaweiDriver, retries: int) -> None:
    device = huawei.device()
    huawei.act("device-online", deviceId=device)
    policy = {"executeType": "now", **({"retryType": True, "retryTimes": retries} if retries else {})}
    task = create(huawei, device, policy=policy)
    for _ in range(retries):
        huawei.act("upgrade-result", deviceId=device, result="FAIL")
        assert states(huawei, task) == {device: "processing"}
    huawei.act("upgrade-result", deviceId=device, result="FAIL", description="too little memory")
    shown = huawei.succeed("upgrade-subtask-list", operationId=task)["data"][0]
    assert (shown["status"], shown["detailInfo"]) == ("fail", "too little memory")
    with pytest.raises(ValueError, match="under way"):
        huawei.act("upgrade-result", deviceId=device, result="FAIL")


def test_upgrade_of_a_deleted_device_stops(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    task = create(huawei, device)
    huawei.succeed("device-delete", deviceId=device)
    assert states(huawei, task) == {device: "stop"}


def test_subtasks_are_chosen_by_state_and_paged(huawei: HuaweiDriver) -> None:
    devices = [huawei.device() for _ in range(4)]
    task = create(huawei, *devices)
    huawei.act("device-online", deviceId=devices[0])
    assert states(huawei, task, subOperationStatus="processing") == {devices[0]: "processing"}
    assert len(states(huawei, task, subOperationStatus="wait")) == 3
    assert states(huawei, task, pageNo=1, pageSize=3) == {devices[3]: "wait"}


def test_tasks_are_chosen_by_what_they_show(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    task = create(huawei, device, device)
    kind = targets_of(huawei, "g")
    query = {"deviceId": device, "operationType": "software_upgrade", "operationStatus": "wait"}
    query |= {name: kind[name] for name in KIND}
    assert [each["operationId"] for each in huawei.succeed("upgrade-task-list", **query)["data"]] == [task]
    for name, other in {**dict.fromkeys([*KIND, "deviceId"], "other"), "operationStatus": "stop"}.items():
        assert huawei.succeed("upgrade-task-list", **{**query, name: other})["data"] == []


def test_unknown_ids_are_refused(huawei: HuaweiDriver) -> None:
    assert huawei.refused("upgrade-task-query", operationId="none") == "404-123009"
    assert huawei.refused("upgrade-subtask-list", operationId="none") == "404-123009"
    huawei.service.quirks.set(["upgrade-id-form/malformed"])
    assert huawei.refused("upgrade-task-query", operationId="none") == "400-120015"
    assert huawei.refused("package-query", fileId="none") == "400-120015"


@pytest.mark.parametrize("subject", ["package-list", "upgrade-subtask-list", "upgrade-task-list"])
@pytest.mark.parametrize("query", [{"pageNo": -1}, {"pageSize": 0}, {"pageSize": 101}])
def test_page_out_of_bounds_has_either_row(huawei: HuaweiDriver, subject: str, query: dict[str, int]) -> None:
    known = huawei.succeed("upgrade-task-list")["data"][0]["operationId"]
    task = {"operationId": known} if subject == "upgrade-subtask-list" else {}
    assert huawei.refused(subject, **task, **query) == "400-123029"
    huawei.service.quirks.set(["page-bounds-row/bad-request"])
    assert huawei.refused(subject, **task, **query) == "400-120015"
    assert huawei.succeed(subject, **task, pageNo=0, pageSize=100)


def test_policy_without_a_type_may_be_refused(huawei: HuaweiDriver) -> None:
    request = body(huawei, huawei.device(), policy={"retryType": False})
    assert huawei.succeed(CREATE["software"], request)
    huawei.service.quirks.set(["execute-type-default/refused"])
    assert huawei.refused(CREATE["software"], request) == "400-123025"
    assert huawei.succeed(CREATE["software"], body(huawei, huawei.device()))


def test_readings_of_the_subtask_list(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    task = create(huawei, device)
    huawei.service.quirks.set(
        ["subtask-rows-name/example", "upgrade-extend-name/example", "upgrade-status-case/capital"]
    )
    found = huawei.succeed("upgrade-subtask-list", operationId=task)
    assert "data" not in found
    (shown,) = found["date"]
    assert shown["status"] == "WAIT"
    assert "extendInfo" in shown
    assert huawei.succeed("upgrade-task-query", operationId=task)["status"] == "WAIT"


def test_printed_name_of_the_manufacturer_may_be_the_filter() -> None:
    huawei = HuaweiDriver(quirks=("manufacturer-query-name/example",))
    assert huawei.succeed("package-list", manufacturerName="Globex", pageSize=100)["totalCount"] == 13
    assert huawei.succeed("package-list", manufactureName="Globex", pageSize=100)["totalCount"] == 5

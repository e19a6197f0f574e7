"""The platform's behaviour as documented: objects, lists, histories, tokens, refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from conformance.contract import load
from conformance.contract.members import present
from conformance.reference.calls import Call
from conformance.reference.thingscloud.auth import Credentials
from conformance.reference.thingscloud.state import DAY_MS

from .drive import Driver

CONTRACT = load("thingscloud")
DEVICE = "/api/v1/device"


@pytest.mark.parametrize("subject", CONTRACT.operations)
def test_full_request_succeeds_with_a_valid_answer(driver: Driver, subject: str) -> None:
    reply = driver.call(subject)
    assert reply.refused is None
    assert reply.status in CONTRACT.operations[subject].statuses
    assert CONTRACT.operations[subject].response.violations(reply.body) == ()
    assert CONTRACT.success.is_valid({"status": reply.status, "body": reply.body})


@pytest.mark.parametrize("subject", CONTRACT.operations)
def test_every_documented_member_is_filled(driver: Driver, subject: str) -> None:
    """Members that no answer ever holds could not be judged, and no fault of theirs could show."""
    body = driver.call(subject).body
    for member in CONTRACT.operations[subject].response.members:
        assert present(body, member.path), member.name


@pytest.mark.parametrize("subject", [each.subject for each in CONTRACT.operations.values() if each.request])
def test_minimal_request_succeeds(driver: Driver, subject: str) -> None:
    request = CONTRACT.operations[subject].request
    assert request is not None
    body = driver.body(CONTRACT.operations[subject])
    assert driver.call(subject, {name: body[name] for name in request.minimal}).refused is None


def test_device_lives_from_creation_to_removal(driver: Driver) -> None:
    given = {
        "name": "温度计 🌡",
        "descr": 'a "b"\n\\',
        "tags": {"a": "1", "b": "2"},
        "device_key": "k",
        "type": driver.pixit["device_type"],
    }
    before = driver.info("GET", "/api/v1/devices_stat")["device_total"]
    made = driver.info("POST", DEVICE, given)
    path = f"{DEVICE}/{made['id']}"
    shown = driver.info("GET", path)
    assert {name: shown[name] for name in given} == given
    assert shown["type_info"]["id"] == given["type"]
    assert made["id"] in [item["id"] for item in driver.info("GET", "/api/v1/devices")["items"]]
    assert driver.info("GET", "/api/v1/devices_stat")["device_total"] == before + 1
    driver.info("PUT", f"{path}/info", {"descr": "other"})
    driver.info("PUT", f"{path}/tags", {"tags": {"b": "3", "c": "4"}})
    driver.info("POST", f"{path}/tags_remove", {"keys": ["a", "none"]})
    shown = driver.info("GET", path)
    assert (shown["name"], shown["descr"], shown["tags"]) == (given["name"], "other", {"b": "3", "c": "4"})
    certificate = driver.info("GET", f"{path}/certificate")
    assert certificate["id"] == made["id"]
    assert driver.send("GET", path, token=certificate["access_token"]).refused
    driver.info("DELETE", path)
    for method, tail in (("GET", ""), ("DELETE", ""), ("GET", "/attributes"), ("GET", "/alarm_logs")):
        assert driver.send(method, path + tail).body["result"] is False
    assert driver.info("GET", "/api/v1/devices_stat")["device_total"] == before


def test_customer_lives_from_creation_to_removal(driver: Driver) -> None:
    identity = driver.customer(account="someone", email="made@example.org", tags={"a": "1"})
    path = f"/api/v1/customer/{identity}"
    driver.info("PUT", f"{path}/info", {"mobile": "2"})
    driver.info("PUT", f"{path}/pwd", {"password": "new"})
    driver.info("PUT", f"{path}/tags", {"tags": {"b": "2"}})
    shown = driver.info("GET", path)
    assert (shown["account"], shown["mobile"], shown["email"]) == ("someone", "2", "made@example.org")
    assert shown["tags"] == {"a": "1", "b": "2"}
    assert "password" not in shown
    assert identity in [item["id"] for item in driver.info("GET", "/api/v1/customers")["items"]]
    assert driver.send("POST", "/api/v1/customer", {"name": "n", "account": "someone", "password": "p"}).refused
    driver.info("DELETE", path)
    assert driver.send("GET", path).refused
    assert identity not in [item["id"] for item in driver.info("GET", "/api/v1/customers")["items"]]


def _pages(driver: Driver, **query: Any) -> Iterator[dict[str, Any]]:
    first = driver.info("GET", "/api/v1/devices", query=query)
    yield first
    for page in range(2, first["page_total"] + 1):
        yield driver.info("GET", "/api/v1/devices", query={**query, "page": page})


@pytest.mark.parametrize("filtered", ["", "type", "group"])
def test_pages_hold_every_device_once(driver: Driver, filtered: str) -> None:
    wanted = {"type": "device_type", "group": "device_group"}.get(filtered)
    query = {filtered: driver.pixit[wanted]} if wanted else {}
    pages = list(_pages(driver, **query))
    ids = [item["id"] for page in pages for item in page["items"]]
    expected = [
        device.id
        for device in driver.cloud.project.devices.values()
        if filtered != "type" or device.type == query["type"]
        if filtered != "group" or query["group"] in device.groups
    ]
    assert sorted(ids) == sorted(expected)
    assert {page["total"] for page in pages} == {len(expected)}
    assert all(len(page["items"]) == 20 for page in pages[:-1])
    assert driver.info("GET", "/api/v1/devices", query={**query, "page": len(pages) + 1})["items"] == []


def test_statistics_add_up_and_differ(driver: Driver) -> None:
    state = driver.info("GET", "/api/v1/devices_stat")
    alarm = driver.info("GET", "/api/v1/devices_alarm_stat")
    total = driver.info("GET", "/api/v1/devices")["total"]
    assert state["device_total"] == alarm["device_total"] == total
    assert state["online_device_total"] + state["offline_device_total"] == total
    assert state["active_device_total"] + state["inactive_device_total"] == total
    assert alarm["alarm_1_total"] + alarm["alarm_2_total"] + alarm["alarm_3_total"] == state["alarm_device_total"]
    assert alarm["normal_total"] + state["alarm_device_total"] == total
    assert len(set(state.values())) == len(state)
    assert len({alarm[f"alarm_{level}_total"] for level in (1, 2, 3)}) == 3


def _history(driver: Driver, **query: Any) -> list[dict[str, Any]]:
    path = f"{DEVICE}/{driver.pixit['alarm_device']}/attribute/counter/series"
    found: list[dict[str, Any]] = driver.info("GET", path, query=query)
    return found


def test_history_is_paged_newest_first(driver: Driver) -> None:
    times = [record["ts"] for page in range(1, 9) for record in _history(driver, page=page, page_records=7)]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == 50
    assert [record["ts"] for record in _history(driver)] == times[:20]
    assert len(_history(driver, page_records=100)) == 50


def test_history_of_a_range_holds_that_range(driver: Driver) -> None:
    everything = _history(driver, page_records=100)
    end, start = everything[3]["ts"], everything[9]["ts"]
    assert _history(driver, start_time=start, end_time=end) == everything[3:10]
    assert _history(driver, start_time=start, end_time=start - 1) == []
    now = driver.cloud.clock.now_ms()
    assert len(_history(driver, start_time=now - 30 * DAY_MS, end_time=now, page_records=100)) == 45
    path = f"{DEVICE}/{driver.pixit['alarm_device']}/attribute/counter/series"
    assert driver.send("GET", path, query={"start_time": now - 30 * DAY_MS - 1, "end_time": now}).refused


def test_cloud_attribute_is_readable_and_leaves_history(driver: Driver) -> None:
    device = driver.device()
    before = driver.cloud.clock.now_ms()
    for value in (1, "two", {"three": [3]}, True):
        driver.info("PUT", f"/api/v1/control/device/{device}/attributes", {"own": value, "constant": 0})
    shown = {each["identifier"]: each for each in driver.info("GET", f"{DEVICE}/{device}/attributes")}
    assert shown["own"]["value"] is True
    assert before <= shown["own"]["ts"] <= driver.cloud.clock.now_ms()
    records = driver.info("GET", f"{DEVICE}/{device}/attribute/own/series")
    assert [record["value"] for record in records] == [True, {"three": [3]}, "two", 1]
    driver.info("POST", f"{DEVICE}/{device}/attributes_remove", {"keys": ["own"]})
    assert [each["identifier"] for each in driver.info("GET", f"{DEVICE}/{device}/attributes")] == ["constant"]
    assert driver.info("GET", f"{DEVICE}/{device}/attribute/own/series") == []


def test_downlinks_are_accepted_and_kept(driver: Driver) -> None:
    device = driver.device()
    driver.info("POST", f"/api/v1/control/device/{device}/attributes", {"relay": True})
    driver.info("POST", f"/api/v1/control/device/{device}/command", {"method": "reboot", "params": {}, "id": 1})
    assert [(each.device_id, each.kind) for each in driver.cloud.project.downlinks] == [
        (device, "attributes"),
        (device, "command"),
    ]


def test_alarms_of_a_device_are_among_those_of_the_project(driver: Driver) -> None:
    own = driver.info("GET", f"{DEVICE}/{driver.pixit['alarm_device']}/alarm_logs")["items"]
    everything = driver.info("GET", "/api/v1/alarm_logs")["items"]
    assert own
    assert {each["device_id"] for each in own} == {driver.pixit["alarm_device"]}
    assert len({each["device_id"] for each in everything}) > 1
    assert all(each in everything for each in own)


@pytest.mark.parametrize(("kind", "days"), [("api-token", 1), ("admin-token", 7)])
def test_token_lives_as_long_as_documented(driver: Driver, kind: str, days: int) -> None:
    driver.cloud.clock.offset_s = days * 86400 - 60
    assert driver.call("project", token=kind).refused is None
    driver.cloud.clock.offset_s = days * 86400 + 1
    expired = driver.call("project", token=kind)
    assert expired.body["result"] is False
    assert expired.refused == "The access token has expired"


@pytest.mark.parametrize("member", ["app_id", "access_key", "secret_key"])
def test_sign_in_needs_every_credential_right(driver: Driver, member: str) -> None:
    body = driver.body(CONTRACT.operations["access-token"])
    refused = driver.call("access-token", {**body, member: "wrong"})
    assert refused.body["result"] is False
    assert "info" not in refused.body


def test_token_of_sign_in_serves(driver: Driver) -> None:
    token = driver.call("admin-login").body["info"]["access_token"]
    assert driver.call("admin", token=token).body["info"]["account"] == driver.cloud.credentials.account
    api = driver.call("access-token").body["info"]["access_token"]
    assert driver.call("project", token=api).refused is None
    assert driver.call("admin", token=api).refused
    assert (
        driver.cloud.service.answer(Call("GET", "/api/v1/project", headers={"authorization": f"bearer {api}"})).refused
        is None
    )
    assert driver.cloud.service.answer(
        Call("GET", "/api/v1/project", headers={"authorization": f"Basic {api}"})
    ).refused


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/api/v1/nothing"),
        ("DELETE", "/api/v1/project"),
        ("GET", "/api/v1/device/"),
        ("GET", "/api/v1/devices/"),
    ],
)
def test_unknown_path_answers_404_with_a_message_only(driver: Driver, method: str, path: str) -> None:
    reply = driver.send(method, path)
    assert (reply.status, reply.body) == (404, {"message": "Request invalid"})


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"name": "a",}', b'{"name": NaN}', b"\xff\xfe", b'{"name": "\xc3\x28"}', b"[" * 100_000, b"1" * 5000],
    ids=range(8),
)
def test_malformed_json_answers_404_with_code_400(driver: Driver, content: bytes) -> None:
    reply = driver.send("POST", DEVICE, content=content)
    assert reply.status == 404
    assert reply.body == {"result": False, "message": "Invalid JSON message", "errcode": 400}


@pytest.mark.parametrize("body", [None, [], "text", 7, {"name": None}, {"name": "a", "tags": []}])
def test_broken_constraint_answers_the_failure_shape(driver: Driver, body: Any) -> None:
    reply = driver.send("POST", DEVICE, content=json.dumps(body).encode())
    assert reply.status == 200
    assert reply.body["result"] is False
    assert CONTRACT.failure is not None
    assert CONTRACT.failure.is_valid({"status": reply.status, "body": reply.body})
    assert reply.body["errors"]


@pytest.mark.parametrize("text", ["\ud800", "a\0b", "😀" * 5000, "\u202e\ufeff"])
def test_odd_text_comes_back_as_it_was_given(driver: Driver, text: str) -> None:
    identity = driver.device(descr=text)
    reply = driver.send("GET", f"{DEVICE}/{identity}")
    assert json.loads(reply.content())["info"]["descr"] == text


def test_deep_json_is_answered(driver: Driver) -> None:
    deep: Any = 1
    for _ in range(500):
        deep = [deep]
    device = driver.device()
    reply = driver.send("PUT", f"/api/v1/control/device/{device}/attributes", {"deep": deep})
    assert reply.status in {200, 404}
    assert json.loads(driver.send("GET", f"{DEVICE}/{device}/attributes").content())["result"] is True


def test_reset_returns_to_the_seed(driver: Driver) -> None:
    driver.device()
    driver.cloud.reset()
    assert driver.info("GET", "/api/v1/devices")["total"] == 45
    assert [item["id"] for item in Driver().info("GET", "/api/v1/devices")["items"]] == [
        item["id"] for item in driver.info("GET", "/api/v1/devices")["items"]
    ]


def test_credentials_never_show_in_repr() -> None:
    assert "secret" not in repr(Credentials("a", "b", "secret", "c", "d"))

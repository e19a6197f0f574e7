"""The NeuronCloud platform's behaviour as documented: credentials, pushes, queries, lists, refusals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.members import present
from conformance.crypto.encoding import decode_base64, encode_base64
from conformance.crypto.rsa_token import Padding
from conformance.reference.neuroncloud.credentials import Credentials
from conformance.reference.neuroncloud.seed import DEVICES
from conformance.reference.neuroncloud.times import DAY_MS, WEEK_MS, read, written

from .neuroncloud_drive import CONTRACT, HISTORY, LIST, PUSH, Driver, presented, signed, tokens


@pytest.fixture
def driver() -> Driver:
    return Driver()


@pytest.mark.parametrize("subject", CONTRACT.operations)
def test_full_request_succeeds_with_a_valid_answer(driver: Driver, subject: str) -> None:
    reply = driver.call(subject)
    assert reply.refused is None
    assert reply.status in CONTRACT.operations[subject].statuses
    assert CONTRACT.operations[subject].response.violations(reply.body) == ()
    assert CONTRACT.success.is_valid({"status": reply.status, "body": reply.body})
    assert driver.service.log[-1]["subject"] == subject


@pytest.mark.parametrize("subject", CONTRACT.operations)
def test_every_documented_member_is_filled(driver: Driver, subject: str) -> None:
    """Members that no answer ever holds could not be judged, and no fault of theirs could show."""
    body = driver.call(subject).body
    for member in CONTRACT.operations[subject].response.members:
        assert present(body, member.path), member.name


@pytest.mark.parametrize("subject", [each.subject for each in CONTRACT.operations.values() if each.request])
def test_minimal_request_succeeds(driver: Driver, subject: str) -> None:
    bodies = {"data-push": [driver.record()], "dataset-push": [{driver.pixit["dataset_field"]: 1}]}
    least = {"equipmentName": driver.pixit["equipment_name"], "field": "VALUE"}
    assert driver.call(subject, bodies.get(subject, least)).refused is None


# Credentials.


def _header() -> str:
    return signed(tokens().valid)["x-source-secretkey"]


def _with(text: str, key_id: str | None = None) -> dict[str, str]:
    return {"x-source-secretid": key_id or tokens().valid.key_id, "x-source-secretkey": text}


def _refusals() -> dict[str, tuple[Mapping[str, str], int]]:
    valid, expired = tokens().valid, tokens().expired
    data = decode_base64(_header(), "header")
    changed = data[:-1] + bytes([data[-1] ^ 1])
    return {
        "none": ({}, 401),
        "no Key ID": ({"x-source-secretkey": _header()}, 401),
        "no Key": ({"x-source-secretid": valid.key_id}, 401),
        "unknown Key ID": (_with(_header(), "nobody"), 428),
        "Key in clear": (_with(valid.key), 401),
        "Key as Base64": (_with(encode_base64(valid.key.encode())), 401),
        "for another public key": (presented(valid.key_id, valid.key, expired), 401),
        "Key of another token": (_with(signed(expired)["x-source-secretkey"]), 401),
        "another text": (presented(valid.key_id, valid.key + "x", valid), 401),
        "the empty text": (presented(valid.key_id, "", valid), 401),
        "nothing": (_with(""), 401),
        "characters missing": (_with(_header()[:-3]), 401),
        "bytes missing": (_with(encode_base64(data[:-1])), 401),
        "one byte changed": (_with(encode_base64(changed)), 401),
        "not Base64": (_with("!" + _header()[1:]), 401),
        "blank in Base64": (_with(_header() + " "), 401),
        "OAEP": (signed(valid, Padding("oaep", "SHA-256", "SHA-1")), 401),
        "expired": ({**signed(expired)}, 401),
    }


REFUSED = (
    "none",
    "no Key ID",
    "no Key",
    "unknown Key ID",
    "Key in clear",
    "Key as Base64",
    "for another public key",
    "Key of another token",
    "another text",
    "the empty text",
    "nothing",
    "characters missing",
    "bytes missing",
    "one byte changed",
    "not Base64",
    "blank in Base64",
    "OAEP",
    "expired",
)
"""Names of `_refusals`, written out: collecting tests makes no keys."""


def test_every_refusal_is_tried() -> None:
    assert tuple(_refusals()) == REFUSED


@pytest.mark.parametrize("name", REFUSED)
def test_credentials_that_are_not_right_are_refused(driver: Driver, name: str) -> None:
    given, code = _refusals()[name]
    reply = driver.send("GET", LIST, query={"current": 1, "size": 1}, credentials=given)
    assert (reply.status, reply.body["code"], reply.body["isSuccess"]) == (200, code, False)
    assert "data" not in reply.body
    assert tokens().valid.key not in reply.content().decode()
    assert tokens().valid.key not in str(driver.service.log[-1])


def test_right_key_is_served_in_every_encryption_and_again(driver: Driver) -> None:
    valid = tokens().valid
    first, second = (presented(valid.key_id, valid.key, valid) for _ in range(2))
    assert first != second
    for given in (first, second, first):
        assert driver.send("GET", LIST, query={"current": 1, "size": 1}, credentials=given).refused is None


def test_credentials_are_judged_before_the_request(driver: Driver) -> None:
    assert driver.send("POST", PUSH, content=b"{", credentials={}).body["code"] == 401


def test_given_credentials_are_used_and_bad_ones_told(tmp_path: Path) -> None:
    pem = tokens().valid.private_key.export_key().decode()
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps({"key_id": "mine", "key": "word", "private_key": pem}), encoding="utf-8")
    read_back = Credentials.gathered(file, {"NEURONCLOUD_EXPIRED_KEY": "old"})
    assert (read_back.valid.key_id, read_back.valid.key, read_back.expired.key) == ("mine", "word", "old")
    assert read_back.as_dict()["public_key"] == tokens().valid.public_key
    assert "word" not in repr(read_back)
    assert "word" not in repr(read_back.valid)
    file.write_text(json.dumps({"private_key": "none"}), encoding="utf-8")
    with pytest.raises(ValueError, match="private_key"):
        Credentials.gathered(file, {})


# Pushes come back.

NUMBERS = [0, 1, -1, 0.1, -273.15, 1e-300, 1.7976931348623157e308, 5e-324, 123456789012345680, 0.30000000000000004]
TEXTS = ["", " blanks ", 'a "b"\n\\', "温度 🌡", "\u202e\ufeff", "a\0b", "x" * 5000, "\ud800"]


def test_numbers_come_back_exactly(driver: Driver) -> None:
    times = [written(driver.now - 1000 * number) for number in range(len(NUMBERS))]
    driver.data("POST", PUSH, [driver.record(value=v, time=t) for v, t in zip(NUMBERS, times, strict=True)])
    found = {each["time"]: each for each in driver.history(functionType=driver.pixit["function_type"])}
    assert [found[time]["value"] for time in times] == NUMBERS
    assert found[times[0]]["reading"] is None


def test_texts_come_back_exactly(driver: Driver) -> None:
    times = [written(driver.now - 1000 * number) for number in range(len(TEXTS))]
    driver.data("POST", PUSH, [driver.text(text, time=time) for text, time in zip(TEXTS, times, strict=True)])
    body = {"equipmentName": driver.pixit["equipment_name"], "field": "READING"}
    found = {each["time"]: each for each in json.loads(driver.send("POST", HISTORY, body).content())["data"]}
    assert [found[time]["reading"] for time in times] == TEXTS
    assert found[times[0]]["value"] is None


def test_members_come_back_and_nothing_else_changes(driver: Driver) -> None:
    point, second = driver.pixit["function_type"], "70B3D57ED0002EEF"
    before = [each for each in driver.latest() if each["functionType"] != point], driver.latest(second)
    record = driver.record(value=7, unit="kPa", devEui=driver.pixit["dev_eui"], time=written(driver.now))
    driver.data("POST", PUSH, [record])
    expected = {**record, "devEUI": record["devEui"], "reading": None}
    del expected["devEui"]
    assert [each for each in driver.latest() if each["functionType"] == point] == [expected]
    assert driver.history(functionType=point)[-1] == expected
    assert ([each for each in driver.latest() if each["functionType"] != point], driver.latest(second)) == before


def test_late_value_does_not_take_the_latest_place(driver: Driver) -> None:
    driver.data("POST", PUSH, [driver.record(value=1, time=written(driver.now))])
    driver.data("POST", PUSH, [driver.record(value=2, time=written(driver.now - 5000))])
    assert driver.latest()[0]["value"] == 1


def test_record_without_time_carries_its_arrival(driver: Driver) -> None:
    driver.data("POST", PUSH, [driver.record(value=77)])
    shown = driver.latest()[0]
    moment = read(shown["time"])
    assert shown["value"] == 77
    assert moment == driver.now


def test_thousand_records_come_back_and_one_more_is_refused_whole(driver: Driver) -> None:
    count = len(driver.history(functionType=driver.pixit["function_type"]))
    records = [driver.record(value=n, time=written(driver.now - n * 1000)) for n in range(1000)]
    assert driver.send("POST", PUSH, [*records, records[0]]).body["isSuccess"] is False
    assert len(driver.history(functionType=driver.pixit["function_type"])) == count
    driver.data("POST", PUSH, records)
    found = driver.history(functionType=driver.pixit["function_type"])
    assert len(found) == count + 1000
    assert {each["value"] for each in found} >= set(range(1000))


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"buildingName": "Nowhere"}, "[1].buildingName registered"),
        ({"buildingName": "Work"}, "[1].buildingName registered"),
        ({"buildingName": "Office"}, "[1].buildingName registered"),
        ({"buildingName": "Elsewhere"}, "[1].buildingName registered"),
        ({"equipmentName": "Nobody"}, "[1].equipmentName registered"),
        ({"equipmentName": "Pump of a neighbour"}, "[1].equipmentName registered"),
        ({"functionType": "nothing"}, "[1].functionType registered"),
        ({"devEui": "0000000000000000"}, "[1].devEui registered"),
        ({"time": "yesterday"}, "[1].time format"),
        ({"time": "2026-13-01 00:00:00"}, "[1].time format"),
        ({"value": None}, "[] anyOf"),
    ],
)
def test_one_wrong_record_refuses_all_and_the_log_says_which(driver: Driver, members: Any, told: str) -> None:
    before = driver.history(), driver.latest()
    reply = driver.send("POST", PUSH, [driver.record(value=5), driver.record(**members)])
    assert reply.body["code"] == 400
    assert told in driver.service.log[-1]["refused"]
    assert (driver.history(), driver.latest()) == before


def test_number_beyond_a_double_is_refused(driver: Driver) -> None:
    content = json.dumps([driver.record(value=12345)]).replace("12345", "1e999").encode()
    assert driver.send("POST", PUSH, content=content).body["code"] == 400
    driver.data("POST", PUSH, [driver.record(value=10**400)])
    assert driver.latest()[0]["value"] == 10**400


# Queries.


def test_pages_hold_every_device_once_at_any_size(driver: Driver) -> None:
    expected = [device.name for device in driver.cloud.tenancy.own]
    for size in (1, 7, 10, DEVICES, 50):
        pages = [driver.page(number, size) for number in range(1, -(-DEVICES // size) + 1)]
        assert [record["name"] for page in pages for record in page["records"]] == expected
        assert {page["total"] for page in pages} == {DEVICES}
        assert [page["current"] for page in pages] == list(range(1, len(pages) + 1))
        assert driver.page(len(pages) + 1, size)["records"] == []


@pytest.mark.parametrize(("current", "size"), [(0, 10), (-1, 10), (1, 0), (1, -5), ("x", 10), (1, "1.5")])
def test_page_out_of_bounds_is_refused(driver: Driver, current: Any, size: Any) -> None:
    assert driver.send("GET", LIST, query={"current": current, "size": size}).body["code"] == 400


def test_filters_match_exactly_but_the_name(driver: Driver) -> None:
    own, pixit = driver.cloud.tenancy.own, driver.pixit
    assert driver.names(name="bench") == ["Test bench", "Test bench 2"]
    assert driver.names(name="BENCH") == []
    assert driver.names(devEui=pixit["dev_eui"]) == [pixit["equipment_name"]]
    assert driver.names(devEui=pixit["dev_eui"][:-1]) == []
    for name, key, members in (
        ("buildingName", "building", {device.name: device.building for device in own}),
        ("equModel", "equ_model", {device.name: device.model for device in own}),
    ):
        assert driver.names(**{name: pixit[key]}) == [each for each, of in members.items() if of == pixit[key]]
        assert driver.names(**{name: pixit[key][:-1]}) == []
    both = {"buildingName": pixit["building"], "equModel": pixit["equ_model"]}
    assert driver.page(1, 2, **both)["total"] == len(driver.names(**both)) > 2


def test_list_shows_what_the_details_show(driver: Driver) -> None:
    for record in driver.page(1, 100)["records"]:
        if record["devEUI"] is not None:
            assert driver.data("GET", f"/device/v1/mn/{record['devEUI']}") == record
        assert record["isIot"] is (record["devEUI"] is not None)
        assert {point["bmsId"] is None for point in record["points"]} == {record["isIot"]}


def test_neighbour_and_unknown_devices_are_not_shown(driver: Driver) -> None:
    assert driver.pixit["foreign_equipment_name"] not in driver.names()
    for eui in (driver.pixit["foreign_dev_eui"], "0000", driver.pixit["dev_eui"][:-1], "*", "page%00"):
        for path in (f"/device/v1/mn/{eui}", f"/device/v1/realtime/{eui}/values"):
            assert driver.send("GET", path).body["code"] == 404
    assert driver.history(equipmentName=driver.pixit["foreign_equipment_name"]) == []
    assert driver.history(equipmentName=driver.pixit["equipment_name"][:-1]) == []


def test_history_is_of_the_range_and_the_past_week(driver: Driver) -> None:
    point = driver.pixit["function_type"]
    everything = driver.history(functionType=point)
    assert [each["time"] for each in everything] == sorted(each["time"] for each in everything)
    assert len(everything) == 5
    start, end = everything[1]["time"], everything[3]["time"]
    assert driver.history(functionType=point, startTime=start, endTime=end) == everything[1:4]
    assert driver.history(functionType=point, startTime=end, endTime=start) == []
    assert driver.history(functionType=point, startTime=start) == everything[1:]
    assert driver.history(functionType=point, endTime=end) == everything[:4]
    week = {"startTime": written(driver.now - WEEK_MS), "endTime": written(driver.now)}
    assert driver.history(functionType=point, **week) == everything
    old = {"startTime": written(driver.now - 30 * DAY_MS), "endTime": written(driver.now - WEEK_MS - DAY_MS // 2)}
    assert driver.history(functionType=point, **old) == []
    assert driver.history(functionType=point, startTime=old["startTime"]) == everything


def test_history_grows_old_with_the_clock(driver: Driver) -> None:
    driver.cloud.clock.offset_s = 8 * 86_400
    assert driver.history() == []


def test_history_is_of_kind_point_and_model_asked_for(driver: Driver) -> None:
    numbers, texts = driver.history(), driver.history(field="READING")
    assert {each["functionType"] for each in numbers} == {"bench_number", "humidity"}
    assert {each["functionType"] for each in texts} == {"bench_text"}
    assert all(isinstance(each["value"], float) and each["reading"] is None for each in numbers)
    assert all(isinstance(each["reading"], str) and each["value"] is None for each in texts)
    assert driver.history(equModel=driver.pixit["equ_model"]) == numbers
    assert driver.history(equModel=driver.pixit["equ_model"][:-1]) == []
    newest = {each["functionType"]: each for each in [*numbers, *texts]}
    assert newest == {each["functionType"]: each for each in driver.latest()}


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-11-20 12:00:00", 1795176000000),
        ("2026-11-20 12:00:00.250", 1795176000250),
        ("2026-11-20T20:00:00+08:00", 1795176000000),
        ("2026-11-20T12:00:00Z", 1795176000000),
        ("1795176000000", 1795176000000),
        (1795176000, 1795176000000),
        ("2026-11-20", None),
        ("12:00", None),
        ("", None),
        ("9" * 30, None),
        ("2026-02-30 00:00:00", None),
        (-5, None),
    ],
)
def test_times_are_understood_in_every_accepted_form(text: Any, ms: int | None) -> None:
    assert read(text) == ms
    if ms is not None:
        for form in ("date-and-time", "iso", "milliseconds", "seconds"):
            assert read(written(ms, form)) == ms


def test_dataset_takes_its_fields_and_types_only(driver: Driver) -> None:
    number, text, stored = driver.pixit["dataset_field"], driver.pixit["dataset_text_field"], "bench_records"
    before = len(driver.cloud.tenancy.datasets[stored].records)
    given = [{number: n / 2, text: "x", "count": n, "valid": True} for n in range(1000)]
    assert driver.call("dataset-push", given).refused is None
    assert driver.cloud.tenancy.datasets[stored].records[before:] == given
    for wrong in ({"unknown": 1}, {number: "1"}, {number: True}, {text: 1}, {"count": 1.5}, {"valid": "yes"}):
        assert driver.call("dataset-push", [{number: 1}, wrong]).body["code"] == 400
    assert driver.call("dataset-push", [*given, given[0]]).body["code"] == 400
    assert len(driver.cloud.tenancy.datasets[stored].records) == before + 1000
    project = {"x-param-projectid": driver.pixit["project_id"]}
    assert driver.send("POST", "/dataset/v1/none", [], extra=project).body["code"] == 404
    for other in ("nothing", "project-0043"):
        assert driver.call("dataset-push", [{number: 1}], extra={"x-param-projectid": other}).refused
    assert "X-Param-ProjectId required" in str(driver.call("dataset-push", [{number: 1}], extra={}).refused)


def test_data_query_is_the_history_with_a_project(driver: Driver) -> None:
    with_project = driver.call("dataset-query")
    assert with_project.body == driver.call("point-history").body
    assert [entry["subject"] for entry in driver.service.log] == ["dataset-query", "point-history"]
    assert driver.call("dataset-query", extra={"x-param-projectid": "nothing"}).refused


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", PUSH), ("POST", LIST), ("GET", "/device/v1/realtime//values"), ("POST", f"{HISTORY}/")],
)
def test_unknown_path_has_code_404(driver: Driver, method: str, path: str) -> None:
    reply = driver.send(method, path)
    assert (reply.status, reply.body["code"], reply.row) == (200, 404, "404")


@pytest.mark.parametrize("content", [b"", b"{", b"[1,]", b"[NaN]", b"\xff\xfe", b"[" * 100_000], ids=range(6))
def test_malformed_json_is_refused(driver: Driver, content: bytes) -> None:
    assert driver.send("POST", PUSH, content=content).body["code"] == 400


@pytest.mark.parametrize("body", [None, {}, "text", 7, [7], [[]], [None]])
def test_body_of_another_kind_is_refused_in_the_failure_shape(driver: Driver, body: Any) -> None:
    reply = driver.send("POST", PUSH, content=json.dumps(body).encode())
    assert CONTRACT.failure is not None
    assert CONTRACT.failure.is_valid({"status": reply.status, "body": reply.body})
    assert reply.body["code"] == 400


def test_reset_returns_to_the_seed(driver: Driver) -> None:
    before = driver.latest()
    driver.data("POST", PUSH, [driver.record(value=99)])
    assert driver.latest() != before
    driver.cloud.reset()
    assert [each["value"] for each in driver.latest()] == [each["value"] for each in before]

"""Benign variants of the NeuronCloud reference: they show the reading they name, and never make an answer invalid."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from conformance.crypto.rsa_token import Padding
from conformance.reference.calls import Call, Reply
from conformance.reference.neuroncloud.readings import AS_BUILT, ON_DEMAND
from conformance.reference.neuroncloud.times import DAY_MS, read, written
from conformance.reference.quirks import SHAPES

from .neuroncloud_drive import CONTRACT, HISTORY, LIST, PUSH, Driver, presented, signed, tokens

READINGS = {f"{erratum.id}/{each.id}": each for erratum in CONTRACT.errata.values() for each in erratum.readings}
DETAILS = "/device/v1/mn/{}"
SENSOR = "Sensor 02"


@pytest.fixture
def driver() -> Driver:
    return Driver()


def _history(*, start_days: float | None = None, end_days: float | None = None, **members: Any) -> Any:
    def call(driver: Driver) -> Reply:
        body = {"equipmentName": driver.pixit["equipment_name"], "field": "VALUE", **members}
        for name, days in (("startTime", start_days), ("endTime", end_days)):
            if days is not None:
                body[name] = written(driver.now + int(days * DAY_MS))
        return driver.send("POST", HISTORY, body)

    return call


def _push(*members: Mapping[str, Any], times: int = 1, then_latest: bool = False) -> Callable[[Driver], Reply]:
    def call(driver: Driver) -> Reply:
        body = [driver.record(**each) for each in members]
        replies = [driver.send("POST", PUSH, body) for _ in range(times)]
        return driver.call("latest-values") if then_latest else replies[-1]

    return call


def _late(driver: Driver) -> Reply:
    for ago in (0, 60_000):
        driver.data("POST", PUSH, [driver.record(value=ago, time=written(driver.now - ago))])
    return driver.call("latest-values")


def _replayed(driver: Driver) -> Reply:
    given = presented(tokens().valid.key_id, tokens().valid.key, tokens().valid)
    return [driver.call("device-list", credentials=given) for _ in range(2)][-1]


def _without_credentials(driver: Driver) -> Reply:
    return driver.call("device-list", credentials={})


def _numbers_only(driver: Driver) -> Reply:
    for point in list(driver.cloud.prepared.points.values()):
        if point.name not in {"bench_number", "humidity"}:
            del driver.cloud.prepared.points[point.name]
    return driver.call("latest-values")


def _path(path: str) -> Callable[[Driver], Reply]:
    return lambda driver: driver.send("GET", path)


def _listed(**query: Any) -> Callable[[Driver], Reply]:
    return lambda driver: driver.send("GET", LIST, query={"current": 1, "size": 10, **query})


def _details(driver: Driver) -> Reply:
    return driver.call("device-details")


def _texts_too(driver: Driver) -> Reply:
    return _history(functionType=driver.pixit["text_function_type"])(driver)  # type: ignore[no-any-return]


def _in_query(driver: Driver) -> Reply:
    return _history(start_days=-1)(driver)  # type: ignore[no-any-return]


OBSERVED: Mapping[str, Callable[[Driver], Reply]] = {
    "key-encryption/as-the-iut-file-says": _listed(),
    "replay/refused": _replayed,
    "code-placement/http-status": _without_credentials,
    "code-placement/body-with-other-status": _without_credentials,
    "http-status/created": _listed(),
    "undocumented-code/table": _push({"buildingName": "Nowhere"}),
    "undocumented-code/none": _push({"buildingName": "Nowhere"}),
    "credential-code/not-registered": _without_credentials,
    "credential-code/other": _without_credentials,
    "code-or-flag/code-only": lambda driver: driver.call("latest-values"),
    "code-or-flag/flag-only": lambda driver: driver.call("latest-values"),
    "boolean-spelling/text": _details,
    "dev-eui-spelling/as-requested": _details,
    "location-form/structure": _details,
    "untyped-ids/number": _details,
    "value-form/digits": _numbers_only,
    "time-form/iso": lambda driver: driver.call("latest-values"),
    "time-form/milliseconds": lambda driver: driver.call("latest-values"),
    "time-form/seconds": lambda driver: driver.call("latest-values"),
    "absent-time/nothing": _push({"value": 5}, then_latest=True),
    "value-and-reading/refused": _push({"value": 5, "reading": "five"}),
    "empty-push/refused": _push(),
    "partial-push/accepted": _push({"value": 5}, {"buildingName": "Nowhere"}),
    "unknown-equipment/accepted": _push({"equipmentName": "Nobody"}),
    "duplicate-data/refused": _push({"time": "2026-11-20 12:00:00"}, times=2),
    "late-data/arrived-last": _late,
    "unknown-device/nothing": _path(DETAILS.format("none")),
    "parameter-location/query": _in_query,
    "optional-path-member/all": _path("/device/v1/realtime//values"),
    "silent-point/empty": lambda driver: driver.call("latest-values"),
    "empty-data/null": _history(equipmentName="Nobody"),
    "first-page/zero": _listed(current=0),
    "beyond-last-page/refused": _listed(current=9),
    "fuzzy-name/any-case": _listed(name="BENCH"),
    "fuzzy-name/similar": _listed(name="Test bunch"),
    "range-default/refused": _history(),
    "half-range/refused": _history(start_days=-1),
    "range-too-old/refused": _history(start_days=-9, end_days=0),
    "history-order/newest-first": _history(),
    "other-kind/empty": _texts_too,
    "unknown-project/accepted": lambda driver: driver.call("dataset-push", extra={"x-param-projectid": "nobody's"}),
    "same-path/dataset-records": lambda driver: driver.call("dataset-query"),
    "same-path/elsewhere": lambda driver: driver.call("dataset-query"),
}

BY_VALUE = {
    "absent-time/nothing": "the reading's schema wants every time null; here one value came without time",
    "late-data/arrived-last": "the reading's schema tells the order by fixed times that the data do not have",
    "fuzzy-name/any-case": "the reading's schema holds for the part `eter`",
    "history-order/newest-first": "the reading's schema tells the order by fixed times that the data do not have",
}
"""Readings whose schema cannot be held against this data; the observation must still differ."""

WIDER = {
    "fuzzy-name/similar": "any list of named devices follows it",
}
"""Readings that also allow what is shown as built."""


def test_every_reading_is_shown_as_built_or_on_demand() -> None:
    assert READINGS.keys() == AS_BUILT | ON_DEMAND
    assert not AS_BUILT & ON_DEMAND
    assert OBSERVED.keys() == ON_DEMAND


@pytest.mark.parametrize("name", sorted(OBSERVED))
def test_reading_is_shown_only_on_demand(name: str) -> None:
    reading, observe = READINGS[name], OBSERVED[name]
    asked = Driver()
    asked.service.quirks.set([name])
    shown, built = observe(asked), observe(Driver())
    assert (shown.status, shown.body) != (built.status, built.body)
    if name not in BY_VALUE:
        assert reading.schema.is_valid(_instance(reading.of, shown)), shown
        if name not in WIDER:
            assert not reading.schema.is_valid(_instance(reading.of, built)), built


def _instance(of: str, reply: Reply) -> Any:
    return {"status": reply.status, "body": reply.body} if of == "exchange" else reply.body


REFUSING = {
    "key-encryption/as-the-iut-file-says": "the caller encrypts with the defaults",
    "replay/refused": "the caller sends the same text again",
    "parameter-location/query": "the caller's parameters stand in the body",
    "same-path/elsewhere": "the data query is not served there",
}
"""Readings under which a call of the test below is refused, and must be so in the documented shape."""


@pytest.mark.parametrize("name", [*SHAPES, *sorted(AS_BUILT | ON_DEMAND)])
def test_every_answer_stays_valid(driver: Driver, name: str) -> None:
    driver.service.quirks.set([name])
    assert CONTRACT.failure is not None
    refused = False
    for subject, operation in CONTRACT.operations.items():
        reply = driver.call(subject)
        if reply.refused is None:
            assert operation.response.violations(reply.body) == (), subject
            assert CONTRACT.success.is_valid({"status": reply.status, "body": reply.body})
        else:
            refused = True
            assert name in REFUSING, reply
        expired = driver.call(subject, credentials=signed(tokens().expired))
        for refusal in (driver.call(subject, credentials={}), expired, driver.send("GET", "/nothing")):
            exchange = {"status": refusal.status, "body": refusal.body}
            assert refusal.refused
            assert CONTRACT.refusal.is_valid(exchange), subject
            assert CONTRACT.failure.is_valid(exchange), subject
            if refusal.row is not None:
                assert CONTRACT.rows[refusal.row].answer.is_valid(exchange), refusal
    assert refused == (name in REFUSING)


@pytest.mark.parametrize("name", SHAPES)
def test_shape_changes_some_answer(driver: Driver, name: str) -> None:
    path = DETAILS.format(next(each.dev_eui for each in driver.cloud.tenancy.own if each.description == ""))
    built = driver.send("GET", path)
    driver.service.quirks.set([name])
    shown = driver.send("GET", path)
    assert (shown.content(), shown.headers) != (built.content(), built.headers)


def test_other_padding_is_understood_where_it_is_asked_for(driver: Driver) -> None:
    given = signed(tokens().valid, Padding("oaep", "SHA-256", "SHA-1"))
    assert driver.call("device-list", credentials=given).refused
    driver.service.quirks.set(["key-encryption/as-the-iut-file-says"])
    assert driver.call("device-list", credentials=given).refused is None


def test_parameters_are_understood_in_the_query_where_that_is_asked_for(driver: Driver) -> None:
    built = driver.history()
    driver.service.quirks.set(["parameter-location/query"])
    query = tuple({"equipmentName": driver.pixit["equipment_name"], "field": "VALUE"}.items())
    reply = driver.service.answer(Call("POST", HISTORY, query, signed(tokens().valid)))
    assert reply.body["data"] == built


def test_pages_from_zero_hold_every_device_once(driver: Driver) -> None:
    built = driver.names()
    driver.service.quirks.set(["first-page/zero"])
    assert [name for page in range(3) for name in driver.names(page, 10)] == built


@pytest.mark.parametrize("form", ["iso", "milliseconds", "seconds"])
def test_every_form_of_time_names_the_same_moments(driver: Driver, form: str) -> None:
    built = [read(each["time"]) for each in driver.history()]
    driver.service.quirks.set([f"time-form/{form}"])
    assert [read(each["time"]) for each in driver.history()] == built


def test_week_long_range_is_served_where_older_ones_are_refused(driver: Driver) -> None:
    driver.service.quirks.set(["range-too-old/refused"])
    assert _history(start_days=-7, end_days=0)(driver).refused is None


def test_wrong_records_are_left_out_where_the_others_are_taken(driver: Driver) -> None:
    driver.service.quirks.set(["partial-push/accepted"])
    _push({"value": 55}, {"value": 56, "buildingName": "Nowhere"})(driver)
    assert {55, 56} & {each["value"] for each in driver.history()} == {55}
    assert _push({"buildingName": "Nowhere"})(driver).refused


def test_log_of_a_refusal_is_json(driver: Driver) -> None:
    _without_credentials(driver)
    assert json.loads(json.dumps(driver.service.log[-1]))["refused"] == "X-Source-SecretId is missing"

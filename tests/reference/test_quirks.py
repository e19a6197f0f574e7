"""Benign variants: they show the reading they name, and never make an answer invalid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from conformance.contract import load
from conformance.reference.calls import Reply
from conformance.reference.quirks import SHAPES
from conformance.reference.thingscloud.readings import AS_BUILT, ON_DEMAND
from conformance.reference.thingscloud.state import DAY_MS

from .drive import Driver

CONTRACT = load("thingscloud")
READINGS = {f"{erratum.id}/{each.id}": each for erratum in CONTRACT.errata.values() for each in erratum.readings}
DEVICE = "/api/v1/device"


def _series(
    *, fraction: float = 0.0, days: float = 1, only_start: bool = False, **query: Any
) -> Callable[[Driver], Reply]:
    def call(driver: Driver) -> Reply:
        now = driver.cloud.clock.now_ms()
        span = {"start_time": now - days * DAY_MS + fraction} | ({} if only_start else {"end_time": now + fraction})
        return driver.call("attribute-series", query={**span, **query} if days else query)

    return call


def _twice(method: str, path: str, body: dict[str, Any]) -> Callable[[Driver], Reply]:
    def call(driver: Driver) -> Reply:
        driver.send(method, path, body)
        return driver.send(method, path, body)

    return call


def _removed(driver: Driver) -> Reply:
    device = driver.device()
    driver.info("PUT", f"/api/v1/control/device/{device}/attributes", {"temperature": 1})
    driver.info("POST", f"{DEVICE}/{device}/attributes_remove", {"keys": ["temperature"]})
    return driver.send("GET", f"{DEVICE}/{device}/attributes")


OBSERVED: Mapping[str, Callable[[Driver], Reply]] = {
    "empty-info/nothing": lambda driver: driver.call("device-delete"),
    "failure-members/without-errors": lambda driver: driver.call("device-create", {}),
    "failure-members/message-only": lambda driver: driver.call("device-create", {}),
    "message-text/free": lambda driver: driver.send("GET", "/api/v1/nothing"),
    "refusal-status/unauthorized": lambda driver: driver.call("project", token="wrong"),
    "unknown-id/unknown-path": lambda driver: driver.send("GET", f"{DEVICE}/none"),
    "unknown-id/failure-with-404": lambda driver: driver.send("GET", f"{DEVICE}/none"),
    "time-unit/seconds": lambda driver: driver.call("attribute-series"),
    "fractional-milliseconds/refused": _series(fraction=0.5),
    "page-records-over-maximum/accepted": lambda driver: driver.call("attribute-series", query={"page_records": 500}),
    "half-range/refused": _series(only_start=True),
    "range-too-long/cut": _series(days=31),
    "series-order/oldest-first": lambda driver: driver.call("attribute-series"),
    "series-name/display-name": lambda driver: driver.call("attribute-series"),
    "series-timestamp/both": lambda driver: driver.call("attribute-series"),
    "attribute-value/nothing": lambda driver: driver.call("attributes"),
    "removed-attribute/without-value": _removed,
    "device-state-objects/empty": lambda driver: driver.call("device-read"),
    "group-children/alike": lambda driver: driver.call("device-groups-tree"),
    "beyond-last-page/refused": lambda driver: driver.call("device-list", query={"page": 99}),
    "duplicate-device-key/accepted": _twice("POST", DEVICE, {"name": "a", "device_key": "same"}),
    "unknown-device-type/accepted": lambda driver: driver.send("POST", DEVICE, {"name": "a", "type": "none"}),
    "duplicate-account/accepted": _twice("POST", "/api/v1/customer", {"name": "a", "account": "same", "password": "p"}),
    "duplicate-contact/refused": lambda driver: driver.send(
        "POST", "/api/v1/customer", {"name": "a", "account": "b", "password": "p", "mobile": "13800000001"}
    ),
    "empty-update/refused": lambda driver: driver.call("device-info-update", {}),
    "absent-key/refused": lambda driver: driver.call("device-tags-remove", {"keys": ["none"]}),
    "downlink-offline/refused": lambda driver: driver.call("command-send"),
}

BY_VALUE = {
    "series-order/oldest-first": "the reading's schema tells the order by one fixed time that the seed does not have",
    "attribute-value/nothing": "the reading's schema wants every value null; here one attribute has none",
}
"""Readings whose schema cannot be held against this data; the observation must still differ."""

WIDER = {
    "message-text/free": "the printed text is one of the free ones",
    "series-name/display-name": "any text may be a display name, the identifier too",
}
"""Readings that also allow what is shown as built."""


def test_every_reading_is_shown_as_built_or_on_demand() -> None:
    assert READINGS.keys() == AS_BUILT | ON_DEMAND
    assert not AS_BUILT & ON_DEMAND
    assert OBSERVED.keys() == ON_DEMAND


@pytest.mark.parametrize("name", sorted(OBSERVED))
def test_reading_is_shown_only_on_demand(name: str) -> None:
    # A refusal by the reading `refused` and a list without records look alike in shape; each observation is chosen so
    # that as built it does not follow the reading.
    reading = READINGS[name]
    observe = OBSERVED[name]
    asked = Driver()
    asked.service.quirks.set([name])
    shown, built = observe(asked), observe(Driver())
    assert (shown.status, _stable(shown.body)) != (built.status, _stable(built.body))
    if name not in BY_VALUE:
        assert reading.schema.is_valid(_instance(reading.of, shown)), shown
        if name not in WIDER:
            assert not reading.schema.is_valid(_instance(reading.of, built)), built


def _instance(of: str, reply: Reply) -> Any:
    return {"status": reply.status, "body": reply.body} if of == "exchange" else reply.body


def _stable(body: Any) -> Any:
    """Return the body without times: two platforms are never made at the same one."""
    if isinstance(body, dict):
        return {
            key: _stable(int(value > 1e11) if key in {"ts", "create_time"} and value else value)
            for key, value in body.items()
        }
    return [_stable(each) for each in body] if isinstance(body, list) else body


@pytest.mark.parametrize("name", [*SHAPES, *sorted(AS_BUILT | ON_DEMAND)])
def test_every_answer_stays_valid(driver: Driver, name: str) -> None:
    driver.service.quirks.set([name])
    if name == "shape/null-optional":  # whoever makes objects through such answers still gets their ids
        assert driver.device()
    for subject, operation in CONTRACT.operations.items():
        reply = driver.call(subject)
        if reply.refused is None:
            assert operation.response.violations(reply.body) == (), subject
            assert CONTRACT.success.is_valid({"status": reply.status, "body": reply.body})
        else:
            assert name in {"downlink-offline/refused", "absent-key/refused"}
        if operation.credentials:
            refusal = driver.call(subject, token="wrong")
            assert refusal.refused
            assert CONTRACT.refusal.is_valid({"status": refusal.status, "body": refusal.body}), subject
            assert CONTRACT.failure is None or CONTRACT.failure.is_valid(
                {"status": refusal.status, "body": refusal.body}
            )


@pytest.mark.parametrize("name", SHAPES)
def test_shape_changes_some_answer(name: str) -> None:
    asked = Driver()
    asked.service.quirks.set([name])
    path = f"{DEVICE}/{asked.device(descr='', tags={})}"
    shown, built = asked.send("GET", path), None
    asked.service.quirks.set([])
    built = asked.send("GET", path)
    assert (shown.content(), shown.headers) != (built.content(), built.headers)


def test_unknown_quirk_name_is_refused(driver: Driver) -> None:
    with pytest.raises(ValueError, match="no-such"):
        driver.service.quirks.set(["no-such"])

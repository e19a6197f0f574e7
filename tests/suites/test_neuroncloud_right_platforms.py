"""Right platforms that are easy to blame: slow to take in, in another time zone, with a list that moves, or with nothing in it.

Each is the reference's core with something of real life between it and the suite. None may fail; what cannot be told is said
to be unjudged.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from conformance.contract import Role, load
from conformance.evidence.exchange import Answer, Request
from conformance.evidence.verdict import Verdict
from conformance.runner.execute import Outcome, execute
from conformance.suites.environment import Environment
from conformance.suites.registry import behaviour, suite
from tests.engine.fake import InProcess

PLATFORM = "neuroncloud"
CONTRACT = load(PLATFORM)
ON_THE_WIRE = {"neuroncloud/global/host-header", "neuroncloud/global/header-case"}
"""Cases that need a socket."""
READS_BACK = (
    "data-push/in-",
    "data-push/several",
    "data-push/value-un",
    "data-push/members",
    "data-push/own",
    "late-data",
    "absent-time",
)


def _run(environment: Environment, *parts: str) -> list[Outcome]:
    chosen = [
        case
        for case in (behaviour(PLATFORM) if not parts or parts[0] else suite(PLATFORM).cases)
        if case.role is Role.PLATFORM and case.id not in ON_THE_WIRE and "thousand" not in case.id
        if not any(parts) or any(part in case.id for part in parts)
    ]
    assert chosen
    return [execute(environment, case) for case in chosen]


def _blamed(outcomes: list[Outcome], *allowed: Verdict) -> dict[str, Any]:
    return {
        each.case.id: (each.verdict, each.reason, each.broken)
        for each in outcomes
        if each.verdict not in {Verdict.PASS, *allowed}
    }


class Slow(InProcess):
    """Takes pushed values in a moment after it has answered."""

    DELAY_S = 0.12

    def __init__(self) -> None:
        super().__init__(PLATFORM)
        self.held: list[tuple[float, Request]] = []

    def __call__(self, request: Request) -> Answer:
        due = [each for each in self.held if each[0] <= time.monotonic()]
        self.held = [each for each in self.held if each not in due]
        for _, late in due:
            super().__call__(late)
        if request.url.endswith("/dataPlatform/openapi") and request.method == "POST":
            self.held.append((time.monotonic() + self.DELAY_S, request))
            return super().__call__(replace(request, body=b"[]"))
        return super().__call__(request)


def test_platform_that_is_slow_to_take_in_passes() -> None:
    slow = Slow()
    environment = slow.environment()
    environment.iut = replace(environment.iut, pixit={**environment.iut.pixit, "ingest_delay_s": 1.0})
    assert _blamed(_run(environment, *READS_BACK)) == {}


class Elsewhere(InProcess):
    """Reads and writes times of its own zone, eight hours ahead, with milliseconds."""

    def __init__(self) -> None:
        super().__init__(PLATFORM)

    def __call__(self, request: Request) -> Answer:
        answer = super().__call__(replace(request, body=_moved(request.body, -8, "")))
        return replace(answer, body=_moved(answer.body, 8, ".000") or b"")


def _moved(body: bytes | None, hours: int, fraction: str) -> bytes | None:
    try:
        value = json.loads(body or b"")
    except (ValueError, RecursionError):
        return body

    def visit(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: moved(each) if name in {"time", "startTime", "endTime"} else visit(each)
                for name, each in value.items()
            }
        return [visit(each) for each in value] if isinstance(value, list) else value

    def moved(value: Any) -> Any:
        try:
            return str(datetime.fromisoformat(value) + timedelta(hours=hours)) + fraction
        except (ValueError, TypeError, OverflowError):
            return value

    return json.dumps(visit(value)).encode()


def test_platform_in_another_time_zone_passes() -> None:
    environment = Elsewhere().environment()
    environment.iut = replace(environment.iut, pixit={**environment.iut.pixit, "time_offset": "+08:00"})
    assert _blamed(_run(environment)) == {}


class Moving(InProcess):
    """Other people register devices one after another, now and then while the list is read."""

    def __init__(self, seed: int) -> None:
        super().__init__(PLATFORM)
        self.random = Random(seed)
        self.number = 0

    def __call__(self, request: Request) -> Answer:
        if "/mn/page" in request.url and self.random.random() < 0.3:
            self.number += 1
            cloud: Any = self.service.platform
            devices = cloud.tenancy.devices
            name, identifier = f"Newcomer {self.number}", f"70B3D57ED0E{self.number:05X}"
            newcomer = replace(devices[-1], name=name, dev_eui=identifier, building="Works")
            devices.insert(self.random.randrange(len(devices)), newcomer)
        return super().__call__(request)


@pytest.mark.parametrize("seed", range(8))
def test_platform_whose_list_moves_is_not_blamed(seed: int) -> None:
    outcomes = _run(Moving(seed).environment(), "device-list/", "device-details/")
    assert _blamed(outcomes, Verdict.INCONCLUSIVE) == {}


def _empty() -> InProcess:
    empty = InProcess(PLATFORM)
    cloud: Any = empty.service.platform
    for device in cloud.tenancy.devices:
        device.foreign = True
    return empty


def _quiet() -> InProcess:
    """A tenant whose devices have never had a value."""
    quiet = InProcess(PLATFORM)
    cloud: Any = quiet.service.platform
    for device in cloud.tenancy.devices:
        for point in device.points.values():
            point.samples.clear()
    return quiet


def _alone() -> InProcess:
    """A tenant with the prepared device and nothing else."""
    alone = InProcess(PLATFORM)
    cloud: Any = alone.service.platform
    cloud.tenancy.devices[:] = [cloud.prepared]
    return alone


def _mixed() -> InProcess:
    """A tenant whose first device is no IoT device, which shows its missing identifier as an empty text."""
    mixed = InProcess(PLATFORM)
    devices = mixed.service.platform.tenancy.devices  # type: ignore[attr-defined]
    first = next(each for each in devices if each.dev_eui is None and not each.foreign)
    devices.remove(first)
    devices.insert(0, replace(first, dev_eui=""))
    return mixed


@pytest.mark.parametrize("tenant", [_empty, _quiet, _alone, _mixed], ids=["empty", "quiet", "alone", "mixed"])
def test_tenant_with_little_in_it_is_not_blamed(tenant: Callable[[], InProcess]) -> None:
    given = tenant()
    environment = given.environment()
    if tenant in {_empty, _mixed}:
        # What the tester does not name is found in the list, if there is any.
        environment.iut = replace(environment.iut, pixit={"ingest_delay_s": 0})
    elif tenant is _alone:
        environment.iut = replace(environment.iut, pixit={**given.pixit, "second_equipment_name": None})
    outcomes = _run(environment)
    assert _blamed(outcomes, Verdict.INCONCLUSIVE) == {}
    assert sum(each.verdict is Verdict.PASS for each in outcomes) > 20


class Alike(InProcess):
    """The identifier of one device is the beginning of another's."""

    def __init__(self) -> None:
        super().__init__(PLATFORM)
        first, second = self.service.platform.tenancy.own[:2]  # type: ignore[attr-defined]
        first.dev_eui, second.dev_eui = "sensor-10", "sensor-1"


def test_devices_whose_identifiers_begin_alike_are_told_apart() -> None:
    environment = Alike().environment()
    environment.iut = replace(environment.iut, pixit={**environment.iut.pixit, "dev_eui": "sensor-10"})
    assert _blamed(_run(environment, "dev-eui-filter", "only-asked", "unknown")) == {}


class Metering(InProcess):
    """The point counts kilowatt-hours, and no other unit is taken."""

    def __init__(self) -> None:
        super().__init__(PLATFORM)
        self.service.platform.prepared.points["bench_number"].unit = "kWh"  # type: ignore[attr-defined]

    def __call__(self, request: Request) -> Answer:
        if request.url.endswith("/dataPlatform/openapi") and request.method == "POST":
            request = replace(request, body=self._refused_where_wrong(request.body or b""))
        return super().__call__(request)

    def _refused_where_wrong(self, body: bytes) -> bytes:
        try:
            records = json.loads(body)
        except ValueError:
            return body
        if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
            return body
        wrong = any(each.get("unit", "kWh") != "kWh" for each in records if each.get("functionType") == "bench_number")
        return json.dumps([{**each, "buildingName": "Nowhere"} for each in records]).encode() if wrong else body


def test_platform_that_takes_the_registered_unit_only_passes() -> None:
    environment = Metering().environment()
    environment.iut = replace(environment.iut, pixit={**environment.iut.pixit, "function_unit": "kWh"})
    assert _blamed(_run(environment, "", "/data-push/")) == {}

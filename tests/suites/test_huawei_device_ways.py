"""Right platforms that read no sentence otherwise and still differ on the MQTT side: none of them is blamed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from conformance.evidence.verdict import Verdict
from conformance.mqtt.malformed import malformed_packets
from conformance.reference.huawei.access.ways import (
    ANSWERS_AFTER_PUBACK,
    ANSWERS_BY_MODEL,
    GREETS,
    KEEP_ALIVE_FLOOR,
    LATEST_BY_EVENT_TIME,
    LENIENT,
    REPEATS_DROPPED,
    WAYS,
)
from conformance.runner.execute import Outcome, execute
from conformance.suites.context import Context
from conformance.suites.huawei.mqtt_device import KEEP_ALIVE_S, device, online
from conformance.suites.huawei.mqtt_standard import ODD
from conformance.suites.moments import Moments
from conformance.suites.objects import Objects
from tests.faults.bench import Bench, bench

TRIED: dict[str, tuple[str, ...]] = {
    ANSWERS_BY_MODEL: ("command-response/mqtt",),
    LATEST_BY_EVENT_TIME: ("device-report/event-time/given", "device-report/event-time/absent", "device-report/latest"),
    REPEATS_DROPPED: ("device-report/history/qos-1",),
    LENIENT: ("device-connect/malformed", "device-connect/violation"),
    ANSWERS_AFTER_PUBACK: (
        *("device-command/arrives/device-id", "device-command/mids-distinct", "device-command/other-topic"),
        *("device-command/apart", "device-command/offline", "command-response/mqtt"),
    ),
    KEEP_ALIVE_FLOOR: ("device-connect/keep-alive",),
    GREETS: ("device-connect/accepts/device-id", "device-command/arrives/device-id", "device-report/history/qos-1"),
}
"""The cases that each way to be right concerns most; the matrix shows it to all cases of the device side."""
WARNED: dict[str, tuple[str, ...]] = {
    LENIENT: ("device-connect/malformed", "device-connect/violation"),
    KEEP_ALIVE_FLOOR: ("device-connect/keep-alive",),
}
"""Those among them that warn of it."""


@pytest.fixture(scope="module")
def warm() -> Iterator[Bench]:
    with bench("huawei") as started:
        yield started


@pytest.fixture
def bench_as_before(warm: Bench) -> Iterator[Bench]:
    given = warm.environment.iut
    yield warm
    warm.environment.iut = given
    warm.control("PUT", "quirks", [])


def judged(warm: Bench, way: str, case: str) -> Outcome:
    environment = warm.environment
    environment.objects, environment.moments = Objects(), Moments()
    warm.control("POST", "reset")
    warm.control("PUT", "quirks", [way])
    return execute(environment, warm.cases[f"huawei/{case}"])


def said(outcome: Outcome) -> Any:
    return outcome.verdict, outcome.reason, [(each.requirement.id, each.actual) for each in outcome.broken]


def test_every_way_is_tried() -> None:
    assert TRIED.keys() == WAYS.keys()


def test_answers_to_broken_packets_are_not_held_against_the_platform(bench_as_before: Bench) -> None:
    """PUBACK with packet identifier 0, or UNSUBACK for what nobody asked."""
    bench_as_before.control("POST", "reset")
    bench_as_before.environment.objects = Objects()
    bench_as_before.control("PUT", "quirks", [LENIENT])
    context = Context(bench_as_before.environment, bench_as_before.cases["huawei/device-connect/violation"])
    own = device(context)
    stays = set()
    for each in malformed_packets(own.connect(), own.topic("data")):
        if each.name in ODD and not each.first:
            with online(own) as link:
                link.say(each.raw)
                stays |= {each.name} if link.answers_ping() else set()
    assert {"publish-packet-id-0", "unsubscribe-flags", "subscribe-flags", "subscribe-packet-id-0"} <= stays
    assert [(each.pointer, each.actual) for each in context.findings if not each.holds] == []
    assert {each.name for each in malformed_packets(own.connect(), "t")} >= ODD


def test_device_is_silent_as_long_as_a_case_waits_for_what_http_shows(bench_as_before: Bench) -> None:
    context = Context(bench_as_before.environment, bench_as_before.cases["huawei/device-report/latest"])
    assert device(context, shared=True).connect().keep_alive == KEEP_ALIVE_S >= 600


def test_equal_numbers_of_another_time_are_no_repeats(bench_as_before: Bench) -> None:
    environment = bench_as_before.environment
    environment.iut = replace(environment.iut, pixit={**environment.iut.pixit, "examples": 20})
    outcome = judged(bench_as_before, REPEATS_DROPPED, "device-report/generated/valid")
    assert outcome.verdict is Verdict.PASS, said(outcome)


@pytest.mark.parametrize(("way", "case"), [(way, case) for way, cases in TRIED.items() for case in cases])
def test_right_platform_is_not_blamed(bench_as_before: Bench, way: str, case: str) -> None:
    outcome = judged(bench_as_before, way, case)
    due = Verdict.WARN if case in WARNED.get(way, ()) else Verdict.PASS
    assert outcome.verdict is due, said(outcome)
    assert any("asked for by nothing" in each for each in outcome.notes) is (way == GREETS)


def test_content_of_answers_is_judged_only_where_the_tester_names_a_field(bench_as_before: Bench) -> None:
    environment = bench_as_before.environment
    pixit = {name: value for name, value in environment.iut.pixit.items() if name != "mqtt_response_field"}
    environment.iut = replace(environment.iut, pixit=pixit)
    bench_as_before.control("PUT", "quirks", [])
    for fault, due in (("response-body-lost", Verdict.PASS), ("response-untold", Verdict.FAIL)):
        outcome = bench_as_before.judge("huawei/command-response/mqtt", [f"behaviour/{fault}"])
        assert outcome.verdict is due, said(outcome)

"""Times of requests and answers: forms, zones, seconds that are given once, and members filled in relative to now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conformance.contract import CallClass, Contract, Member, load
from conformance.evidence.findings import Inconclusive
from conformance.suites.context import Context
from conformance.suites.moments import EPOCH, Moments, TimeForm, form, seconds_of, zone
from tests.engine import fake

NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
CONTRACT: Contract = load("neuroncloud")
NAMES = {
    "equipment_name": "door",  # the name of another of the contract's examples
    "function_type": "f",
    "text_function_type": "t",
    "building": "b",
    "dev_eui": "e",
    "function_unit": "°C",
}


@pytest.mark.parametrize(
    ("pattern", "offset", "text", "written"),
    [
        ("%Y-%m-%d %H:%M:%S", "+00:00", True, "2026-11-20 12:00:00"),
        ("%Y-%m-%d %H:%M:%S", "+08:00", True, "2026-11-20 20:00:00"),
        ("%Y-%m-%d %H:%M:%S", "-03:30", True, "2026-11-20 08:30:00"),
        ("%Y%m%dT%H%M%SZ", "+00:00", True, "20261120T120000Z"),
        ("milliseconds", "+08:00", True, "1795176000000"),
        ("milliseconds", "+08:00", False, 1795176000000),
        ("seconds", "+00:00", False, 1795176000),
    ],
)
def test_moment_is_written_in_the_form_that_is_told(pattern: str, offset: str, text: bool, written: object) -> None:
    told = TimeForm(pattern, zone(offset))
    assert told.write(NOON, text=text) == written
    assert told.read(written) == NOON


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-20 20:00:00",
        "2026-11-20T20:00:00",
        "2026-11-20T12:00:00Z",
        "2026-11-20T12:00:00.000+00:00",
        "2026-11-20 13:00:00+0100",
        "20261120T120000Z",
        1795176000000,
        1795176000,
        1795176000.0,
        "1795176000000",
        "1795176000",
    ],
)
def test_every_usual_form_names_the_moment(value: object) -> None:
    assert TimeForm("%Y-%m-%d %H:%M:%S", zone("+08:00")).read(value) == NOON


@pytest.mark.parametrize("value", [None, True, "", "now", "2026-13-01 00:00:00", "20:00:00", -1, 10**20, [], {}, "12"])
def test_what_is_no_time_names_no_moment(value: object) -> None:
    assert TimeForm("%Y-%m-%d %H:%M:%S").read(value) is None


def test_form_of_the_contract_comes_before_that_of_the_tester() -> None:
    told: Callable[[str], Any] = {"time_format": "milliseconds", "time_offset": "+08:00"}.get
    assert form(told) == TimeForm("milliseconds", zone("+08:00"))
    # The next platform's: a fixed form in UTC, whatever the tester told of others.
    fixed = {"seconds": 60, "form": "%Y%m%dT%H%M%SZ"}
    assert form(told, fixed).write(NOON) == "20261120T120000Z"
    assert form(told, {**fixed, "form": "%H:%M", "offset": "+01:00"}).write(NOON) == "13:00"
    assert (seconds_of(fixed), seconds_of(-3600)) == (60, -3600)


def test_no_second_is_given_twice() -> None:
    moments = Moments()
    given = [moments.free(NOON) for _ in range(3)]
    given += moments.row(NOON, 3)
    given += [moments.rise(NOON - timedelta(seconds=6)), moments.rise(NOON)]
    assert len(set(given)) == len(given)
    assert given[:3] == [NOON, NOON - timedelta(seconds=1), NOON - timedelta(seconds=2)]
    assert given[3:6] == sorted(given[3:6])


def test_rising_seconds_never_fall() -> None:
    moments = Moments()
    first = moments.rise(NOON + timedelta(milliseconds=1))
    assert first == NOON + timedelta(seconds=1)
    assert moments.rise(EPOCH) == first + timedelta(seconds=1)


def _context(**pixit: object) -> Context:
    return Context(fake.environment(fake.answer(), contract=CONTRACT, pixit=pixit), fake.a_case(lambda _: None))


def test_example_gets_the_names_of_the_tester_and_times_of_today() -> None:
    context = _context(**NAMES)
    now = context.now()
    operation = CONTRACT.operations["data-push"]
    assert operation.call_class is CallClass.IRREVERSIBLE
    first, second = context.draft(operation, full=True).body
    assert (first["equipmentName"], first["functionType"], second["functionType"]) == ("door", "f", "t")
    reader = form(context.pixit)
    times = [reader.read(each["time"]) for each in (first, second)]
    assert times[0] != times[1]
    for time in times:
        assert time is not None
        assert timedelta(hours=2) <= now - time < timedelta(hours=2, seconds=5)


def test_only_names_that_a_body_holds_are_asked_for() -> None:
    known = {name: value for name, value in NAMES.items() if name not in {"text_function_type", "dev_eui"}}
    assert _context(**known).draft("data-push").body[0]["functionType"] == "f"
    with pytest.raises(Inconclusive, match=r"give \[pixit\] (dev_eui|text_function_type)"):
        _context(**known).draft("data-push", full=True)


def test_range_of_a_query_ends_now_in_the_form_that_is_told() -> None:
    context = _context(time_format="milliseconds", equipment_name="x")
    body = context.draft("point-history", body=None, bind=False).body
    assert body is None  # a body that the caller gives whole is the caller's
    body = context.draft("point-history").body
    assert body["endTime"] - body["startTime"] == 3_600_000
    assert abs(body["endTime"] / 1000 - context.now().timestamp()) < 5


def test_members_stand_in_the_query_where_the_tester_says_so() -> None:
    for place, in_query in (("body", False), ("query", True)):
        context = _context(history_parameters=place, equipment_name="x")
        draft = context.draft("point-history")
        context.send(draft, credential=None)
        (sent,) = fake.sent(context.environment)
        assert (sent.body is None) is in_query
        assert ("equipmentName=x&" in sent.url) is in_query
        assert draft.body["equipmentName"] == "x"  # the draft itself stays as it is


def test_written_times_follow_the_type_of_the_member() -> None:
    context = _context(time_format="seconds")
    assert context.written(NOON, Member("a", ("a",), {"type": "string", "x-time": 0}, False)) == "1795176000"
    assert context.written(NOON, Member("a", ("a",), {"type": ["string", "integer"], "x-time": 0}, False)) == 1795176000

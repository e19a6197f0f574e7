"""Device Time-Series Data Push: pushed values come back through the latest values and the history, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.neuroncloud.answers import Sample, eui, listed
from conformance.suites.neuroncloud.pushing import PUSH, ago, later, number, push, taken, text, unit_of
from conformance.suites.neuroncloud.readback import (
    HISTORY,
    LATEST,
    READING,
    VALUE,
    around,
    arrived,
    has,
    latest_of,
    need_shown,
)

NUMBERS: Final = (0.30000000000000004, -273.15, 123456789012.34567, 1.7e300, 2.5e-300, 0.0)
"""Doubles that neither rounding nor single precision nor text of a few digits leaves as they are."""
ORDINARY: Final = "plain"
TEXTS: Final[Mapping[str, str]] = {
    ORDINARY: "open",
    "Chinese and Arabic": "温度计 مفتوح",
    "blanks at both ends": "  shut  ",
    "quotes and marks": '"it\'s" <b>&amp;</b> \\ %20 /',
    "line break and tab": "first line\nsecond\tline",
    "beyond the basic plane": "𝄞 🌡",
    "more than a line": "long " * 20 + "end",
}
"""The plain one every platform must take; another it may refuse, but not change."""


def _arrives(
    context: Context, requirement: str, point: str, given: Sequence[tuple[datetime, float | str]], **options: Any
) -> None:
    """Check that each given value stands in the history at its moment, exactly."""
    moments = [moment for moment, _ in given]

    def lacking(found: list[Sample]) -> list[tuple[datetime, float | str]]:
        return [(moment, value) for moment, value in given if not has(found, point, moment, value)]

    found = arrived(context, moments, lambda each: not lacking(each), functionType=point, **options)
    for moment, value in given:
        shown = [each for each in found if each.point == point and each.is_at(moment)]
        context.check(
            requirement,
            has(found, point, moment, value),
            expected=f"{value!r} at {moment:%Y-%m-%d %H:%M:%S} UTC",
            actual=listed(shown) if shown else f"no value of that time; shown: {listed(found)}",
            pointer="/data",
        )


@case("neuroncloud/data-push/in-history", requirements=["data-push/in-history"], calls=[PUSH, HISTORY])
def pushed_value_is_in_the_history(context: Context) -> None:
    """A pushed number and a pushed text are in the histories of their points."""
    first, second = ago(context, 2)
    taken(context, [number(context, 25.25, first)])
    taken(context, [text(context, "in history", second)])
    _arrives(context, "data-push/in-history", context.told("function_type"), [(first, 25.25)])
    given = [(second, "in history")]
    _arrives(context, "data-push/in-history", context.told("text_function_type"), given, field=READING)


@case(
    "neuroncloud/data-push/in-latest",
    requirements=["data-push/in-latest", "latest-values/newest"],
    calls=[PUSH, LATEST],
)
def pushed_value_is_the_latest(context: Context) -> None:
    """A pushed value, later than any before, is the latest of its point, and the next one takes its place."""
    point = context.told("function_type")
    for requirement, value in (("data-push/in-latest", 26.25), ("latest-values/newest", 26.75)):
        moment = later(context, point)
        taken(context, [number(context, value, moment)])
        found = latest_of(context, point, lambda each, value=value: each.shows(value))  # type: ignore[misc]
        context.check(
            requirement,
            any(each.shows(value) for each in found),
            expected=f"{value} at {moment:%Y-%m-%d %H:%M:%S} UTC",
            actual=listed(found),
            pointer="/data",
        )


@case("neuroncloud/data-push/several-devices", requirements=["data-push/several-devices"], calls=[PUSH, HISTORY])
def several_devices_and_points_fit_into_one_request(context: Context) -> None:
    """One request carries values of two devices and two points, and all of them are taken."""
    second, (one, two, three) = context.told("second_equipment_name"), ago(context, 3)
    records = [number(context, 27.25, one), text(context, "of several", two)]
    records.append(number(context, 27.75, three, equipmentName=second))
    taken(context, records, "data-push/several-devices")
    point, texts = context.told("function_type"), context.told("text_function_type")
    _arrives(context, "data-push/several-devices", point, [(one, 27.25)])
    _arrives(context, "data-push/several-devices", texts, [(two, "of several")], field=READING)
    _arrives(context, "data-push/several-devices", point, [(three, 27.75)], equipmentName=second)


@case("neuroncloud/data-push/value-unchanged", requirements=["data-push/value-unchanged"], calls=[PUSH, HISTORY])
def numbers_come_back_as_they_were_pushed(context: Context) -> None:
    """Numbers come back to the last digit: fractions, negative, very large, very small, zero."""
    values = NUMBERS[: context.most]
    given: list[tuple[datetime, float | str]] = list(zip(ago(context, len(values)), values, strict=True))
    taken(context, [number(context, float(value), moment) for moment, value in given])
    _arrives(context, "data-push/value-unchanged", context.told("function_type"), given)


@case("neuroncloud/data-push/reading-unchanged", requirements=["data-push/reading-unchanged"], calls=[PUSH, HISTORY])
def texts_come_back_as_they_were_pushed(context: Context) -> None:
    """Texts come back as they were pushed, in any script, with blanks, quotes and line breaks."""
    given: list[tuple[datetime, float | str]] = []
    for (kind, reading), moment in zip(TEXTS.items(), ago(context, len(TEXTS)), strict=True):
        record = [text(context, reading, moment)]
        if kind == ORDINARY:
            taken(context, record)
        elif says(context.contract, push(context, record)) is Says.NO:
            context.notes.append(f"the platform refuses this text: {kind}")  # which is not to change it
            continue
        given.append((moment, reading))
    _arrives(context, "data-push/reading-unchanged", context.told("text_function_type"), given, field=READING)


@case(
    "neuroncloud/data-push/members-unchanged",
    requirements=["data-push/members-unchanged", "data-push/time-unchanged"],
    calls=[PUSH, HISTORY, "device-details"],
)
def members_come_back_as_they_were_pushed(context: Context) -> None:
    """Names, devEui, unit and time of a record come back as they were pushed, as far as they are shown."""
    point, value = context.told("function_type"), 2000 + context.random.randrange(10**6) / 64
    # Not at a full minute: a time that loses its seconds must show it.
    moment = next(each for each in ago(context, 2) if each.second)
    members = {"devEui": context.told("dev_eui"), "unit": unit_of(context, point)}
    given = number(context, value, moment, **members)
    taken(context, [given])

    def mine(found: list[Sample]) -> list[Sample]:
        return [each for each in found if each.shows(value)]

    # In a wide range: a time that is shown wrong may be hours off.
    start, now = moment.replace(minute=0, second=0), context.now()
    found = mine(arrived(context, [start, now], lambda each: bool(mine(each))))
    if not context.check("data-push/time-unchanged", bool(found), expected=f"{value} in the history", actual="absent"):
        return
    shown = found[0]
    names = ("equipmentName", "functionType", "buildingName", "unit")
    for name, actual in ({each: shown.raw.get(each) for each in names} | {"devEui": eui(shown.raw)}).items():
        if actual is not None:
            context.equal("data-push/members-unchanged", actual, given[name], pointer=f"/data/0/{name}", note=name)
    need_shown(found)
    context.check(
        "data-push/time-unchanged",
        shown.time is not None and shown.is_at(moment),
        expected=f"{moment:%Y-%m-%d %H:%M:%S} UTC",
        actual=f"{shown.raw.get('time')!r}",
        pointer="/data/0/time",
    )


@case("neuroncloud/data-push/own-point-only", requirements=["data-push/own-point-only"], calls=[PUSH, HISTORY])
def pushed_value_stands_in_no_other_point(context: Context) -> None:
    """A pushed value appears in no other point of its device, and in no other device."""
    point, moment, value = context.told("function_type"), ago(context)[0], 3000 + context.random.randrange(10**6) / 64
    taken(context, [number(context, value, moment)])
    arrived(context, [moment], lambda each: has(each, point, moment, value))
    second = context.pixit("second_equipment_name")
    places: list[dict[str, Any]] = [{"field": VALUE}, {"field": READING}]
    places += [{"field": VALUE, "equipmentName": second}] if second else []
    strangers: list[Sample] = []
    for place in places:
        own = None if "equipmentName" in place else point
        found = around(context, [moment], **place)
        strangers += [each for each in found if each.shows(value) and (own is None or each.point != own)]
    context.check(
        "data-push/own-point-only", not strangers, expected=f"{value} in {point} alone", actual=listed(strangers)
    )


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

"""Device Point Historical Value Query: of which device, point, kind and model the values are.

Ranges stand in `history_range`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, Final

from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.neuroncloud.answers import Sample, listed, need, number_of, samples, shows_nothing
from conformance.suites.neuroncloud.paging import every_device
from conformance.suites.neuroncloud.pushing import wait_until
from conformance.suites.neuroncloud.readback import (
    HISTORY,
    LATEST,
    READING,
    VALUE,
    equipment,
    latest,
    need_shown,
    of_week,
    past_week,
)
from conformance.suites.waiting import eventually

LIST: Final = "device-list"
DETAILS: Final = "device-details"
MOST_POINTS: Final = 5
"""Points of a device that are asked for one by one."""


@case("neuroncloud/point-history/parameters", requirements=["point-history/parameters"], calls=[HISTORY, LIST])
def parameters_are_understood_where_they_stand(context: Context) -> None:
    """The parameters are understood where the IUT file says that they stand."""
    answer = past_week(context)
    context.served(context.operation(HISTORY), answer, "point-history/parameters")


@case("neuroncloud/point-history/only-asked", requirements=["point-history/only-asked"], calls=[HISTORY, LIST])
def values_are_of_the_device_asked_for(context: Context) -> None:
    """All values are of the device of exactly that name; a part of the name finds none."""
    name = equipment(context)
    strangers = [each for each in of_week(context) if each.equipment not in {None, name}]
    context.check(
        "point-history/only-asked", not strangers, expected=f"values of {name}", actual=f"also {listed(strangers)}"
    )
    part = name[:-1].strip()
    answer = past_week(context, equipmentName=part)
    # Another device may bear that name; what is shown under any other has only a part of its name in common.
    shown = [each for each in samples(context, answer) if not each.is_empty and each.equipment != part]
    shows_nothing(context, "point-history/only-asked", answer, shown, f"{part}, a part of a name")


@case("neuroncloud/point-history/single-point", requirements=["point-history/single-point"], calls=[HISTORY, LIST])
def values_are_of_the_point_asked_for(context: Context) -> None:
    """With functionType, all values are of that point."""
    single_point(context, HISTORY)


def single_point(context: Context, subject: str) -> None:
    """Check `<subject>/single-point`; also called for the query of the data warehouse."""
    point = context.told("function_type")
    found = of_week(context, f"{subject}/single-point", subject=subject, functionType=point)
    strangers = [each for each in found if each.point not in {None, point}]
    context.check(
        f"{subject}/single-point", not strangers, expected=f"values of {point}", actual=f"also {listed(strangers)}"
    )
    need(found, f"{point} has had no value in the past week")


@case("neuroncloud/point-history/all-points", requirements=["point-history/all-points"], calls=[HISTORY, DETAILS, LIST])
def without_point_all_points_are_shown(context: Context) -> None:
    """Without functionType, the values of all points that have the kind asked for are returned."""
    registered = context.prepare(DETAILS, devEui=context.have("device").id).at("/data/points") or []
    names = [each.get("type") for each in registered if isinstance(each, dict)][:MOST_POINTS]
    known = [context.pixit("function_type"), context.pixit("text_function_type")]
    points = list(dict.fromkeys(each for each in (*known, *names) if isinstance(each, str)))
    tried = False
    for field in (VALUE, READING):
        single = {point for point in points if of_week(context, field=field, functionType=point)}
        every = of_week(context, field=field)
        need_shown(every)
        missing = single - {str(each.point) for each in every}
        tried = tried or bool(single)
        context.check(
            "point-history/all-points",
            not missing,
            expected=f"values of {sorted(single)} (field {field})",
            actual=f"without {sorted(missing)}",
        )
    need(tried, "no point of the device has had a value in the past week")


@case("neuroncloud/point-history/value-field", requirements=["point-history/value-field"], calls=[HISTORY, LIST])
def numbers_stand_in_value(context: Context) -> None:
    """With field VALUE, the numbers of a point are returned, in value."""
    point = context.told("function_type")
    found = of_week(context, functionType=point)
    need(found, f"{point} has had no value in the past week")
    wrong = [each for each in found if each.number is None]
    context.check("point-history/value-field", not wrong, expected="a number in value", actual=listed(wrong))


@case("neuroncloud/point-history/reading-field", requirements=["point-history/reading-field"], calls=[HISTORY, LIST])
def texts_stand_in_reading(context: Context) -> None:
    """With field READING, the texts of a point are returned, in reading."""
    point = context.told("text_function_type")
    found = of_week(context, field=READING, functionType=point)
    need(found, f"{point} has had no text in the past week")
    right = [each for each in found if each.reading]
    context.check("point-history/reading-field", bool(right), expected="a text in reading", actual=listed(found))


@case("neuroncloud/point-history/other-kind", requirements=["point-history/other-kind"], calls=[HISTORY, LIST])
def values_of_the_other_kind_are_not_shown_as_this(context: Context) -> None:
    """Numbers are not returned as texts, nor texts as numbers."""
    number, text = context.told("function_type"), context.told("text_function_type")
    numbers = _by_time(of_week(context, functionType=number))
    as_texts = [
        each
        for each in of_week(context, field=READING, functionType=number)
        if number_of(each.reading) in numbers[each.time]
    ]
    texts = _by_time(of_week(context, field=READING, functionType=text))
    as_numbers = [each for each in of_week(context, functionType=text) if each.raw.get("value") in texts[each.time]]
    wrong = [*as_texts, *as_numbers]
    context.check("point-history/other-kind", not wrong, expected="no value of the other kind", actual=listed(wrong))
    need(any(numbers.values()) and any(texts.values()), "the points have had no number or no text in the past week")


def _by_time(found: list[Sample]) -> dict[datetime | None, list[Any]]:
    """Return numbers and texts by their time; a text that is nothing tells nothing."""
    result: dict[datetime | None, list[Any]] = defaultdict(list)
    for each in found:
        result[each.time] += [value for value in (each.number, each.reading) if value not in {None, ""}]
    return result


@case(
    "neuroncloud/point-history/model-filter",
    requirements=["point-history/model-filter"],
    calls=[HISTORY, LIST],
)
def model_is_matched_exactly(context: Context) -> None:
    """With equModel, values are returned where the device is of exactly that model, and none otherwise."""
    # The model of the device whose values are asked for: an identifier may be another device's, or nobody's.
    name = equipment(context)
    models = {str(each.get("equModel") or "") for each in every_device(context).devices if each.get("name") == name}
    need(len(models) == 1 and all(models), f"the list shows no model of {name}, or several")
    (model,) = models
    need(of_week(context), "the device has had no number in the past week")
    found = of_week(context, equModel=model)
    context.check("point-history/model-filter", bool(found), expected=f"the values ({model})", actual="none")
    for other, what in ((f"{model}-{context.unique()}", "another model"), (model[:-1], "a part of the model's name")):
        if not other:
            continue
        answer = past_week(context, equModel=other)
        shown = [each for each in samples(context, answer) if not each.is_empty]
        shows_nothing(context, "point-history/model-filter", answer, shown, f"{other}, {what}")


@case("neuroncloud/point-history/order", requirements=["point-history/order"], calls=[HISTORY, LIST])
def values_stand_in_order(context: Context) -> None:
    """Values of a point stand in the order of their times, the oldest or the newest first (erratum history-order)."""
    point = context.told("function_type")
    times = [each.time for each in of_week(context, functionType=point) if each.time is not None]
    need(len(times) > 2, f"{point} has had fewer than three values in the past week")
    ordered = times in (sorted(times), sorted(times, reverse=True))
    at = next((index for index in range(1, len(times)) if times[: index + 1] not in _orders(times[: index + 1])), 0)
    context.check(
        "point-history/order",
        ordered,
        expected="times that rise or fall",
        actual=f"{times[at - 1]:%d. %H:%M:%S} and then {times[at]:%d. %H:%M:%S}",
        pointer=f"/data/{at}/time",
    )


def _orders(times: list[datetime]) -> tuple[list[datetime], list[datetime]]:
    return sorted(times), sorted(times, reverse=True)


@case(
    "neuroncloud/point-history/matches-latest",
    requirements=["point-history/matches-latest"],
    calls=[HISTORY, LATEST],
)
def latest_value_is_in_the_history(context: Context) -> None:
    """The latest value of a point is in its history, and is the newest there by one of the readings of late-data."""
    point = context.told("function_type")
    seen: list[tuple[list[Sample], list[Sample]]] = []

    def look() -> bool:
        answer = latest(context, context.told("dev_eui"))
        shown = samples(context, answer) if says(context.contract, answer) is Says.YES else []
        mine = [each for each in shown if each.point == point and each.number is not None]
        for each in mine:
            if each.time is not None:
                # The range is written in whole seconds: what came in this one is in none that ends now.
                wait_until(context, each.time + timedelta(seconds=1), point)
        seen[:] = [(mine, of_week(context, functionType=point))]
        return bool(mine) and all(_stands(each, seen[0][1]) for each in mine)

    found = eventually(context, look)
    mine, past = seen[0]
    need(mine and past, f"{point} has had no value in the past week")
    need_shown(mine)
    need_shown(past)
    context.check(
        "point-history/matches-latest", found, expected=f"{listed(mine)} in the history", actual=listed(past[-3:])
    )


def _stands(latest_one: Sample, past: list[Sample]) -> bool:
    return any(
        each.number == latest_one.number and (latest_one.time is None or each.is_at(latest_one.time)) for each in past
    )


@case("neuroncloud/point-history/tenant-only", requirements=["point-history/tenant-only"], calls=[HISTORY])
def history_of_another_tenant_is_not_shown(context: Context) -> None:
    """Values of another tenant's device are not in the history."""
    answer = past_week(context, equipmentName=context.told("foreign_equipment_name"))
    shown = [each for each in samples(context, answer) if not each.is_empty]
    shows_nothing(context, "point-history/tenant-only", answer, shown, "another tenant's device")


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

"""Device Time-Series Data Push: which requests are taken. What becomes of the values stands in `pushed_values`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, row_matches, says
from conformance.suites.neuroncloud.answers import listed
from conformance.suites.neuroncloud.pushing import PUSH, ago, later, number, push, taken, text, unit_of
from conformance.suites.neuroncloud.readback import HISTORY, LATEST, arrived, latest_of
from conformance.suites.unstated import tells

LIMIT: Final = 1000
"""Records that one request may hold (tip of the section)."""
ARRIVAL: Final = timedelta(minutes=2)
"""By so much the time of arrival may differ from ours: the clocks, and the way."""


def _thousand(context: Context, count: int) -> tuple[list[Any], list[Any]]:
    """Return so many moments, and a record of the number point for each."""
    moments = context.environment.moments.row(context.now() - timedelta(hours=3), count)
    return moments, [number(context, each / 4, moment) for each, moment in enumerate(moments)]


@case(
    "neuroncloud/latest-values/late-data",
    requirements=["latest-values/late-data", "latest-values/success"],
    calls=[PUSH, LATEST],
)
def value_that_arrives_late_is_answered(context: Context) -> None:
    """After a value that was collected earlier has arrived, the latest is either (erratum late-data)."""
    point = context.told("text_function_type")
    first, second = later(context, point), later(context, point)
    taken(context, [text(context, "collected last", second)])
    taken(context, [text(context, "arrived last", first)])
    context.succeed(LATEST, devEui=context.told("dev_eui"))
    found = latest_of(context, point, lambda each: each.shows("collected last") or each.shows("arrived last"))
    shown = {reading for reading in ("collected last", "arrived last") for each in found if each.shows(reading)}
    context.check(
        "latest-values/late-data", "arrived last" not in shown, expected="that of the latest time", actual=listed(found)
    )
    context.notes.append(f"latest after late data: the value that {' and '.join(sorted(shown)) or 'was there before'}")


@case("neuroncloud/data-push/absent-time", requirements=["data-push/absent-time"], calls=[PUSH, LATEST])
def record_without_time_has_that_of_its_arrival(context: Context) -> None:
    """A record without time carries the time of its arrival, or none (erratum absent-time)."""
    later(context, context.told("function_type"))  # so that nothing that is there is later than the arrival
    value = 1000 + context.random.randrange(10**6) / 64
    taken(context, [number(context, value, None)])
    moment = context.now()
    found = latest_of(context, context.told("function_type"), lambda each: each.shows(value))
    right = [each for each in found if each.shows(value) and (each.time is None or abs(each.time - moment) < ARRIVAL)]
    context.check(
        "data-push/absent-time",
        bool(right),
        expected=f"{value} as the latest value, of {moment:%H:%M:%S} UTC",
        actual=listed(found),
        pointer="/data",
    )


@case("neuroncloud/data-push/value-or-reading", requirements=["data-push/value-or-reading"], calls=[PUSH])
def value_or_reading_suffices(context: Context) -> None:
    """A record with value alone is served, and so is one with reading alone."""
    first, second = ago(context, 2)
    for record in (number(context, 20.25, first), text(context, "open", second)):
        taken(context, [record], "data-push/value-or-reading")


@case("neuroncloud/data-push/value-and-reading", requirements=["data-push/value-and-reading"], calls=[PUSH])
def value_with_reading_is_answered(context: Context) -> None:
    """A record with both value and reading is served or refused (erratum value-and-reading)."""
    record = number(context, 20.5, ago(context)[0], reading="both kinds")
    tells(context, "data-push/value-and-reading", push(context, [record]), "a record with value and reading")


@case("neuroncloud/data-push/building-registered", requirements=["data-push/building-registered"], calls=[PUSH])
def unregistered_building_is_refused(context: Context) -> None:
    """A record of a building that is not registered is refused."""
    record = number(context, 22.5, ago(context)[0], buildingName=f"{context.told('building')} {context.unique()}")
    answer = push(context, [record])
    context.refused(
        "data-push/building-registered", answer, Stated.CONSTRAINT, what="a refusal (the building is not registered)"
    )


@case("neuroncloud/data-push/unknown-equipment", requirements=["data-push/unknown-equipment"], calls=[PUSH])
def unknown_device_or_point_is_answered(context: Context) -> None:
    """A record of a device or point that is not registered is refused or taken (erratum unknown-equipment)."""
    for member, what in (("equipmentName", "an unknown device"), ("functionType", "an unknown point")):
        record = number(context, 22.75, ago(context)[0], **{member: context.unique()})
        tells(context, "data-push/unknown-equipment", push(context, [record]), what)


@case("neuroncloud/data-push/empty", requirements=["data-push/empty"], calls=[PUSH])
def empty_list_is_answered(context: Context) -> None:
    """An empty list is served or refused (erratum empty-push)."""
    tells(context, "data-push/empty", push(context, []), "an empty list")


@case("neuroncloud/data-push/partial", requirements=["data-push/partial"], calls=[PUSH])
def request_with_one_wrong_record_is_answered(context: Context) -> None:
    """A request with one right and one wrong record is refused or served (erratum partial-push)."""
    first, second = ago(context, 2)
    wrong = number(context, 23.5, second, buildingName=f"{context.told('building')} {context.unique()}")
    answer = push(context, [number(context, 23.25, first), wrong])
    tells(context, "data-push/partial", answer, "a request with one wrong record")


@case(
    "neuroncloud/data-push/duplicate",
    requirements=["data-push/duplicate", "data-push/duplicate-code", "data-push/success"],
    calls=[PUSH],
)
def record_that_was_pushed_before_is_answered(context: Context) -> None:
    """A record that was pushed before is taken again, or refused with code 1000 (erratum duplicate-data)."""
    record = number(context, 24.25, ago(context)[0])
    taken(context, [record])
    answer = push(context, [record])
    tells(context, "data-push/duplicate", answer, "a record that was pushed before")
    said = says(context.contract, answer)
    if said is Says.NEITHER:
        return
    holds = said is Says.YES or row_matches(context.contract.rows["200-1000"], answer)
    context.check("data-push/duplicate-code", holds, expected="code 1000", actual=answer.describe(), answer=answer)


@case(
    "neuroncloud/data-push/optional-members",
    requirements=["data-push/optional-members"],
    calls=[PUSH, "device-details"],
)
def optional_members_may_be_left_out(context: Context) -> None:
    """time, devEui and unit may be left out, each alone and all together."""
    moments, eui = ago(context, 2), context.told("dev_eui")
    unit = unit_of(context, context.told("function_type"))
    # Without a time the platform gives its own: never two values to one point, they might count as the same data.
    for record in (
        number(context, 21.25, moments[0], unit=unit),
        number(context, 21.5, moments[1], devEui=eui),
        number(context, 21.75, None, devEui=eui, unit=unit),
        text(context, "nothing optional", None),
    ):
        taken(context, [record], "data-push/optional-members")


@case("neuroncloud/data-push/thousand", requirements=["data-push/thousand"], calls=[PUSH, HISTORY])
def thousand_records_are_taken(context: Context) -> None:
    """A request with 1,000 records is served, and all of them come back."""
    moments, records = _thousand(context, LIMIT)
    taken(context, records, "data-push/thousand")
    point = context.told("function_type")
    times = set(moments)

    def missing(found: Any) -> int:
        # Whole seconds were pushed: what is shown is rounded to them at most.
        shown = {
            each.time.replace(microsecond=0) for each in found if each.time is not None and each.number is not None
        }
        return len(times - shown)

    found = arrived(context, moments, lambda each: not missing(each), functionType=point)
    lost = missing(found)
    context.check(
        "data-push/thousand",
        not lost,
        expected=f"{LIMIT} values in the history",
        actual=f"{LIMIT - lost} of them",
        pointer="/data",
    )


@case("neuroncloud/data-push/over-thousand", requirements=["data-push/over-thousand"], calls=[PUSH, HISTORY])
def more_than_a_thousand_records_are_not_stored(context: Context) -> None:
    """Of a request with 1,001 records nothing is stored."""
    moments, records = _thousand(context, LIMIT + 1)
    answer = push(context, records)
    if not context.refused("data-push/over-thousand", answer, Stated.CONSTRAINT, what="a refusal of 1,001 records"):
        return
    # That something does not come can be told only when the time for coming is over.
    point = context.told("function_type")
    found = arrived(context, moments, lambda each: len(each) > 0, functionType=point)
    stored = [each for each in found if any(each.is_at(moment) for moment in (moments[0], moments[1], moments[-2]))]
    context.check("data-push/over-thousand", not stored, expected="none of the records", actual=listed(stored))


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

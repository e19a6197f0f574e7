"""Device Point Historical Value Query: the time range, which only reaches data within the past week."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.neuroncloud.answers import SAME, Sample, listed, need, samples, shows_nothing
from conformance.suites.neuroncloud.pushing import PUSH, number, taken
from conformance.suites.neuroncloud.readback import HISTORY, MARGIN, WEEK, history, of_week
from conformance.suites.unstated import tells
from conformance.suites.waiting import eventually

LIST: Final = "device-list"
BORDER: Final = timedelta(hours=1)
"""By so much a value must be older than the past week to be blamed: clocks and time zones of half an hour differ."""
OLD: Final = timedelta(days=8)


def _too_old(context: Context, answer: Answer) -> list[Sample]:
    border = context.now() - WEEK - BORDER
    return [each for each in samples(context, answer) if each.time is not None and each.time < border]


@case("neuroncloud/point-history/time-range", requirements=["point-history/time-range"], calls=[HISTORY, LIST])
def values_of_the_range_are_shown_and_no_others(context: Context) -> None:
    """With startTime and endTime, the values of that range are returned and no others."""
    time_range(context, HISTORY)


def time_range(context: Context, subject: str) -> None:
    """Check `<subject>/time-range`; also called for the query of the data warehouse.

    Raises:
        Stop: a query was not served; the finding is recorded.
        Inconclusive: there are too few values.
    """
    requirement = f"{subject}/time-range"
    every = [each for each in of_week(context, requirement, subject=subject) if each.time is not None]
    times = sorted({each.time for each in every if each.time is not None})
    need(len(times) > 2, "the device has had values at fewer than three times in the past week")
    # Ends in the middle between two values: whether an end belongs to its range is not stated.
    third = max(1, len(times) // 3)
    cuts = [times[at - 1] + (times[at] - times[at - 1]) / 2 for at in (third, max(third + 1, 2 * third))]
    start, end = (each.replace(microsecond=0) for each in cuts)
    # A range in whole seconds: what lies within one second of an end counts neither way.
    inside = {each for each in times if start + SAME < each < end - SAME}
    last: list[Answer] = []

    def look() -> bool:
        last[:] = [history(context, subject=subject, start=start, end=end)]
        return inside <= {each.time for each in samples(context, last[0])}

    eventually(context, look)
    if not context.served(context.operation(subject), last[0], requirement):
        return
    found = samples(context, last[0])
    outside = [each for each in found if each.time is not None and not start - SAME < each.time < end + SAME]
    missing = inside - {each.time for each in found}
    words = f"values from {start:%d. %H:%M:%S} to {end:%d. %H:%M:%S} UTC"
    context.check(requirement, not outside, expected=words, actual=f"also {listed(outside)}", answer=last[0])
    context.check(requirement, not missing, expected=words, actual=f"{len(missing)} are missing", answer=last[0])


@case("neuroncloud/point-history/past-week", requirements=["point-history/past-week"], calls=[HISTORY, LIST])
def range_of_the_past_week_is_served(context: Context) -> None:
    """A range within the past week is served, up to seven days long."""
    now = context.now()
    for start in (now - timedelta(hours=1), now - timedelta(days=3), now - WEEK + MARGIN):
        answer = history(context, start=start, end=now)
        context.served(context.operation(HISTORY), answer, "point-history/past-week")


@case(
    "neuroncloud/point-history/older-than-week", requirements=["point-history/older-than-week"], calls=[HISTORY, LIST]
)
def values_from_before_the_week_are_not_shown(context: Context) -> None:
    """Values from before the past week are not returned, whether the range lies before it or begins before it."""
    older_than_week(context, HISTORY)


def older_than_week(context: Context, subject: str) -> None:
    """Check `<subject>/older-than-week`; also called for the query of the data warehouse."""
    now = context.now()
    for end in (now - WEEK - BORDER, now):
        answer = history(context, subject=subject, start=now - timedelta(days=30), end=end)
        what = "values from before the past week"
        shows = says(context.contract, answer) is Says.YES
        found = _too_old(context, answer)
        if shows and not found:
            context.check(f"{subject}/older-than-week", True, answer=answer)
        else:
            shows_nothing(context, f"{subject}/older-than-week", answer, found, what)


@case(
    "neuroncloud/point-history/older-than-week/pushed",
    requirements=["point-history/older-than-week"],
    calls=[PUSH, HISTORY],
)
def value_pushed_for_before_the_week_is_not_shown(context: Context) -> None:
    """A value that is pushed with a time of eight days ago is not in the history."""
    moment = context.environment.moments.free(context.now() - OLD)
    value = 4000 + context.random.randrange(10**6) / 64
    taken(context, [number(context, value, moment)])
    point = context.told("function_type")
    last: list[Answer] = []

    def look() -> bool:
        last[:] = [history(context, start=moment - BORDER, end=context.now(), functionType=point)]
        return any(each.shows(value) for each in samples(context, last[0]))

    # That something does not come can be told only when the time for coming is over.
    eventually(context, look)
    found = [each for each in samples(context, last[0]) if each.shows(value)]
    shows_nothing(context, "point-history/older-than-week", last[0], found, "a value of eight days ago")


@case(
    "neuroncloud/point-history/range-default",
    requirements=["point-history/range-default", "point-history/older-than-week"],
    calls=[HISTORY, LIST],
)
def query_without_range_is_answered(context: Context) -> None:
    """Without a range the query is refused, or shows values of the past week (erratum range-default)."""
    answer = history(context)
    tells(context, "point-history/range-default", answer, "a query without range")
    old = _too_old(context, answer)
    context.check(
        "point-history/older-than-week", not old, expected="no value from before the past week", actual=listed(old)
    )


@case("neuroncloud/point-history/half-range", requirements=["point-history/half-range"], calls=[HISTORY, LIST])
def one_end_of_the_range_alone_is_answered(context: Context) -> None:
    """With only one of startTime and endTime, the query is served or refused (erratum half-range)."""
    now = context.now()
    for what, answer in (
        ("startTime alone", history(context, start=now - timedelta(days=1))),
        ("endTime alone", history(context, end=now)),
    ):
        tells(context, "point-history/half-range", answer, what)


@case("neuroncloud/point-history/reversed-range", requirements=["point-history/reversed-range"], calls=[HISTORY, LIST])
def reversed_range_shows_nothing(context: Context) -> None:
    """A range that ends before it begins shows no value, or is refused."""
    times = [each.time for each in of_week(context) if each.time is not None]
    if not times:
        raise Inconclusive("the device has had no value in the past week")
    answer = history(context, start=max(times) + timedelta(seconds=2), end=min(times) - timedelta(seconds=2))
    found = [each for each in samples(context, answer) if not each.is_empty]
    shows_nothing(context, "point-history/reversed-range", answer, found, "a range that ends before it begins")


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

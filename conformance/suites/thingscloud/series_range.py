"""设备数据 / 读取设备属性历史数据: the time range of a history.

Whether the ends of a range belong to it is not stated, so no range here ends on a record. Times are the platform's own:
the ends are counted from the times that its records show.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, says
from conformance.suites.objects import Made
from conformance.suites.thingscloud.attributes import items_of, names, values, write
from conformance.suites.thingscloud.readback import milliseconds
from conformance.suites.thingscloud.series import CALLS
from conformance.suites.waiting import observe

SECOND_MS: Final = 1000
HOUR_MS: Final = 3600 * SECOND_MS
DAY_MS: Final = 24 * HOUR_MS
LIMIT: Final = 30
"""Longest documented range, in days."""
GAP: Final = 4
"""A range is cut between two records that lie so many units of the platform's clock apart, two on either side."""


class Recorded:
    """A device with a few records in the history of one attribute, and their times as the platform shows them.

    The history may keep fewer records than there were updates, but the newest.
    """

    def __init__(self, context: Context, given: tuple[float, ...]) -> None:
        self.context, self.given = context, given
        self.identifier = names(context)[0]
        self.device: Made = context.make("device")
        for value in given:
            write(context, self.device, {self.identifier: value})
        answer = self.seen()
        self.times: dict[float, float] = {
            record["value"]: shown
            for record in items_of(answer.at("/info"))
            if (shown := milliseconds(record.get("ts"))) is not None and record.get("value") in given
        }
        if given[-1] not in self.times:
            raise Inconclusive("the history does not show what was written last")
        self.given = tuple(each for each in given if each in self.times)

    def seen(self, **query: Any) -> Answer:
        """Read the history until it holds every record that was written; return the last answer."""
        return observe(
            self.context,
            "attribute-series",
            lambda info: all(value in values(info) for value in self.given),
            device_id=self.device.id,
            identifier=self.identifier,
            **query,
        )

    def ask(self, start: float, end: float) -> Answer:
        """Ask for a range of whole milliseconds."""
        return self.context.call(
            "attribute-series",
            device_id=self.device.id,
            identifier=self.identifier,
            start_time=floor(start),
            end_time=ceil(end),
        )

    @property
    def unit(self) -> int:
        """How finely the platform's times are told, in ms."""
        return SECOND_MS if all(each % SECOND_MS == 0 for each in self.times.values()) else 1

    @property
    def first(self) -> float:
        """Time of the oldest record in ms."""
        return min(self.times.values())

    @property
    def end(self) -> int:
        """A moment that lies just after the newest record, in ms."""
        return ceil(max(self.times.values())) + self.unit


@case(
    "thingscloud/attribute-series/time-range",
    requirements=["attribute-series/time-range"],
    calls=CALLS,
)
def range_holds_the_records_of_that_time(context: Context) -> None:
    """A range around the records holds them, one before them holds none, and one that ends between them holds some."""
    recorded = Recorded(context, (11.5, 12.5, 13.5))
    first, end = recorded.first, recorded.end
    _expect(recorded, first - HOUR_MS, end, set(recorded.given))
    _expect(recorded, first - 2 * HOUR_MS, first - HOUR_MS, set())
    ordered = sorted(recorded.times.items(), key=lambda entry: entry[1])
    for (_, earlier), (_, later) in pairwise(ordered):
        if later - earlier >= GAP * recorded.unit:
            middle = floor((earlier + later) / 2)
            _expect(recorded, first - HOUR_MS, middle, {value for value, ts in ordered if ts <= earlier})
            break


def _expect(recorded: Recorded, start: float, end: float, expected: set[float]) -> None:
    context = recorded.context
    answer = recorded.ask(start, end)
    if not context.served(context.operation("attribute-series"), answer, "attribute-series/time-range"):
        return
    seen = {value for value in values(answer.at("/info")) if value in recorded.given}
    context.check(
        "attribute-series/time-range",
        seen == expected,
        expected=f"from {floor(start)} to {ceil(end)}: records with {sorted(expected)}",
        actual=f"records with {sorted(seen)}",
        pointer="/info",
        answer=answer,
    )


@case(
    "thingscloud/attribute-series/range-30-days",
    requirements=["attribute-series/range-30-days"],
    calls=CALLS,
)
def range_of_30_days_is_served(context: Context) -> None:
    """A range of exactly 30 days that ends now is served, with the records in it."""
    recorded = Recorded(context, (11.5,))
    answer = recorded.ask(recorded.end - LIMIT * DAY_MS, recorded.end)
    requirement = "attribute-series/range-30-days"
    if context.served(context.operation("attribute-series"), answer, requirement):
        seen = values(answer.at("/info"))
        context.check(requirement, 11.5 in seen, expected="the record of today", actual=f"records with {seen}")


@case(
    "thingscloud/attribute-series/range-limit",
    requirements=["attribute-series/range-limit"],
    calls=CALLS,
)
def range_of_31_days_is_not_served_in_full(context: Context) -> None:
    """A range of 31 days is refused, or holds no two records that lie further apart than 30 days (erratum range-too-long).

    The second is only seen with a record older than 30 days: the platform's clock is moved back to write one.
    """
    recorded = Recorded(context, (11.5,))
    answer = recorded.ask(recorded.end - (LIMIT + 1) * DAY_MS, recorded.end)
    if not context.refused("attribute-series/range-limit", answer, Stated.NOTHING):
        return
    if says(context.contract, answer) is Says.NO:
        return
    old = 10.5
    try:
        context.act("clock", offset_s=-(LIMIT * DAY_MS + DAY_MS // 2) / SECOND_MS)
        write(context, recorded.device, {recorded.identifier: old})
    finally:
        context.act("clock", offset_s=0)
    answer = recorded.ask(recorded.end - (LIMIT + 1) * DAY_MS, recorded.end)
    seen = values(answer.at("/info"))
    context.check(
        "attribute-series/range-limit",
        not (old in seen and 11.5 in seen),
        expected="a refusal, or records of 30 days at most",
        actual=f"records with {seen}, of which {old} is 30.5 days older than 11.5",
        pointer="/info",
        answer=answer,
    )


@case(
    "thingscloud/attribute-series/half-range",
    requirements=["attribute-series/half-range"],
    calls=CALLS,
)
def one_end_alone_is_answered(context: Context) -> None:
    """With only one of start_time and end_time the history is served or refused (erratum half-range)."""
    recorded = Recorded(context, (11.5,))
    ends: tuple[dict[str, Any], ...] = (
        {"start_time": floor(recorded.first) - HOUR_MS},
        {"end_time": recorded.end},
    )
    for end in ends:
        answer = context.call("attribute-series", device_id=recorded.device.id, identifier=recorded.identifier, **end)
        context.refused("attribute-series/half-range", answer, Stated.NOTHING)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

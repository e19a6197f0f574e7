"""Reading values back, the latest ones and the history.

They are asked for until they show what was pushed or the ingest delay is over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive, Stop
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.neuroncloud.answers import Sample, samples
from conformance.suites.waiting import eventually

HISTORY: Final = "point-history"
QUERY: Final = "dataset-query"
LATEST: Final = "latest-values"
VALUE: Final = "VALUE"
READING: Final = "READING"
WEEK: Final = timedelta(days=7)
MARGIN: Final = timedelta(minutes=5)
"""By so much a range keeps from the border of the past week: clocks differ, and an answer takes its time."""
AROUND: Final = timedelta(seconds=30)
"""By so much a range is wider than the moments that it must hold, so that nothing depends on its ends."""


def history(
    context: Context,
    *,
    subject: str = HISTORY,
    field: str = VALUE,
    start: datetime | None = None,
    end: datetime | None = None,
    **members: Any,
) -> Answer:
    """Ask for the history of the prepared device (or of `equipmentName`); what the answer says is the caller's to judge."""
    operation = context.operation(subject)
    places = {member.name: member for member in operation.request_members}
    body: dict[str, Any] = {"equipmentName": members.pop("equipmentName", None) or equipment(context), "field": field}
    for name, moment in (("startTime", start), ("endTime", end)):
        if moment is not None:
            body[name] = context.written(moment, places[name])
    return context.send(context.draft(subject, body={**body, **members}))


def equipment(context: Context) -> str:
    """Return the name of the prepared device, or of one that is found (a preamble)."""
    return context.have("equipment").id


def past_week(context: Context, **options: Any) -> Answer:
    """Ask for the history of the past week; arguments as `history`."""
    now = context.now()
    return history(context, start=now - WEEK + MARGIN, end=now, **options)


def of_week(context: Context, requirement: str | None = None, **options: Any) -> list[Sample]:
    """Return the values of the past week.

    Raises:
        Stop: they were not served; the finding is recorded.
    """
    answer = past_week(context, **options)
    subject = options.get("subject", HISTORY)
    if not context.served(context.operation(subject), answer, requirement):
        raise Stop
    return [each for each in samples(context, answer) if not each.is_empty]


def around(context: Context, moments: Sequence[datetime], **options: Any) -> list[Sample]:
    """Return the values that the history shows around these moments; none where it is not served."""
    answer = history(context, start=min(moments) - AROUND, end=max(moments) + AROUND, **options)
    return samples(context, answer) if says(context.contract, answer) is Says.YES else []


def arrived(
    context: Context, moments: Sequence[datetime], holds: Callable[[list[Sample]], bool], **options: Any
) -> list[Sample]:
    """Ask for the history around these moments until it is as expected or the ingest delay is over; return the last.

    Raises:
        Inconclusive: it is not, and its values are shown without that by which they could be told.
    """
    seen: list[list[Sample]] = []

    def look() -> bool:
        seen[:] = [around(context, moments, **options)]
        return holds(seen[0])

    if not eventually(context, look):
        need_shown(seen[0])
    return seen[0]


def need_shown(found: Sequence[Sample]) -> None:
    """Give up where values are shown without that by which they could be told: no member of an answer is required.

    Raises:
        Inconclusive: none of the values has a time, or a point, or value and reading.
    """
    for names in (("functionType",), ("time",), ("value", "reading")):
        if found and all(each.raw.get(name) is None for each in found for name in names):
            raise Inconclusive(f"not shown by the platform, so nothing can be compared: {' and '.join(names)}")


def has(found: Sequence[Sample], point: str, moment: datetime, given: float | str, device: str | None = None) -> bool:
    """Tell whether a value of a point (and device) stands at its moment."""
    return any(
        each.point == point and each.is_at(moment) and each.shows(given) and device in {None, each.equipment}
        for each in found
    )


def latest(context: Context, dev_eui: str | None = None) -> Answer:
    """Ask for the latest values of a device (unset: the prepared one, or one that is found)."""
    return context.send(context.draft(LATEST, devEui=dev_eui or context.have("device").id))


def latest_of(context: Context, point: str, holds: Callable[[Sample], bool]) -> list[Sample]:
    """Ask for the latest values until that of a point is as expected or the ingest delay is over; return those of the point.

    Raises:
        Inconclusive: as `arrived`.
    """
    seen: list[list[Sample]] = []

    def look() -> bool:
        seen[:] = [samples(context, latest(context))]
        return any(map(holds, _of(point, seen[0])))

    if not eventually(context, look):
        need_shown(seen[0])
        need_shown([each for each in seen[0] if each.point == point])
    return _of(point, seen[0])


def _of(point: str, found: Sequence[Sample]) -> list[Sample]:
    return [each for each in found if each.point == point and not each.is_empty]

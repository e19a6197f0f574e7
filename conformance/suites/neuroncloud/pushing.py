"""Pushing values to the prepared device, each at a moment of its own.

Nothing that is pushed can be taken back: only the points that the tester names get data, few of them, at seconds that this
run has not used. A case that needs its value to be the latest of its point asks for a moment after all that are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive, Stop
from conformance.suites.context import Context
from conformance.suites.judge import Says, row_matches, says
from conformance.suites.neuroncloud.answers import samples

PUSH: Final = "data-push"
AGO: Final = timedelta(minutes=70)
"""So long ago the values of cases were collected, where nothing else matters: they do not become the latest ones."""
RECENT: Final = timedelta(minutes=50)
"""So long ago the values begin that have to be the latest of their point; each is later than the one before."""
AT_ONCE: Final = timedelta(seconds=1)
LONGEST_WAIT_S: Final = 5.0
"""Longest wait for a moment that is later than the latest value: that one may have been pushed just now."""


def ago(context: Context, count: int = 1) -> list[datetime]:
    """Return free moments about an hour ago, the earliest first."""
    return context.environment.moments.row(context.now() - AGO, count)


def later(context: Context, *points: str) -> datetime:
    """Return a moment that has been, and is later than every value of these points.

    Raises:
        Inconclusive: a value of them lies in the future.
    """
    shown = context.call("latest-values", devEui=context.told("dev_eui"))
    found = [each for each in samples(context, shown) if each.point in points and not each.is_empty]
    times = [each.time for each in found if each.time is not None]
    # What was pushed without a time has the time of its arrival; it may not be shown yet, or without any (absent-time).
    hidden = len(times) < len(found)
    least = context.now() - (timedelta(0) if hidden else AT_ONCE if context.pixit("ingest_delay_s") else RECENT)
    wanted = max([least, *(time + timedelta(seconds=1) for time in times)])

    moment = context.environment.moments.rise(wanted)
    wait_until(context, moment, *points)
    return moment


def wait_until(context: Context, moment: datetime, *points: str) -> None:
    """Wait until a moment has come, which is that of the latest value of these points or follows it.

    Raises:
        Inconclusive: it lies too far in the future.
    """
    wait_s = (moment - context.now()).total_seconds()
    if wait_s > LONGEST_WAIT_S:
        raise Inconclusive(f"the latest value of {' or '.join(points)} lies {wait_s:.0f} s in the future")
    if wait_s > 0:
        context.environment.pause(wait_s)


def time_of(context: Context, moment: datetime) -> Any:
    """Return a moment as `time` of a pushed record."""
    members = context.operation(PUSH).request_members
    return context.written(moment, next(each for each in members if each.name == "[].time"))


def number(context: Context, value: float, moment: datetime | None, **members: Any) -> dict[str, Any]:
    """Return a record with a number for the prepared device; a member that is None is left out.

    Raises:
        Inconclusive: the IUT file does not name the device.
    """
    return _record(context, {"functionType": context.told("function_type"), "value": value}, moment, members)


def text(context: Context, reading: str, moment: datetime | None, **members: Any) -> dict[str, Any]:
    """Return a record with a text for the prepared device; as `number`."""
    return _record(context, {"functionType": context.told("text_function_type"), "reading": reading}, moment, members)


def _record(context: Context, own: dict[str, Any], moment: datetime | None, members: dict[str, Any]) -> dict[str, Any]:
    given = {"equipmentName": context.told("equipment_name"), "buildingName": context.told("building"), **own}
    if moment is not None:
        given["time"] = time_of(context, moment)
    return {name: value for name, value in {**given, **members}.items() if value is not None}


def unit_of(context: Context, point: str) -> str:
    """Return the unit with which a point is registered: another one may be refused, or not shown."""
    device = context.prepare("device-details", devEui=context.told("dev_eui"))
    points = device.at("/data/points") or []
    units = [each.get("unit") for each in points if isinstance(each, dict) and each.get("type") == point]
    return str(units[0] if units and units[0] else context.told("function_unit"))


def push(context: Context, records: Sequence[Any]) -> Answer:
    """Push records; what the answer says is the caller's to judge."""
    return context.send(context.draft(PUSH, body=list(records)))


def taken(context: Context, records: Sequence[Any], requirement: str | None = None) -> Answer:
    """Push records that the IUT must take; a finding on the requirement (unset: `data-push/success`).

    Raises:
        Stop: they were not taken; the finding is recorded.
        Inconclusive: the IUT says that data of these times exist already, from an earlier run.
    """
    answer = push(context, records)
    if exists(context, answer):
        raise Inconclusive(f"data of these times exist already ({answer.describe()}); repeat the case later")
    if not context.served(context.operation(PUSH), answer, requirement):
        raise Stop
    return answer


def exists(context: Context, answer: Answer) -> bool:
    """Tell whether a push was refused because the data exist already (row 1000)."""
    return says(context.contract, answer) is Says.NO and row_matches(context.contract.rows["200-1000"], answer)

"""What stands in answers of NeuronCloud: devices, values of points, flags, times; in every form that an erratum accepts."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, says
from conformance.suites.moments import form

SAME: Final = timedelta(seconds=1)
"""Shown times may be rounded to seconds: two that are nearer are the same. Pushed ones are a whole second apart."""


def data(answer: Answer) -> Any:
    """Return what an operation returned; None where it returned nothing."""
    return answer.at("/data")


def point_names(device: Any) -> list[str] | None:
    """Return the names of the points that are shown of a device; None where they, or the name of one, are not."""
    points = device.get("points") if isinstance(device, Mapping) else None
    if not isinstance(points, list):
        return None
    names = [each.get("type") for each in points if isinstance(each, dict)]
    return None if None in names else [str(each) for each in names]


def records(answer: Answer) -> list[dict[str, Any]]:
    """Return the devices on a page of the list, or the values of points; none where there is no list."""
    found = data(answer)
    found = found.get("records") if isinstance(found, dict) else found
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def eui(record: Mapping[str, Any]) -> Any:
    """Return the identifier of a device or value (erratum dev-eui-spelling)."""
    return record.get("devEUI") if record.get("devEUI") is not None else record.get("devEui")


def flag(value: Any) -> bool | None:
    """Return a flag (erratum boolean-spelling); None where it is not shown."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def number_of(value: Any) -> float | None:
    """Return a value of numeric type (erratum value-form: 21.50 may be its text); None where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


@dataclass(frozen=True)
class Sample:
    """One value of one point as an answer shows it."""

    time: datetime | None
    equipment: Any
    point: Any
    number: float | None
    """What stands in `value`, read as a number."""
    reading: str | None
    """What stands in `reading`, where that is a text."""
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether neither a number nor a text is shown (errata silent-point, other-kind)."""
        return self.raw.get("value") is None and self.raw.get("reading") is None

    def is_at(self, moment: datetime) -> bool:
        """Tell whether it was collected at that moment, as far as whole seconds tell."""
        return self.time is not None and abs(self.time - moment) < SAME

    def shows(self, given: float | str) -> bool:
        """Tell whether it is that value, wherever a number or text stands."""
        if isinstance(given, str):
            return given in (self.reading, self.raw.get("value"))
        return given in (self.number, number_of(self.raw.get("reading")))

    def describe(self) -> str:
        """Return it as a short text."""
        shown = self.raw.get("value") if self.raw.get("value") is not None else self.raw.get("reading")
        return f"{self.raw.get('time')} {self.equipment}/{self.point}: {shown!r}"


def samples(context: Context, answer: Answer) -> list[Sample]:
    """Return the values of points that an answer shows, in its order."""
    reader = form(context.pixit)
    return [
        Sample(
            reader.read(each.get("time")),
            each.get("equipmentName"),
            each.get("functionType"),
            number_of(each.get("value")),
            each["reading"] if isinstance(each.get("reading"), str) else None,
            each,
        )
        for each in records(answer)
    ]


def listed(found: Iterable[Sample], most: int = 5) -> str:
    """Return values as one text for a person, cut to the first few."""
    every = [each.describe() for each in found]
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return (", ".join(every[:most]) + more) if every else "none"


def shows_nothing(context: Context, requirement: str, answer: Answer, found: Any, what: str) -> bool:
    """Check that a request for what the caller has not (or may not see) is refused, or served with nothing.

    Args:
        context: the case under way.
        requirement: the statement that is judged.
        answer: the answer.
        found: what it shows all the same; empty where it shows nothing.
        what: what was asked for, in words.
    """
    if says(context.contract, answer) is not Says.YES:
        return context.refused(requirement, answer, Stated.REFUSAL, what=f"a refusal, or nothing ({what})")
    shown = listed(found) if isinstance(found, list) and all(isinstance(each, Sample) for each in found) else found
    return context.check(
        requirement, not found, expected=f"nothing ({what})", actual=f"{shown!r:.300}", pointer="/data", answer=answer
    )


def part_of(value: str, others: Collection[Any]) -> str:
    """Return a part of a value that is nobody's own value: the longest beginning, else ending.

    Raises:
        Inconclusive: there is none.
    """
    parts = [value[:length] for length in range(len(value) - 1, 0, -1)] + [value[1:]]
    part = next((each for each in parts if each.strip() and each == each.strip() and each not in others), None)
    if part is None:
        raise Inconclusive(f"every part of {value!r} is a value of its own")
    return part


def need(what: Any, reason: str) -> None:
    """Give up where a case lacks what it needs.

    Raises:
        Inconclusive: `what` is empty.
    """
    if not what:
        raise Inconclusive(reason)

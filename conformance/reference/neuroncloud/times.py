"""Reading and writing times; inside the platform a time is whole milliseconds since 1970.

The document states no form (erratum time-form). Every accepted form is understood in requests, since each is some reading's;
answers have one: date and time of day in UTC unless another is asked for.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

DAY_MS: Final = 24 * 60 * 60 * 1000
HOUR_MS: Final = 60 * 60 * 1000
WEEK_MS: Final = 7 * DAY_MS
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_SECONDS_BELOW: Final = 10**11
"""A smaller number counts seconds: as milliseconds it would lie before March 1973."""
_LAST: Final = int((datetime(9999, 12, 31, tzinfo=UTC) - EPOCH).total_seconds()) * 1000
_WRITTEN: Final = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_DIGITS: Final = re.compile(r"\d{9,15}", re.ASCII)


def read(value: Any) -> int | None:
    """Return the moment that a request names, or None where the form is none of the accepted ones."""
    if isinstance(value, str) and _WRITTEN.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (moment - EPOCH) // timedelta(milliseconds=1)
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, (int, float)) and 0 <= value <= _LAST:
        return int(value * 1000) if value < _SECONDS_BELOW else int(value)
    return None


def written(ms: int, form: str = "date-and-time") -> str | int | float:
    """Return a moment as an answer shows it; `form` is a reading of erratum time-form."""
    match form:
        case "milliseconds":
            return ms
        case "seconds":
            return ms // 1000 if ms % 1000 == 0 else ms / 1000
    moment = EPOCH + timedelta(milliseconds=ms)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S" if form == "iso" else "%Y-%m-%d %H:%M:%S")
    text += f".{ms % 1000:03d}" if ms % 1000 else ""
    return text + "Z" if form == "iso" else text

"""The range of moments that a query asks for by startTime and endTime."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.huawei.platform import Huawei

_FORM: Final = "%Y%m%dT%H%M%SZ"


def seconds(text: str) -> int:
    """Return a moment as the document writes it (yyyyMMdd'T'HHmmss'Z', UTC) in seconds since the epoch.

    Raises:
        ValueError: the calendar has no such day.
    """
    leap = text[13:15] == "60"  # the form allows a leap second; it is the second after the 59th
    moment = dt.datetime.strptime(f"{text[:13]}59Z" if leap else text, _FORM).replace(tzinfo=dt.UTC)
    return int(moment.timestamp()) + leap


def within(huawei: Huawei, query: Mapping[str, Any], at_ms: int) -> bool:
    """Tell whether a moment lies in the range of a query; its bounds belong to it, unless a reading says not."""
    second = at_ms // 1000
    inside = 0 if huawei.quirks.on("time-bounds/exclusive") else 1
    try:
        low = seconds(query["startTime"]) if "startTime" in query else None
        high = seconds(query["endTime"]) if "endTime" in query else None
    except ValueError:
        return False
    return (low is None or low < second + inside) and (high is None or second < high + inside)

"""Whether a list of the chapters shows a record where a filter lets it, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from conformance.suites.context import Context
from conformance.suites.huawei.pages import Listing, eventually_found


def listed_in_ranges(
    context: Context,
    requirement: str,
    listing: Listing,
    identity: str,
    ranges: Iterable[tuple[datetime, datetime, bool]],
    created: str,
    **parameters: Any,
) -> None:
    """Check that the record is listed for each range from startTime to endTime that holds its creation, and for no other.

    `ranges` are start, end and whether the record lies in them; `created` is when, in words.
    """
    for start, end, inside in ranges:
        bounds = {"startTime": context.written(start), "endTime": context.written(end)}
        record = eventually_found(context, listing, identity, present=inside, **bounds, **parameters)
        words = f"{identity}, created {created}, {'' if inside else 'not '}between {start:%H:%M:%S} and {end:%H:%M:%S}"
        seen = "absent" if record is None else "listed"
        context.check(requirement, (record is not None) is inside, expected=words, actual=seen)

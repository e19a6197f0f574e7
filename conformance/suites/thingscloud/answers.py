"""Lists that the document calls whole, and numbers of the statistics, read from ThingsCloud's answers.

The lists of alarms and customers are documented without pages: "all". A platform may page them all the same and say so by
the names that the device list has; what such a list does not show is then unknown, and nobody is blamed for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive


def items_of(answer: Answer) -> list[dict[str, Any]]:
    """Return the objects of a list answer; none where there is no list."""
    items = answer.at("/info/items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def item_of(info: Any, identity: str) -> dict[str, Any] | None:
    """Return the object with that id from the `info` of a list answer; None where it holds none."""
    items = info.get("items") if isinstance(info, dict) else None
    found = items if isinstance(items, list) else []
    return next((item for item in found if isinstance(item, dict) and item.get("id") == identity), None)


def require_whole(answer: Answer) -> None:
    """Make sure that a list which lacks something is the whole list.

    Raises:
        Inconclusive: it says of itself that it has more pages or items than it shows.
    """
    total, pages = number(answer, "total"), number(answer, "page_total")
    shown = len(items_of(answer))
    if (total is not None and total > shown) or (pages is not None and pages > 1):
        raise Inconclusive(f"the list is paged in a way that is not documented: {shown} items of {total or 'more'}")


def number(answer: Answer, name: str) -> float | None:
    """Return a number of an answer's `info`; None where it shows none."""
    value = answer.at(f"/info/{name}")
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def repeated(ids: Iterable[Any]) -> list[str]:
    """Return the ids that stand more than once."""
    return sorted(str(identity) for identity, count in Counter(ids).items() if count > 1)

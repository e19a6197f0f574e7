"""Reading a paged list that other people change at the same time.

The document states no page size and no order. Pages are read one after another, so a list that moves meanwhile can lose or
repeat a device without anybody's fault: what is wrong is looked at again, and blamed only where the list stood still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive, Stop
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.waiting import eventually


class TooLong(Inconclusive):
    """The list has more pages than are read, and those that were read do not hold the device."""


MAX_PAGES: Final = 25
"""Pages read at most per look: half a minute of a live platform."""


@dataclass
class Listing:
    """What the pages of the list held when they were read one after another."""

    first: Answer
    ids: list[str] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    pages: int = 0
    """Pages that held devices."""
    whole: bool = True
    """Read to the end, and not cut at `MAX_PAGES`."""
    steady: bool = True
    """Whether the first page and the total were the same afterwards; looked at where something is wrong."""

    @property
    def total(self) -> Any:
        """The total that the first page told."""
        return self.first.at("/info/total")

    @property
    def page_total(self) -> Any:
        """The number of pages that the first page told."""
        return self.first.at("/info/page_total")

    @property
    def repeated(self) -> list[str]:
        """Ids that stand more than once."""
        return sorted({identity for identity in self.ids if self.ids.count(identity) > 1})

    @property
    def sound(self) -> bool:
        """Whether totals and pages agree, as far as totals are shown."""
        distinct = len(set(self.ids))
        return (
            not self.repeated
            and (self.total is None or self.total == distinct)
            and (self.page_total is None or self.page_total == self.pages)
        )


def ids_of(answer: Answer) -> list[str]:
    """Return the ids on a page, in its order."""
    items = answer.at("/info/items")
    return [str(item.get("id")) for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _page(context: Context, number: int, **filters: Any) -> Answer:
    """Return a page; one beyond the first may be refused, because the list may have become shorter.

    Raises:
        Stop: it was not served; the finding is recorded.
    """
    answer = context.call("device-list", page=number, **filters)
    gone = number > 1 and says(context.contract, answer) is Says.NO
    if not gone and not context.served(context.operation("device-list"), answer):
        raise Stop
    return answer


def walk(context: Context, **filters: Any) -> Listing:
    """Read the pages from the first to the last that page_total tells, or until one is empty where it tells none.

    Raises:
        Stop: a page was not served; the finding is recorded.
    """
    answer = _page(context, 1, **filters)
    listing = Listing(answer)
    known = listing.page_total if isinstance(listing.page_total, int | float) else None
    number = 1
    while found := ids_of(answer):
        if known is None and set(found) <= set(listing.ids):
            break  # without page_total this may be the last page again, which beyond-last-page is about
        listing.ids += found
        listing.items += answer.at("/info/items")
        listing.pages += 1
        number += 1
        if known is not None and number > known:
            break
        if number > MAX_PAGES:
            listing.whole = False
            break
        answer = _page(context, number, **filters)
    return listing


def walk_steadily(context: Context, **filters: Any) -> Listing:
    """Read all pages, again where something is wrong; the last reading tells whether the list stood still meanwhile.

    Raises:
        Stop: a page was not served; the finding is recorded.
    """
    last: list[Listing] = []

    def look() -> bool:
        listing = walk(context, **filters)
        last[:] = [listing]
        if listing.sound:
            return True
        after = _page(context, 1, **filters)
        listing.steady = ids_of(after) == ids_of(listing.first) and after.at("/info/total") == listing.total
        return False

    eventually(context, look, at_least=2)
    return last[0]


def _search_order(known: Any) -> Iterator[int]:
    """Yield page numbers: the first, the last, the second, the last but one: new devices stand at either end."""
    if not isinstance(known, int | float):
        yield from count(1)
        return
    low, high = 1, int(known)
    while low <= high:
        yield low
        if high != low:
            yield high
        low, high = low + 1, high - 1


def listed(context: Context, identity: str, **filters: Any) -> Any:
    """Return what the list shows of a device; None where no page holds it.

    Raises:
        Stop: a page was not served; the finding is recorded.
        TooLong: the list has more pages than are read.
    """
    first = _page(context, 1, **filters)
    known = first.at("/info/page_total")
    for looked, number in enumerate(_search_order(known)):
        if looked >= MAX_PAGES:
            raise TooLong(f"the list is long, and the {MAX_PAGES} pages that were read do not hold the device")
        answer = first if number == 1 else _page(context, number, **filters)
        ids = ids_of(answer)
        if identity in ids:
            return answer.at("/info/items")[ids.index(identity)]
        if not ids and known is None:
            break
    return None


def eventually_listed(
    context: Context,
    identity: str,
    holds: Callable[[Any], bool] = lambda _: True,
    *,
    present: bool = True,
    **filters: Any,
) -> Any:
    """Look until the list shows a device as expected (or, with `present` false, not at all); return what it shows last.

    Raises:
        Stop: a page was not served; the finding is recorded.
        TooLong: the list has more pages than are read.
    """
    seen: list[Any] = []

    def look() -> bool:
        seen[:] = [listed(context, identity, **filters)]
        return (seen[0] is not None and holds(seen[0])) if present else seen[0] is None

    eventually(context, look, at_least=2)
    return seen[0]

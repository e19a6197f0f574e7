"""Pages of a list, the same for every list of the document: numbered from 0, of pageSize records, with a total.

Other people change a live list while its pages are read one after another, so a list can lose or repeat a record without
anybody's fault: what is wrong is looked at again, and blamed only where the list stood still. A member that an answer does
not show tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from math import ceil
from typing import Any, Final

from conformance.evidence.exchange import Answer, at
from conformance.evidence.findings import Inconclusive, Stop
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.waiting import eventually

MAX_PAGES: Final = 25
"""Pages read at most per look: half a minute of a live platform."""


@dataclass(frozen=True)
class Listing:
    """A paged list: where its answer has what, and the names of its section's statements (None: it makes none)."""

    subject: str
    section: str
    id: str
    """What tells records apart: a JSON pointer into a record."""
    default_size: int
    """Records on a page where the request does not say."""
    items: tuple[str, ...] = ("/data",)
    """JSON pointers to the records; the first that leads to a list counts."""
    total: str = "/totalCount"
    number: str = "/pageNo"
    size: str = "/pageSize"
    largest: int = 100
    """The largest documented pageSize."""
    default_page_rule: str | None = "page-default"
    default_size_rule: str | None = "page-size-default"
    size_rule: str | None = "page-size"
    complete_rule: str | None = "pages-complete"
    total_rule: str | None = "total"
    told_rule: str | None = "page-told"
    of_page: bool = False
    """Whether the pageSize of an answer may be the number of records on that very page (erratum page-size-told)."""

    def rule(self, name: str | None) -> str | None:
        """Return the id of a statement of the section."""
        return f"{self.section}/{name}" if name else None

    @property
    def rules(self) -> list[str]:
        """The statements about a list that is read page by page."""
        names = (self.size_rule, self.complete_rule, self.total_rule, self.told_rule)
        return [f"{self.section}/{name}" for name in names if name]

    @property
    def default_rules(self) -> list[str]:
        """The statements about a request that names no page."""
        names = dict.fromkeys((self.default_page_rule, self.default_size_rule))
        return [f"{self.section}/{name}" for name in names if name]

    def records(self, answer: Answer) -> list[Any]:
        """Return the records on a page."""
        return next((found for each in self.items if isinstance(found := answer.at(each), list)), [])

    def ids(self, answer: Answer) -> list[str]:
        """Return the ids of the records on a page, in its order."""
        return [str(at(record, self.id)) for record in self.records(answer)]

    def count(self, answer: Answer) -> int | None:
        """Return the total that an answer tells; None where it tells none, or where what it counts is open."""
        return whole_number(answer.at(self.total)) if self.total_rule else None


def whole_number(value: Any) -> int | None:
    """Return a number, or a text of digits as some tables print it, as a number; None for anything else."""
    if isinstance(value, str):
        return int(value) if value.isdecimal() else None
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


@dataclass
class Walk:
    """What the pages of a list held when they were read one after another."""

    size: int
    """The pageSize that was asked for."""
    answers: list[Answer] = field(default_factory=list)
    records: list[Any] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    total: int | None = None
    """The total that the first page told."""
    whole: bool = True
    """Read to the end, and not cut at `MAX_PAGES`."""
    steady: bool = True
    """Whether the first page and the total were the same afterwards; looked at where something is wrong."""

    @property
    def repeated(self) -> list[str]:
        """Ids that stand more than once."""
        return sorted({identity for identity in self.ids if self.ids.count(identity) > 1})

    @property
    def sound(self) -> bool:
        """Whether the total and the pages agree, as far as a total is told."""
        return not self.repeated and (self.total is None or not self.whole or self.total == len(self.ids))


def page(context: Context, listing: Listing, number: int, size: int, **parameters: Any) -> Answer:
    """Return a page; one beyond the first may be refused, because the list may have become shorter.

    Raises:
        Stop: it was not served; the finding is recorded.
    """
    answer = context.call(listing.subject, pageNo=number, pageSize=size, **parameters)
    gone = number > 0 and says(context.contract, answer) is Says.NO
    if not gone and not context.served(context.operation(listing.subject), answer):
        raise Stop
    return answer


def walk(context: Context, listing: Listing, size: int, **parameters: Any) -> Walk:
    """Read the pages from the first until one holds nothing new.

    Raises:
        Stop: a page was not served; the finding is recorded.
    """
    found = Walk(size)
    for number in range(MAX_PAGES):
        answer = page(context, listing, number, size, **parameters)
        ids = listing.ids(answer)
        if number == 0:
            found.total = listing.count(answer)
        if set(ids) <= set(found.ids):
            if ids:  # the same once more: a page that repeats, or the last one shown for those beyond it
                _repeats(found, ids)
            return found
        found.answers.append(answer)
        found.records += listing.records(answer)
        found.ids += ids
        if found.total is not None and number == 0 and len(ids) == found.total < size:
            return found
    found.whole = False
    return found


def _repeats(found: Walk, ids: Sequence[str]) -> None:
    """Count a page of known records as repeated, unless the list was complete: what a page beyond the last shows is open."""
    if found.total is not None and len(found.ids) < found.total:
        found.ids += ids


def walk_steadily(context: Context, listing: Listing, size: int, **parameters: Any) -> Walk:
    """Read all pages, again where something is wrong; the last reading tells whether the list stood still meanwhile.

    Raises:
        Stop: a page was not served; the finding is recorded.
    """
    last: list[Walk] = []

    def look() -> bool:
        found = walk(context, listing, size, **parameters)
        last[:] = [found]
        if found.sound:
            return True
        after = page(context, listing, 0, size, **parameters)
        first = found.answers[0] if found.answers else after
        found.steady = listing.ids(after) == listing.ids(first) and listing.count(after) == found.total
        return False

    eventually(context, look, at_least=2)
    return last[0]


def find(context: Context, listing: Listing, identity: str, **parameters: Any) -> Any:
    """Return what the list shows of a record; None where no page holds it. New records stand at either end.

    Raises:
        Stop: a page was not served; the finding is recorded.
        Inconclusive: the list is too long to be read, and what was read does not hold the record.
    """
    first = page(context, listing, 0, listing.largest, **parameters)
    total, known = listing.count(first), set[str]()
    for looked, number in enumerate(_search_order(total, listing.largest)):
        if looked >= MAX_PAGES:
            raise Inconclusive(f"the list is long, and the {MAX_PAGES} pages that were read do not hold {identity}")
        answer = first if number == 0 else page(context, listing, number, listing.largest, **parameters)
        ids = listing.ids(answer)
        if identity in ids:
            return listing.records(answer)[ids.index(identity)]
        if total is None and set(ids) <= known:
            break  # this is how a list without a total ends
        known.update(ids)
    return None


def _search_order(total: int | None, size: int) -> Iterator[int]:
    """Yield page numbers: the first, the last, the second, the last but one; without a total one after another."""
    if total is None:
        yield from count()
        return
    low, high = 0, max(0, ceil(total / size) - 1)
    while low <= high:
        yield low
        if high != low:
            yield high
        low, high = low + 1, high - 1


def eventually_found(
    context: Context,
    listing: Listing,
    identity: str,
    holds: Callable[[Any], bool] = lambda _: True,
    *,
    present: bool = True,
    **parameters: Any,
) -> Any:
    """Look until the list shows a record as expected (or, with `present` false, not at all); return what it shows last."""
    seen: list[Any] = []

    def look() -> bool:
        seen[:] = [find(context, listing, identity, **parameters)]
        return (seen[0] is not None and holds(seen[0])) if present else seen[0] is None

    eventually(context, look, at_least=2)
    return seen[0]


def everything(context: Context, listing: Listing, **parameters: Any) -> list[Any]:
    """Return the records of all pages of a list that stood still.

    Raises:
        Stop: a page was not served; the finding is recorded.
        Inconclusive: the list is too long, or other people changed it each time.
    """
    found = walk_steadily(context, listing, listing.largest, **parameters)
    demand_stillness(found)
    return found.records


def demand_stillness(found: Walk) -> None:
    """Go on only where a list was read to its end and stood still meanwhile.

    Raises:
        Inconclusive: it is too long, or other people changed it each time.
    """
    if not found.whole:
        raise Inconclusive(f"the list has more than the {MAX_PAGES} pages that are read")
    if not found.steady:
        raise Inconclusive("the list changed each time it was paged through: other people use it")

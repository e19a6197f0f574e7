"""Pages of a list, the same for every list of the document: numbered from 0, of pageSize records, with a total.

Other people change a live list while its pages are read one after another, so a list can lose or repeat a record without
anybody's fault: what is wrong is looked at again, and blamed only where the list stood still. A member that an answer does
not show tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from math import ceil
from typing import Any, Final

from conformance.evidence.exchange import Answer, at
from conformance.evidence.findings import Inconclusive, Stop
from conformance.suites.case import Case, case
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.waiting import eventually

MAX_PAGES: Final = 25
"""Pages read at most per look: half a minute of a live platform."""
PARTS: Final = 3
"""Into how many pages a list is cut to be read: enough for a first, an inner and a last one."""

Prepare = Callable[[Context], Mapping[str, Any]]
"""Makes some records (a preamble) and returns the parameters of the list that holds them."""


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
        return _whole(answer.at(self.total)) if self.total_rule else None


def _whole(value: Any) -> int | None:
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
    _demand_stillness(found)
    return found.records


def _demand_stillness(found: Walk) -> None:
    if not found.whole:
        raise Inconclusive(f"the list has more than the {MAX_PAGES} pages that are read")
    if not found.steady:
        raise Inconclusive("the list changed each time it was paged through: other people use it")


def judge_defaults(context: Context, listing: Listing, **parameters: Any) -> None:
    """Judge a request that names no page: the first page, of the default size.

    Raises:
        Stop: the list was not served; the finding is recorded.
        Inconclusive: the list holds nothing.
    """
    pages: list[Answer] = []

    def look() -> bool:
        plain = context.succeed(listing.subject, **parameters)
        pages[:] = [plain, page(context, listing, 0, listing.default_size, **parameters)]
        return listing.ids(pages[0]) == listing.ids(pages[1])

    eventually(context, look, at_least=2)
    plain, first = pages
    shown, expected = listing.ids(plain), listing.ids(first)
    if not expected:
        raise Inconclusive("the list is empty: nothing can be compared")
    if rule := listing.rule(listing.default_page_rule):
        same = bool(set(shown) & set(expected))
        context.check(rule, same, expected=f"the records of page 0: {expected}", actual=shown, answer=plain)
        if listing.told_rule:
            _judge_told(context, rule, listing.number, 0, plain)
    if rule := listing.rule(listing.default_size_rule):
        total = listing.count(plain)
        fewest = min(total, listing.default_size) if total is not None else 0
        right = fewest <= len(shown) <= listing.default_size
        words = f"at most {listing.default_size} records, as many as there are"
        context.check(rule, right, expected=words, actual=f"{len(shown)} of {total}", answer=plain)
        if listing.told_rule:
            _judge_size(context, listing, rule, listing.default_size, plain)


def judge_pages(context: Context, listing: Listing, **parameters: Any) -> None:
    """Judge a list that is read page by page, in pages of a third of it.

    Raises:
        Stop: a page was not served; the finding is recorded.
        Inconclusive: the list has too few or too many records, or did not stand still.
    """
    whole = _how_many(context, listing, **parameters)
    if whole < 2:
        raise Inconclusive("the list has fewer than two records: there are no pages to compare")
    size = max(1, min(whole // PARTS, listing.largest))
    found = walk_steadily(context, listing, size, **parameters)
    for number, answer in enumerate(found.answers):
        _judge_page(context, listing, number, size, answer)
    _demand_stillness(found)
    distinct = len(set(found.ids))
    if rule := listing.rule(listing.complete_rule):
        # Without a total, what was deleted meanwhile shows in a second look alone.
        rest = found.total if found.total is not None else _how_many(context, listing, **parameters)
        complete = not found.repeated and distinct >= min(whole, rest)
        actual = f"repeated: {found.repeated}" if found.repeated else f"{distinct} on {len(found.answers)} pages"
        context.check(rule, complete, expected=f"every one of {whole} records on one page", actual=actual)
    if (rule := listing.rule(listing.total_rule)) and found.total is not None:
        context.equal(rule, found.total, distinct, pointer=listing.total, answer=next(iter(found.answers), None))


def _how_many(context: Context, listing: Listing, **parameters: Any) -> int:
    """Return how many records the list has, by a page of the largest size and the total that it tells."""
    answer = page(context, listing, 0, listing.largest, **parameters)
    return max(listing.count(answer) or 0, len(listing.ids(answer)))


def _judge_page(context: Context, listing: Listing, number: int, size: int, answer: Answer) -> None:
    if rule := listing.rule(listing.size_rule):
        held = len(listing.ids(answer))
        context.check(rule, held <= size, expected=f"at most {size} records", actual=held, answer=answer)
    if rule := listing.rule(listing.told_rule):
        _judge_told(context, rule, listing.number, number, answer)
        _judge_size(context, listing, rule, size, answer)


def _judge_told(context: Context, rule: str, pointer: str, asked: int, answer: Answer) -> None:
    told = _whole(answer.at(pointer))
    if told is not None:
        context.equal(rule, told, asked, pointer=pointer, answer=answer)


def _judge_size(context: Context, listing: Listing, rule: str, asked: int, answer: Answer) -> None:
    held = len(listing.ids(answer))
    told = _whole(answer.at(listing.size))
    _judge_told(context, rule, listing.size, held if listing.of_page and told == held else asked, answer)


def paging_cases(listing: Listing, prepare: Prepare, calls: Sequence[str], needs: Sequence[str] = ()) -> list[Case]:
    """Return the cases about the pages of a list.

    Args:
        listing: the list.
        prepare: makes a handful of records that the list holds, and returns the parameters by which it holds them.
        calls: the operations that `prepare` and the list call.
        needs: PICS keys beyond those of the operations.
    """
    identity = f"huawei/{listing.subject}"

    def defaults(context: Context) -> None:
        """A request that names no page shows the first page, of the default size."""
        judge_defaults(context, listing, **prepare(context))

    def pages(context: Context) -> None:
        """The pages hold every record once, none more than pageSize, and the total counts them."""
        judge_pages(context, listing, **prepare(context))

    return [
        case(f"{identity}/page-defaults", requirements=listing.default_rules, calls=calls, needs=needs)(defaults),
        case(f"{identity}/pages", requirements=listing.rules, calls=calls, needs=needs)(pages),
    ]

"""Judging the pages of a list (`pages` reads them): defaults, sizes, totals, and that no record is lost or comes twice.

Every section with a list makes these statements about it, under names of its own (`Listing`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case
from conformance.suites.context import Context
from conformance.suites.huawei.pages import Listing, demand_stillness, page, walk_steadily, whole_number
from conformance.suites.waiting import eventually

PARTS: Final = 3
"""Into how many pages a list is cut to be read: enough for a first, an inner and a last one."""

Prepare = Callable[[Context], Mapping[str, Any]]
"""Makes some records (a preamble) and returns the parameters of the list that holds them."""


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
    demand_stillness(found)
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
    told = whole_number(answer.at(pointer))
    if told is not None:
        context.equal(rule, told, asked, pointer=pointer, answer=answer)


def _judge_size(context: Context, listing: Listing, rule: str, asked: int, answer: Answer) -> None:
    held = len(listing.ids(answer))
    told = whole_number(answer.at(listing.size))
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

"""Query the product list of a project. Products are made in the console only: the cases read.

The list tells no total and no order, and other people make products meanwhile: what is wrong is looked at again before
anybody is blamed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.checks import json_equal
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.living.answers import data, keys_of, need, products
from conformance.suites.living.product_calls import SIZE, comparable, product_page, read
from conformance.suites.unstated import tells
from conformance.suites.waiting import eventually

SMALLER: Final = 4
MAX_PAGES: Final = 25
"""Pages read at most per look: half a minute of a live platform."""
FAR: Final = 10_000
"""A page beyond the last of any project."""
HIDDEN: Final = "productSecret"
"""The one member whose value no report shows."""
NAMED: Final = ("product_key", "production_product_key", "nvr_product_key")
LONG: Final = f"the list is long, and the {MAX_PAGES} pages that were read are not all of it"


@dataclass
class Listing:
    """What the pages of the list held when they were read one after another."""

    keys: list[str] = field(default_factory=list)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    whole: bool = True
    """Read to the end, and not cut at `MAX_PAGES`."""

    @property
    def repeated(self) -> list[str]:
        """Keys that stand more than once."""
        return sorted(key for key, count in Counter(self.keys).items() if count > 1)


def _walk(context: Context, size: int) -> Listing:
    """Read the pages from the first until one holds no product.

    Raises:
        Stop: a page was not served; the finding is recorded.
    """
    listing = Listing()
    for number in range(1, MAX_PAGES + 1):
        answer = product_page(context, number, size)
        found = keys_of(answer)
        if not found or (number > 1 and set(found) <= set(listing.keys)):
            # Nothing new: the last page again, which beyond-last-page is about; a page of its own holds something new.
            return listing
        listing.keys += found
        for item in products(answer):
            listing.items.setdefault(str(item.get("productKey")), item)
    listing.whole = False
    return listing


@case("living/product-list/first-page", requirements=["product-list/first-page"], calls=["product-list"])
def first_page_is_page_1(context: Context) -> None:
    """Page 1 is where the list begins, whatever the page size."""
    one: list[str] = []
    many: list[str] = []

    def begins() -> bool:
        one[:] = keys_of(product_page(context, 1, 1))
        many[:] = keys_of(product_page(context, 1, SIZE))
        # Counted from 0, page 1 of single products would be the second product, page 1 of ten the eleventh.
        return bool(one) and set(one) <= set(many)

    context.have("product")  # the project has a product, or there is nothing to judge
    holds = eventually(context, begins, at_least=2)
    context.check(
        "product-list/first-page",
        holds,
        expected="page 1 of size 1 within page 1 of a larger size",
        actual=f"{', '.join(one) or 'no product'}, and {', '.join(many) or 'no product'}",
        pointer="/data",
    )


@case("living/product-list/page-size", requirements=["product-list/page-size"], calls=["product-list"])
def page_holds_as_many_as_asked_for(context: Context) -> None:
    """A page holds pageSize products while there are as many, and never more."""
    seen: dict[int, int] = {}

    def as_asked() -> bool:
        for size in (SIZE, 1, 2, SMALLER):
            seen[size] = len(keys_of(product_page(context, 1, size)))
        return seen[SIZE] <= SIZE and all(seen[size] == min(size, seen[SIZE]) for size in seen)

    context.have("product")
    eventually(context, as_asked, at_least=2)
    need(any(seen.values()), "the list shows no product")
    most = max(seen.values())
    for size, count in seen.items():
        context.equal("product-list/page-size", count, min(size, most), pointer="/data", note=f"pageSize {size}")


@case(
    "living/product-list/pages-complete",
    requirements=["product-list/pages-complete", "product-list/page-size-free"],
    calls=["product-list"],
)
def pages_hold_every_product_once(context: Context) -> None:
    """The pages together hold every product exactly once, and the same ones for two page sizes."""
    seen: list[Listing] = []

    def sound() -> bool:
        seen[:] = [_walk(context, SMALLER), _walk(context, SIZE)]
        small, large = seen
        cut = not (small.whole and large.whole)
        return not small.repeated and not large.repeated and (cut or set(small.keys) == set(large.keys))

    eventually(context, sound, at_least=2)
    small, large = seen
    need(small.keys or large.keys, "the list shows no product")
    for listing, size in ((small, SMALLER), (large, SIZE)):
        twice = listing.repeated
        context.check(
            "product-list/pages-complete",
            not twice,
            expected="every product once",
            actual=f"twice: {', '.join(twice)}",
            note=f"pageSize {size}",
        )
    if not (small.whole and large.whole):
        raise Inconclusive(LONG)
    for listing, other, size in ((small, large, SMALLER), (large, small, SIZE)):
        missing = sorted(set(other.keys) - set(listing.keys))
        for requirement in ("product-list/pages-complete", "product-list/page-size-free"):
            context.check(
                requirement,
                not missing,
                expected="every product that another page size leads to",
                actual=f"missing: {', '.join(missing)}",
                note=f"pageSize {size}",
            )


@case("living/product-list/holds-product", requirements=["product-list/holds-product"], calls=["product-list"])
def named_products_are_listed(context: Context) -> None:
    """The products that the tester names are among the products of the project."""
    named = {str(context.pixit(key)): key for key in NAMED if context.pixit(key) is not None}
    need(named, "needs a product that the tester names: give [pixit] product_key in the IUT file")
    seen: list[Listing] = []

    def holds() -> bool:
        seen[:] = [_walk(context, SIZE)]
        return set(named) <= set(seen[0].keys)

    eventually(context, holds, at_least=2)
    listing = seen[0]
    if not listing.whole and not set(named) <= set(listing.keys):
        raise Inconclusive(LONG)
    for product, key in named.items():
        context.check(
            "product-list/holds-product",
            product in listing.keys,
            expected=f"{product} ([pixit] {key})",
            actual=f"{len(listing.keys)} other products",
            pointer="/data",
        )


@case(
    "living/product-list/matches-read",
    requirements=["product-list/matches-read"],
    calls=["product-list", "product-read"],
)
def list_shows_what_the_query_shows(context: Context) -> None:
    """What the list shows of a product is what the query of that product shows."""
    # Any product that stands on the first page will do, and spares a walk.
    last: list[Answer] = []
    shown: dict[str, Any] = {}
    entry: dict[str, Any] = {}

    def differing() -> list[str]:
        return [name for name in entry if name in shown and not json_equal(entry[name], shown[name])]

    def agree() -> bool:
        found = products(product_page(context, 1, SIZE))
        need(found, "the list shows no product")
        entry.clear()
        entry.update(comparable(found[0]))
        answer = read(context, str(found[0].get("productKey")))
        last[:] = [answer]
        shown.clear()
        shown.update(comparable(data(answer)))
        return says(context.contract, answer) is Says.YES and not differing()

    eventually(context, agree, at_least=2)
    if not context.served(context.operation("product-read"), last[0], "product-list/matches-read"):
        return
    both = [name for name in entry if name in shown and type(entry[name]) is type(shown[name])]
    for name in both:
        same = json_equal(entry[name], shown[name])
        texts = ("that of the list", "another one") if name == HIDDEN else (entry[name], shown[name])
        context.check("product-list/matches-read", same, expected=texts[0], actual=texts[1], pointer=f"/data/{name}")
    need(both, "the list and the query have no member in common")


@case("living/product-list/beyond-last-page", requirements=["product-list/beyond-last-page"], calls=["product-list"])
def page_beyond_the_last_is_empty(context: Context) -> None:
    """A page beyond the last holds no product; an empty list, no data and a refusal are all right."""
    answer = product_page(context, FAR, SIZE)
    if says(context.contract, answer) is Says.NEITHER:
        context.refused("product-list/beyond-last-page", answer)
        return
    holds = says(context.contract, answer) is Says.NO or not data(answer)
    context.check(
        "product-list/beyond-last-page",
        holds,
        expected="no product",
        actual=", ".join(keys_of(answer)) or "something else",
        pointer="/data",
    )


@case("living/product-list/page-size-small", requirements=["product-list/page-size-small"], calls=["product-list"])
def page_of_no_products_is_answered(context: Context) -> None:
    """A page size of 0 is served or refused."""
    draft = context.draft("product-list")
    draft.set(("params", "pageSize"), 0)
    tells(context, "product-list/page-size-small", context.send(draft), "a page size of 0")


@case("living/product-list/older-version", requirements=["product-list/older-version"], calls=["product-list"])
def older_form_of_the_list_is_answered(context: Context) -> None:
    """A call in the older form, which clients in the field send, is served or refused."""
    draft = context.draft("product-list")
    draft.set(("request", "apiVer"), "1.0.0")
    draft.set(("params",), {"productInfoQuery": {"pageNo": 1, "pageSize": SIZE}})
    tells(context, "product-list/older-version", context.send(draft), "apiVer 1.0.0 with productInfoQuery")


@case("living/product-list/dates", requirements=["product-list/dates"], calls=["product-list"])
def products_are_created_before_they_are_modified(context: Context) -> None:
    """Where both dates are numbers, a product was not modified before it was created."""
    found = products(product_page(context, 1, SIZE))
    need(found, "the list shows no product")
    dates = [(_number(each.get("gmtCreate")), _number(each.get("gmtModified"))) for each in found]
    numbers = [(born, changed) for born, changed in dates if born is not None and changed is not None]
    early = next(((born, changed) for born, changed in numbers if changed < born), None)
    context.check(
        "product-list/dates",
        early is None,
        expected="gmtModified at gmtCreate or later",
        actual=f"created {early[0]}, modified {early[1]}" if early else "",
        pointer="/data",
    )


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

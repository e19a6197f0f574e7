"""Query a single product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from conformance.suites.case import Case, case, cases_in
from conformance.suites.checks import json_equal
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, says
from conformance.suites.living.answers import another_key, data, keys_of, need
from conformance.suites.living.product_calls import SIZE, asking, comparable, product_page, read
from conformance.suites.waiting import eventually


@case(
    "living/product-read/same-product",
    requirements=["product-read/same-product"],
    calls=["product-read", "product-list"],
)
def query_shows_the_product_asked_for(context: Context) -> None:
    """The product returned is the one whose productKey was asked for."""
    key = context.have("product").id
    others = [each for each in keys_of(product_page(context, 1, SIZE)) if each != key]
    for each in (key, *others[:1]):
        answer = read(context, each)
        if context.served(context.operation("product-read"), answer):
            context.equal("product-read/same-product", answer.at("/data/productKey"), each, pointer="/data/productKey")


@case(
    "living/product-read/unknown-key", requirements=["product-read/unknown-key"], calls=["product-read", "product-list"]
)
def unknown_key_yields_no_product(context: Context) -> None:
    """A productKey that no product has yields no product: a refusal, or a success without data."""
    key = another_key(context, context.have("product").id)
    _yields_nothing(context, "product-read/unknown-key", key, lambda _: False)


@case("living/product-read/exact-key", requirements=["product-read/exact-key"], calls=["product-read", "product-list"])
def part_of_a_key_yields_no_product(context: Context) -> None:
    """A productKey of which only a part is right yields no product."""
    key = context.have("product").id
    need(len(key) > 1, f"the productKey {key} is too short to have parts")
    for part in (key[:-1], key[1:], key[: len(key) // 2]):
        # A tester's project may have a product of that very key.
        _yields_nothing(context, "product-read/exact-key", part, part.__eq__)


def _yields_nothing(context: Context, requirement: str, key: str, is_it: Callable[[Any], Any]) -> None:
    answer = read(context, key)
    if says(context.contract, answer) is not Says.YES:
        context.refused(requirement, answer, Stated.REFUSAL)
        return
    found = answer.at("/data/productKey")
    nothing = not data(answer) or is_it(found) is True
    context.check(
        requirement,
        nothing,
        expected=f"no product for {key}",
        actual=f"product {found}",
        pointer="/data",
        answer=answer,
    )


@case(
    "living/product-read/repeatable", requirements=["product-read/repeatable"], calls=["product-read", "product-list"]
)
def reading_twice_shows_the_same_product(context: Context) -> None:
    """Reading a product twice shows the same product."""
    key = context.have("product").id
    seen: list[dict[str, Any]] = []

    def same() -> bool:
        seen[:] = [comparable(data(context.succeed(asking(context, key)))) for _ in range(2)]
        return json_equal(seen[0], seen[1])

    eventually(context, same, at_least=2)
    once, again = seen
    differing = sorted(name for name in {*once, *again} if not json_equal(once.get(name), again.get(name)))
    context.check(
        "product-read/repeatable",
        not differing,
        expected="the same product",
        actual=f"another {', '.join(differing)}",
        pointer="/data",
    )


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

"""Reading paged lists: what is found, what is blamed, and what a list that moves is spared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from conformance.evidence.exchange import Answer, at
from conformance.evidence.findings import Inconclusive
from conformance.suites.context import Context
from conformance.suites.huawei import page_cases, pages
from conformance.suites.huawei.pages import Listing

LISTING = Listing("device-list", "1.6.2", "/id", 10)


class Shown:
    """An answer, as far as pages look at one."""

    def __init__(self, body: Any) -> None:
        self.json = body

    def at(self, pointer: str) -> Any:
        return at(self.json, pointer)


class Asked:
    """A context that has no delay and remembers checks."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        self.held: set[str] = set()
        self.asked: list[tuple[int, int]] = []

    def pixit(self, _: str) -> Any:
        return 0

    def check(self, rule: str, holds: bool, **_: Any) -> bool:
        if holds:
            self.held.add(rule)
        else:
            self.broken.append(rule)
        return holds

    def equal(self, rule: str, actual: Any, expected: Any, **_: Any) -> bool:
        return self.check(rule, actual == expected)


Look = Callable[[int, int], Any]


def shown(records: list[str], number: int, size: int, total: int | None) -> dict[str, Any]:
    found = [{"id": each} for each in records[number * size : (number + 1) * size]]
    return {"data": found, "pageNo": number, "pageSize": size, "totalCount": total}


def still(count: int, *, total: bool = True) -> Look:
    """A list that stands still."""
    records = [f"r{number}" for number in range(count)]
    return lambda number, size: shown(records, number, size, count if total else None)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[Look], Asked]:
    """Have the list answered by a function of page number and size."""

    def answered_by(look: Look) -> Asked:
        context = Asked()

        def page(_: Any, __: Any, number: int, size: int, **___: Any) -> Answer:
            context.asked.append((number, size))
            return cast("Answer", Shown(look(number, size)))

        for module in (pages, page_cases):
            monkeypatch.setattr(module, "page", page)
        return context

    return answered_by


def judged(context: Asked, listing: Listing = LISTING) -> Asked:
    page_cases.judge_pages(cast("Context", context), listing)
    return context


def found(context: Asked, identity: str) -> Any:
    return pages.find(cast("Context", context), LISTING, identity)


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("count", [2, 3, 13, 100, 101, 250])
def test_sound_list_holds_every_statement(asked: Callable[[Look], Asked], count: int, *, total: bool) -> None:
    context = judged(asked(still(count, total=total)))
    assert context.broken == []
    assert {"1.6.2/pages-complete", "1.6.2/page-size", "1.6.2/page-told"} <= context.held


@pytest.mark.parametrize("count", [0, 1])
def test_list_without_two_records_shows_nothing(asked: Callable[[Look], Asked], count: int) -> None:
    with pytest.raises(Inconclusive, match="fewer than two"):
        judged(asked(still(count)))


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (lambda number, size: shown([f"r{n}" for n in range(13)], 0, size, 13) | {"pageNo": number}, "pages-complete"),
        (
            lambda number, size: shown([f"r{n}" for n in range(13) if size > 13 or n != 5], number, size, 13),
            "pages-complete",
        ),
        (lambda number, size: shown([f"r{n}" for n in range(13)], number, size, 12), "total"),
        (
            lambda number, size: shown([f"r{n}" for n in range(13)], number, size + 1, 13) | {"pageSize": size},
            "page-size",
        ),
        (
            lambda number, size: shown([f"r{n}" for n in range(13)], number, size, 13) | {"pageNo": number + 1},
            "page-told",
        ),
    ],
    ids=["every page the first", "a record lost", "a wrong total", "pages too long", "another number told"],
)
def test_wrong_list_breaks_the_statement(asked: Callable[[Look], Asked], wrong: Look, rule: str) -> None:
    assert f"1.6.2/{rule}" in judged(asked(wrong)).broken


def test_list_that_moves_is_not_blamed(asked: Callable[[Look], Asked]) -> None:
    records = [f"r{number}" for number in range(13)]

    def moving(number: int, size: int) -> Any:
        records.insert(0, f"new{len(records)}")
        return shown(records, number, size, len(records))

    context = asked(moving)
    with pytest.raises(Inconclusive, match="other people"):
        judged(context)
    assert context.broken == []


def test_records_that_go_from_a_list_without_a_total_are_not_lost(asked: Callable[[Look], Asked]) -> None:
    records = [f"r{number}" for number in range(13)]

    def shrinking(number: int, size: int) -> Any:
        answer = shown(records, number, size, None)
        if size > 10:
            del records[9:]
        return answer

    assert judged(asked(shrinking)).broken == []


@pytest.mark.parametrize("told", ["13", 13, None])
def test_numbers_may_be_texts_or_absent(asked: Callable[[Look], Asked], told: Any) -> None:
    listed = still(13)
    assert (
        judged(asked(lambda number, size: listed(number, size) | {"totalCount": told, "pageNo": str(number)})).broken
        == []
    )


def test_page_size_may_be_that_of_the_page_where_an_erratum_says_so(asked: Callable[[Look], Asked]) -> None:
    listed = still(13)

    def of_page(number: int, size: int) -> Any:
        answer = listed(number, size)
        return answer | {"pageSize": len(answer["data"])}

    assert judged(asked(of_page), replace(LISTING, of_page=True)).broken == []
    assert "1.6.2/page-told" in judged(asked(of_page)).broken


def test_record_is_found_at_either_end_first(asked: Callable[[Look], Asked]) -> None:
    context = asked(still(950))
    assert found(context, "r949") == {"id": "r949"}
    assert [number for number, _ in context.asked] == [0, 9]
    assert found(context, "none") is None
    assert sorted(number for number, _ in context.asked[2:]) == list(range(10))


def test_list_without_a_total_is_searched_to_its_end(asked: Callable[[Look], Asked]) -> None:
    context = asked(still(250, total=False))
    assert found(context, "r249") == {"id": "r249"}
    assert found(context, "none") is None
    assert len(context.asked) == 3 + 4


@pytest.mark.parametrize("total", [True, False])
def test_long_list_is_not_blamed_for_what_was_not_read(asked: Callable[[Look], Asked], *, total: bool) -> None:
    with pytest.raises(Inconclusive, match="do not hold"):
        found(asked(still(100_000, total=total)), "r50000")

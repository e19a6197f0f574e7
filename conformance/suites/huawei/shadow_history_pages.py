"""1.6.4 查询设备影子历史数据: the pages of a history. The device is the case's own, so its history stands still."""

from __future__ import annotations

import json
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.shadow_records import CALLS, History

WRITTEN: Final = (31, 32, 33, 34, 35)
SIZE: Final = 2
DEFAULT_SIZE: Final = 25


def _prepared(context: Context, values: tuple[int, ...]) -> tuple[History, list[dict[str, Any]]]:
    """Return a history that holds as many records as values were set, and the records.

    Raises:
        Inconclusive: it does not; huawei/shadow-history/records is about that.
    """
    history = History.of(context)
    history.write(*values)
    records = history.settled()
    if len(records) != len(values):
        raise Inconclusive(f"{len(values)} configurations were set, and the history shows {len(records)} records")
    return history, records


def _page(history: History, **query: Any) -> tuple[Answer, list[dict[str, Any]]]:
    """Return a page and its records.

    Raises:
        Stop: it was not served; the finding is recorded.
    """
    answer = history.setting.context.succeed(
        "shadow-history", deviceId=history.device, gatewayId=history.device, **query
    )
    return answer, history.records(answer)


def _number(shown: Any) -> Any:
    """Return a count as a number (erratum counts-as-text: it may be a text of digits)."""
    return int(shown) if isinstance(shown, str) and shown.isdecimal() else shown


def _known(records: list[dict[str, Any]]) -> list[str]:
    """Return records as texts, sorted: by these they are known again."""
    return sorted(json.dumps(each, sort_keys=True) for each in records)


@case(
    "huawei/shadow-history/pages",
    requirements=["1.6.4/pages", "1.6.4/page-size", "1.6.4/page-told", "1.6.4/total-count"],
    calls=CALLS,
)
def pages_hold_every_record_once(context: Context) -> None:
    """Five records come once each on pages of two; pages tell their number, their size and the number of records."""
    history, records = _prepared(context, WRITTEN)
    collected: list[dict[str, Any]] = []
    for number in range(-(-len(WRITTEN) // SIZE)):
        answer, page = _page(history, pageNo=number, pageSize=SIZE)
        fits = len(page) <= SIZE
        context.check("1.6.4/page-size", fits, expected=f"at most {SIZE} records", actual=f"{len(page)} records")
        for member, asked in (("pageNo", number), ("pageSize", SIZE)):
            shown = answer.at(f"/{member}")
            if shown is not None and (member == "pageNo" or len(page) == SIZE):
                holds = _number(shown) == asked
                context.check("1.6.4/page-told", holds, expected=asked, actual=shown, pointer=f"/{member}")
        total = answer.at("/totalCount")
        if total is not None:
            accepted = {len(WRITTEN), len(page)}
            expected = f"{len(WRITTEN)} records in all, or {len(page)} on this page"
            context.check(
                "1.6.4/total-count", _number(total) in accepted, expected=expected, actual=total, pointer="/totalCount"
            )
        collected += page
    context.check(
        "1.6.4/pages",
        _known(collected) == _known(records),
        expected=f"the {len(WRITTEN)} records of the whole history, each once",
        actual=f"{len(collected)} records: {history.values(collected)}",
    )


@case("huawei/shadow-history/first-page-default", requirements=["1.6.4/first-page-default"], calls=CALLS)
def without_page_number_the_first_page_is_given(context: Context) -> None:
    """Without pageNo the history gives what page 0 gives, and that is not empty."""
    history, _ = _prepared(context, WRITTEN)
    _, first = _page(history, pageNo=0, pageSize=SIZE)
    _, given = _page(history, pageSize=SIZE)
    holds = bool(first) and _known(first) == _known(given)
    expected = f"the records of page 0: {history.values(first)}"
    context.check("1.6.4/first-page-default", holds, expected=expected, actual=history.values(given))


@case("huawei/shadow-history/page-size-default", requirements=["1.6.4/page-size-default"], calls=CALLS)
def without_page_size_a_page_has_25_records(context: Context) -> None:
    """Of 26 records a page has 25 where no size is asked for."""
    history, _ = _prepared(context, tuple(30 + number % 10 for number in range(DEFAULT_SIZE + 1)))
    _, page = _page(history)
    context.equal("1.6.4/page-size-default", len(page), DEFAULT_SIZE, note="records on the page")

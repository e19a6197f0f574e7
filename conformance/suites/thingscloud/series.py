"""设备数据 / 读取设备属性历史数据: the pages of a history.

One case writes a history that is longer than a default page and looks at it in every way that the document describes:
each write costs a call, and on a live platform a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Stop
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.objects import Made
from conformance.suites.thingscloud.attributes import items_of, names, values, write
from conformance.suites.thingscloud.readback import milliseconds
from conformance.suites.waiting import eventually, observe

WRITES: Final = 25
"""More than the default page of 20, and no multiple of the smaller pages."""
SMALL: Final = 10
DEFAULT: Final = 20
LARGEST: Final = 100
CALLS: Final = ("device-create", "cloud-attributes-update", "attribute-series", "device-delete")


class History:
    """The history of one attribute of one device that the case writes."""

    def __init__(self, context: Context, device: Made, identifier: str) -> None:
        self.context, self.device, self.identifier = context, device, identifier

    def page(self, **query: Any) -> Answer:
        """Return a page.

        Raises:
            Stop: it was not served; the finding is recorded.
        """
        return self.context.succeed("attribute-series", device_id=self.device.id, identifier=self.identifier, **query)

    def settled(self, given: Sequence[Any]) -> Answer | None:
        """Ask for the largest page until it holds what was written; None where what was written is on no page.

        Where the largest page is too small, the default pages are looked at too: then the page is wrong and not the history.
        """
        seen: list[Answer] = []

        def look() -> bool:
            seen[:] = [self.page(page_records=LARGEST)]
            return all(value in values(seen[0].at("/info")) for value in given)

        if eventually(self.context, look):
            return seen[0]
        shown = values(seen[0].at("/info"))
        for number in (1, 2, 3):
            shown += values(self.page(page=number, page_records=SMALL).at("/info"))
        return seen[0] if all(value in shown for value in given) else None


@case(
    "thingscloud/attribute-series/paging",
    requirements=[
        "cloud-attributes-update/in-series",
        "attribute-series/page-default",
        "attribute-series/page-records",
        "attribute-series/page-records-default",
        "attribute-series/pages-complete",
        "attribute-series/back-from-now",
        "attribute-series/order",
    ],
    calls=CALLS,
    examples=8,
)
def history_is_paged_back_from_now(context: Context) -> None:
    """A history of 25 records is paged by 1, 10, the default 20 and 100: complete, in order, the newest first page first."""
    device = context.make("device")
    history = History(context, device, names(context)[0])
    given = [number + 0.5 for number in range(WRITES)]
    for value in given:
        write(context, device, {history.identifier: value})
    largest = history.settled(given)
    in_series = "cloud-attributes-update/in-series"
    expected = f"the {WRITES} values that were written"
    if not context.check(in_series, largest is not None, expected=expected, actual="some are on no page"):
        raise Stop
    assert largest is not None
    records = max(WRITES, len(items_of(largest.at("/info"))))
    default = history.page()
    smallest = history.page(page=1, page_records=1)
    small = [history.page(page=number, page_records=SMALL) for number in range(1, -(-records // SMALL) + 1)]
    for answer, size in [(smallest, 1), (small[0], SMALL), (largest, LARGEST)]:
        _holds(context, "attribute-series/page-records", answer, min(size, records))
    _holds(context, "attribute-series/page-records-default", default, min(DEFAULT, records))
    first = history.page(page=1)
    context.equal("attribute-series/page-default", default.at("/info"), first.at("/info"), pointer="/info")
    _complete(context, small, given)
    for answer in (smallest, small[0], default):
        _newest(context, answer, [*small, largest])
    for answer in (largest, default, *small):
        judge_order(context, answer)


def _holds(context: Context, requirement: str, answer: Answer, expected: int) -> None:
    actual = len(items_of(answer.at("/info")))
    context.equal(requirement, actual, expected, pointer="/info", answer=answer, note="number of records")


def _complete(context: Context, pages: Sequence[Answer], given: Sequence[Any]) -> None:
    """Check that pages one after another hold every value once; all values that were written differ."""
    seen = [value for answer in pages for value in values(answer.at("/info"))]
    lost = [value for value in given if value not in seen]
    repeated = [value for value in given if seen.count(value) > 1]
    context.check(
        "attribute-series/pages-complete",
        not lost and not repeated,
        expected=f"each of the {len(given)} values once on {len(pages)} pages",
        actual=f"lost: {lost}; repeated: {repeated}",
        answer=pages[-1],
    )


def times(answer: Answer) -> list[float]:
    """Return the times of a page's records, in ms."""
    found = (milliseconds(record.get("ts")) for record in items_of(answer.at("/info")))
    return [each for each in found if each is not None]


def _newest(context: Context, answer: Answer, others: Sequence[Answer]) -> None:
    """Check that no record on any page is newer than those of the first page, beyond as many as fit on it."""
    page = times(answer)
    known: dict[str, float] = {}
    for each in others:
        known.update(zip(map(repr, values(each.at("/info"))), times(each), strict=False))
    newest = sorted(known.values(), reverse=True)[: len(page)]
    holds = bool(page) and sorted(page, reverse=True) == newest
    context.check(
        "attribute-series/back-from-now",
        holds,
        expected=f"the {len(page)} newest records, from {_span(newest)}",
        actual=f"records from {_span(page)}",
        pointer="/info",
        answer=answer,
    )


def _span(found: Sequence[float]) -> str:
    return f"{min(found):.0f} to {max(found):.0f} ms" if found else "no time"


def judge_order(context: Context, answer: Answer) -> None:
    """Check that a page runs in one direction of time (erratum series-order: either)."""
    page = times(answer)
    falls = all(one >= other for one, other in pairwise(page))
    rises = all(one <= other for one, other in pairwise(page))
    readings = context.contract.errata["series-order"].readings
    expected = " Or: ".join(reading.text for reading in readings)
    context.check(
        "attribute-series/order", falls or rises, expected=expected, actual=f"{page}", pointer="/info", answer=answer
    )


@case(
    "thingscloud/attribute-series/only-asked",
    requirements=["attribute-series/only-asked"],
    calls=CALLS,
)
def history_holds_the_asked_attribute_of_the_asked_device(context: Context) -> None:
    """The history holds nothing of another attribute or another device, and names one attribute throughout."""
    one, two = names(context)
    device, other = context.make("device"), context.make("device")
    own, strange = [11.25, 12.25], [21.75, 31.75]
    write(context, other, {one: strange[0]})
    for value in own:
        write(context, device, {one: value, two: strange[1]})
    answer = observe(
        context,
        "attribute-series",
        lambda info: all(value in values(info) for value in own),
        device_id=device.id,
        identifier=one,
    )
    shown = items_of(answer.at("/info"))
    foreign = [record.get("value") for record in shown if record.get("value") in strange]
    expected, actual = f"no records of {two} or of another device", f"records with {foreign}"
    context.check("attribute-series/only-asked", not foreign, expected=expected, actual=actual, pointer="/info")
    _named_alike(context, shown)


def _named_alike(context: Context, records: Sequence[Mapping[str, Any]]) -> None:
    """Check that all records bear the same name (erratum series-name: whichever)."""
    given = sorted({str(record["name"]) for record in records if record.get("name") is not None})
    context.check(
        "attribute-series/only-asked",
        len(given) <= 1,
        expected="the same name in every record",
        actual=f"{given}",
        pointer="/info",
    )


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

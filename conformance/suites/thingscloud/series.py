"""设备数据 / 读取设备属性历史数据: the pages of a history.

One case writes a history that is longer than a default page and looks at it in every way that the document describes:
each write costs a call, and on a live platform a second. A history that keeps fewer records than there were updates, one a
second for instance, breaks no sentence: what is there is judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive, Stop
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

    def settled(self, given: Sequence[Any]) -> tuple[Answer, list[Any]]:
        """Ask for the largest page until it holds what was written; return it, and what of that is on any page.

        Where the largest page lacks something, small pages are looked at too: it may be the page that is wrong.
        """
        seen: list[Answer] = []

        def look() -> bool:
            seen[:] = [self.page(page_records=LARGEST)]
            return all(value in values(seen[0].at("/info")) for value in given)

        shown: list[Any] = []
        if not eventually(self.context, look):
            for number in (1, 2, 3):
                shown += values(self.page(page=number, page_records=SMALL).at("/info"))
        shown += values(seen[0].at("/info"))
        return seen[0], [value for value in given if value in shown]


@case(
    "thingscloud/attribute-series/paging",
    requirements=[
        "cloud-attributes-update/in-series",
        "cloud-attributes-update/each-in-series",
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
    """The history of 25 updates is paged by 1, 10, the default 20 and 100: complete, in order, the newest first page first."""
    device = context.make("device")
    history = History(context, device, names(context)[0])
    given = [number + 0.5 for number in range(WRITES)]
    for value in given:
        write(context, device, {history.identifier: value})
    largest, there = history.settled(given)
    _is_recorded(context, given, there, largest)
    records = max(len(there), len(items_of(largest.at("/info"))))
    default = history.page()
    smallest = history.page(page=1, page_records=1)
    small = [history.page(page=number, page_records=SMALL) for number in range(1, -(-records // SMALL) + 1)]
    for answer, size in [(smallest, 1), (small[0], SMALL), (largest, LARGEST)]:
        _holds(context, "attribute-series/page-records", answer, min(size, records))
    _holds(context, "attribute-series/page-records-default", default, min(DEFAULT, records))
    first = history.page(page=1)
    context.equal("attribute-series/page-default", default.at("/info"), first.at("/info"), pointer="/info")
    _complete(context, small, there)
    for answer in (smallest, small[0], default):
        _newest(context, answer, [*small, largest])
    for answer in (largest, default, *small):
        judge_order(context, answer)
    if records <= DEFAULT:
        raise Inconclusive(
            f"of {WRITES} updates the history kept {records}: too few to show how long a default page is"
        )


def _is_recorded(context: Context, given: Sequence[Any], there: Sequence[Any], answer: Answer) -> None:
    """Check that the newest value is in the history, and as far as that is asked for each of the others.

    Raises:
        Stop: the newest is not there, so that no page can be judged by it; the finding is recorded.
    """
    actual = f"{len(there)} of the {len(given)} values that were written"
    for requirement, wanted in (("in-series", given[-1:]), ("each-in-series", given[:-1])):
        holds = all(value in there for value in wanted)
        expected = f"on a page: {', '.join(map(str, wanted))}"
        found = context.check(
            f"cloud-attributes-update/{requirement}",
            holds,
            expected=expected,
            actual=actual,
            pointer="/info",
            answer=answer,
        )
        if not found and requirement == "in-series":
            raise Stop


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

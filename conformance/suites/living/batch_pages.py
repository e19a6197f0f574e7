"""Paging through a batch of devices: every page, what the pages say together, and what is wrong with it.

A batch does not change once it is whole, but on a live platform it may become whole late: what is wrong is looked at again
until the ingest delay is over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive, Stop
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.living.batches import (
    View,
    device,
    entries,
    identity,
    miscounted,
    page,
    repeated,
    sub_devices,
    totals,
)
from conformance.suites.waiting import eventually

MAX_PAGES: Final = 12
"""Pages read at most per look: a quarter of a minute of a live platform."""
FAR: Final = 1000
"""Pages beyond the last: more than any batch has."""


@dataclass(frozen=True)
class Judgement:
    """One statement held against what was read."""

    purpose: str
    holds: bool
    expected: str
    actual: str


@dataclass
class Pages:
    """What the pages of a batch held when they were read one after another."""

    view: View
    size: int
    probe: list[dict[str, Any]] = field(default_factory=list)
    """The entries of the largest page, by which the size was chosen; a small batch stands on it whole."""
    whole: bool = True
    """Read to the end, and not cut at `MAX_PAGES`."""
    answers: list[Answer] = field(default_factory=list)
    """Pages that were asked for, but not the one after the last."""
    found: list[list[dict[str, Any]]] = field(default_factory=list)
    """The entries of each page."""

    @property
    def devices(self) -> list[dict[str, Any]]:
        """Devices (no sub-devices) in the order of the pages, each as often as it stands."""
        return [device(entry) for entries_ in self.found for entry in entries_]

    @property
    def distinct(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Devices and sub-devices, each once."""
        return {identity(each): each for found in self.found for each in _every(found)}

    @property
    def told(self) -> list[int]:
        """Totals that the pages tell."""
        return [value for answer in self.answers for value in totals(self.view, answer)]


def _every(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return devices and sub-devices of a page."""
    return [each for entry in found for each in (device(entry), *sub_devices(entry))]


def _asked(context: Context, view: View, batch: str, number: int, size: int) -> Answer:
    """Return a page; one beyond the first may be refused (erratum beyond-last-page).

    Raises:
        Stop: it was not served; the finding is recorded.
    """
    answer = page(context, view, batch, number, size)
    gone = number > 1 and says(context.contract, answer) is Says.NO
    if not gone and not context.served(context.operation(view.subject), answer):
        raise Stop
    return answer


def read(context: Context, view: View, batch: str) -> Pages:
    """Read a batch in about three pages, until a page holds nothing new.

    Raises:
        Stop: a page was not served; the finding is recorded.
    """
    first = page(context, view, batch)
    known = max([len(entries(view, first)), *totals(view, first)])
    pages = Pages(view, max(1, min(view.most, -(-known // 3))), entries(view, first))
    seen: set[tuple[str, str]] = set()
    for number in range(1, MAX_PAGES + 1):
        answer = _asked(context, view, batch, number, pages.size)
        found = entries(view, answer)
        news = {identity(device(entry)) for entry in found} - seen
        if number > 1 and not news:
            # A page that only repeats belongs to the evidence unless everything was shown before.
            if found and len(seen) < known:
                pages.answers.append(answer)
                pages.found.append(found)
            return pages
        seen |= news
        pages.answers.append(answer)
        pages.found.append(found)
    pages.whole = len(seen) >= known
    return pages


def judgements(pages: Pages) -> list[Judgement]:
    """Hold what the document says of pages, totals and devices against what was read."""
    lengths = [len(found) for found in pages.found]
    ids = [identity(each) for each in pages.devices]
    twice, every = repeated(ids), list(pages.distinct.values())
    count, told = len(set(ids)), pages.told
    lost = bool(told) and pages.whole and count < max(told)
    names, iot_ids = (
        repeated(each.get(member) for each in every) or repeated(each.get(member) for each in _every(pages.probe))
        for member in ("deviceName", "iotId")
    )
    # Within a page an entry that stands twice is a device that stands twice; between pages it is a page's fault.
    names += [name for found in pages.found for name, _ in repeated(identity(each) for each in _every(found))]
    secrets = len(repeated(each.get("deviceSecret") for each in every))
    full = all(length == pages.size for length in lengths[:-1])
    result = [
        Judgement("first-page", lengths[0] > 0, "devices on page 1", "none on page 1"),
        Judgement(
            "page-size",
            full and max(lengths) <= pages.size,
            f"{pages.size} on each page but the last, and never more",
            f"pages of {lengths}",
        ),
        Judgement(
            "pages-complete",
            not twice and not lost,
            f"each of {max(told, default=count)} devices once",
            f"{count} devices; more than once: {[name for name, _ in twice[:5]]}",
        ),
        Judgement(
            "devices-distinct",
            not names and not iot_ids,
            "no deviceName and no iotId twice",
            f"twice: {(names + iot_ids)[:5]}",
        ),
        Judgement("secrets-distinct", not secrets, "no deviceSecret twice", f"{secrets} secrets stand more than once"),
    ]
    if pages.view.nested:
        wrong = [each for found in pages.found for each in miscounted(found)]
        expected = "as many certificates of sub-devices as ipcNum says"
        result.append(Judgement("ipc-num", not wrong, expected, f"{wrong[:5]}"))
    if told:
        right = len(set(told)) == 1 and (told[0] == count or (not pages.whole and told[0] > count))
        result.append(Judgement("total", right, f"{count} on every page", f"{sorted(set(told))}"))
    return result


def judge_pages(context: Context, view: View, batch: str) -> Pages:
    """Read a batch until all is right or the ingest delay is over; record a finding per statement.

    Raises:
        Stop: a page was not served; the finding is recorded.
        Inconclusive: the batch is empty.
    """
    last: list[Pages] = []

    def look() -> bool:
        last[:] = [read(context, view, batch)]
        return bool(last[0].devices) and all(each.holds for each in judgements(last[0]))

    eventually(context, look)
    pages = last[0]
    if not pages.devices and not any(pages.told):
        raise Inconclusive("the batch holds no device: nothing can be told of its pages")
    for each in judgements(pages):
        context.check(
            f"{view.subject}/{each.purpose}",
            each.holds,
            expected=each.expected,
            actual=each.actual,
            pointer=view.items,
            answer=pages.answers[0],
        )
    return pages


def conclude(pages: Pages) -> None:
    """Say what could not be seen, once everything else is judged.

    Raises:
        Inconclusive: no page tells the total, or the batch has more pages than are read.
    """
    if not pages.whole:
        raise Inconclusive(f"the batch has more than the {MAX_PAGES} pages that are read")
    if not pages.told:
        raise Inconclusive("no page tells how many devices the batch has")


def judge_repeated(context: Context, view: View, batch: str) -> None:
    """Check that a page asked for twice shows the same devices with the same secrets, in whatever order.

    Raises:
        Stop: a page was not served; the finding is recorded.
        Inconclusive: the batch is empty.
    """
    seen: list[dict[tuple[str, str], Any]] = [{}, {}]

    def look() -> bool:
        for index in range(2):
            found = entries(view, _asked(context, view, batch, 1, 2))
            seen[index] = {identity(each): each.get("deviceSecret") for each in _every(found)}
        return bool(seen[0]) and seen[0] == seen[1]

    same = eventually(context, look)
    if not seen[0] and not seen[1]:
        raise Inconclusive("the batch holds no device: nothing can be compared")
    other = "other secrets" if seen[0].keys() == seen[1].keys() else "other devices"
    context.check(f"{view.subject}/repeatable", same, expected="the same devices and secrets", actual=other)

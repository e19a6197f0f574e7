"""Reading the device list page by page, while other people may change it.

Pages are read one after another, so a list that moves meanwhile can lose or repeat a device without anybody's fault: what is
wrong is looked at again, and blamed only where the list stood still.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive, Stop
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.neuroncloud.answers import eui, records
from conformance.suites.waiting import eventually

LIST: Final = "device-list"
MAX_PAGES: Final = 12
"""Pages read at most per look: a quarter of a minute of a live platform."""
LARGE: Final = 100
"""Devices on a page where one or few pages are wanted; the document names no largest size."""


@dataclass
class Listing:
    """What the pages held when they were read one after another."""

    size: int
    answers: list[Answer] = field(default_factory=list)
    pages: list[list[dict[str, Any]]] = field(default_factory=list)
    """The devices of each page that held any."""
    whole: bool = True
    """Read to the end, and not cut at `MAX_PAGES`."""
    steady: bool = True
    """Whether all pages were the same when they were read once more."""

    @property
    def devices(self) -> list[dict[str, Any]]:
        """The devices in the order of the pages, each as often as it stands."""
        return [device for page in self.pages for device in page]

    @property
    def count(self) -> Counter[str]:
        """How often each device stands on the pages."""
        return Counter(map(identity, self.devices))

    @property
    def order(self) -> list[tuple[Any, list[str]]]:
        """The total and the devices of each page, in their order."""
        totals = (answer.at("/data/total") for answer in self.answers)
        return [(total, list(map(identity, page))) for total, page in zip(totals, self.pages, strict=True)]

    @property
    def total(self) -> int | None:
        """The total that the first page told."""
        told = self.answers[0].at("/data/total")
        return told if isinstance(told, int) and not isinstance(told, bool) else None


def identity(device: dict[str, Any]) -> str:
    """Return what a device is known by: what is shown of it, but for what changes by itself."""
    return json.dumps({name: value for name, value in device.items() if name != "isOnline"}, sort_keys=True)


def names(devices: list[dict[str, Any]], most: int = 5) -> str:
    """Return the names of devices as one text, cut to the first few."""
    every = [str(each.get("name")) for each in devices]
    return (", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "")) or "none"


def page(context: Context, number: int, size: int, **filters: Any) -> Answer:
    """Ask for a page, the first one having number 0 here; what the answer says is the caller's to judge."""
    first = int(context.pixit("first_page"))
    return context.send(context.draft(LIST, bind=False, current=first + number, size=size, **filters))


def read(context: Context, size: int = LARGE, **filters: Any) -> Listing:
    """Read the list to its end: a page that is not full, that is empty or refused (erratum beyond-last-page), or repeats.

    Raises:
        Stop: the first page was not served; the finding is recorded.
    """
    listing = Listing(size)
    for number in range(MAX_PAGES):
        answer = page(context, number, size, **filters)
        if number == 0 and not context.served(context.operation(LIST), answer):
            raise Stop
        found = records(answer) if says(context.contract, answer) is Says.YES else []
        if not found and number:
            break
        listing.answers.append(answer)
        listing.pages.append(found)
        # A page that repeats the one before would go on without end; what it means is judged by the counts.
        if not found or len(found) < size or (number and found == listing.pages[-2]):
            break
    else:
        listing.whole = False
    return listing


def settled(context: Context, sound: Callable[[Listing], bool], size: int = LARGE, **filters: Any) -> Listing:
    """Read the list until it is as expected or the ingest delay is over, at least twice; tell whether it stood still.

    Raises:
        Stop: the first page was not served; the finding is recorded.
    """
    last: list[Listing] = []

    def look() -> bool:
        last[:] = [read(context, size, **filters)]
        return sound(last[0])

    if not eventually(context, look, at_least=2):
        last[0].steady = last[0].order == read(context, size, **filters).order
    return last[0]


def every_device(context: Context) -> Listing:
    """Return the whole list without filter.

    Raises:
        Stop: it was not served; the finding is recorded.
        Inconclusive: it is longer than is read, or empty.
    """
    listing = read(context)
    if not listing.whole:
        raise Inconclusive(f"the tenant has more than {MAX_PAGES * LARGE} devices, and not all of them are read")
    if not listing.devices:
        raise Inconclusive("the tenant has no device")
    return listing


def need_names(devices: list[dict[str, Any]]) -> None:
    """Give up where devices are shown without that by which they could be told: no member of an answer is required.

    Raises:
        Inconclusive: none of them has a name or an identifier.
    """
    if devices and not any(each.get("name") or eui(each) for each in devices):
        raise Inconclusive("the list shows neither name nor devEUI of its devices, so they cannot be told apart")


def with_eui(devices: list[dict[str, Any]], wanted: Any) -> list[dict[str, Any]]:
    """Return the devices of that devEui."""
    return [each for each in devices if eui(each) == wanted]

"""Batches of produced devices as the certificate lists show them: which page to ask for, and what an answer holds.

Both lists (certificates, and NVR devices with their sub-devices) are read by the same functions; a `View` tells how they
differ. Secrets are compared and counted here and never put into a text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Stop
from conformance.suites.context import Context
from conformance.suites.judge import Says, exchange, says
from conformance.suites.waiting import eventually

UNKNOWN_BATCH: Final = "9" * 18
"""A batch number that no platform has come to, and that fits into 64 bits."""


@dataclass(frozen=True)
class View:
    """How a list of certificates is asked for and read."""

    subject: str
    number: str
    """The parameter with the batch number."""
    items: str
    """Where the entries of a page stand."""
    totals: tuple[str, ...]
    """Where the number of all entries stands."""
    most: int
    """Entries on the largest page that the document allows."""
    product: str | None = None
    """Kind of the product that must be named besides the batch."""
    nested: bool = False
    """Whether a device has sub-devices, with certificates of their own."""


CERTIFICATES: Final = View("certificate-list", "applyId", "/data/items", ("/data/totalNum",), 200)
NVR: Final = View(
    "nvr-certificate-list",
    "batchId",
    "/data/NvrDeviceCertList",
    ("/data/total", "/data/totalNum"),
    20,
    "nvr-product",
    nested=True,
)


def page(
    context: Context, view: View, batch: str, number: int = 1, size: int | None = None, *, product: str | None = None
) -> Answer:
    """Ask for a page (unset: of the largest size); what the answer says is the caller's to judge."""
    draft = context.draft(view.subject, full=True, bind=False)
    draft.set(("params", view.number), batch)
    draft.set(("params", "pageNo"), number)
    draft.set(("params", "pageSize"), view.most if size is None else size)
    if view.product:
        draft.set(("params", "productKey"), product or context.have(view.product).id)
    return context.send(draft)


def entries(view: View, answer: Answer) -> list[dict[str, Any]]:
    """Return the entries of a page; none where there is no list."""
    found = answer.at(view.items)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def device(entry: dict[str, Any]) -> dict[str, Any]:
    """Return what identifies the device of an entry: the entry itself, of an NVR device its own certificate."""
    own = entry.get("nvrDeviceCertInfo", entry)
    return own if isinstance(own, dict) else {}


def sub_devices(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the certificates of the sub-devices of an entry."""
    found = entry.get("subDeviceCertList")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def miscounted(found: list[dict[str, Any]]) -> list[str]:
    """Return the entries with other than as many sub-devices as they say, where both are shown; each in a few words."""
    both = (each for each in found if None not in (each.get("ipcNum"), each.get("subDeviceCertList")))
    told = [(entry["ipcNum"], len(sub_devices(entry))) for entry in both]
    return [f"{number} with {subs} certificates" for number, subs in told if number != subs]


def is_whole(found: list[dict[str, Any]], amount: int) -> bool:
    """Tell whether a small batch shows all of its devices, and what sub-devices it shows at all."""
    subs = [entry for entry in found if entry.get("subDeviceCertList") is not None]
    return len(found) == amount and all(map(sub_devices, subs)) and not miscounted(found)


def identity(one: dict[str, Any]) -> tuple[str, str]:
    """Return what a device is known by: deviceName and iotId."""
    return str(one.get("deviceName")), str(one.get("iotId"))


def totals(view: View, answer: Answer) -> list[int]:
    """Return the numbers of all entries that a page tells."""
    return [value for value in map(answer.at, view.totals) if isinstance(value, int) and not isinstance(value, bool)]


def repeated(values: Iterable[Any]) -> list[Any]:
    """Return what stands more than once among the values that are there."""
    return sorted(value for value, count in Counter(each for each in values if each is not None).items() if count > 1)


def number_of(answer: Answer) -> str | None:
    """Return the batch number that a production answers (erratum batch-answer), None where there is none."""
    found = (answer.at("/data"), answer.at("/data/batchId"))
    return next((each for each in found if isinstance(each, str) and each), None)


def numbered(context: Context, subject: str, answer: Answer, requirement: str | None = None) -> str:
    """Return the batch number of a production that must be served.

    Raises:
        Stop: it was not served, or gave no number; the finding is recorded.
    """
    operation = context.operation(subject)
    if not context.served(operation, answer, requirement):
        raise Stop
    number = number_of(answer)
    success = requirement or operation.requirement("success")
    if number is None:
        context.check(success, False, expected="a batch number", actual="none", pointer="/data", answer=answer)
        raise Stop
    return number


def produce(context: Context, subject: str, product: str, amount: int) -> Answer:
    """Ask for so many devices of a product; what the answer says is the caller's to judge."""
    draft = context.draft(subject, full=True, bind=False)
    draft.set(("params", "productKey"), product)
    draft.set(("params", "amount"), amount)
    return context.send(draft)


def upload(context: Context, product: str, names: list[str]) -> Answer:
    """Upload device names for a product; what the answer says is the caller's to judge."""
    draft = context.draft("device-names-upload", full=True, bind=False)
    draft.set(("params", "productKey"), product)
    draft.set(("params", "deviceNames"), names)
    return context.send(draft)


def produce_named(context: Context, product: str, batch: str) -> Answer:
    """Ask for the devices of a batch of names; what the answer says is the caller's to judge."""
    draft = context.draft("named-devices-generate", full=True, bind=False)
    draft.set(("params", "productKey"), product)
    draft.set(("params", "batchId"), batch)
    return context.send(draft)


def download(context: Context, view: View, batch: str, amount: int, requirement: str) -> list[dict[str, Any]]:
    """Return the entries of a small batch, asked for until it is whole or the ingest delay is over.

    Raises:
        Stop: page 1 is empty: a finding on `first-page` of the list where a total tells that the batch is not, else on
            `requirement`.
    """
    seen: list[Answer] = []

    def look() -> bool:
        seen[:] = [page(context, view, batch)]
        return is_whole(entries(view, seen[0]), amount)

    eventually(context, look)
    found = entries(view, seen[0])
    told = max(totals(view, seen[0]), default=0)
    if found or told:
        first = f"{view.subject}/first-page"
        shown = f"none, and a total of {told}"
        if not context.check(first, bool(found), expected="devices on page 1", actual=shown, pointer=view.items):
            raise Stop
    holds = says(context.contract, seen[0]) is Says.YES and bool(found)
    shown = "an empty list" if says(context.contract, seen[0]) is Says.YES else seen[0].describe()
    if not context.check(
        requirement, holds, expected="the certificates of the batch", actual=shown, pointer=view.items, answer=seen[0]
    ):
        raise Stop
    return found


def agrees(context: Context, requirement: str, answer: Answer, erratum: str) -> bool:
    """Check that an answer is a refusal, or one of the readings that the erratum accepts."""
    readings = context.contract.errata[erratum].readings
    refused = says(context.contract, answer) is Says.NO
    holds = refused or any(reading.schema.is_valid(exchange(answer)) for reading in readings)
    expected = " or ".join(reading.text for reading in readings)
    # What is served may hold secrets: it is counted, not shown.
    shown = max(len(entries(view, answer)) for view in (CERTIFICATES, NVR))
    actual = f"served with {shown} devices" if says(context.contract, answer) is Says.YES else answer.describe()
    return context.check(requirement, holds, expected=expected, actual=actual, answer=answer)


def makes_nothing(context: Context, requirement: str, answer: Answer) -> bool:
    """Check that a call which cannot produce is refused, or answered without a batch number."""
    if says(context.contract, answer) is Says.YES and number_of(answer) is None:
        return context.check(requirement, True, answer=answer)
    return context.refused(requirement, answer, what="a refusal, and no batch number")


def unknown_product(context: Context, kind: str) -> str:
    """Return a productKey of the length and alphabet of a real one that no product has."""
    key = context.have(kind).id
    return key[:2] + "".join("0" if character != "0" else "1" for character in key[2:])

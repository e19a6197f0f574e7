"""Device List Query: pages that hold every device once, and what stands on them. The filters stand in `list_filters`."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.checks import json_equal
from conformance.suites.context import Context
from conformance.suites.neuroncloud.answers import eui, point_names, records, shows_nothing
from conformance.suites.neuroncloud.paging import (
    LARGE,
    LIST,
    Listing,
    every_device,
    identity,
    names,
    need_names,
    page,
    read,
    settled,
    with_eui,
)
from conformance.suites.unstated import tells

DETAILS: Final = "device-details"
FAR: Final = 1000
"""Pages beyond the first: with a large size more than any tenant has."""
SHARED: Final = ("name", "alias", "equModel", "location", "descriptions", "isIot", "buildingName")
"""Members that the list shows of a device as the details do; isOnline changes by itself, points are compared by name."""


def _sizes(devices: int) -> tuple[int, int]:
    """Return two page sizes with which so many devices stand on a few pages, the last of them not full if possible."""
    small = min(max(1, -(-devices // 3)), LARGE)
    return small, small + 1


def _counts_right(listing: Listing) -> bool:
    told = {answer.at("/data/total") for answer in listing.answers} - {None}
    right = not told or not listing.whole or told == {len(listing.devices)}
    return right and not _repeated(listing) and all(len(each) == listing.size for each in listing.pages[:-1])


def _repeated(listing: Listing) -> list[str]:
    """Return what stands more than once, of devices with an identifier: two others may look alike."""
    return [text for text, count in listing.count.items() if count > 1 and _has_eui(text)]


@case(
    "neuroncloud/device-list/pages",
    requirements=["device-list/current", "device-list/size", "device-list/total", "device-list/pages-complete"],
    calls=[LIST],
)
def pages_hold_every_device_once(context: Context) -> None:
    """Pages of two sizes hold the same devices, each once, as many as total and size say."""
    first = page(context, 0, LARGE)
    context.served(context.operation(LIST), first)
    told, found = first.at("/data/total"), records(first)
    need_names(found)
    sizes = _sizes(max(told if isinstance(told, int) else 0, len(found)))
    listings = [settled(context, _counts_right, size) for size in sizes]
    moved = listings[0].count != listings[1].count and read(context, sizes[0]).order != listings[0].order
    if moved or not all(each.steady for each in listings):
        raise Inconclusive("the list changed while it was read")
    for listing in listings:
        _judge_pages(context, listing)
    one, other = listings
    if one.whole and other.whole:
        more = one.count - other.count, other.count - one.count
        differing = sorted(set(more[0]) | set(more[1]))
        devices = [each for each in (*one.devices, *other.devices) if identity(each) in differing]
        context.check(
            "device-list/pages-complete",
            not differing,
            expected=f"the same devices on pages of {one.size} and of {other.size}",
            actual=f"{len(differing)} devices stand more often on one: {names(devices)}",
            answer=other.answers[0],
        )
    for each in (told, *(listing.total for listing in listings)):
        if each is None:
            raise Inconclusive("total is not shown, so not judged")


def _judge_pages(context: Context, listing: Listing) -> None:
    base = int(context.pixit("first_page"))
    for number, (answer, found) in enumerate(zip(listing.answers, listing.pages, strict=True)):
        current, size = answer.at("/data/current"), answer.at("/data/size")
        if current is not None:
            context.equal("device-list/current", current, base + number, pointer="/data/current", answer=answer)
        if size is not None:
            context.equal("device-list/size", size, listing.size, pointer="/data/size", answer=answer)
        last = number == len(listing.pages) - 1
        holds = len(found) <= listing.size if last else len(found) == listing.size
        expected = f"{'at most ' if last else ''}{listing.size} devices on page {base + number}"
        context.check("device-list/size", holds, expected=expected, actual=f"{len(found)}", answer=answer)
        total = answer.at("/data/total")
        if listing.whole and total is not None:
            # What the pages really hold tells whether the total is right, unless they lose or repeat a device.
            context.equal("device-list/total", total, len(listing.devices), pointer="/data/total", answer=answer)
    repeated = _repeated(listing)
    context.check(
        "device-list/pages-complete",
        not repeated,
        expected="no device twice",
        actual=f"{len(repeated)} devices stand more than once",
        answer=listing.answers[-1],
    )


def _has_eui(text: str) -> bool:
    """Tell whether a device is known by more than its looks: two that are no IoT devices may look alike."""
    return '"devEUI": "' in text or '"devEui": "' in text


@case("neuroncloud/device-list/beyond-last-page", requirements=["device-list/beyond-last-page"], calls=[LIST])
def page_beyond_the_last_shows_nothing(context: Context) -> None:
    """A page beyond the last shows no device, or is refused (erratum beyond-last-page)."""
    answer = page(context, FAR, 100)
    found = [each.get("name") for each in records(answer)]
    shows_nothing(context, "device-list/beyond-last-page", answer, found, f"page {FAR} of 100 devices each")


@case("neuroncloud/device-list/first-page", requirements=["device-list/first-page"], calls=[LIST])
def page_zero_is_answered(context: Context) -> None:
    """Page 0 is served or refused (erratum first-page)."""
    answer = context.send(context.draft(LIST, bind=False, current=0, size=1))
    tells(context, "device-list/first-page", answer, "page 0")


@case(
    "neuroncloud/device-list/all-devices",
    requirements=["device-list/all-devices", "device-list/dev-eui-unique"],
    calls=[LIST],
)
def list_holds_the_prepared_device(context: Context) -> None:
    """The list without filter holds the prepared device, and no devEUI stands at two devices."""
    devices = every_device(context).devices
    need_names(devices)
    bearers = defaultdict(set)
    for each in devices:
        if isinstance(eui(each), str) and eui(each):
            bearers[eui(each)].add(str(each.get("name")))
    shared = {identifier: sorted(found) for identifier, found in bearers.items() if len(found) > 1}
    context.check("device-list/dev-eui-unique", not shared, expected="one device for each", actual=f"{shared!r:.300}")
    for key, found in (
        ("equipment_name", {each.get("name") for each in devices}),
        ("dev_eui", {eui(each) for each in devices}),
    ):
        wanted = context.told(key)
        if found == {None}:
            raise Inconclusive(f"the list shows of no device what is told by [pixit] {key}")
        context.check(
            "device-list/all-devices", wanted in found, expected=f"{wanted} in the list", actual=names(devices)
        )


@case("neuroncloud/device-list/tenant-only", requirements=["device-list/tenant-only"], calls=[LIST])
def list_holds_no_device_of_another_tenant(context: Context) -> None:
    """The list holds no device of another tenant."""
    foreign = context.told("foreign_dev_eui")
    strangers = with_eui(every_device(context).devices, foreign)
    context.check("device-list/tenant-only", not strangers, expected=f"no device {foreign}", actual=names(strangers))


@case("neuroncloud/device-list/matches-details", requirements=["device-list/matches-details"], calls=[LIST, DETAILS])
def list_and_details_agree(context: Context) -> None:
    """What the list shows of a device is what its details show, as far as both show it."""
    wanted = context.have("device").id
    listed = with_eui(
        settled(context, lambda each: bool(with_eui(each.devices, wanted)), devEui=wanted).devices, wanted
    )
    if not listed:
        raise Inconclusive(f"the list does not show the device {wanted}")
    answer = context.succeed(DETAILS, devEui=wanted)
    shown = answer.at("/data")
    compared = 0
    for name in SHARED:
        left, right = listed[0].get(name), shown.get(name) if isinstance(shown, dict) else None
        if left is None or right is None:
            continue
        compared += 1
        holds = json_equal(left, right)
        context.check(
            "device-list/matches-details",
            holds,
            expected=right,
            actual=left,
            pointer=f"/data/records/0/{name}",
            note=name,
        )
    left, right = point_names(listed[0]), point_names(shown)
    if left is not None and right is not None:
        compared += 1
        same = sorted(left) == sorted(right)
        context.check("device-list/matches-details", same, expected=f"{right}", actual=f"{left}", note="points")
    if not compared:
        raise Inconclusive("list and details show no member in common")


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

"""设备管理 / 读取设备列表: paging, totals and filters."""

from __future__ import annotations

from typing import Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, exchange, says
from conformance.suites.thingscloud.device_changes import DESCR, prepared
from conformance.suites.thingscloud.devices import new_key
from conformance.suites.thingscloud.paging import MAX_PAGES, Listing, eventually_listed, ids_of, walk, walk_steadily
from conformance.suites.thingscloud.readback import compare, conclude, shows
from conformance.suites.waiting import eventually, observe

FAR: Final = 1000
"""Pages beyond the last: more than anybody adds meanwhile."""


@case(
    "thingscloud/device-list/page-default",
    requirements=["device-list/page-default"],
    calls=["device-create", "device-list", "device-delete"],
)
def without_page_the_first_page_is_returned(context: Context) -> None:
    """Without page, the list shows what page 1 shows.

    Devices that come, go or move meanwhile shift a page; what is blamed is a page that has nothing in common with the first.
    """
    context.have("device")
    pages: list[list[str]] = []

    def look() -> bool:
        pages[:] = [ids_of(context.succeed("device-list")), ids_of(context.succeed("device-list", page=1))]
        return bool(set(pages[0]) & set(pages[1]))

    same = eventually(context, look, at_least=2)
    if not pages[1]:
        raise Inconclusive("page 1 shows no device, although one was made: nothing can be compared")
    expected, actual = f"the devices of page 1: {pages[1]}", f"{pages[0]}"
    context.check("device-list/page-default", same, expected=expected, actual=actual, pointer="/info/items")


@case(
    "thingscloud/device-list/paging",
    requirements=["device-list/total", "device-list/page-total", "device-list/pages-complete"],
    calls=["device-create", "device-list", "device-delete"],
)
def pages_hold_every_device_once(context: Context) -> None:
    """The pages hold every device once, and total and page_total tell how many devices and pages there are."""
    context.have("device")
    judge_pages(context, walk_steadily(context), whole_list=True)


def judge_pages(context: Context, listing: Listing, *, whole_list: bool) -> None:
    """Judge totals and pages of a list that was read to its end.

    Raises:
        Inconclusive: the list is too long, did not stand still, or shows no totals.
    """
    if not listing.whole:
        raise Inconclusive(f"the list has more than the {MAX_PAGES} pages that are read")
    if not listing.steady:
        raise Inconclusive("the list changed each time it was paged through: other people use the project")
    distinct, total = len(set(listing.ids)), listing.total
    lost = isinstance(total, int | float) and distinct < total
    if whole_list:
        context.check(
            "device-list/pages-complete",
            not listing.repeated and not lost,
            expected="every device on one page" if total is None else f"every one of {total:g} devices on one page",
            actual=f"repeated: {listing.repeated}"
            if listing.repeated
            else f"{distinct} devices on {listing.pages} pages",
        )
    facts = {"total": (distinct, "device-list/total"), "page_total": (listing.pages, "device-list/page-total")}
    hidden: list[str] = []
    for member, (counted, requirement) in facts.items():
        hidden += compare(context, requirement, listing.first.at("/info"), {member: counted}, answer=listing.first)
    conclude(hidden)


@case(
    "thingscloud/device-list/beyond-last-page",
    requirements=["device-list/beyond-last-page"],
    calls=["device-list"],
)
def page_beyond_the_last_shows_no_device(context: Context) -> None:
    """A page far beyond the last is empty or refused (erratum beyond-last-page)."""
    pages = context.succeed("device-list").at("/info/page_total")
    answer = context.call("device-list", page=FAR + (int(pages) if isinstance(pages, int | float) else 0))
    readings = context.contract.errata["beyond-last-page"].readings
    refused = says(context.contract, answer) is Says.NO
    holds = refused or any(reading.schema.is_valid(exchange(answer)) for reading in readings)
    expected = " or ".join(reading.text for reading in readings)
    context.check("device-list/beyond-last-page", holds, expected=expected, actual=answer.describe())


@case(
    "thingscloud/device-list/type-filter",
    requirements=["device-list/type-filter", "device-list/total", "device-list/page-total"],
    calls=["device-types", "device-create", "device-list", "device-read", "device-delete"],
)
def type_filter_holds_the_devices_of_the_type(context: Context) -> None:
    """With type, the list holds a device of that type, none of another, and its total counts them."""
    kind = context.have("device-type").id
    typed, plain = prepared(context, type=kind), context.make("device")
    other = observe(context, "device-read", lambda _: True, device_id=plain.id).at("/info/type")
    item = eventually_listed(context, typed.id, type=kind)
    requirement = "device-list/type-filter"
    context.check(requirement, item is not None, expected=f"{typed.id}, which has the type", actual="absent")
    listing = walk_steadily(context, type=kind)
    strangers = [each.get("id") for each in listing.items if each.get("type") not in {None, "", kind}]
    strangers += [plain.id for identity in listing.ids if identity == plain.id and other != kind]
    expected = f"only devices of type {kind}"
    context.check(requirement, not strangers, expected=expected, actual=f"also {strangers[:5]}", pointer="/info/items")
    judge_pages(context, listing, whole_list=False)


@case(
    "thingscloud/device-list/group-filter",
    requirements=["device-list/group-filter"],
    calls=["device-groups-tree", "device-create", "device-list", "device-delete"],
    needs=["device_groups"],
)
def group_filter_leaves_out_devices_of_no_group(context: Context) -> None:
    """With group, the list leaves out a device that was put into no group.

    The document has no way to put a device into a group, and does not say that a new one is in none. Blamed is a list that
    shows the new device both for the group and for a group that does not exist.
    """
    group = context.have("device-group").id
    made = context.make("device")
    if eventually_listed(context, made.id) is None:
        raise Inconclusive("the list does not hold the device")
    filtered = walk(context, group=group)
    if made.id not in filtered.ids:
        if not filtered.whole:
            raise Inconclusive(f"the group has more than the {MAX_PAGES} pages that are read")
        context.check("device-list/group-filter", True)
        return
    answer = context.call("device-list", group=context.unique())
    context.refused("device-list/group-filter", answer, Stated.NOTHING)
    ignored = made.id in ids_of(answer)
    context.check(
        "device-list/group-filter",
        not ignored,
        expected="no device for a group that does not exist",
        actual=f"{made.id} and others, as without group",
        pointer="/info/items",
    )
    if not ignored:
        raise Inconclusive(f"the platform puts new devices into the group {group}; give another [pixit] device_group")


@case(
    "thingscloud/device-list/matches-read",
    requirements=["device-list/matches-read"],
    calls=["device-types", "device-create", "device-list", "device-read", "device-delete"],
)
def list_shows_what_reading_shows(context: Context) -> None:
    """What the list shows of a device is what reading the device shows."""
    given = {"descr": DESCR, "device_key": new_key(context), "type": context.have("device-type").id}
    made = context.make("device", **given)
    members = ("name", "descr", "device_key", "tags", "type", "create_time")
    info = observe(context, "device-read", lambda info: shows(info, given), device_id=made.id).at("/info")
    read = {name: info[name] for name in members if info.get(name) is not None}
    item = eventually_listed(context, made.id, lambda shown: shows(shown, read))
    if item is None:
        raise Inconclusive("the list does not hold the device")
    if not read:
        raise Inconclusive("reading shows none of the members that the list shows")
    conclude(compare(context, "device-list/matches-read", item, read, pointer="/info/items/-"))


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

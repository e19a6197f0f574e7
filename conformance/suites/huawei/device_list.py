"""1.6.2 批量查询设备信息: pages, order, and what is shown of each device."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from conformance.evidence.exchange import Answer, at
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import MAKES, QUERY, conclude, lacks, observed, service_in
from conformance.suites.huawei.device_registration import register
from conformance.suites.huawei.page_cases import judge_defaults, judge_pages
from conformance.suites.huawei.pages import Listing, eventually_found, page
from conformance.suites.huawei.shadow_reading import moment
from conformance.suites.waiting import eventually

LIST: Final = "device-list"
LISTING: Final = Listing(
    LIST, "1.6.2", id="/deviceId", default_size=25, items=("/devices",), largest=250, default_page_rule=None
)
MADE: Final = 7
"""Devices for pages of two: full ones, and one that is not."""
SHOWN_ALIKE: Final = ("/deviceId", "/gatewayId", "/nodeType", "/createTime", "/deviceInfo/nodeId", "/deviceInfo/name")
"""What a device shows whatever happens to it between two queries."""


def alike(context: Context, count: int) -> str:
    """Make devices of one name, and return it once the list has them all."""
    name = context.unique()
    ids = {context.make("device", deviceName=name).id for _ in range(count)}

    def listed() -> bool:
        return ids <= set(LISTING.ids(page(context, LISTING, 0, LISTING.largest, name=name)))

    if not eventually(context, listed):
        raise Inconclusive(f"the list does not show {count} new devices by their name")
    return name


@case(f"huawei/{LIST}/listed", requirements=["1.6.2/listed", "1.6.2/matches-query"], calls=[LIST, QUERY, *MAKES])
def new_device_is_listed_as_it_is_queried(context: Context) -> None:
    """A new device is on a page of the list, and shown as its query shows it."""
    device = context.make("device", deviceName=context.unique())
    item = eventually_found(context, LISTING, device.id)
    if not context.check(
        "1.6.2/listed", item is not None, expected=f"{device.id} on one of the pages", actual="on none"
    ):
        return
    queried = observed(context, device.id)
    hidden = []
    for pointer in SHOWN_ALIKE:
        listed, alone = at(item, pointer), queried.at(pointer)
        if listed is None or alone is None:
            hidden.append(pointer)
        else:
            context.equal("1.6.2/matches-query", listed, alone, pointer=pointer)
    conclude(hidden)


@case(f"huawei/{LIST}/reported-data", requirements=["1.6.2/matches-query"], calls=[LIST, QUERY, *MAKES])
def service_with_data_is_listed_as_it_is_queried(context: Context) -> None:
    """Once the query of a device shows data of a service, the list shows that service as well."""
    service, name = str(context.told("service_id")), str(context.told("property_name"))
    device = context.make("device")
    context.act("device-report", deviceId=device.id, serviceId=service, data={name: 8})
    queried = observed(context, device.id, lambda seen: bool(service_in(seen.at("/services"), service))).at("/services")
    if not service_in(queried, service):
        raise Inconclusive(f"not shown by the query of the device, so not judged: services of {service}")
    item = eventually_found(context, LISTING, device.id, lambda seen: bool(service_in(at(seen, "/services"), service)))
    if item is None:
        raise Inconclusive(f"the list does not show the new device {device.id}")
    listed = at(item, "/services")
    if not service_in(listed, service) and not lacks(listed, service):
        raise Inconclusive("not shown by the list, so not judged: devices.services")
    context.check(
        "1.6.2/matches-query", not lacks(listed, service), expected=queried, actual=listed, pointer="/services"
    )


@case(f"huawei/{LIST}/page-defaults", requirements=LISTING.default_rules, calls=[LIST, *MAKES])
def page_has_the_default_size(context: Context) -> None:
    """A list for which no pageSize is given holds 25 devices, or as many as there are."""
    context.make("device")
    judge_defaults(context, LISTING)


@case(f"huawei/{LIST}/first-page", requirements=["1.6.2/page-default"], calls=[LIST, *MAKES])
def first_page_is_shown_where_none_is_named(context: Context) -> None:
    """A list by gatewayId for which no pageNo is given holds the device, as page 0 does."""
    device = context.make("device")

    def ask() -> Answer:
        draft = context.draft(LIST, gatewayId=device.id)
        draft.remove(("query", "pageNo"))
        return context.succeed(draft)

    shown: list[Answer] = []

    def listed() -> bool:
        shown[:] = [ask()]
        return device.id in LISTING.ids(shown[0])

    found = eventually(context, listed)
    context.check("1.6.2/page-default", found, expected=[device.id], actual=LISTING.ids(shown[0]), answer=shown[0])


@case(f"huawei/{LIST}/pages", requirements=LISTING.rules, calls=[LIST, *MAKES])
def pages_hold_every_device_once(context: Context) -> None:
    """The pages hold every device once, none more than pageSize, and totalCount counts them."""
    judge_pages(context, LISTING, name=alike(context, MADE))


@case(f"huawei/{LIST}/order", requirements=["1.6.2/ascending", "1.6.2/descending"], calls=[LIST, *MAKES])
def devices_come_in_the_order_of_their_registration(context: Context) -> None:
    """With sort ASC createTime never falls down the page, with DESC and without sort it never rises."""
    context.make("device")
    judged = False
    for sort, requirement in (("ASC", "1.6.2/ascending"), ("DESC", "1.6.2/descending"), (None, "1.6.2/descending")):
        parameters = {} if sort is None else {"sort": sort}
        answer = page(context, LISTING, 0, LISTING.largest, **parameters)
        times = created(context, LISTING.records(answer))
        if len(set(times)) < 2:
            continue
        judged = True
        right = sorted(times, reverse=sort != "ASC")
        wrong = next((number for number, pair in enumerate(zip(times, right, strict=True)) if pair[0] != pair[1]), None)
        context.check(
            requirement,
            wrong is None,
            expected="createTime in order",
            actual="in order" if wrong is None else f"out of order at device {wrong}",
            answer=answer,
        )
    if not judged:
        raise Inconclusive("the list shows no two devices that were registered at different times")


def created(context: Context, records: list[Any]) -> list[datetime]:
    """Return when the devices on a page were registered, as far as that is shown."""
    moments = (moment(context, at(each, "/createTime")) for each in records)
    return [each for each in moments if each is not None]


@case(f"huawei/{LIST}/imsi", requirements=["1.6.2/select-imsi"], calls=["device-register-code", LIST, "device-delete"])
def imsi_is_shown_where_it_is_asked_for(context: Context) -> None:
    """With select=imsi the list shows the IMSI that the registration gave."""
    name = context.unique()
    answer, given = register(context, deviceName=name)
    device = str(answer.at("/deviceId"))

    def holds(item: Any) -> bool:
        return bool(at(item, "/deviceInfo/imsi") == given["imsi"])

    item = eventually_found(context, LISTING, device, holds, name=name, select="imsi")
    if item is None:
        raise Inconclusive("the list does not show the new device by its name")
    shown = at(item, "/deviceInfo/imsi")
    context.equal("1.6.2/select-imsi", shown, given["imsi"], pointer="/deviceInfo/imsi")

"""1.7 订阅管理: which notifications go to which address.

An application subscribes a kind of notification once. All subscriptions that a call makes are over HTTP; the channel MQTTS
of the deletion has nothing to delete.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.faults import Behaviour
from conformance.reference.huawei.applications import Applications
from conformance.reference.huawei.pages import Statements, behaviours, page_of
from conformance.reference.huawei.platform import Chapter, Errors, Huawei, Room

PAGE_SIZE: Final = 10
LIST: Final = "subscriptions"
CHANNEL: Final = "HTTP"
SEVERAL_ADDRESSES: Final = "subscription-conflict/same-kind-and-address"
NOTHING_FOUND: Final = "delete-matches-nothing/not-found"
TWO_FLAGS: Final = "owner-flag-values/two-values"
LONG_FILTER: Final = "callback-filter-length/served"


@dataclass
class Subscription:
    """What one application wants to be told, and where."""

    id: str
    app_id: str
    notify_type: str
    callback_url: str
    management: bool = False


class Subscriptions(Room):
    """All subscriptions, oldest first."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self.by_id: dict[str, Subscription] = {}
        self.unreadable: set[str] = set()
        self.unlisted: set[str] = set()

    def of(self, app_id: str) -> list[Subscription]:
        """Return the subscriptions of an application."""
        return [each for each in self.by_id.values() if each.app_id == app_id]

    def add(self, app_id: str, body: Mapping[str, Any], *, management: bool = False) -> Subscription:
        """Make a subscription of what a request asks for."""
        newest = next(reversed(self.by_id), None)
        shared = newest is not None and self.huawei.faults.on("subscription-id-shared")
        made = Subscription(
            newest if shared and newest else secrets.token_hex(16),
            app_id,
            body["notifyType"],
            body["callbackUrl"],
            management,
        )
        self.by_id[made.id] = made
        return made

    def remove(self, identity: str, *, many: bool = False) -> None:
        """Take a subscription away, by itself or as one of many; told as the event `subscription-removed`."""
        self.huawei.tell("subscription-removed", subscription=self.by_id.pop(identity), many=many)


def subscribe(huawei: Huawei, request: Request) -> Any:
    """1.7.1 订阅平台业务数据."""
    faults, body = huawei.faults, request.body
    app = huawei.room(Applications).of(request, body.get("appId"))
    if faults.on("subscription-application-ignored"):
        app = huawei.room(Applications).own
    room, url = huawei.room(Subscriptions), body["callbackUrl"]
    if url.lower().startswith("https:") and faults.on("https-callback-refused"):
        raise huawei.refusal(request.operation, "100222")
    if re.match("^[a-z]+://[a-z]", url, re.IGNORECASE) and faults.on("host-name-refused"):
        raise huawei.refusal(request.operation, "100222")
    if request.query.get("ownerFlag", "true") not in {"true", "false"} and huawei.quirks.on(TWO_FLAGS):
        raise huawei.refusal(request.operation, "100222")
    alike = [each for each in room.of(app) if each.notify_type == body["notifyType"]]
    if huawei.quirks.on(SEVERAL_ADDRESSES):
        alike = [each for each in alike if each.callback_url == url]
    if alike and not faults.on("subscribed-twice-accepted"):
        raise huawei.refusal(request.operation, "100227")
    made = room.add(app, body)
    if faults.on("subscription-not-readable"):
        room.unreadable.add(made.id)
    if faults.on("subscription-not-listed"):
        room.unlisted.add(made.id)
    told = shown(made)
    if faults.on("subscription-answers-other-address"):
        told["callbackUrl"] += "/"
    return told


def subscribe_management(huawei: Huawei, request: Request) -> Any:
    """1.7.2 订阅平台管理数据: what is subscribed already gets the new address."""
    room, app = huawei.room(Subscriptions), huawei.credentials.app_id
    for former in [each for each in room.of(app) if each.notify_type == request.body["notifyType"]]:
        room.remove(former.id)
    made = room.add(app, request.body, management=True)
    if huawei.faults.on("management-subscription-not-listed"):
        room.unlisted.add(made.id)


def query(huawei: Huawei, request: Request) -> Any:
    """1.7.3 查询单个订阅."""
    found = _named(huawei, request)
    if found.id in huawei.room(Subscriptions).unreadable:
        raise huawei.refusal(request.operation, "100225")
    told = shown(found)
    if huawei.faults.on("subscription-read-shows-other"):
        told["callbackUrl"] = "http://127.0.0.1:1/other"
    return told


def listing(huawei: Huawei, request: Request) -> Any:
    """1.7.4 批量查询订阅."""
    faults, room = huawei.faults, huawei.room(Subscriptions)
    found = [each for each in room.of(huawei.room(Applications).of(request)) if each.id not in room.unlisted]
    kind = request.query.get("notifyType")
    if kind is not None and not faults.on("subscription-type-ignored"):
        found = [each for each in found if each.notify_type == kind]
    if kind is not None and faults.on("subscription-type-loses-one"):
        found = found[1:]
    page = page_of(huawei, LIST, found, request.query, size=PAGE_SIZE)
    return {
        "totalCount": page.total,
        "pageNo": page.number,
        "pageSize": page.size,
        "subscriptions": [shown(each) for each in page.records],
    }


def delete(huawei: Huawei, request: Request) -> Any:
    """1.7.5 删除单个订阅."""
    found, room = _named(huawei, request), huawei.room(Subscriptions)
    if huawei.faults.on("subscription-delete-ignored"):
        return
    room.remove(found.id)
    if room.by_id and huawei.faults.on("subscription-delete-takes-two"):
        room.by_id.popitem()


def delete_matching(huawei: Huawei, request: Request) -> Any:
    """1.7.6 批量删除订阅: whatever matches all of the filters that are given."""
    faults, query, room = huawei.faults, request.query, huawei.room(Subscriptions)
    found = room.of(huawei.room(Applications).of(request))
    channel = query.get("channel") or CHANNEL
    reached = channel == CHANNEL or (channel == "MQTTS" and faults.on("channel-mqtts-deletes-http"))
    reached = reached or (channel not in {CHANNEL, "MQTTS"} and faults.on("channel-other-deletes"))
    if "channel" in query and channel == CHANNEL and faults.on("channel-http-deletes-nothing"):
        reached = False
    if not reached:
        if huawei.quirks.on(NOTHING_FOUND):
            raise huawei.refusal(request.operation, "100225")
        return
    if "notifyType" in query and not faults.on("subscriptions-delete-ignores-type"):
        found = [each for each in found if each.notify_type == query["notifyType"]]
    if "callbackUrl" in query and not faults.on("subscriptions-delete-ignores-address"):
        found = [each for each in found if each.callback_url == query["callbackUrl"]]
    if not found and not faults.on("delete-of-nothing-served"):
        raise huawei.refusal(request.operation, "100225")
    if faults.on("subscriptions-delete-leaves-one"):
        found = found[:-1]
    for each in found:
        room.remove(each.id, many=True)


def shown(subscription: Subscription) -> dict[str, Any]:
    """Return a subscription as answers show it."""
    return {
        "subscriptionId": subscription.id,
        "notifyType": subscription.notify_type,
        "callbackUrl": subscription.callback_url,
    }


def _named(huawei: Huawei, request: Request) -> Subscription:
    """Return the subscription whose id a path names.

    Raises:
        Refused: the application has none of that id (100225).
    """
    app = huawei.room(Applications).of(request)
    found = huawei.room(Subscriptions).by_id.get(request.path["subscriptionId"])
    if found is None or found.app_id != app:
        raise huawei.refusal(request.operation, "100225")
    return found


def _invalid_management(errors: Errors) -> str:
    """Return the code for an invalid subscription to management data: a bad address has a row of its own."""
    return "100222" if errors and all(each["member"] == "callbackUrl" for each in errors) else "100228"


def _tolerated(huawei: Huawei) -> frozenset[str]:
    """Return the constraints that a reading in force does not enforce."""
    return frozenset({"subscriptions-delete/query:callbackUrl/maxLength"} if huawei.quirks.on(LONG_FILTER) else ())


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    "subscription-answers-other-address": Behaviour(
        "1.7.1/answer-repeats", "the answer to a subscription shows another address"
    ),
    "subscription-id-shared": Behaviour(
        "1.7.1/ids-distinct", "a subscription gets the id of the one before, and takes its place"
    ),
    "subscription-not-readable": Behaviour("1.7.1/readable", "a subscription that was made cannot be read"),
    "subscription-application-ignored": Behaviour(
        "1.7.1/authorised-application", "a subscription for an authorised application belongs to the caller"
    ),
    "https-callback-refused": Behaviour("1.7.1/https-address", "an HTTPS address is refused"),
    "host-name-refused": Behaviour("1.7.1/host-name", "an address whose host is a name is refused"),
    "subscribed-twice-accepted": Behaviour(
        "1.7.1/error/409-100227", "a kind of notification may be subscribed for one address twice"
    ),
    "management-subscription-not-listed": Behaviour("1.7.2/listed", "a subscription to management data is not listed"),
    "subscription-read-shows-other": Behaviour(
        "1.7.3/same-subscription", "the subscription that is read shows another address"
    ),
    "subscription-not-listed": Behaviour("1.7.4/listed", "a subscription that was made is not listed"),
    "subscription-type-ignored": Behaviour("1.7.4/type-filter", "the list ignores notifyType"),
    "subscription-type-loses-one": Behaviour("1.7.4/type-filter", "the list for a kind lacks its first subscription"),
    "subscription-delete-ignored": Behaviour("1.7.5/unlisted", "deleting a subscription does nothing"),
    "subscription-delete-takes-two": Behaviour(
        "1.7.5/keeps-others", "deleting a subscription takes the newest of the others too"
    ),
    "subscriptions-delete-leaves-one": Behaviour("1.7.6/all", "deleting many leaves the newest that matches"),
    "subscriptions-delete-ignores-type": Behaviour("1.7.6/by-type", "deleting by kind takes the other kinds too"),
    "subscriptions-delete-ignores-address": Behaviour(
        "1.7.6/by-address", "deleting by address takes other addresses too"
    ),
    "channel-http-deletes-nothing": Behaviour("1.7.6/channel-http", "the channel HTTP deletes nothing"),
    "channel-mqtts-deletes-http": Behaviour("1.7.6/channel-mqtts", "the channel MQTTS deletes subscriptions over HTTP"),
    "channel-other-deletes": Behaviour("1.7.6/channel-other", "an unknown channel deletes subscriptions over HTTP"),
    "delete-of-nothing-served": Behaviour(
        "1.7.6/error/404-100225", "deleting what does not exist is answered as carried out"
    ),
    **behaviours(
        LIST,
        "1.7.4",
        Statements(
            complete="pages-complete",
            total="total",
            told="page-told",
            size="page-size",
            default_page="page-default",
            default_size="page-size-default",
        ),
    ),
}

CHAPTER: Final = Chapter(
    handlers={
        "subscribe-business": subscribe,
        "subscribe-management": subscribe_management,
        "subscription-query": query,
        "subscription-list": listing,
        "subscription-delete": delete,
        "subscriptions-delete": delete_matching,
    },
    behaviours=BEHAVIOURS,
    rooms=(Subscriptions,),
    invalid={
        "subscribe-management": _invalid_management,
        "subscriptions-delete": lambda _: "100225",  # the one row that a wrong filter has
    },
    tolerated=_tolerated,
    as_built=(
        "subscription-conflict/same-kind",
        "delete-matches-nothing/carried-out",
        "masked-values/as-in-the-table",
        "owner-flag-values/any-text",
        "callback-row-text/free",
        "callback-filter-length/refused",
    ),
    on_demand=(SEVERAL_ADDRESSES, NOTHING_FOUND, TWO_FLAGS, LONG_FILTER),
)

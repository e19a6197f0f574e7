"""1.7.1 to 1.7.5: subscribing, reading, listing and deleting single subscriptions."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from conformance.contract import Operation
from conformance.evidence.exchange import Answer
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.generic.provocations import Provocation
from conformance.suites.huawei.page_cases import paging_cases
from conformance.suites.huawei.pages import eventually_found, everything
from conformance.suites.huawei.subscription_kinds import (
    MAKING,
    SUBSCRIPTIONS,
    address_of,
    free_kinds,
    kind_of,
    make_subscriptions,
)
from conformance.suites.judge import Says, Stated, says
from conformance.suites.objects import Made
from conformance.suites.waiting import eventually

DEFAULT_PAGE: Final = 10
ADDRESS: Final = "/callbackUrl"


def subscribe(context: Context, kind: str, address: str | None = None) -> Answer:
    """Ask for a subscription; what the answer says is the caller's to judge."""
    draft = context.draft("subscribe-business")
    draft.body["notifyType"] = kind
    if address is not None:
        draft.body["callbackUrl"] = address
    return context.send(draft)


def shown_as_made(context: Context, requirement: str, shown: Any, made: Made, answer: Answer | None = None) -> None:
    """Hold the kind and the address that an answer shows against those of the request; what is not shown tells nothing."""
    for member, expected in (("notifyType", kind_of(made)), ("callbackUrl", address_of(made))):
        value = shown.get(member) if isinstance(shown, dict) else None
        if value is not None:
            context.equal(requirement, value, expected, pointer=f"/{member}", answer=answer)


def subscribed_twice(context: Context, operation: Operation | None) -> Answer:
    """Subscribe a kind of notification, and then the same once more for the same address."""
    del operation
    (made,) = make_subscriptions(context, 1)
    return subscribe(context, kind_of(made), address_of(made))


PROVOCATIONS: Final[dict[str, Provocation]] = {"subscribed-twice": subscribed_twice}


@case("huawei/subscribe-business/answer-repeats", requirements=["1.7.1/answer-repeats"], calls=MAKING)
def answer_repeats_kind_and_address(context: Context) -> None:
    """The answer to a subscription repeats the kind of notification and the callback address."""
    draft = context.draft("subscribe-business")
    draft.body["notifyType"] = free_kinds(context, 1)[0]
    answer = context.succeed(draft)
    for member in ("notifyType", "callbackUrl"):
        value = answer.at(f"/{member}")
        expected = draft.body[member]
        repeated = value is None or value == expected
        context.check("1.7.1/answer-repeats", repeated, expected=expected, actual=value, pointer=f"/{member}")


@case("huawei/subscribe-business/ids-distinct", requirements=["1.7.1/ids-distinct"], calls=MAKING)
def subscriptions_have_ids_of_their_own(context: Context) -> None:
    """Subscriptions to different kinds of notification have different ids."""
    ids = [made.id for made in make_subscriptions(context, 2)]
    context.check("1.7.1/ids-distinct", len(set(ids)) == len(ids), expected="two different ids", actual=ids)


@case("huawei/subscribe-business/readable", requirements=["1.7.1/readable"], calls=[*MAKING, "subscription-query"])
def subscription_is_readable_by_its_id(context: Context) -> None:
    """A subscription that was made can be read by the id that the answer gave."""
    (made,) = make_subscriptions(context, 1)
    answer = _read(context, made)
    context.served(context.operation("subscription-query"), answer, "1.7.1/readable")


def _read(context: Context, made: Made) -> Answer:
    """Read a subscription, until it is there or the delay is over."""
    seen: list[Answer] = []

    def look() -> bool:
        seen[:] = [context.call("subscription-query", subscriptionId=made.id)]
        return says(context.contract, seen[0]) is Says.YES

    eventually(context, look)
    return seen[0]


@case("huawei/subscribe-business/https-address", requirements=["1.7.1/https-address"], calls=MAKING)
def https_address_is_taken(context: Context) -> None:
    """An HTTPS address is taken as callback address."""
    (kind,) = free_kinds(context, 1)
    host = urlsplit(str(context.pixit("callback_url"))).hostname
    answer = subscribe(context, kind, f"https://{host}:443/{context.unique()}")
    context.served(context.operation("subscribe-business"), answer, "1.7.1/https-address")


@case("huawei/subscribe-business/host-name", requirements=["1.7.1/host-name"], calls=MAKING)
def host_name_is_taken(context: Context) -> None:
    """An address whose host is a name is taken as callback address."""
    (kind,) = free_kinds(context, 1)
    answer = subscribe(context, kind, f"http://localhost:9999/{context.unique()}")
    context.served(context.operation("subscribe-business"), answer, "1.7.1/host-name")


@case("huawei/subscribe-business/port-needed", requirements=["1.7.1/port-needed"], calls=MAKING)
def address_without_port_is_refused(context: Context) -> None:
    """A callback address without a port is refused."""
    (kind,) = free_kinds(context, 1)
    answer = subscribe(context, kind, f"http://127.0.0.1/{context.unique()}")
    context.refused("1.7.1/port-needed", answer, Stated.CONSTRAINT, what="a refusal: the address has no port")


@case(
    "huawei/subscribe-business/authorised-application",
    requirements=["1.7.1/authorised-application"],
    calls=MAKING,
)
def subscription_belongs_to_the_application_named(context: Context) -> None:
    """A subscription made for an authorised application is listed for it, and not for the caller."""
    application = context.told("authorised_app_id")
    (kind,) = free_kinds(context, 1, appId=application)
    draft = context.draft("subscribe-business")
    draft.body.update(appId=application, notifyType=kind)
    identity = str(context.succeed(draft).at("/subscriptionId"))
    try:
        record = eventually_found(context, SUBSCRIPTIONS, identity, appId=application)
        listed = record is not None
        context.check("1.7.1/authorised-application", listed, expected=f"{identity} for {application}", actual="absent")
        record = eventually_found(context, SUBSCRIPTIONS, identity, present=False)
        context.check("1.7.1/authorised-application", record is None, expected="absent for the caller", actual=record)
    finally:
        # The postamble deletes on the caller's behalf, which does not reach it.
        gone = context.call("subscription-delete", subscriptionId=identity, appId=application)
        if says(context.contract, gone) is Says.YES:
            context.forget(identity)


@case(
    "huawei/subscribe-management/listed",
    requirements=["1.7.2/listed"],
    calls=["subscription-list", "subscribe-management", "subscription-delete"],
)
def management_subscription_is_listed(context: Context) -> None:
    """A subscription to management data is listed under its kind with its address."""
    (kind,) = free_kinds(context, 1, "subscribe-management")
    draft = context.draft("subscribe-management")
    draft.body["notifyType"] = kind
    context.succeed(draft)
    address, seen = draft.body["callbackUrl"], list[Any]()

    def look() -> bool:
        records = everything(context, SUBSCRIPTIONS, notifyType=kind)
        seen[:] = [record.get("callbackUrl") for record in records if isinstance(record, dict)]
        return address in seen or (bool(seen) and all(each is None for each in seen))

    listed = eventually(context, look, at_least=2)
    context.check("1.7.2/listed", listed, expected=f"a subscription to {kind} with {address}", actual=seen)


@case(
    "huawei/subscription-query/same-subscription",
    requirements=["1.7.3/same-subscription"],
    calls=[*MAKING, "subscription-query"],
)
def subscription_read_is_the_one_asked_for(context: Context) -> None:
    """Of two subscriptions each is read by its id, with the kind and the address that it was made with."""
    for made in make_subscriptions(context, 2):
        answer = _read(context, made)
        if context.served(context.operation("subscription-query"), answer):
            context.equal(
                "1.7.3/same-subscription",
                answer.at("/subscriptionId"),
                made.id,
                pointer="/subscriptionId",
                answer=answer,
            )
            shown_as_made(context, "1.7.3/same-subscription", answer.json, made, answer)


@case("huawei/subscription-list/listed", requirements=["1.7.4/listed"], calls=MAKING)
def subscription_is_listed(context: Context) -> None:
    """A subscription that was made is listed with its kind and its address."""
    (made,) = make_subscriptions(context, 1)
    record = eventually_found(context, SUBSCRIPTIONS, made.id)
    context.check("1.7.4/listed", record is not None, expected=f"{made.id} on a page", actual="absent")
    shown_as_made(context, "1.7.4/listed", record, made)


@case("huawei/subscription-list/type-filter", requirements=["1.7.4/type-filter"], calls=MAKING)
def list_for_a_kind_holds_that_kind_only(context: Context) -> None:
    """The list for one kind of notification holds the subscription of that kind and no other kind."""
    for made in make_subscriptions(context, 2):
        kind = kind_of(made)
        record = eventually_found(context, SUBSCRIPTIONS, made.id, notifyType=kind)
        context.check("1.7.4/type-filter", record is not None, expected=f"{made.id}, of kind {kind}", actual="absent")
        records = everything(context, SUBSCRIPTIONS, notifyType=kind)
        others = {record.get("notifyType") for record in records if isinstance(record, dict)} - {kind, None}
        context.check("1.7.4/type-filter", not others, expected=f"only {kind}", actual=sorted(map(str, others)))


def _some(context: Context) -> dict[str, Any]:
    """Make three subscriptions, enough for three pages."""
    make_subscriptions(context, 3)
    return {}


def _more_than_a_page(context: Context) -> dict[str, Any]:
    """Make as many subscriptions as the first page of the default size needs to be full, and one more."""
    missing = DEFAULT_PAGE + 1 - len(everything(context, SUBSCRIPTIONS))
    make_subscriptions(context, max(1, missing))
    return {}


PAGE_DEFAULTS: Final = paging_cases(SUBSCRIPTIONS, _more_than_a_page, MAKING)[0]
PAGES: Final = paging_cases(SUBSCRIPTIONS, _some, MAKING)[1]


@case("huawei/subscription-delete/unlisted", requirements=["1.7.5/unlisted"], calls=MAKING)
def deleted_subscription_is_not_listed(context: Context) -> None:
    """A subscription that was deleted is no longer listed."""
    (made,) = make_subscriptions(context, 1)
    context.succeed("subscription-delete", subscriptionId=made.id)
    record = eventually_found(context, SUBSCRIPTIONS, made.id, present=False)
    if context.check("1.7.5/unlisted", record is None, expected=f"no {made.id} on any page", actual=record):
        context.forget(made.id)


@case("huawei/subscription-delete/keeps-others", requirements=["1.7.5/keeps-others"], calls=MAKING)
def other_subscriptions_stay(context: Context) -> None:
    """Deleting a subscription leaves an older and a newer one in place."""
    older, deleted, newer = make_subscriptions(context, 3)
    context.succeed("subscription-delete", subscriptionId=deleted.id)
    context.forget(deleted.id)
    for kept in (older, newer):
        record = eventually_found(context, SUBSCRIPTIONS, kept.id)
        context.check("1.7.5/keeps-others", record is not None, expected=f"{kept.id} on a page", actual="absent")

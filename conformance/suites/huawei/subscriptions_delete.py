"""1.7.6 批量删除订阅: what a deletion by filter takes, and what it leaves.

Every call but the one without a filter names a kind or an address that only subscriptions of the case have.
"""

from __future__ import annotations

from typing import Any, Final

from conformance.platforms.draft import Draft
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.pages import eventually_found, everything
from conformance.suites.huawei.subscription_kinds import (
    MAKING,
    SUBSCRIPTIONS,
    address_of,
    free_kinds,
    kind_of,
    make_subscriptions,
)
from conformance.suites.judge import Says, says
from conformance.suites.objects import Made
from conformance.suites.waiting import eventually

CALLS: Final = [*MAKING, "subscriptions-delete"]


def _deletion(context: Context, **filters: Any) -> Draft:
    """Return the request with these filters; what it is to delete the case has made."""
    return context.draft("subscriptions-delete", bind=False, **filters)


def _gone(context: Context, requirement: str, made: Made) -> None:
    """Check that a subscription was deleted."""
    record = eventually_found(context, SUBSCRIPTIONS, made.id, present=False)
    if context.check(requirement, record is None, expected=f"no {made.id} on any page", actual=record):
        context.forget(made.id)


def _kept(context: Context, requirement: str, made: Made) -> None:
    """Check that a subscription is still there; a deletion that comes late is looked for twice."""
    record = eventually_found(context, SUBSCRIPTIONS, made.id)
    context.check(requirement, record is not None, expected=f"{made.id} on a page", actual="absent")


@case("huawei/subscriptions-delete/all", requirements=["1.7.6/all"], calls=CALLS)
def without_a_filter_all_go(context: Context) -> None:
    """Without a filter all subscriptions of the application are deleted."""
    made = make_subscriptions(context, 2)
    context.succeed(_deletion(context))
    left: list[Any] = []

    def look() -> bool:
        left[:] = everything(context, SUBSCRIPTIONS)
        return not left

    empty = eventually(context, look, at_least=2)
    context.check("1.7.6/all", empty, expected="no subscription", actual=left)
    for each in made:
        if empty:
            context.forget(each.id)


@case("huawei/subscriptions-delete/by-type", requirements=["1.7.6/by-type"], calls=CALLS)
def one_kind_goes_and_others_stay(context: Context) -> None:
    """With a kind of notification the subscription of that kind is deleted, and others stay."""
    older, deleted, newer = make_subscriptions(context, 3)
    context.succeed(_deletion(context, notifyType=kind_of(deleted)))
    _gone(context, "1.7.6/by-type", deleted)
    for each in (older, newer):
        _kept(context, "1.7.6/by-type", each)


@case("huawei/subscriptions-delete/by-address", requirements=["1.7.6/by-address"], calls=CALLS)
def one_address_goes_and_others_stay(context: Context) -> None:
    """With a callback address all subscriptions with that address are deleted, and others stay."""
    first, second, third = free_kinds(context, 3)
    one = context.make("subscription", notifyType=first)
    alike = context.make("subscription", notifyType=second, callbackUrl=address_of(one))
    other = context.make("subscription", notifyType=third)
    context.succeed(_deletion(context, callbackUrl=address_of(one)))
    for each in (one, alike):
        _gone(context, "1.7.6/by-address", each)
    _kept(context, "1.7.6/by-address", other)


@case("huawei/subscriptions-delete/channel-http", requirements=["1.7.6/channel-http"], calls=CALLS)
def channel_http_is_the_default(context: Context) -> None:
    """With the channel HTTP, as without a channel, subscriptions over HTTP are deleted."""
    for parameters in ({"channel": "HTTP"}, {}):
        (made,) = make_subscriptions(context, 1)
        context.succeed(_deletion(context, notifyType=kind_of(made), callbackUrl=address_of(made), **parameters))
        _gone(context, "1.7.6/channel-http", made)


def _spared(context: Context, requirement: str, channel: str) -> None:
    """Delete by another channel: the call is carried out or finds nothing (erratum delete-matches-nothing)."""
    (made,) = make_subscriptions(context, 1)
    answer = context.send(_deletion(context, notifyType=kind_of(made), callbackUrl=address_of(made), channel=channel))
    clear = says(context.contract, answer) is not Says.NEITHER
    context.check(requirement, clear, expected="success, or a refusal", actual=answer.describe(), answer=answer)
    _kept(context, requirement, made)


@case("huawei/subscriptions-delete/channel-mqtts", requirements=["1.7.6/channel-mqtts"], calls=CALLS)
def channel_mqtts_spares_http(context: Context) -> None:
    """With the channel MQTTS a subscription over HTTP stays."""
    _spared(context, "1.7.6/channel-mqtts", "MQTTS")


@case("huawei/subscriptions-delete/channel-other", requirements=["1.7.6/channel-other"], calls=CALLS)
def unknown_channel_spares_all(context: Context) -> None:
    """With any other channel a subscription stays."""
    _spared(context, "1.7.6/channel-other", "CONFORMANCE")

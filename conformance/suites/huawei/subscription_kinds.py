"""Kinds of notification that nobody has subscribed yet: what every case about subscriptions needs.

An application subscribes a kind once, and a tester's application may have subscriptions of its own, which are none of our
business: a case takes kinds that are free, and says so where there are too few.
"""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.context import Context
from conformance.suites.huawei.pages import Listing, everything
from conformance.suites.objects import Made

SUBSCRIPTIONS: Final = Listing(
    "subscription-list", "1.7.4", "/subscriptionId", 10, items=("/subscriptions",), largest=1000
)
"""The list of 1.7.4; it states no largest page."""
MAKING: Final = ("subscription-list", "subscribe-business", "subscription-delete")
"""What finding free kinds and making subscriptions of them call."""


def free_kinds(context: Context, count: int, subject: str = "subscribe-business", **filters: Any) -> list[str]:
    """Return so many kinds of notification of an operation that the application has not subscribed (a preamble).

    `filters` are parameters of the list (`appId`: those of another application).

    Raises:
        Inconclusive: there are too few.
        Stop: the list of subscriptions was not served; the finding is recorded.
    """
    request = context.operation(subject).request
    assert request is not None
    kinds: list[str] = next(each.schema["enum"] for each in request.members if each.name == "notifyType")
    taken = {
        record.get("notifyType") for record in everything(context, SUBSCRIPTIONS, **filters) if isinstance(record, dict)
    }
    free = [kind for kind in kinds if kind not in taken]
    if len(free) < count:
        raise Inconclusive(
            f"needs {count} kinds of notification without a subscription; the application has {len(free)}"
        )
    return free[:count]


def make_subscriptions(context: Context, count: int, **members: Any) -> list[Made]:
    """Make subscriptions of different kinds (a preamble); they are deleted when the case ends.

    Raises:
        Inconclusive: one cannot be made, or too few kinds are free.
        Stop: the list of subscriptions was not served; the finding is recorded.
    """
    kinds = free_kinds(context, count)
    return [context.make("subscription", notifyType=kind, **members) for kind in kinds]


def kind_of(made: Made) -> str:
    """Return the kind of notification that a subscription was made for."""
    return str(made.request["notifyType"])


def address_of(made: Made) -> str:
    """Return the callback address that a subscription was made with."""
    return str(made.request["callbackUrl"])

"""用户管理: changing a customer's info, password and tags. What is given changes; nothing else does."""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.objects import Made
from conformance.suites.thingscloud.customers import CREATE, MEMBERS, details, listed, new_info, read
from conformance.suites.thingscloud.readback import compare, conclude, shows


@case(
    "thingscloud/customer-info-update/changes-given",
    requirements=["customer-info-update/changes-given"],
    calls=[*CREATE, "customer-info-update", "customer-read", "customer-list"],
)
def given_members_of_info_change(context: Context) -> None:
    """The members given have the new values when the customer is read and listed."""
    made = context.make("customer", **details(context))
    new = new_info(context, made.id)
    context.succeed("customer-info-update", customer_id=made.id, body=new)
    hidden = compare(context, "customer-info-update/changes-given", read(context, made.id, new).at("/info"), new)
    item = listed(context, made.id, lambda each: shows(each, new))
    if item is None:
        raise Inconclusive("the list does not hold the customer, so half of the statement is not judged")
    compare(context, "customer-info-update/changes-given", item, new, pointer="/info/items")
    conclude(hidden)


@case(
    "thingscloud/customer-info-update/keeps-others",
    requirements=["customer-info-update/keeps-others", "customer-info-update/changes-given"],
    calls=[*CREATE, "customer-info-update", "customer-read"],
)
def members_not_given_stay(context: Context) -> None:
    """Changing one member leaves the others, account, tags and id as they were."""
    made = context.make("customer", **details(context))
    before = _shown(context, made)
    new = {"descr": "Changed by a conformance test"}
    context.succeed("customer-info-update", customer_id=made.id, body=new)
    kept = {name: value for name, value in before.items() if name not in new}
    info = read(context, made.id, {**kept, **new}).at("/info")
    hidden = compare(context, "customer-info-update/changes-given", info, new)
    conclude(hidden + compare(context, "customer-info-update/keeps-others", info, kept))


@case(
    "thingscloud/customer-password-update/keeps-info",
    requirements=["customer-password-update/keeps-info"],
    calls=[*CREATE, "customer-password-update", "customer-read"],
)
def new_password_changes_nothing_else(context: Context) -> None:
    """Changing the password changes nothing else of the customer."""
    made = context.make("customer", **details(context))
    before = _shown(context, made)
    context.succeed("customer-password-update", customer_id=made.id)
    conclude(
        compare(context, "customer-password-update/keeps-info", read(context, made.id, before).at("/info"), before)
    )


@case(
    "thingscloud/customer-tags-update/merges",
    requirements=["customer-tags-update/adds", "customer-tags-update/replaces", "customer-tags-update/keeps-others"],
    calls=[*CREATE, "customer-tags-update", "customer-read"],
)
def tags_given_are_added_or_replaced(context: Context) -> None:
    """A new tag is added, one with a known key gets the new value, and the others stay."""
    made = context.make("customer")
    context.prepare("customer-tags-update", customer_id=made.id, body={"tags": {"site": "hall-1", "floor": "2"}})
    context.succeed("customer-tags-update", customer_id=made.id, body={"tags": {"floor": "3", "line": "7"}})
    whole = {"site": "hall-1", "floor": "3", "line": "7"}
    tags = read(context, made.id, {"tags": whole}).at("/info/tags")
    if tags is None:
        raise Inconclusive("customer-read shows no tags")
    for key, statement in (("line", "adds"), ("floor", "replaces"), ("site", "keeps-others")):
        value = tags.get(key) if isinstance(tags, dict) else None
        context.equal(f"customer-tags-update/{statement}", value, whole[key], pointer=f"/info/tags/{key}")


def _shown(context: Context, made: Made) -> dict[str, Any]:
    """Return what reading a new customer shows of it, once that is what was given or the delay is over.

    Raises:
        Stop: it could not be read; the finding is recorded.
    """
    info = read(context, made.id, {name: made.request[name] for name in MEMBERS}).at("/info")
    names = ("id", *MEMBERS)
    return {name: info[name] for name in names if isinstance(info, dict) and info.get(name) is not None}


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

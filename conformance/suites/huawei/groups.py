"""1.11.1 to 1.11.5: groups of devices are made, read, changed, listed and deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.group_views import (
    GROUP,
    GROUPS,
    JOINING,
    add,
    devices,
    differing,
    has_members,
    query,
    shows,
)
from conformance.suites.huawei.page_cases import paging_cases
from conformance.suites.huawei.pages import eventually_found, everything
from conformance.suites.judge import Says, Stated, says
from conformance.suites.waiting import refused_in_the_end

FACTS: Final = ("name", "description", "maxDevNum")


@case("huawei/group-create/read-back", requirements=["1.11.1/readable"], calls=[*GROUP, "group-query"])
def created_group_is_read_as_it_was_made(context: Context) -> None:
    """A group that was created is found by its id, with the name, the description and the limit that it was given."""
    draft = context.draft("group-create")
    draft.body.update(description="Made by a conformance test", maxDevNum=7)
    identity = str(context.succeed(draft).at("/id"))
    expected = {name: draft.body[name] for name in FACTS} | {"id": identity}
    shows(context, "1.11.1/readable", query(context, identity, expected, "1.11.1/readable"), expected)


@case(
    "huawei/group-create/members",
    requirements=["1.11.1/members", "1.11.5/member-count"],
    calls=[*JOINING, "group-query"],
)
def devices_named_at_creation_are_members(context: Context) -> None:
    """The devices that are named as a group is created are its members, and curDevNum counts them."""
    named = devices(context, 2)
    group = context.make("group", deviceIds=named)
    has_members(context, "1.11.1/members", group.id, named)
    expected = {"curDevNum": len(named)}
    shows(context, "1.11.5/member-count", query(context, group.id, expected), expected)


@case("huawei/group-create/no-limit", requirements=["1.11.1/no-limit"], calls=JOINING)
def groups_without_a_limit_take_devices(context: Context) -> None:
    """A group whose maxDevNum is 0, and one whose maxDevNum was not given, take two devices."""
    for given in ({"maxDevNum": 0}, {}):
        group, named = context.make("group", **given), devices(context, 2)
        if context.served(context.operation("group-members-add"), add(context, group.id, named), "1.11.1/no-limit"):
            has_members(context, "1.11.1/no-limit", group.id, named)


@case(
    "huawei/group-delete/gone",
    requirements=["1.11.2/gone"],
    calls=[*GROUP, "group-query", "group-list"],
)
def deleted_group_is_gone(context: Context) -> None:
    """A deleted group is refused as one that does not exist, and is not in the list."""
    group = context.make("group")
    context.succeed("group-delete", devGroupId=group.id)
    answer = refused_in_the_end(context, "group-query", devGroupId=group.id)
    row = context.contract.rows["200-100603"]
    if context.refused("1.11.2/gone", answer, Stated.REFUSAL, row=row, what="the refusal 200-100603"):
        context.forget(group.id)
    record = eventually_found(context, GROUPS, group.id, present=False, name=group.name)
    context.check("1.11.2/gone", record is None, expected=f"a list without {group.id}", actual=record)


@case("huawei/group-modify/changed", requirements=["1.11.3/changed"], calls=[*GROUP, "group-modify", "group-query"])
def modified_group_is_changed(context: Context) -> None:
    """A group that was modified has its new name, description and limit under its former id."""
    group = context.make("group", description="before", maxDevNum=3)
    draft = context.draft("group-modify", devGroupId=group.id)
    draft.body.update(description="after", maxDevNum=5)
    expected = {name: draft.body[name] for name in FACTS} | {"id": group.id}
    shows(context, "1.11.3/changed", context.succeed(draft), expected)
    shows(context, "1.11.3/changed", query(context, group.id, expected, "1.11.3/changed"), expected)


@case("huawei/group-list/listed", requirements=["1.11.4/listed"], calls=[*GROUP, "group-list"])
def created_group_is_listed(context: Context) -> None:
    """The list of groups holds a group that was created, with its name."""
    group = context.make("group", description="listed")
    expected = {"name": group.name, "description": "listed"}
    record = eventually_found(context, GROUPS, group.id, lambda shown: not differing(shown, expected))
    shown = record is not None and not differing(record, expected)
    context.check("1.11.4/listed", shown, expected={"id": group.id, **expected}, actual=record)


@case("huawei/group-list/name-filter", requirements=["1.11.4/name-filter"], calls=[*GROUP, "group-list"])
def list_by_name_holds_that_name(context: Context) -> None:
    """With a name the list holds the group of that name, and no group whose name lacks it (erratum group-name-filter)."""
    group, other = context.make("group"), context.make("group")
    assert other.name not in group.name
    record = eventually_found(context, GROUPS, group.id, name=group.name)
    context.check("1.11.4/name-filter", record is not None, expected=group.id, actual="absent")
    names = [each.get("name") for each in everything(context, GROUPS, name=group.name) if isinstance(each, dict)]
    foreign = [name for name in names if isinstance(name, str) and group.name not in name]
    context.check("1.11.4/name-filter", not foreign, expected=f"names with {group.name}", actual=foreign)


def _some(context: Context) -> Mapping[str, Any]:
    for _ in range(3):
        context.make("group")
    return {}


PAGE_DEFAULTS, PAGES = paging_cases(GROUPS, _some, [*GROUP, "group-list"])


@contextmanager
def _group_of(context: Context, application: str) -> Iterator[tuple[str, str]]:
    """Make a group of another application as the body of the case; yield its id and its name, and delete it afterwards."""
    draft = context.draft("group-create")
    draft.body["appId"] = application
    answer = context.succeed(draft)
    identity = str(answer.at("/id"))
    try:
        yield identity, draft.body["name"]
    finally:
        if (
            says(context.contract, context.call("group-delete", devGroupId=identity, accessAppId=application))
            is Says.YES
        ):
            context.forget(identity)


@case(
    "huawei/group-create/authorised-application",
    requirements=["1.11.1/authorised-application", "1.11.4/authorised-application"],
    calls=[*GROUP, "group-query", "group-list"],
)
def group_of_an_authorised_application_belongs_to_it(context: Context) -> None:
    """A group that is made for an application that has authorised the caller is found and listed with its accessAppId."""
    application = str(context.told("authorised_app_id"))
    with _group_of(context, application) as (identity, name):
        answer = context.call("group-query", devGroupId=identity, accessAppId=application)
        if context.served(context.operation("group-query"), answer, "1.11.1/authorised-application"):
            shows(context, "1.11.1/authorised-application", answer, {"appId": application, "name": name})
        record = eventually_found(context, GROUPS, identity, accessAppId=application, name=name)
        context.check("1.11.4/authorised-application", record is not None, expected=identity, actual="absent")


@case(
    "huawei/group-members-add/one-group",
    requirements=["1.11.1/one-group"],
    calls=JOINING,
)
def device_is_in_one_group_at_most(context: Context) -> None:
    """A device of one group that is put into another is refused or changes over (erratum second-group): never in both."""
    (device,) = devices(context, 1)
    former, latter = context.make("group"), context.make("group")
    context.prepare("group-members-add", body={"devGroupId": former.id, "deviceIds": [device]})
    answer = add(context, latter.id, [device])
    said = says(context.contract, answer)
    if said is Says.NEITHER:
        raise Inconclusive(f"the second group is neither served nor refused: {answer.describe()}")
    home = latter.id if said is Says.YES else former.id
    for group in (former.id, latter.id):
        has_members(context, "1.11.1/one-group", group, [device] if group == home else [])

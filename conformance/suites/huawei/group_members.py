"""1.11.6 to 1.11.8: devices join a group, are listed, and leave it; and what a group refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.contract import Operation
from conformance.evidence.exchange import Answer
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.generic.provocations import Provocation
from conformance.suites.huawei.group_views import (
    JOINING,
    MEMBERS,
    add,
    devices,
    has_members,
    members,
    query,
    remove,
    shows,
)
from conformance.suites.huawei.page_cases import Prepare, paging_cases
from conformance.suites.waiting import eventually


@case(
    "huawei/group-members-add/joined",
    requirements=["1.11.7/joined", "1.11.5/member-count"],
    calls=[*JOINING, "group-query"],
)
def devices_that_join_are_members(context: Context) -> None:
    """Devices that were put into a group are its devices, beside those that were in it before; curDevNum counts all."""
    group, (first, *others) = context.make("group"), devices(context, 3)
    for joining, expected in (([first], [first]), (others, [first, *others])):
        answer = add(context, group.id, joining)
        if not context.served(context.operation("group-members-add"), answer, "1.11.7/joined"):
            return
        has_members(context, "1.11.7/joined", group.id, expected)
    counted = {"curDevNum": 3}
    shows(context, "1.11.5/member-count", query(context, group.id, counted), counted)


@case(
    "huawei/group-members-delete/left",
    requirements=["1.11.8/left", "1.11.5/member-count"],
    calls=[*JOINING, "group-query"],
)
def devices_that_leave_are_no_members(context: Context) -> None:
    """A device that was taken out of a group is no longer among its devices; the others are."""
    group, (leaving, *others) = context.make("group"), devices(context, 3)
    context.prepare("group-members-add", body={"devGroupId": group.id, "deviceIds": [leaving, *others]})
    answer = remove(context, group.id, [leaving])
    if context.served(context.operation("group-members-delete"), answer, "1.11.8/left"):
        has_members(context, "1.11.8/left", group.id, others)
        counted = {"curDevNum": len(others)}
        shows(context, "1.11.5/member-count", query(context, group.id, counted), counted)


def _group_of(amount: int) -> Prepare:
    def prepare(context: Context) -> Mapping[str, Any]:
        group, named = context.make("group"), devices(context, amount)
        context.prepare("group-members-add", body={"devGroupId": group.id, "deviceIds": named})
        eventually(context, lambda: members(context, group.id) == set(named))
        return {"devGroupId": group.id}

    return prepare


PAGE_DEFAULTS: Final = paging_cases(MEMBERS, _group_of(MEMBERS.default_size + 1), JOINING)[0]
PAGES: Final = paging_cases(MEMBERS, _group_of(5), JOINING)[1]


# ---- what a group refuses --------------------------------------------------------------------------------------------


def _more_devices_than_the_group_takes(context: Context, operation: Operation | None) -> Answer:
    """Create a group for one device with two."""
    assert operation is not None
    draft = context.draft(operation)
    draft.body.update(maxDevNum=1, deviceIds=devices(context, 2))
    return context.send(draft)


def _name_taken_by_another(context: Context, operation: Operation | None) -> Answer:
    """Give a group the name of another."""
    assert operation is not None
    other = context.make("group")
    draft = context.draft(operation)
    draft.body["name"] = other.name
    return context.send(draft)


def _shrunk_below_its_members(context: Context, operation: Operation | None) -> Answer:
    """Limit a group of two devices to one."""
    assert operation is not None
    group = context.make("group")
    context.prepare("group-members-add", body={"devGroupId": group.id, "deviceIds": devices(context, 2)})
    draft = context.draft(operation, devGroupId=group.id)
    draft.body["maxDevNum"] = 1
    return context.send(draft)


def _full_group(context: Context, operation: Operation | None) -> Answer:
    """Put a second device into a group for one."""
    del operation
    group, (first, second) = context.make("group", maxDevNum=1), devices(context, 2)
    context.prepare("group-members-add", body={"devGroupId": group.id, "deviceIds": [first]})
    return add(context, group.id, [second])


PROVOCATIONS: Final[dict[str, Provocation]] = {
    "more-devices-than-the-group-takes": _more_devices_than_the_group_takes,
    "group-name-taken-by-another": _name_taken_by_another,
    "group-shrunk-below-its-members": _shrunk_below_its_members,
    "full-group": _full_group,
}

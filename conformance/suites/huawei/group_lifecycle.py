"""1.11: the life of groups and their devices against a model of it.

Three devices move between up to three groups of limited size, in any order; what a group forgets, counts wrongly or takes
beyond its limit shows only after several steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from conformance.evidence.findings import Stop
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.group_views import JOINING, add, devices, has_members, query, remove, shows
from conformance.suites.judge import Says, Stated, row_matches, says
from conformance.suites.machine import Lifecycle, first, run, step
from conformance.suites.waiting import refused_in_the_end

DEVICES: Final = 3
GROUPS: Final = 3
WHICH: Final = st.integers(0, GROUPS - 1)
SOME: Final = st.sets(st.integers(0, DEVICES - 1), min_size=1)
LIMIT: Final = st.integers(0, 2)
FULL: Final = ("200-100601", "400-100604")
"""Rows that name a full group as a cause (1.11.7)."""


@dataclass
class Group:
    """What the model knows of a group."""

    id: str
    name: str
    limit: int
    members: set[int] = field(default_factory=set)

    def takes(self, amount: int) -> bool:
        """Whether so many devices fit."""
        return not self.limit or amount <= self.limit


lives = precondition(lambda machine: bool(machine.groups))
has_room = precondition(lambda machine: len(machine.groups) < GROUPS)


class Grouping(Lifecycle):
    """Groups and devices, and who is where."""

    devices: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[Group] = []

    @first(limit=LIMIT, named=SOME)
    def create_first(self, limit: int, named: set[int]) -> None:
        """Of devices that are in no group some are named as the first group is made."""
        self.devices = devices(self.context, DEVICES)
        self._create(limit, named)

    @has_room
    @step(limit=LIMIT, named=SOME)
    def create(self, limit: int, named: set[int]) -> None:
        """A group is made with devices that are in none; with more than its limit it is refused."""
        self._create(limit, named)

    def _create(self, limit: int, named: set[int]) -> None:
        free = named - set().union(*(group.members for group in self.groups))
        draft = self.context.draft("group-create")
        draft.body.update(maxDevNum=limit, deviceIds=[self.devices[each] for each in sorted(free)])
        group = Group("", draft.body["name"], limit, free)
        if not group.takes(len(free)):
            row = self.context.contract.rows["400-100609"]
            answer = self.context.send(draft)
            self.context.refused("1.11.1/error/400-100609", answer, Stated.REFUSAL, row=row, what="a refusal: too many")
            return
        group.id = str(self.context.succeed(draft).at("/id"))
        self.groups.append(group)
        self._settle(group, "1.11.1/members")

    @lives
    @step(which=WHICH, joining=SOME)
    def join(self, which: int, joining: set[int]) -> None:
        """Devices that are in no group join one; those that do not fit are refused."""
        group = self._group(which)
        elsewhere = set().union(*(each.members for each in self.groups if each is not group))
        wanted = joining - elsewhere
        if not wanted:
            return
        answer = add(self.context, group.id, [self.devices[each] for each in sorted(wanted)])
        if group.takes(len(group.members | wanted)):
            if not self.context.served(self.context.operation("group-members-add"), answer, "1.11.7/joined"):
                raise Stop
            group.members |= wanted
        else:
            rows = [self.context.contract.rows[key] for key in FULL]
            given = next((row for row in rows if row_matches(row, answer)), rows[0])
            self.context.refused("1.11.7/error/200-100601", answer, Stated.REFUSAL, row=given, what="a refusal: full")
        self._settle(group, "1.11.7/joined")

    @lives
    @step(which=WHICH, joining=st.integers(0, DEVICES - 1))
    def change_over(self, which: int, joining: int) -> None:
        """A device of another group is refused or changes over; it is never in both."""
        group = self._group(which)
        former = next((each for each in self.groups if joining in each.members and each is not group), None)
        if former is None or not group.takes(len(group.members) + 1):
            return
        if says(self.context.contract, add(self.context, group.id, [self.devices[joining]])) is Says.YES:
            former.members.discard(joining)
            group.members.add(joining)
        for each in (former, group):
            self._settle(each, "1.11.1/one-group")

    @lives
    @step(which=WHICH, leaving=SOME)
    def leave(self, which: int, leaving: set[int]) -> None:
        """Devices of a group leave it."""
        group = self._group(which)
        wanted = leaving & group.members
        if wanted:
            answer = remove(self.context, group.id, [self.devices[each] for each in sorted(wanted)])
            if not self.context.served(self.context.operation("group-members-delete"), answer, "1.11.8/left"):
                raise Stop
            group.members -= wanted
            self._settle(group, "1.11.8/left")

    @lives
    @step(which=WHICH, limit=LIMIT)
    def modify(self, which: int, limit: int) -> None:
        """A group gets another name and limit; one below the number of its devices is refused."""
        group = self._group(which)
        draft = self.context.draft("group-modify", devGroupId=group.id)
        draft.body["maxDevNum"] = limit
        if limit and len(group.members) > limit:
            row = self.context.contract.rows["200-100601"]
            answer = self.context.send(draft)
            self.context.refused(
                "1.11.3/error/200-100601", answer, Stated.REFUSAL, row=row, what="a refusal: too small"
            )
        else:
            self.context.succeed(draft)
            group.name, group.limit = draft.body["name"], limit
        self._settle(group, "1.11.3/changed")

    @lives
    @step(which=WHICH)
    def delete(self, which: int) -> None:
        """A deleted group is not found; its devices are free."""
        group = self._group(which)
        self.context.succeed("group-delete", devGroupId=group.id)
        self.groups.remove(group)
        answer = refused_in_the_end(self.context, "group-query", devGroupId=group.id)
        row = self.context.contract.rows["200-100603"]
        if self.context.refused("1.11.2/gone", answer, Stated.REFUSAL, row=row, what="the refusal 200-100603"):
            self.context.forget(group.id)

    def _group(self, which: int) -> Group:
        return self.groups[which % len(self.groups)]

    def _settle(self, group: Group, requirement: str) -> None:
        """Hold what the platform shows of a group against the model."""
        has_members(self.context, requirement, group.id, {self.devices[each] for each in group.members})
        expected = {"name": group.name, "maxDevNum": group.limit}
        answer = query(self.context, group.id, {**expected, "curDevNum": len(group.members)})
        shows(self.context, "1.11.3/changed", answer, expected)
        shows(self.context, "1.11.5/member-count", answer, {"curDevNum": len(group.members)})


@case(
    "huawei/group-lifecycle/model",
    requirements=[
        "1.11.1/members",
        "1.11.1/one-group",
        "1.11.1/error/400-100609",
        "1.11.2/gone",
        "1.11.3/changed",
        "1.11.3/error/200-100601",
        "1.11.5/member-count",
        "1.11.7/joined",
        "1.11.7/error/200-100601",
        "1.11.8/left",
    ],
    calls=[*JOINING, "group-modify", "group-query"],
    examples=12,
)
def groups_behave_as_their_model(context: Context) -> None:
    """Groups that are made, filled, emptied, changed and deleted in any order hold what a model of them says."""
    run(context, Grouping)

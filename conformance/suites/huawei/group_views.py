"""1.11: looking at groups of devices as the cases of the chapter do.

Groups and devices are the case's own, so what a platform shows of them changes by nobody else's hand; a platform that takes a
change in late is asked again. Numbers may be texts of digits (erratum group-numbers-as-text).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Stop
from conformance.suites.checks import json_equal
from conformance.suites.context import Context
from conformance.suites.huawei.pages import Listing, everything
from conformance.suites.judge import Says, says
from conformance.suites.waiting import eventually

GROUPS: Final = Listing("group-list", "1.11.4", "/id", 1, items=("/list",), largest=500, of_page=True)
MEMBERS: Final = Listing("group-members", "1.11.6", "", 10, items=("/deviceIds",), largest=1000, of_page=True)
GROUP: Final = ("group-create", "group-delete")
DEVICE: Final = ("device-register-code", "device-delete")
JOINING: Final = ("group-members-add", "group-members-delete", "group-members", *GROUP, *DEVICE)
NUMBERS: Final = frozenset({"maxDevNum", "curDevNum"})


def devices(context: Context, amount: int) -> list[str]:
    """Make devices (a preamble); return their ids."""
    return [context.make("device").id for _ in range(amount)]


def add(context: Context, group: str, identities: Collection[str]) -> Answer:
    """Ask to put devices into a group; what the answer says is the caller's to judge."""
    return context.call("group-members-add", body={"devGroupId": group, "deviceIds": list(identities)})


def remove(context: Context, group: str, identities: Collection[str]) -> Answer:
    """Ask to take devices out of a group; what the answer says is the caller's to judge."""
    return context.call("group-members-delete", body={"devGroupId": group, "deviceIds": list(identities)})


def members(context: Context, group: str) -> set[str]:
    """Return the devices of a group.

    Raises:
        Stop: they are not told; the finding is recorded.
    """
    return {str(each) for each in everything(context, MEMBERS, devGroupId=group)}


def has_members(context: Context, requirement: str, group: str, expected: Collection[str]) -> bool:
    """Check that a group has exactly these devices, as soon as it is expected to show them."""
    seen: list[set[str]] = []

    def look() -> bool:
        seen[:] = [members(context, group)]
        return seen[0] == set(expected)

    holds = eventually(context, look)
    return context.check(requirement, holds, expected=sorted(expected), actual=sorted(seen[0]), pointer="/deviceIds")


def query(context: Context, group: str, expected: Mapping[str, Any], requirement: str | None = None) -> Answer:
    """Query a group until it shows what is expected or the delay is over; return the last answer.

    Args:
        context: the case under way.
        group: the id of the group.
        expected: members of the answer.
        requirement: the statement that demands that the group is found; unset: that valid calls are served.

    Raises:
        Stop: the group was not found; the finding is recorded.
    """
    seen: list[Answer] = []

    def look() -> bool:
        seen[:] = [context.call("group-query", devGroupId=group)]
        return says(context.contract, seen[0]) is Says.YES and not differing(seen[0].json, expected)

    eventually(context, look)
    if not context.served(context.operation("group-query"), seen[0], requirement):
        raise Stop
    return seen[0]


def shows(context: Context, requirement: str, answer: Answer, expected: Mapping[str, Any]) -> None:
    """Check what an answer shows of a group; a member that is absent or null tells nothing."""
    differs = differing(answer.json, expected)
    for name, value in expected.items():
        actual = answer.at(f"/{name}")
        if name in differs:
            context.check(requirement, False, expected=value, actual=actual, pointer=f"/{name}", answer=answer)
        elif actual is not None:
            context.check(requirement, True, answer=answer)


def differing(shown: Any, expected: Mapping[str, Any]) -> set[str]:
    """Return the members of a group that are shown and are not as expected."""
    found = shown if isinstance(shown, dict) else {}
    return {
        name
        for name, value in expected.items()
        if found.get(name) is not None and not json_equal(_number(name, found[name]), value)
    }


def _number(name: str, value: Any) -> Any:
    return int(value) if name in NUMBERS and isinstance(value, str) and value.isdecimal() else value

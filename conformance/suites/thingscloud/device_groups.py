"""设备组: the tree of device groups. Groups are made in the console only, so the case reads what stands there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.thingscloud.answers import items_of, repeated


@case(
    "thingscloud/device-groups-tree/ids-unique",
    requirements=["device-groups-tree/ids-unique"],
    calls=["device-groups-tree"],
)
def no_group_stands_twice(context: Context) -> None:
    """No group id stands twice in the tree, whatever the level."""
    ids = list(_ids(items_of(context.succeed("device-groups-tree"))))
    if not ids:
        raise Inconclusive("the project has no device group")
    twice = repeated(ids)
    context.check(
        "device-groups-tree/ids-unique", not twice, expected="every id once", actual=f"twice: {', '.join(twice)}"
    )


def _ids(groups: Any) -> Iterator[Any]:
    """Yield the ids of groups and of the groups below them; subgroups may be as rich as groups (erratum group-children)."""
    for group in groups if isinstance(groups, list) else ():
        if isinstance(group, dict):
            yield group.get("id")
            yield from _ids(group.get("children"))


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

"""Device groups (document: 设备组): a tree; subgroups are printed with fewer members than groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.thingscloud.cloud import CloudHandler, ThingsCloud
from conformance.reference.thingscloud.state import Group


def tree(cloud: ThingsCloud, _: Request) -> Any:
    """Show all groups with their subgroups."""
    items = [_shown(cloud, group, top=True) for group in cloud.project.groups]
    return {"items": [items[0], *items] if cloud.faults.on("group-listed-twice") else items}


def _shown(cloud: ThingsCloud, group: Group, *, top: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": group.id, "name": group.name, "descr": group.descr, "tags": dict(group.tags)}
    if top or cloud.quirks.on("group-children/alike"):
        shown["create_time"] = cloud.time(group.created_ms)
        hidden = cloud.faults.on("group-tree-flat")
        shown["children"] = [] if hidden else [_shown(cloud, child, top=False) for child in group.children]
    return shown


HANDLERS: Final[Mapping[str, CloudHandler]] = {"device-groups-tree": tree}

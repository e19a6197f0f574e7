"""1.11.1–1.11.5: groups of devices are made, changed, looked up and deleted."""

from __future__ import annotations

import secrets
from typing import Any, Final

from conformance.reference.calls import Refused, Request
from conformance.reference.huawei import group_members
from conformance.reference.huawei.applications import Applications
from conformance.reference.huawei.group_faults import BEHAVIOURS
from conformance.reference.huawei.group_store import CONSOLE_GROUP, Group, Groups, as_told, group_of, place, told_page
from conformance.reference.huawei.pages import page_of
from conformance.reference.huawei.platform import Chapter, Huawei

GROUPS_ON_A_PAGE: Final = 1
"""Unless more are asked for."""


def create(huawei: Huawei, request: Request) -> Any:
    """1.11.1 创建设备组."""
    faults, body = huawei.faults, request.body
    app = huawei.room(Applications).of(request, body.get("appId"))
    if faults.on("group-authorised-application-ignored"):
        app = huawei.credentials.app_id
    groups, devices = huawei.room(Groups), list(dict.fromkeys(body.get("deviceIds") or ()))
    _check_name(huawei, request, app, None)
    limit = max(0, body.get("maxDevNum") or 0)
    if limit and len(devices) > limit and not faults.on("group-limit-unchecked"):
        raise huawei.refusal(request.operation, "100609")
    group = groups.make(
        name=body["name"],
        app_id=app,
        description="" if faults.on("group-create-loses-description") else body.get("description") or "",
        limit=1 if not limit and faults.on("group-zero-is-a-limit") else limit,
    )
    if not faults.on("group-create-ignores-devices"):
        try:
            place(huawei, request, group, devices, unknown="50400")
        except Refused:
            del groups.by_id[group.id]
            raise
    if faults.on("group-created-not-readable"):
        groups.unreadable.add(group.id)
    if faults.on("group-not-listed"):
        groups.unlisted.add(group.id)
    return {**_told(huawei, group), "deviceIds": devices}


def _check_name(huawei: Huawei, request: Request, app: str, own: str | None) -> None:
    """Refuse a name that another group of the application has."""
    other = huawei.room(Groups).named(app, request.body["name"])
    if other is not None and other.id != own and not huawei.faults.on("group-name-taken-unchecked"):
        raise huawei.refusal(request.operation, "100602")


def delete(huawei: Huawei, request: Request) -> Any:
    """1.11.2 删除设备组."""
    groups, faults = huawei.room(Groups), huawei.faults
    group = group_of(huawei, request, request.path["devGroupId"], request.query.get("accessAppId"))
    if faults.on("deleted-group-still-listed"):
        groups.unreadable.add(group.id)
    elif not faults.on("group-delete-ignored"):
        del groups.by_id[group.id]


def modify(huawei: Huawei, request: Request) -> Any:
    """1.11.3 修改设备组: what is not given stays as it is."""
    groups, faults, body = huawei.room(Groups), huawei.faults, request.body
    group = group_of(huawei, request, request.path["devGroupId"], request.query.get("accessAppId"))
    _check_name(huawei, request, group.app_id, group.id)
    limit = max(0, body.get("maxDevNum", group.limit))
    if limit and len(group.members) > limit and not faults.on("group-limit-unchecked"):
        raise huawei.refusal(request.operation, "100601")
    if faults.on("group-modify-ignored"):
        return _told(huawei, group)
    group.name = body["name"]
    if not faults.on("group-modify-loses-limit"):
        group.limit = limit
    if not faults.on("group-modify-loses-description"):
        group.description = body.get("description", group.description)
    if faults.on("group-modify-changes-id"):
        del groups.by_id[group.id]
        group.id = secrets.token_hex(16)
        groups.by_id[group.id] = group
    return _told(huawei, group)


def query(huawei: Huawei, request: Request) -> Any:
    """1.11.5 查询指定设备组."""
    group = group_of(huawei, request, request.path["devGroupId"], request.query.get("accessAppId"))
    return _with_creator(huawei, group)


def listed(huawei: Huawei, request: Request) -> Any:
    """1.11.4 查询设备组列表."""
    faults, groups, given = huawei.faults, huawei.room(Groups), request.query
    app = huawei.room(Applications).of(request, given.get("accessAppId", huawei.credentials.app_id))
    if faults.on("group-list-ignores-application"):
        app = huawei.credentials.app_id
    name = None if faults.on("group-list-ignores-name") else given.get("name")
    contained = huawei.quirks.on("group-name-filter/contained")
    found = [
        _with_creator(huawei, group)
        for group in groups.by_id.values()
        if group.app_id == app
        and group.id not in groups.unlisted
        and (name is None or name == group.name or (contained and name in group.name))
    ]
    return told_page(huawei, "list", page_of(huawei, "groups", found, given, size=GROUPS_ON_A_PAGE))


def _told(huawei: Huawei, group: Group) -> dict[str, Any]:
    """Return a group as answers tell it."""
    present = 0 if huawei.faults.on("group-member-count-stale") else len(group.members)
    return {
        "name": group.name,
        "description": group.description,
        "id": group.id,
        "appId": group.app_id,
        "maxDevNum": as_told(huawei, group.limit),
        "curDevNum": as_told(huawei, present),
    }


def _with_creator(huawei: Huawei, group: Group) -> dict[str, Any]:
    return {**_told(huawei, group), "creator": group.creator}


CHAPTER: Final = Chapter(
    handlers={
        "group-create": create,
        "group-delete": delete,
        "group-modify": modify,
        "group-list": listed,
        "group-query": query,
        **group_members.HANDLERS,
    },
    behaviours=BEHAVIOURS,
    rooms=(Groups,),
    stand_ins=dict.fromkeys(
        ("group-members-add", "group-members-delete"), lambda _: {"devGroupId": CONSOLE_GROUP, "deviceIds": []}
    ),
    as_built=(
        "group-numbers-as-text/number",
        "group-list-element/as-in-the-table",
        "group-name-filter/equal",
        "group-members-application/app-id",
        "group-members-page-size/unbounded",
        "second-group/refused",
        "lost-examples/as-in-the-table",
    ),
    on_demand=(
        "group-numbers-as-text/text",
        "group-name-filter/contained",
        "group-members-application/access-app-id",
        "group-members-page-size/bounded",
        "second-group/changes-over",
    ),
)

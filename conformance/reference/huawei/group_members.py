"""1.11.6–1.11.8: the devices of a group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.huawei.device_state import Devices
from conformance.reference.huawei.group_store import group_of, place, told_page
from conformance.reference.huawei.pages import page_of
from conformance.reference.huawei.platform import Huawei, HuaweiHandler

DEVICES_ON_A_PAGE: Final = 10
"""Unless another number is asked for."""
LARGEST_PAGE: Final = 1000
"""Where the reading that there is a bound is in force."""


def members(huawei: Huawei, request: Request) -> Any:
    """1.11.6 查询指定设备组成员."""
    given = request.query
    name = "accessAppId" if huawei.quirks.on("group-members-application/access-app-id") else "appId"
    group = group_of(huawei, request, given["devGroupId"], given.get(name))
    if huawei.quirks.on("group-members-page-size/bounded") and given.get("pageSize", 0) > LARGEST_PAGE:
        raise huawei.refusal(request.operation, "50400")
    return told_page(
        huawei, "deviceIds", page_of(huawei, "group-members", group.members, given, size=DEVICES_ON_A_PAGE)
    )


def add(huawei: Huawei, request: Request) -> Any:
    """1.11.7 增加设备组成员."""
    body = request.body
    group = group_of(huawei, request, body["devGroupId"], request.query.get("accessAppId"))
    if not huawei.faults.on("group-members-add-ignored"):
        place(huawei, request, group, body["deviceIds"], unknown="100604")
    return {"devGroupId": group.id, "deviceIds": body["deviceIds"]}


def remove(huawei: Huawei, request: Request) -> Any:
    """1.11.8 删除设备组成员; a device that is in no group stays in none."""
    faults, body = huawei.faults, request.body
    group = group_of(huawei, request, body["devGroupId"], request.query.get("accessAppId"))
    devices = huawei.room(Devices)
    unknown = any(devices.find(each) is None for each in body["deviceIds"])
    if unknown and not faults.on("group-unknown-device-taken"):
        raise huawei.refusal(request.operation, "100604")
    if faults.on("group-members-delete-ignored"):
        return
    if faults.on("group-members-delete-all"):
        group.members.clear()
    group.members = [each for each in group.members if each not in body["deviceIds"]]


HANDLERS: Final[Mapping[str, HuaweiHandler]] = {
    "group-members": members,
    "group-members-add": add,
    "group-members-delete": remove,
}

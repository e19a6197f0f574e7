"""The groups that the platform keeps, and who is in them (1.11)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.huawei.applications import Applications
from conformance.reference.huawei.device_state import Device, Devices
from conformance.reference.huawei.pages import Page
from conformance.reference.huawei.platform import Huawei, Room

CONSOLE_GROUP: Final = "5f0c2b7e4d1a49c8b3e6a7d80f912c34"
"""A group that was made in the console: as on every platform, not all groups are the caller's."""


@dataclass
class Group:
    """A group of devices."""

    id: str
    name: str
    app_id: str
    description: str
    limit: int
    """Devices that it takes at most; 0: any number."""
    creator: str
    members: list[str] = field(default_factory=list)
    """Ids of devices, in the order in which they joined."""


class Groups(Room):
    """The groups of all applications, by id."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        made_elsewhere = Group(CONSOLE_GROUP, "MadeInTheConsole", huawei.credentials.app_id, "", 0, "console")
        self.by_id: dict[str, Group] = {made_elsewhere.id: made_elsewhere}
        self.unlisted: set[str] = set()
        """Groups that lists leave out; empty but for a fault."""
        self.unreadable: set[str] = set()
        """Groups that cannot be used; empty but for a fault."""
        huawei.listen("device-deleted", self._device_deleted)

    def make(self, *, name: str, app_id: str, description: str, limit: int) -> Group:
        """Make a group without devices."""
        group = Group(secrets.token_hex(16), name, app_id, description, limit, self.huawei.credentials.app_id)
        self.by_id[group.id] = group
        return group

    def named(self, app_id: str, name: str) -> Group | None:
        """Return the group of an application that bears a name; None where none does."""
        usable = (group for group in self.by_id.values() if group.id not in self.unreadable)
        return next((group for group in usable if (group.app_id, group.name) == (app_id, name)), None)

    def of_device(self, device_id: str) -> Group | None:
        """Return the group that a device is in; None where it is in none."""
        return next((group for group in self.by_id.values() if device_id in group.members), None)

    def _device_deleted(self, device: Device, **_: Any) -> None:
        for group in self.by_id.values():
            if device.id in group.members:
                group.members.remove(device.id)


def group_of(huawei: Huawei, request: Request, identity: str, app: str | None) -> Group:
    """Return the group that a call is about; `app` is the application that the call names, None for the caller's own.

    Raises:
        Refused: the application may not be acted for, or has no such group (100603).
    """
    groups = huawei.room(Groups)
    owner = huawei.room(Applications).of(request, app if app is not None else huawei.credentials.app_id)
    group = groups.by_id.get(identity)
    if group is not None and group.app_id == owner and identity not in groups.unreadable:
        return group
    if groups.by_id and huawei.faults.on("unknown-group-served"):
        return next(iter(groups.by_id.values()))
    raise huawei.refusal(request.operation, "100603")


def place(huawei: Huawei, request: Request, group: Group, devices: Iterable[str], unknown: str) -> None:
    """Put devices into a group: all of them or none.

    Args:
        huawei: the platform.
        request: the call.
        group: the group.
        devices: their ids.
        unknown: the code of the row for a device that cannot be put into the group.

    Raises:
        Refused: a device does not exist or is in another group (`unknown`), or the group is full (100601).
    """
    groups, faults = huawei.room(Groups), huawei.faults
    known = huawei.room(Devices)
    fresh = [each for each in dict.fromkeys(devices) if each not in group.members]
    changes_over = huawei.quirks.on("second-group/changes-over")
    in_two = faults.on("device-in-two-groups")
    for each in fresh:
        device = known.find(each)
        if (device is None or device.app_id != group.app_id) and not faults.on("group-unknown-device-taken"):
            raise huawei.refusal(request.operation, unknown)
        if groups.of_device(each) is not None and not (changes_over or in_two):
            raise huawei.refusal(request.operation, unknown)
    if group.limit and len(group.members) + len(fresh) > group.limit and not faults.on("group-limit-unchecked"):
        raise huawei.refusal(request.operation, "100601")
    for each in fresh:
        former = groups.of_device(each)
        if former is not None and not in_two:
            former.members.remove(each)
        group.members.append(each)


def told_page(huawei: Huawei, member: str, page: Page[Any]) -> dict[str, Any]:
    """Return a page as chapter 1.11 tells it, with its records under `member`."""
    size = len(page.records) if huawei.quirks.on("page-size-told/given") else page.size
    numbers = {"totalCount": page.total, "pageNo": page.number, "pageSize": size}
    return {**{name: as_told(huawei, value) for name, value in numbers.items()}, member: page.records}


def as_told(huawei: Huawei, value: int) -> Any:
    """Return a number as chapter 1.11 tells it: as a text where that reading is in force."""
    return str(value) if huawei.quirks.on("group-numbers-as-text/text") else value

"""The device list (document: 设备管理 / 读取设备列表), and how a device is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Refused, Request
from conformance.reference.thingscloud.cloud import CloudHandler, ThingsCloud
from conformance.reference.thingscloud.state import Device

PAGE_SIZE: Final = 20
"""Devices per page: the document states none for this list; the history's default is taken."""


def shown(cloud: ThingsCloud, device: Device) -> dict[str, Any]:
    """Return a device as the list and the single read show it."""
    kind = cloud.project.types.get(device.type)
    other = "s" if cloud.faults.on("type-info-differs") else ""
    bare = cloud.quirks.on("device-state-objects/empty")
    return {
        "id": device.id,
        "name": device.name,
        "descr": device.descr,
        "device_key": device.device_key,
        "tags": dict(device.tags),
        "create_time": cloud.time(device.created_ms),
        "alarm": {} if bare else {"level": device.alarm_level, "alarming": device.alarm_level > 0},
        "active": {} if bare or device.active_ms is None else {"attributes": cloud.time(device.active_ms)},
        "online": device.online or cloud.faults.on("created-online"),
        "type": device.type,
        "type_info": None
        if kind is None
        else {
            "id": kind.id,
            "name": kind.name + other,
            "conn_type": kind.conn_type,
            "conn_protocol": kind.conn_protocol,
        },
    }


def listing(cloud: ThingsCloud, request: Request) -> Any:
    """List one page of the devices, newest first, of one type or group where that is asked for."""
    faults = cloud.faults
    everything = [device for device in cloud.project.devices.values() if device.id not in cloud.project.unlisted]
    chosen = list(reversed(_filtered(cloud, request, everything)))
    pages = -(-len(chosen) // PAGE_SIZE)
    page = _page(cloud, request)
    if page > max(pages, 1) and cloud.quirks.on("beyond-last-page/refused"):
        raise Refused("invalid", "There is no such page")
    if page > pages and faults.on("list-beyond-shows-last"):
        page = pages
    start = max(0, (page - 1) * PAGE_SIZE)
    items = chosen[start : start + PAGE_SIZE]
    if faults.on("list-loses-item"):
        items = items[:-1]
    if start and start <= len(chosen) and faults.on("list-repeats-item"):
        items = [chosen[start - 1], *items[1:]]
    total = len(everything) if faults.on("list-filter-total") else len(chosen)
    return {
        "items": [_altered(cloud, shown(cloud, device)) for device in items],
        "total": total + 1 if faults.on("list-total-wrong") else total,
        "page_total": pages + 1 if faults.on("list-page-total-wrong") else pages,
    }


def _filtered(cloud: ThingsCloud, request: Request, devices: list[Device]) -> list[Device]:
    kind, group = request.query.get("type"), request.query.get("group")
    if kind is not None and not cloud.faults.on("list-type-ignored"):
        devices = [device for device in devices if device.type == kind]
    if group is not None and not cloud.faults.on("list-group-ignored"):
        devices = [device for device in devices if group in device.groups]
    return devices


def _page(cloud: ThingsCloud, request: Request) -> int:
    """Return the page asked for; a page before the first is the first, since no sentence forbids it."""
    faults = cloud.faults
    page = int(request.query.get("page", 2 if faults.on("list-default-page-2") else 1))
    if faults.on("list-page-from-zero"):
        page += 1
    return 1 if faults.on("list-page-ignored") else max(1, page)


def _altered(cloud: ThingsCloud, item: dict[str, Any]) -> dict[str, Any]:
    if cloud.faults.on("list-differs-from-read"):
        item["name"] += "."
    if cloud.faults.on("created-listed-online"):
        item["online"] = True
    return item


HANDLERS: Final[Mapping[str, CloudHandler]] = {"device-list": listing}

"""Device types (document: 设备类型); they are made in the console, so here they only stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.thingscloud.cloud import CloudHandler, ThingsCloud
from conformance.reference.thingscloud.seed import DEVICES


def listing(cloud: ThingsCloud, _: Request) -> Any:
    """List all device types with the number of their devices."""
    devices = list(cloud.project.devices.values())
    counted = devices[:DEVICES] if cloud.faults.on("type-count-ignores-new") else devices
    counts = Counter(device.type for device in counted)
    surplus = 1 if cloud.faults.on("type-count-wrong") else 0
    items = [
        {
            "id": kind.id,
            "name": kind.name,
            "descr": kind.descr,
            "tags": dict(kind.tags),
            "create_time": cloud.time(kind.created_ms),
            "device_count": counts[kind.id] + surplus,
            "conn_protocol": kind.conn_protocol,
            "conn_type": kind.conn_type,
        }
        for kind in cloud.project.types.values()
    ]
    if cloud.faults.on("type-listed-twice"):
        items = [items[0], *items]
    return {"items": items[:-1] if cloud.faults.on("type-list-cut") else items}


HANDLERS: Final[Mapping[str, CloudHandler]] = {"device-types": listing}

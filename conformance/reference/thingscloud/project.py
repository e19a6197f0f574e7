"""The project and its statistics (document: 项目信息)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.thingscloud.cloud import CloudHandler, ThingsCloud
from conformance.reference.thingscloud.seed import DEVICES


def read(cloud: ThingsCloud, _: Request) -> Any:
    """Show the project."""
    project = cloud.project
    return {"id": project.id, "name": project.name, "descr": project.descr, "tags": dict(project.tags)}


def devices_stat(cloud: ThingsCloud, _: Request) -> Any:
    """Count devices by state."""
    devices = list(cloud.project.devices.values())
    total = len(devices)
    online = sum(device.online for device in devices)
    fraction = 0.5 if cloud.faults.on("stat-fraction") else 0
    alarmed = sum(device.alarm_level > 0 for device in devices)
    active = sum(device.active_ms is not None for device in devices)
    return {
        "device_total": min(total, DEVICES) if cloud.faults.on("stat-ignores-new") else total,
        "online_device_total": online + 1 if cloud.faults.on("online-not-counted") else online,
        "offline_device_total": total - online,
        "active_device_total": active,
        "inactive_device_total": total - active,
        "alarm_device_total": 0 if cloud.faults.on("stat-no-alarms") else alarmed + fraction,
    }


def devices_alarm_stat(cloud: ThingsCloud, _: Request) -> Any:
    """Count devices by alarm level; every device has one level or none."""
    levels = Counter(device.alarm_level for device in cloud.project.devices.values())
    total = min(levels.total(), DEVICES) if cloud.faults.on("alarm-stat-ignores-new") else levels.total()
    shifted = levels[1] if cloud.faults.on("alarm-stat-shifted") else 0
    return {
        "device_total": total,
        "alarm_1_total": levels[1],
        "alarm_2_total": levels[2],
        "alarm_3_total": -levels[3] if cloud.faults.on("alarm-stat-negative") else levels[3],
        "normal_total": levels[0] + shifted,
    }


HANDLERS: Final[Mapping[str, CloudHandler]] = {
    "project": read,
    "devices-stat": devices_stat,
    "devices-alarm-stat": devices_alarm_stat,
}

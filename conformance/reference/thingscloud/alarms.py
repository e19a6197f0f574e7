"""Alarm messages of the project and of a device (document: 设备告警), newest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.thingscloud.cloud import CloudHandler, ThingsCloud
from conformance.reference.thingscloud.state import AlarmLog


def of_project(cloud: ThingsCloud, _: Request) -> Any:
    """Show the alarm messages of all devices."""
    logs = cloud.project.alarms
    if cloud.faults.on("alarms-missing") and logs:
        logs = [log for log in logs if log.device_id != logs[0].device_id]
    return {"items": [_shown(cloud, log) for log in reversed(logs)]}


def of_device(cloud: ThingsCloud, request: Request) -> Any:
    """Show the alarm messages of one device."""
    device = cloud.device(request)
    everyones = cloud.faults.on("alarms-of-all")
    logs = [log for log in cloud.project.alarms if everyones or log.device_id == device.id]
    return {"items": [_shown(cloud, log) for log in reversed(logs)]}


def _shown(cloud: ThingsCloud, log: AlarmLog) -> dict[str, Any]:
    device = cloud.project.devices[log.device_id]
    other = f"{device.id}9" if cloud.faults.on("alarms-other-device") else device.id
    return {
        "id": log.id,
        "device_id": log.device_id,
        "alarm_status": log.status,
        "alarm_level": log.level,
        "alarm_info": dict(log.info),
        "create_time": cloud.time(log.created_ms),
        "notify_logs": [dict(each) for each in log.notify_logs],
        "device": {"id": other, "name": device.name},
    }


HANDLERS: Final[Mapping[str, CloudHandler]] = {"alarm-logs": of_project, "device-alarm-logs": of_device}

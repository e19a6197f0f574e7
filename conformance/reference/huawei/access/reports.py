"""2.3 设备上报数据 and 2.5 设备响应命令: what devices publish on their data topics."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

from conformance.mqtt.packets import Publish
from conformance.reference.huawei.access.commands import Commands
from conformance.reference.huawei.access.connections import Connected, Connections
from conformance.reference.huawei.access.ways import LATEST_BY_EVENT_TIME, REPEATS_DROPPED
from conformance.reference.huawei.device_state import Device, Devices
from conformance.reference.huawei.platform import Huawei

DATA_TOPIC: Final = re.compile(r"/huawei/v1/devices/([^/]+)/data/json")
EVENT_TIME: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z")
REPORT, RESPONSE = "device-report", "device-command-response"


def take(huawei: Huawei, sender: Connected, publish: Publish) -> str:
    """Take in a message of a device, and tell what it was; what is no documented message on its own topic means nothing."""
    on = huawei.faults.on
    topic = DATA_TOPIC.fullmatch(publish.topic)
    if topic is None:
        return "refused: no documented topic of devices"
    device: Device | None = sender.device
    if topic[1] != sender.identity:
        device = huawei.room(Devices).find(topic[1]) if on("report-by-topic") else None
    if device is None or device.facts.get("unheard"):
        return "refused: not the data topic of this device"
    try:
        message = json.loads(publish.payload.decode("utf-8"))
    except (ValueError, RecursionError):
        message = None
    kinds = huawei.contract.device_messages
    if kinds[REPORT].message.is_valid(message):
        if not _lost(huawei, sender, publish):
            _report(huawei, device, message["data"])
        return REPORT
    if kinds[RESPONSE].message.is_valid(message):
        known = huawei.room(Commands).answered(device, message)
        if not known and on("stray-answer-kills"):
            device.facts["unheard"] = True
        return f"{RESPONSE}{'' if known else ', to no command'}"
    if on("garbage-kills"):
        device.facts["unheard"] = True
    kind = RESPONSE if isinstance(message, dict) and message.get("msgType") == "deviceRsp" else REPORT
    wrong = "; ".join(f"{each.pointer or '/'} {each.expected}" for each in kinds[kind].message.violations(message))
    return f"refused: no {kind}: {wrong}"


def _lost(huawei: Huawei, sender: Connected, publish: Publish) -> bool:
    """Tell whether a fault drops a valid report."""
    on = huawei.faults.on
    return (
        on("report-lost")
        or (on("report-of-node-lost") and sender.identity != sender.device.id)
        or (on("report-at-most-once-lost") and publish.qos == 0)
        or (on("report-printed-lost") and b"\n" in publish.payload)
    )


def _report(huawei: Huawei, device: Device, data: list[Mapping[str, Any]]) -> None:
    on, devices = huawei.faults.on, huawei.room(Devices)
    taken = []
    for each in data:
        told = each.get("eventTime")
        formed = isinstance(told, str) and EVENT_TIME.fullmatch(told) is not None
        if (told is None and on("event-time-needed")) or (told is not None and not formed and on("event-time-refused")):
            continue
        kept = (formed or on("event-time-as-it-is")) and not on("event-time-dropped")
        values = each["serviceData"]
        if on("report-value-rounded"):
            values = {name: value // 10 * 10 if type(value) is int else value for name, value in values.items()}
        taken.append((str(each["serviceId"]), values, told if kept else None))
    if on("report-first-only"):
        taken = taken[:1]
    if huawei.quirks.on(REPEATS_DROPPED):
        taken = [each for each in taken if not _repeats(device, *each)]
    every = [each.device for each in huawei.room(Connections).all()] if on("report-shared") else [device]
    for one in every:
        if len(taken) == 1:
            devices.report(one, *taken[0])
        elif taken:
            devices.report_together(one, taken)
    if huawei.quirks.on(LATEST_BY_EVENT_TIME):
        device.latest.update({each.service_id: each for each in sorted(device.reports, key=attrgetter("event_time"))})


def _repeats(device: Device, service_id: str, values: Mapping[str, Any], time: str | None) -> bool:
    """Tell whether a device has reported the same of a service already, for the same time where it tells one."""
    told = [each for each in device.reports if (each.service_id, each.data) == (service_id, values)]
    return any(time in {None, each.event_time} for each in told)

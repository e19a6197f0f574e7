"""1.6.3, 1.6.5: what devices have reported, and what they can report and be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.faults import Behaviour
from conformance.reference.huawei.applications import Command, Property, Service
from conformance.reference.huawei.device_owners import owner
from conformance.reference.huawei.device_queries import counted
from conformance.reference.huawei.device_state import DAY_MS, Device, Devices, Report
from conformance.reference.huawei.pages import behaviours, page_of
from conformance.reference.huawei.platform import Huawei
from conformance.reference.huawei.time_range import within

HISTORY_SIZE: Final = 1
"""Records on a page where the query does not say."""

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    **behaviours("history", "1.6.3"),
    "history-loses-members": Behaviour("1.6.3/reported", "records show other data than were reported"),
    "history-of-another-service": Behaviour("1.6.3/reported", "records name another service"),
    "history-in-local-zone": Behaviour("1.6.3/timestamp", "timestamps are eight hours ahead of UTC"),
    "history-invents": Behaviour("1.6.3/nothing-yet", "a device that reported nothing has a record"),
    "history-of-all": Behaviour("1.6.3/own-records", "the history holds the records of all devices"),
    "history-start-ignored": Behaviour("1.6.3/start-time", "startTime does not narrow the history"),
    "history-end-ignored": Behaviour("1.6.3/end-time", "endTime does not narrow the history"),
    "capabilities-of-another": Behaviour("1.6.5/same-device", "capabilities name another device"),
    "capabilities-of-all": Behaviour("1.6.5/same-device", "deviceId does not narrow the capabilities"),
    "capabilities-empty": Behaviour("1.6.5/product-services", "capabilities lack the services of the product"),
    "capabilities-gateway-ignored": Behaviour("1.6.5/gateway", "gatewayId finds no capabilities"),
}


def history(huawei: Huawei, request: Request) -> Any:
    """1.6.3 查询设备历史数据."""
    devices, faults, asked = huawei.room(Devices), huawei.faults, request.query
    app_id = owner(huawei, request)
    if "deviceId" not in asked and "gatewayId" not in asked:
        raise huawei.refusal(request.operation, "100419")
    device = devices.of(request, asked.get("deviceId", asked.get("gatewayId", "")), app_id)
    if "gatewayId" in asked and asked["gatewayId"] != device.gateway_id:
        raise devices.unknown(request)
    owned = [(device, report) for report in _kept(huawei, device)]
    if faults.on("history-of-all"):
        owned = [(each, report) for each in devices.all() for report in each.reports]
    ignored = {"startTime": "history-start-ignored", "endTime": "history-end-ignored"}
    bounds = {name: asked[name] for name, fault in ignored.items() if name in asked and not faults.on(fault)}
    found = [pair for pair in reversed(owned) if within(huawei, bounds, pair[1].reported_ms)]
    if not owned and huawei.quirks.on("no-history-yet/refused"):
        raise huawei.refusal(request.operation, "100418")
    if not owned and faults.on("history-invents"):
        found = [(device, Report("Unknown", {}, device.created_ms, huawei.time(device.created_ms)))]
    page = page_of(huawei, "history", found, asked, size=HISTORY_SIZE)
    return counted(huawei, request, page, "deviceDataHistoryDTOs", [_record(huawei, *pair) for pair in page.records])


def _kept(huawei: Huawei, device: Device) -> list[Report]:
    """Return the reports that are not too old (`dataAgingTime`), the oldest first."""
    days = device.aging_days
    if not days or huawei.faults.on("aging-ignored"):
        return device.reports
    oldest = huawei.clock.now_ms() - days * DAY_MS
    return [each for each in device.reports if each.reported_ms >= oldest]


def _record(huawei: Huawei, device: Device, report: Report) -> dict[str, Any]:
    faults = huawei.faults
    ahead_ms = 8 * 3_600_000 if faults.on("history-in-local-zone") else 0
    return {
        "serviceId": "Other" if faults.on("history-of-another-service") else report.service_id,
        "deviceId": device.id,
        "gatewayId": device.gateway_id,
        "appId": device.app_id,
        "data": dict.fromkeys(report.data) if faults.on("history-loses-members") else dict(report.data),
        "timestamp": huawei.time(report.reported_ms + ahead_ms),
    }


def capabilities(huawei: Huawei, request: Request) -> Any:
    """1.6.5 查询设备服务能力."""
    devices, faults, asked = huawei.room(Devices), huawei.faults, request.query
    app_id = owner(huawei, request)
    found = [each for each in devices.all() if each.app_id == app_id]
    if "deviceId" in asked and not faults.on("capabilities-of-all"):
        found = [each for each in found if each.id == asked["deviceId"]]
    if "gatewayId" in asked:
        found = [each for each in found if each.gateway_id == asked["gatewayId"]]
        if faults.on("capabilities-gateway-ignored"):
            found = []
    return {"deviceCapabilities": [_capability(huawei, each) for each in found]}


def _capability(huawei: Huawei, device: Device) -> dict[str, Any]:
    services = device.product.services.values() if device.product else ()
    if huawei.faults.on("capabilities-empty"):
        services = ()
    identity = "another" if huawei.faults.on("capabilities-of-another") else device.id
    return {"deviceId": identity, "serviceCapabilities": [_service(huawei, each) for each in services]}


def _service(huawei: Huawei, service: Service) -> dict[str, Any]:
    return {
        "serviceId": service.id,
        "serviceType": service.type,
        "option": "Master",
        "description": service.id,
        "commands": [_command(huawei, each) for each in service.commands.values()],
        "properties": [_property(huawei, each) for each in service.properties.values()],
    }


def _command(huawei: Huawei, command: Command) -> dict[str, Any]:
    paras = [{"paraName": name, **_facts(huawei, kind, name)} for name, kind in command.parameters.items()]
    told = [{"paraName": name, **_facts(huawei, kind, name)} for name, kind in command.response.items()]
    responses = [{"responseName": f"{command.name}_RSP", "paras": told}]
    return {"commandName": command.name, "paras": paras, "responses": responses}


def _property(huawei: Huawei, each: Property) -> dict[str, Any]:
    method = f"{'R' if each.readable else ''}{'W' if each.writable else ''}"
    return {"propertyName": each.name, **_facts(huawei, each.type, each.name), "method": method}


CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "state": ("open", "closed"),
    "mode": ("fast", "full"),
    "result": ("OK", "FAILED"),
}
"""The values of what has a list of them in the profile, by its name."""


def _facts(huawei: Huawei, kind: str, name: str) -> dict[str, Any]:
    required: Any = True
    if huawei.quirks.on("required-as-text/text"):
        required = "true"
    if huawei.quirks.on("required-as-text/as-printed"):
        required = "Ture"
    text = kind == "string"
    return {
        "dataType": kind,
        "required": required,
        "min": None if text else "0",
        "max": None if text else "65535",
        "step": "1" if huawei.quirks.on("step-as-text/text") else 1.0,
        "maxLength": 256 if text else 0,
        "unit": None,
        "enumList": list(CHOICES[name]) if name in CHOICES else None,
    }

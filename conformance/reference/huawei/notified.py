"""The messages of chapter 1.8: what each tells, its members in the document's order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.huawei.applications import Product
from conformance.reference.huawei.command_store import Command
from conformance.reference.huawei.device_state import Device, Devices, Report
from conformance.reference.huawei.platform import Huawei
from conformance.reference.huawei.upgrade_store import Subtask, Task

UNKNOWN: Final = (
    "name", "description", "manufacturerId", "manufacturerName", "mac", "location", "deviceType", "model", "swVersion",
    "fwVersion", "hwVersion", "protocolType", "bridgeId", "status", "statusDetail", "mute", "supportedSecurity", "isSecurity",
    "signalStrength", "sigVersion", "serialNumber", "batteryLevel",
)  # fmt: skip
"""Members of DeviceInfo after nodeId; what a message does not tell is null, as the document prints it."""
LIST_AS_PRINTED: Final = "services-or-service/service"
TYPE_AS_NUMBER: Final = "notified-device-type/number"
STATUS_LEFT_OUT: Final = "firmware-result-status/absent"
STEPS: Final[Mapping[str, str]] = {"idle": "0", "downloading": "1", "downloaded": "2", "updating": "3"}


def gateway(huawei: Huawei, device: Device) -> str:
    """Return the gateway that notifications of a device name."""
    return "another-gateway" if huawei.faults.on("pushed-other-gateway") else device.gateway_id


def added(huawei: Huawei, device: Device) -> dict[str, Any]:
    """1.8.1 注册设备通知."""
    info: dict[str, Any] = {"nodeId": f"{device.node_id}9" if huawei.faults.on("pushed-other-node") else device.node_id}
    info |= {**dict.fromkeys(UNKNOWN), "name": device.name, **_status(huawei, device)}
    kind = "GATEWAY" if device.direct else "ENDPOINT"
    return {"deviceId": device.id, "gatewayId": gateway(huawei, device), "nodeType": kind, "deviceInfo": info}


def bound(huawei: Huawei, device: Device) -> dict[str, Any]:
    """1.8.2 绑定设备通知."""
    result = "expired" if huawei.faults.on("pushed-expired") else "succeeded"
    return {"deviceId": device.id, "resultCode": result, "deviceInfo": _info(huawei, device)}


def modified(huawei: Huawei, device: Device, former: str | None) -> dict[str, Any]:
    """1.8.3 设备信息变化通知, of a change by the application; `former` is the location that the device had."""
    info = _info(huawei, device)
    if huawei.faults.on("pushed-stale-info"):
        info["location"] = former
    return {"deviceId": device.id, "gatewayId": gateway(huawei, device), "deviceInfo": info}


def status_changed(huawei: Huawei, device: Device) -> dict[str, Any]:
    """1.8.3 设备信息变化通知, of a device that comes or goes: its status and nothing else."""
    info = {"nodeId": None, **dict.fromkeys(UNKNOWN), **_status(huawei, device)}
    if not device.connected and huawei.faults.on("pushed-stale-status"):
        info["status"] = "ONLINE"
    return {"deviceId": device.id, "gatewayId": gateway(huawei, device), "deviceInfo": info}


def data_changed(huawei: Huawei, device: Device, report: Report, request_id: str) -> dict[str, Any]:
    """1.8.4 设备数据变化通知."""
    if huawei.faults.on("pushed-stale-data"):
        earlier = [each for each in device.reports if each.service_id == report.service_id]
        report = earlier[-2] if len(earlier) > 1 else report
    service = _service(device, report)
    if huawei.faults.on("pushed-event-time-now"):
        service["eventTime"] = huawei.time(report.reported_ms)
    return {
        "requestId": "1" if huawei.faults.on("pushed-number-repeated") else request_id,
        "deviceId": device.id,
        "gatewayId": gateway(huawei, device),
        "service": service,
    }


def datas_changed(huawei: Huawei, device: Device, reports: list[Report], request_id: str) -> dict[str, Any]:
    """1.8.5 设备数据批量变化通知."""
    shown = reports[:1] if huawei.faults.on("pushed-first-service-only") else reports
    return {
        "requestId": "1" if huawei.faults.on("pushed-number-of-several-repeated") else request_id,
        "deviceId": device.id,
        "gatewayId": gateway(huawei, device),
        "service" if huawei.quirks.on(LIST_AS_PRINTED) else "services": [_service(device, each) for each in shown],
    }


def profile(huawei: Huawei, product: Product, *, wrong: bool) -> dict[str, Any]:
    """1.8.6 to 1.8.8: what happened to the profile of a product."""
    return {
        "appId": huawei.credentials.app_id,
        "deviceType": product.device_type,
        "manufacturerName": product.manufacturer_name,
        "manufacturerId": product.manufacturer_id,
        "model": f"{product.model}-2" if wrong else product.model,
        "protocolType": product.protocol_type,
    }


def deleted(huawei: Huawei, device: Device) -> dict[str, Any]:
    """1.8.9 删除设备通知."""
    return {"deviceId": device.id, "gatewayId": gateway(huawei, device)}


def command_changed(huawei: Huawei, command: Command) -> dict[str, Any]:
    """1.8.12 命令状态变化通知."""
    detail = (command.result or {}).get("resultDetail")
    detail = None if huawei.faults.on("pushed-result-lost") else detail
    result = {"resultCode": command.status, "resultDetail": detail}
    return {"deviceId": command.device_id, "commandId": command.id, "result": result}


def shadow(huawei: Huawei, device: Device, service_id: str, properties: Mapping[str, Any], *, delivered: bool) -> Any:
    """1.8.14 设备影子状态变更通知."""
    on = huawei.faults.on
    shown = dict.fromkeys(properties) if on("pushed-other-properties") else dict(properties)
    status = "DELIVERED" if delivered or on("pushed-always-delivered") else "FAILED"
    return {"deviceId": device.id, "serviceId": service_id, "properties": shown, "status": status}


def upgrade_step(huawei: Huawei, task: Task, subtask: Subtask, step: str, *, firmware: bool) -> dict[str, Any]:
    """1.8.15 软件升级状态变更通知, 1.8.17 固件升级状态变更通知."""
    on, kind = huawei.faults.on, "firmware" if firmware else "software"
    step = "downloading" if on(f"pushed-{kind}-step") else step
    ids = _ids(task, subtask, wrong=on(f"pushed-{kind}-task"))
    if not firmware:
        return {**ids, "swUpgradeState": step}
    number = str((int(STEPS[step]) - 1) % 4) if on("pushed-step-from-zero") else STEPS[step]
    return {**ids, "step": number, "stepDesc": step}


def upgrade_result(huawei: Huawei, task: Task, subtask: Subtask, *, firmware: bool, succeeded: bool) -> dict[str, Any]:
    """1.8.16 软件升级结果通知, 1.8.18 固件升级结果通知."""
    on, kind = huawei.faults.on, "firmware" if firmware else "software"
    succeeded = succeeded or on(f"pushed-{kind}-success")
    versions = {
        "curVersion": task.package.version if succeeded else "V0.1",
        "targetVersion": "V0.1" if on(f"pushed-{kind}-version") else task.package.version,
        "sourceVersion": "V0.1",
    }
    outcome, took_s = "SUCCESS" if succeeded else "FAIL", 0
    if subtask.started_ms is not None and subtask.stopped_ms is not None:
        took_s = (subtask.stopped_ms - subtask.started_ms) // 1000
    common = {**_ids(task, subtask, wrong=on(f"pushed-{kind}-result-task")), **versions}
    if firmware:
        told = {} if huawei.quirks.on(STATUS_LEFT_OUT) else {"status": outcome}
        return {**common, **told, "statusDesc": subtask.detail, "upgradeTime": str(took_s)}
    return {
        **common,
        "swUpgradeResult": outcome,
        "upgradeTime": str(took_s),
        "resultDesc": subtask.detail,
        "errorCode": "0" if succeeded else "1",
        "description": "" if succeeded else subtask.detail,
    }


def _ids(task: Task, subtask: Subtask, *, wrong: bool) -> dict[str, Any]:
    return {
        "deviceId": subtask.device_id,
        "appId": task.app_id,
        "operationId": f"{task.id}9" if wrong else task.id,
        "subOperationId": subtask.id,
    }


def _service(device: Device, report: Report) -> dict[str, Any]:
    known = device.product.services.get(report.service_id) if device.product else None
    return {
        "serviceId": report.service_id,
        "serviceType": known.type if known else report.service_id,
        "data": dict(report.data),
        "eventTime": report.event_time,
    }


def _status(huawei: Huawei, device: Device) -> dict[str, str]:
    status, detail = huawei.room(Devices).status(device)
    return {"status": status, "statusDetail": "DUTY_CYCLE" if huawei.faults.on("pushed-detail-of-another") else detail}


def _info(huawei: Huawei, device: Device) -> dict[str, Any]:
    known: dict[str, Any] = {"name": device.name, "location": device.location, "mute": device.mute, **device.series}
    if huawei.quirks.on(TYPE_AS_NUMBER):
        known["deviceType"] = 90
    return {"nodeId": device.node_id, **dict.fromkeys(UNKNOWN), **known, **_status(huawei, device)}

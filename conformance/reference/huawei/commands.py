"""1.9.1 to 1.9.3: commands for devices that speak LWM2M or CoAP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.huawei.applications import Applications
from conformance.reference.huawei.command_faults import COMMANDS
from conformance.reference.huawei.command_store import DEFAULT_LIFE_S, PENDING, WAITING_AT_MOST, Command, Commands
from conformance.reference.huawei.device_state import DAY_MS, LONG_IDS, Device, Devices
from conformance.reference.huawei.pages import page_of
from conformance.reference.huawei.platform import Chapter, Huawei
from conformance.reference.huawei.prepared_devices import METER, PreparedDevices, pixit

LIST: Final = "commands"
PAGE_SIZE: Final = 1000
CHINA_MS: Final = 8 * 3_600_000
"""How far the local time of a wrong platform is ahead of UTC."""
ZOMBIE_AFTER_MS: Final = 7 * DAY_MS
REFUSED_WHEN_AWAY: Final = "command-for-absent-device/refused"
NO_EXPIRY_SHOWN: Final = "expire-time-unset/nothing"
PENDDING: Final = "command-status-misprint/pendding"
SHOWN_BEFORE: Final = "cancel-answer-status/before"
EXCLUSIVE: Final = "command-time-bounds/exclusive"
TIMES_NEEDED: Final = "command-list-advice/times-needed"


def create(huawei: Huawei, request: Request) -> Any:
    """1.9.1 创建设备命令."""
    faults, body, room = huawei.faults, request.body, huawei.room(Commands)
    app = huawei.room(Applications).of(request)
    device = huawei.room(Devices).of(request, body["deviceId"], app)
    if is_zombie(huawei, device) and not faults.on("zombie-served"):
        raise huawei.refusal(request.operation, "100612")
    services = device.product.services if device.product else {}
    service = services.get(body["command"]["serviceId"])
    if service is None and not faults.on("unknown-service-served"):
        raise huawei.refusal(request.operation, "100431")
    if service is not None and body["command"]["method"] not in service.commands:
        raise huawei.refusal(request.operation, "100022")
    at_once = body.get("expireTime") == 0
    if at_once and not device.connected and huawei.quirks.on(REFUSED_WHEN_AWAY):
        raise huawei.refusal(request.operation, "100428")
    if not at_once and len(room.waiting(device.id)) >= WAITING_AT_MOST and not faults.on("waiting-commands-unlimited"):
        raise huawei.refusal(request.operation, "100223")
    command = room.add(app, device, body)
    if faults.on("command-not-listed"):
        room.unlisted.add(command.id)
    told = shown(huawei, command)
    del told["result"]
    if faults.on("command-answers-other-method"):
        told["command"] = {**told["command"], "method": "OTHER"}
    return told


def listing(huawei: Huawei, request: Request) -> Any:
    """1.9.2 查询设备命令."""
    app, query = huawei.room(Applications).of(request), request.query
    if "deviceId" in query:
        huawei.room(Devices).of(request, query["deviceId"], app)
    if huawei.quirks.on(TIMES_NEEDED) and not {"startTime", "endTime"} <= query.keys():
        raise huawei.refusal(request.operation, "100022", "startTime and endTime are needed")
    if backwards(query) and not huawei.faults.on("backward-range-served"):
        raise huawei.refusal(request.operation, "100022")
    room = huawei.room(Commands)
    found = [each for each in room.all() if each.app_id == app and each.id not in room.unlisted]
    if "deviceId" in query and not huawei.faults.on("command-device-ignored"):
        found = [each for each in found if each.device_id == query["deviceId"]]
    if not huawei.faults.on("command-range-ignored"):
        found = [each for each in found if within(huawei, each.created_ms, query)]
    page = page_of(huawei, LIST, found, query, size=PAGE_SIZE)
    return {
        "pagination": {"pageNo": page.number, "pageSize": page.size, "totalSize": page.total},
        "data": [shown(huawei, each) for each in page.records],
    }


def modify(huawei: Huawei, request: Request) -> Any:
    """1.9.3 修改设备命令: the only change is to cancel what waits."""
    faults, room = huawei.faults, huawei.room(Commands)
    app = huawei.room(Applications).of(request)
    command = room.find(request.path["deviceCommandId"])
    if command is None or command.app_id != app:
        raise huawei.refusal(request.operation, "100434")
    if command.status != PENDING and not faults.on("ended-command-cancelled"):
        raise huawei.refusal(request.operation, "100435")
    before = shown(huawei, command)
    if not faults.on("cancel-ignored"):
        room.cancel(command)
    if faults.on("cancel-cancels-others"):
        for other in room.waiting(command.device_id):
            room.cancel(other)
    told = before if huawei.quirks.on(SHOWN_BEFORE) else {**shown(huawei, command), "status": "CANCELED"}
    if faults.on("cancel-answers-other-command"):
        told["commandId"] = told["commandId"][::-1]
    return told


def is_zombie(huawei: Huawei, device: Device) -> bool:
    """Tell whether a device was connected once, and for the last time longer ago than the limit."""
    away = huawei.clock.now_ms() - device.heard_ms
    return device.activated and not device.connected and away > ZOMBIE_AFTER_MS


def backwards(query: Mapping[str, Any]) -> bool:
    """Tell whether a range of time ends before it begins (the form of times sorts as they do)."""
    start, end = str(query.get("startTime", "")), str(query.get("endTime", ""))
    return start[:1].isdigit() and end[:1].isdigit() and end < start


def within(huawei: Huawei, created_ms: int, query: Mapping[str, Any]) -> bool:
    """Tell whether something that was created then lies in the range of time that a query asks for."""
    moment = huawei.time(created_ms)
    start, end = query.get("startTime", ""), query.get("endTime", "~")
    if huawei.quirks.on(EXCLUSIVE):
        return bool(start < moment < end)
    return bool(start <= moment <= end)


def shown(huawei: Huawei, command: Command) -> dict[str, Any]:
    """Return a command as answers show it."""
    on = huawei.faults.on

    def time(ms: int | None, fault: str = "") -> str | None:
        ahead_ms = CHINA_MS if fault and ms is not None and on(f"command-{fault}-time-local") else 0
        return None if ms is None else huawei.time(ms + ahead_ms)

    expiry = command.expire_s
    if expiry is None and not huawei.quirks.on(NO_EXPIRY_SHOWN):
        expiry = 3600 if huawei.faults.on("default-life-one-hour") else DEFAULT_LIFE_S
    misprint = command.status == PENDING and huawei.quirks.on(PENDDING)
    local_ms = CHINA_MS if on("creation-time-local") else 0
    times = 0 if on("command-sending-not-counted") else command.issued_times
    return {
        "commandId": command.id,
        "appId": "another-application" if on("command-names-other-application") else command.app_id,
        "deviceId": command.device_id,
        "command": dict(command.content),
        "callbackUrl": command.callback_url,
        "expireTime": expiry,
        "status": "PENDDING" if misprint else command.status,
        "result": command.result,
        "creationTime": time(command.created_ms + local_ms),
        "executeTime": time(command.executed_ms, "execute"),
        "platformIssuedTime": time(command.issued_ms, "issued"),
        "deliveredTime": time(command.delivered_ms, "delivered"),
        "issuedTimes": max(times, int(on("command-sending-counted-early"))),
        "maxRetransmit": command.max_retransmit,
    }


def device_command_result(huawei: Huawei, params: Mapping[str, Any]) -> Any:
    """Upper tester action: a device answers a command that was issued to it."""
    room = huawei.room(Commands)
    command = room.find(params["commandId"])
    if command is None or command.device_id != params["deviceId"]:
        raise ValueError(f"the device has no command {params['commandId']}")
    room.answer(command, params["outcome"], params.get("detail"))
    return {"status": command.status}


def _stand_ins(huawei: Huawei) -> Mapping[str, Any]:
    """Return a device and a command that serve, where a fault lets a request lack them."""
    del huawei
    content = {"serviceId": "WaterMeter", "method": "SET_INTERVAL", "paras": {"interval": 1}}
    return {
        "deviceId": METER,
        "command": content,
        **{f"command.{name}": content[name] for name in ("serviceId", "method")},
    }


CHAPTER: Final = Chapter(
    handlers={"command-create": create, "command-list": listing, "command-modify": modify},
    behaviours=COMMANDS,
    rooms=(Commands, PreparedDevices),
    actions={"device-command-result": device_command_result},
    stand_ins={"command-create": _stand_ins},
    pixit=lambda huawei: {**pixit(huawei), "pending_commands": WAITING_AT_MOST},
    as_built=(
        "command-status-misprint/pending",
        "expire-time-unset/default",
        "paras-form/object",
        "command-for-absent-device/issued",
        "command-time-bounds/inclusive",
        "command-list-advice/table",
        "device-id-length/up-to-36",
        "time-example-without-seconds/form",
        "cancel-answer-status/after",
    ),
    on_demand=(REFUSED_WHEN_AWAY, NO_EXPIRY_SHOWN, PENDDING, SHOWN_BEFORE, EXCLUSIVE, TIMES_NEEDED, *LONG_IDS),
)

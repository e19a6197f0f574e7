"""1.10 批量处理: one command for many devices at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.huawei.applications import Applications
from conformance.reference.huawei.batch_faults import BEHAVIOURS
from conformance.reference.huawei.batch_store import BatchTask, BatchTasks, SubTask
from conformance.reference.huawei.command_store import Commands
from conformance.reference.huawei.device_state import Devices
from conformance.reference.huawei.group_store import Groups
from conformance.reference.huawei.pages import page_of
from conformance.reference.huawei.platform import Chapter, Huawei

MOST_UNFINISHED: Final = 10
"""Batch tasks of an application that are not done."""
SUB_TASKS_ON_A_PAGE: Final = 25
"""Unless another number is asked for."""


def create(huawei: Huawei, request: Request) -> Any:
    """1.10.1 创建批量任务."""
    faults, body, tasks = huawei.faults, request.body, huawei.room(BatchTasks)
    app = huawei.room(Applications).of(request, body["appId"])
    existing = tasks.of(app)
    if any(task.name == body["taskName"] for task in existing) and not faults.on("batch-name-unchecked"):
        raise huawei.refusal(request.operation, "105002")
    unfinished = sum(task.status in {"Pending", "Running"} for task in existing)
    if unfinished >= MOST_UNFINISHED and not faults.on("batch-limit-unchecked"):
        raise huawei.refusal(request.operation, "105001")
    tags = body.get("tags") or []
    _check_tags(huawei, request, tags, existing)
    devices = list(dict.fromkeys(_devices(huawei, request, app, body["param"])))
    task = tasks.add(
        app_id=app,
        name="" if faults.on("batch-loses-name") else body["taskName"],
        timeout_min=body["timeout"],
        param={**body["param"], "type": "Broadcast"} if faults.on("batch-changes-type") else body["param"],
        tags=[] if faults.on("batch-loses-tags") else tags,
    )
    if faults.on("batch-first-device-only"):
        devices = devices[:1]
    task.sub_tasks = [SubTask(each, _given(huawei, app, each, body["param"])) for each in devices]
    return {"taskId" if huawei.quirks.on("batch-task-id-spelling/usual") else "taskID": task.id}


def _check_tags(
    huawei: Huawei, request: Request, tags: Iterable[Mapping[str, Any]], existing: Iterable[BatchTask]
) -> None:
    """Refuse tags where a reading in force does."""
    if tags and huawei.quirks.on("batch-tags/known"):
        raise huawei.refusal(request.operation, "105202")
    used = [dict(tag) for task in existing for tag in task.tags]
    if huawei.quirks.on("batch-tags/used") and any(dict(tag) in used for tag in tags):
        raise huawei.refusal(request.operation, "105201")


def _devices(huawei: Huawei, request: Request, app: str, param: Mapping[str, Any]) -> list[str]:
    """Return the ids of the devices that a task is for.

    Raises:
        Refused: a device or a group does not exist (101001).
    """
    faults = huawei.faults
    own = {device.id: device for device in huawei.room(Devices).all() if device.app_id == app}
    match param["type"]:
        case "DeviceList":
            listed: list[str] = param.get("deviceList") or []
            if any(each not in own for each in listed):
                raise huawei.refusal(request.operation, "101001")
            return listed
        case "GroupList" | "GroupIdList" as kind:
            if faults.on("batch-group-ignored"):
                return list(own)
            return _of_groups(huawei, request, app, kind, param.get("groupList") or [])
        case "DeviceType":
            asked = {name: param[name] for name in _SERIES if param.get(name) is not None}
            if faults.on("batch-device-type-ignored"):
                return []
            return [each for each, device in own.items() if asked.items() <= device.series.items()]
        case "DeviceArea":
            area = param.get("deviceLocation")
            return [each for each, device in own.items() if device.location == area or faults.on("batch-area-ignored")]
        case _:
            return [] if faults.on("batch-broadcast-empty") else list(own)


_SERIES: Final = ("deviceType", "manufacturerId", "model")


def _of_groups(huawei: Huawei, request: Request, app: str, kind: str, names: Iterable[str]) -> list[str]:
    groups, found = huawei.room(Groups), []
    for name in names:
        by_id = kind == "GroupIdList" and not huawei.faults.on("batch-group-ids-as-names")
        group = groups.by_id.get(name) if by_id else groups.named(app, name)
        if group is not None and group.app_id == app:
            found += group.members
        elif not huawei.faults.on("batch-group-ids-as-names"):
            raise huawei.refusal(request.operation, "101001")
    return found


def _given(huawei: Huawei, app: str, device_id: str, param: Mapping[str, Any]) -> str:
    """Give a device the command of a task; return the id of the command."""
    device = huawei.room(Devices).find(device_id)
    if device is None or huawei.faults.on("batch-command-not-given"):
        return "no-command"
    content = {"paras": {}, **param["command"]}
    if isinstance(content["paras"], str):
        content["paras"] = json.loads(content["paras"])
    if huawei.faults.on("batch-command-differs"):
        content["method"] = "RESET"
    told = {name: param[name] for name in ("callbackUrl", "maxRetransmit") if name in param}
    return huawei.room(Commands).add(app, device, {**told, "command": content}, batch=True).id


def query(huawei: Huawei, request: Request) -> Any:
    """1.10.2 查询指定批量任务信息."""
    faults, quirks = huawei.faults, huawei.quirks
    task = huawei.room(BatchTasks).find(request, request.path["taskId"])
    counts, total = task.counts, len(task.sub_tasks)
    success = counts["Success"] if not faults.on("batch-success-not-counted") else 0
    complete = counts["Success"] + counts["Fail"] + counts["Timeout"]
    whole = 100 if quirks.on("batch-per-mille/per-cent") else 1000
    unit_s = 3600 if faults.on("batch-timeout-in-hours") else 60
    shift_ms = 8 * 3_600_000 if faults.on("batch-start-time-local") else 0
    answer: dict[str, Any] = {
        "appId": task.app_id,
        "taskId": task.id,
        "taskName": task.name,
        "operator": huawei.credentials.app_id,
        "taskFrom": "Portal" if faults.on("batch-from-portal") else "Northbound",
        "taskType": "DeviceCmd",
        "status": "Running" if faults.on("batch-never-complete") else task.status,
        "startTime": huawei.time(task.started_ms + shift_ms),
        "timeout": task.timeout_min * (1 if quirks.on("batch-timeout-unit/minutes") else unit_s),
        "progress": 0 if faults.on("batch-progress-stuck") else _share(complete, total, whole, empty=whole),
        "totalCnt": total + 1 if faults.on("batch-total-wrong") else total,
        "successCnt": success,
        "failCnt": counts["Fail"],
        "timeoutCnt": counts["Timeout"],
        "expiredCnt": 0,
        "completeCnt": counts["Success"] if faults.on("batch-complete-count-of-successes") else complete,
        "successRate": 0 if faults.on("batch-success-rate-stuck") else _share(counts["Success"], total, whole, empty=0),
        "param": _shown(huawei, task.param),
    }
    if request.query.get("select") == "tag":
        answer["tags"] = task.tags
    return answer


def _share(part: int, total: int, whole: int, *, empty: int) -> int:
    """Return a share in units of `whole`, rounded down; of nothing it is `empty`."""
    return part * whole // total if total else empty


def _shown(huawei: Huawei, param: Mapping[str, Any]) -> dict[str, Any]:
    command = param.get("command")
    if not command or command.get("paras") is None:
        return dict(param)
    paras = command["paras"]
    if huawei.quirks.on("batch-paras-text/text"):
        paras = paras if isinstance(paras, str) else json.dumps(paras)
    elif isinstance(paras, str):
        paras = json.loads(paras)
    return {**param, "command": {**command, "paras": paras}}


def details(huawei: Huawei, request: Request) -> Any:
    """1.10.3 查询批量任务的子任务信息."""
    faults, given = huawei.faults, request.query
    task = huawei.room(BatchTasks).find(request, given["taskId"])
    filters = {
        name: given[member]
        for name, member in (("status", "status"), ("device_id", "deviceId"), ("command_id", "commandId"))
        if member in given and not faults.on(f"batch-{member}-filter-ignored")
    }
    found = [
        _detail(huawei, each)
        for each in task.sub_tasks
        if all(getattr(each, name) == wanted for name, wanted in filters.items())
    ]
    page = page_of(huawei, "sub-tasks", found, given, size=SUB_TASKS_ON_A_PAGE)
    size = len(page.records) if huawei.quirks.on("page-size-told/given") else page.size
    return {"totalCount": page.total, "pageNo": page.number, "pageSize": size, "taskDetails": page.records}


def _detail(huawei: Huawei, each: SubTask) -> dict[str, Any]:
    faults, error = huawei.faults, each.error
    return {
        "status": "Pending" if faults.on("batch-sub-task-stuck") else each.status,
        "output": each.output,
        "error": "failed" if error is not None and faults.on("batch-error-plain-text") else error,
        "param": {"deviceId": each.device_id, "commandId": each.command_id},
    }


_COMMAND: Final = {"WaitResult": "SENT", "Success": "SUCCESSFUL", "Fail": "FAILED", "Timeout": "TIMEOUT"}
"""Status of the command (1.9.2) with which a sub task comes into a state."""


def result(huawei: Huawei, params: Mapping[str, Any]) -> Any:
    """Upper tester action batch-subtask-result: the device takes the command of a sub task, or answers it."""
    each = huawei.room(BatchTasks).sub_task(str(params.get("taskId")), str(params.get("deviceId")))
    if each is None:
        raise ValueError("taskId, deviceId: no such sub task")
    status = params.get("status")
    if status not in _COMMAND:
        raise ValueError(f"status: one of {', '.join(_COMMAND)} is expected")
    command = huawei.room(Commands).find(each.command_id)
    if command is not None:
        command.status = _COMMAND[status]
    each.status = status
    each.output = json.dumps({"requestId": each.command_id, "commandResult": "OK" if status == "Success" else None})
    if status == "Fail":
        each.failed(str(params.get("error_code", "100022")), str(params.get("error_desc", "The command failed.")))
    return {}


def _stand_ins(huawei: Huawei) -> Mapping[str, Any]:
    command = {"serviceId": "WaterMeter", "method": "SET_INTERVAL"}
    return {
        "appId": huawei.credentials.app_id,
        "param": {"type": "Broadcast", "command": command},
        "param.type": "Broadcast",
        "param.command": command,
    }


def _tolerated(huawei: Huawei) -> frozenset[str]:
    optional = huawei.quirks.on("batch-app-id/optional")
    return frozenset({"batch-task-create/appId/required"} if optional else ())


CHAPTER: Final = Chapter(
    handlers={"batch-task-create": create, "batch-task-query": query, "batch-subtask-list": details},
    behaviours=BEHAVIOURS,
    rooms=(BatchTasks,),
    actions={"batch-subtask-result": result},
    stand_ins={"batch-task-create": _stand_ins},
    tolerated=_tolerated,
    as_built=(
        "batch-app-id/mandatory",
        "batch-task-id-spelling/capital",
        "batch-paras-text/object",
        "batch-tags/new",
        "batch-timeout-unit/seconds",
        "batch-per-mille/per-mille",
        "batch-complete-count/three",
        "batch-file-id/other-task",
        "batch-query-example/misread",
        "batch-subtask-example/as-in-the-table",
        "page-size-told/asked",
    ),
    on_demand=(
        "batch-app-id/optional",
        "batch-task-id-spelling/usual",
        "batch-paras-text/text",
        "batch-tags/known",
        "batch-tags/used",
        "batch-timeout-unit/minutes",
        "batch-per-mille/per-cent",
        "page-size-told/given",
    ),
)

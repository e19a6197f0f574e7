"""1.12.4–1.12.8: upgrade tasks are created, shown and listed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.huawei.packages import (
    ON_A_PAGE,
    OTHER_ROW,
    check_page,
    invalid_page,
    meets,
    told_page,
    tolerated,
    unknown,
)
from conformance.reference.huawei.pages import page_of
from conformance.reference.huawei.platform import Chapter, Huawei
from conformance.reference.huawei.upgrade_faults import BEHAVIOURS, TASK_FILTERS, of_kind
from conformance.reference.huawei.upgrade_requests import creating, invalid, stand_ins
from conformance.reference.huawei.upgrade_store import (
    FAIL,
    FIRMWARE_UPGRADE,
    PROCESSING,
    SOFTWARE_UPGRADE,
    STOP,
    SUCCESS,
    WAIT,
    Subtask,
    Task,
    Upgrades,
)

_OTHER_KIND: Final = {FIRMWARE_UPGRADE: SOFTWARE_UPGRADE, SOFTWARE_UPGRADE: FIRMWARE_UPGRADE}
_HOUR_MS: Final = 3_600_000


def query(huawei: Huawei, request: Request) -> Any:
    """1.12.6 查询指定任务信息."""
    return _shown(huawei, _named(huawei, request))


def subtasks(huawei: Huawei, request: Request) -> Any:
    """1.12.7 查询指定任务的子任务详情."""
    check_page(huawei, request)
    faults, wanted = huawei.faults, request.query.get("subOperationStatus")
    task = _named(huawei, request)
    found = list(task.subtasks)
    if faults.on("subtask-missing"):
        found = found[:-1]
    if faults.on("subtask-twice"):
        found = [*found[:1], *found]
    if wanted is None and faults.on("subtasks-hide-finished"):
        found = [each for each in found if not each.finished]
    if wanted is not None and not faults.on("subtasks-ignore-status"):
        found = [each for each in found if each.state == wanted]
    page = page_of(
        huawei, "subtasks", [_shown_part(huawei, task, each) for each in found], request.query, size=ON_A_PAGE
    )
    return told_page(page, "date" if huawei.quirks.on("subtask-rows-name/example") else "data")


def listed(huawei: Huawei, request: Request) -> Any:
    """1.12.8 查询任务列表."""
    check_page(huawei, request)
    faults, query_ = huawei.faults, request.query
    chosen = {
        name: query_[name]
        for name, statement in TASK_FILTERS.items()
        if query_.get(name) is not None and not faults.on(f"tasks-ignore-{statement}")
    }
    tasks = [each for each in huawei.room(Upgrades).all() if meets(huawei, chosen, _facts(each, chosen))]
    if faults.on("task-not-listed"):
        tasks = tasks[:1]
    shown = [_shown(huawei, each) for each in tasks]
    if faults.on("task-listed-otherwise"):
        shown = [{**each, "targets": {"devices": ["another-device"]}} for each in shown]
    return told_page(page_of(huawei, "tasks", shown, query_, size=ON_A_PAGE))


def _facts(task: Task, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the filters of the list look at."""
    device_type, model, maker = task.package.kind
    concerned = {each.device_id for each in task.subtasks}
    wanted = chosen.get("deviceId")
    return {
        "operationType": task.kind,
        "operationStatus": task.state,
        "deviceType": device_type,
        "model": model,
        "manufacturerName": maker,
        "deviceId": wanted if wanted in concerned else None,
    }


def _named(huawei: Huawei, request: Request) -> Task:
    """Return the task that a call names.

    Raises:
        Refused: there is none (123009, or 120015 by a reading).
    """
    upgrades = huawei.room(Upgrades)
    task = upgrades.find(request.path["operationId"])
    if task is None:
        raise unknown(huawei, request, "123009")
    if huawei.faults.on("task-of-another"):
        task = next(each for each in upgrades.by_id.values() if each.id != task.id)
    return task


def _shown(huawei: Huawei, task: Task) -> dict[str, Any]:
    faults, time = huawei.faults, partial(_time, huawei)
    targets, policy = dict(task.targets), dict(task.policy)
    if of_kind(faults, task.kind, "loses-targets"):
        targets["devices"] = ["another-device"]
    if of_kind(faults, task.kind, "loses-policy"):
        policy |= {"retryType": True, "retryTimes": 1}
    shift = _HOUR_MS if of_kind(faults, task.kind, "loses-window") else 0
    kind = dict(zip(("deviceType", "model", "manufacturerName"), task.package.kind, strict=True))
    state = PROCESSING if faults.on("task-always-processing") else task.state
    return {
        "operationId": task.id,
        "createTime": time(task.created_ms + (8 * _HOUR_MS if faults.on("task-time-local") else 0)),
        "startTime": time(task.started_ms),
        "stopTime": time(task.stopped_ms),
        "operateType": _OTHER_KIND[task.kind] if of_kind(faults, task.kind, "kind-swapped") else task.kind,
        "targets": {"deviceGroups": targets.get("deviceGroups"), **kind, "devices": targets.get("devices")},
        "policy": {
            "executeType": policy["executeType"],
            "startTime": time(None if task.start_ms is None else task.start_ms + shift),
            "endTime": time(None if task.end_ms is None else task.end_ms + shift),
            "retryType": policy["retryType"],
            "retryTimes": policy.get("retryTimes", 0),
        },
        "status": _state(huawei, state),
        "staResult": _counts(huawei, task),
        "extendPara": {"targetVersion": task.package.version},
    }


def _counts(huawei: Huawei, task: Task) -> dict[str, int]:
    faults, states = huawei.faults, [each.state for each in task.subtasks]
    late = sum(each.timed_out for each in task.subtasks)
    within = huawei.quirks.on("timeout-counted/within")
    wait, processing = states.count(WAIT), states.count(PROCESSING)
    if faults.on("task-counts-swapped"):
        wait, processing = processing, wait
    return {
        "total": len(states) + faults.on("task-total-wrong"),
        "wait": wait + faults.on("task-sum-wrong"),
        "processing": processing,
        "success": states.count(SUCCESS),
        "fail": states.count(FAIL) - (0 if within else late),
        "stop": states.count(STOP),
        "timeout": late,
    }


def _shown_part(huawei: Huawei, task: Task, subtask: Subtask) -> dict[str, Any]:
    version = task.package.version
    facts = {"targetVersion": version, "curVersion": version if subtask.state == SUCCESS else None}
    swapped = huawei.faults.on("subtask-kind-swapped")
    return {
        "subOperationId": subtask.id,
        "createTime": _time(
            huawei, subtask.created_ms + (8 * _HOUR_MS if huawei.faults.on("subtask-time-local") else 0)
        ),
        "startTime": _time(huawei, subtask.started_ms),
        "stopTime": _time(huawei, subtask.stopped_ms),
        "operateType": _OTHER_KIND[task.kind] if swapped else task.kind,
        "deviceId": subtask.device_id,
        "status": _state(huawei, subtask.state),
        "detailInfo": subtask.detail,
        ("extendInfo" if huawei.quirks.on("upgrade-extend-name/example") else "extendPara"): facts,
    }


def _state(huawei: Huawei, state: str) -> str:
    return state.upper() if huawei.quirks.on("upgrade-status-case/capital") else state


def _time(huawei: Huawei, ms: int | None) -> str | None:
    return None if ms is None else huawei.time(ms)


def step(huawei: Huawei, params: Mapping[str, Any]) -> None:
    """Have a device go a step further (upper tester action upgrade-step)."""
    huawei.room(Upgrades).step(str(params["deviceId"]), str(params["step"]))


def result(huawei: Huawei, params: Mapping[str, Any]) -> None:
    """Have a device report the end of its upgrade (upper tester action upgrade-result)."""
    succeeded = params["result"] == "SUCCESS"
    huawei.room(Upgrades).result(str(params["deviceId"]), succeeded=succeeded, reason=params.get("description"))


CREATING: Final = ("software-upgrade-create", "firmware-upgrade-create")
LISTS: Final = ("upgrade-subtask-list", "upgrade-task-list")

CHAPTER: Final = Chapter(
    handlers={
        "software-upgrade-create": creating(SOFTWARE_UPGRADE),
        "firmware-upgrade-create": creating(FIRMWARE_UPGRADE),
        "upgrade-task-query": query,
        "upgrade-subtask-list": subtasks,
        "upgrade-task-list": listed,
    },
    behaviours=BEHAVIOURS,
    rooms=(Upgrades,),
    actions={"upgrade-step": step, "upgrade-result": result},
    invalid={**dict.fromkeys(CREATING, invalid), **dict.fromkeys(LISTS, invalid_page)},
    stand_ins=dict.fromkeys(CREATING, stand_ins),
    tolerated=lambda huawei: frozenset().union(*map(tolerated, LISTS)) if huawei.quirks.on(OTHER_ROW) else frozenset(),
    as_built=(
        "execute-type-default/now",
        "start-after-end/order",
        "upgrade-devices/lwm2m",
        "upgrade-status-case/small",
        "upgrade-extend-name/table",
        "subtask-rows-name/table",
        "timeout-counted/apart",
    ),
    on_demand=(
        "execute-type-default/refused",
        "start-after-end/distance",
        "upgrade-status-case/capital",
        "upgrade-extend-name/example",
        "subtask-rows-name/example",
        "timeout-counted/within",
        "text-filters/part",
    ),
)

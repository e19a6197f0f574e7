"""1.9.5 and 1.9.6: tasks that cancel what waits for a device. A task is carried out before the next call is answered."""

from __future__ import annotations

import secrets
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.huawei.applications import Applications
from conformance.reference.huawei.command_faults import TASKS
from conformance.reference.huawei.command_store import CANCELED, PENDING, CancelTask, Command, Commands
from conformance.reference.huawei.commands import backwards, shown, within
from conformance.reference.huawei.device_state import LONG_IDS, Devices
from conformance.reference.huawei.pages import page_of
from conformance.reference.huawei.platform import Chapter, Huawei
from conformance.reference.huawei.prepared_devices import METER

LIST: Final = "cancel-tasks"
PAGE_SIZE: Final = 1000
AS_ELSEWHERE: Final = "task-command-status/as-elsewhere"
WAITING: Final = "task-status-spelling/mended"
COMMANDS_COUNTED: Final = "task-total-size/commands"


def create(huawei: Huawei, request: Request) -> Any:
    """1.9.5 创建设备命令撤销任务."""
    room, on = huawei.room(Commands), huawei.faults.on
    app = huawei.room(Applications).of(request)
    device = huawei.room(Devices).of(request, request.body["deviceId"], app)
    states = {PENDING, "SENT", "DELIVERED", "SUCCESSFUL"} if on("task-cancels-issued") else {PENDING}
    everywhere = on("task-cancels-other-devices")
    found = [each for each in room.all() if each.status in states and (everywhere or each.device_id == device.id)]
    if on("task-cancels-first-only"):
        found = found[:1]
    task = CancelTask(secrets.token_hex(16), app, device.id, huawei.clock.now_ms(), found)
    if not on("task-not-listed"):
        room.tasks.append(task)
    told = _shown(huawei, task)
    for each in found:
        room.cancel(each)
    task.status = "RUNNING" if on("task-never-finishes") else "SUCCESS"
    if on("task-answers-no-device"):
        told["deviceId"] = "another"
    return told


def listing(huawei: Huawei, request: Request) -> Any:
    """1.9.6 查询设备命令撤销任务."""
    app, query, on = huawei.room(Applications).of(request), request.query, huawei.faults.on
    if "deviceId" in query:
        huawei.room(Devices).of(request, query["deviceId"], app)
    if backwards(query):
        raise huawei.refusal(request.operation, "10002")
    found = [each for each in huawei.room(Commands).tasks if each.app_id == app]
    if "taskId" in query and not on("task-filter-ignored"):
        found = [each for each in found if each.id == query["taskId"]]
    if "deviceId" in query and not on("task-device-ignored"):
        found = [each for each in found if each.device_id == query["deviceId"]]
    if "status" in query and not on("task-status-ignored"):
        found = [each for each in found if query["status"] in {each.status, _status(huawei, each)}]
    if not on("task-range-ignored"):
        found = [each for each in found if within(huawei, each.created_ms, query)]
    page = page_of(huawei, LIST, found, query, size=PAGE_SIZE)
    total = page.total
    if huawei.quirks.on(COMMANDS_COUNTED):
        total = sum(len(each.commands) for each in found)
    return {
        "pagination": {"pageNo": page.number, "pageSize": page.size, "totalSize": total},
        "data": [_shown(huawei, each) for each in page.records],
    }


def _status(huawei: Huawei, task: CancelTask) -> str:
    return "WAITING" if task.status == "WAITTING" and huawei.quirks.on(WAITING) else task.status


def _shown(huawei: Huawei, task: CancelTask) -> dict[str, Any]:
    extra = 1 if huawei.faults.on("task-miscounts") else 0
    return {
        "taskId": task.id,
        "appId": task.app_id,
        "deviceId": task.device_id,
        "status": _status(huawei, task),
        "totalCount": len(task.commands) + extra,
        "deviceCommands": [_command(huawei, each) for each in task.commands],
    }


def _command(huawei: Huawei, command: Command) -> dict[str, Any]:
    """Return a command as a task shows it: one that was not issued has the state DEFAULT."""
    told = shown(huawei, command)
    if command.status != CANCELED and not huawei.quirks.on(AS_ELSEWHERE):
        told["status"] = "DEFAULT"
    return told


CHAPTER: Final = Chapter(
    handlers={"cancel-task-create": create, "cancel-task-list": listing},
    behaviours=TASKS,
    stand_ins={"cancel-task-create": lambda _: {"deviceId": METER}},
    as_built=(
        "task-command-status/default",
        "task-status-spelling/as-printed",
        "cancel-all-or-waiting/waiting",
        "task-total-size/tasks",
    ),
    on_demand=(AS_ELSEWHERE, WAITING, COMMANDS_COUNTED, *LONG_IDS),
)

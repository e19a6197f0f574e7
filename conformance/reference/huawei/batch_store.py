"""The batch tasks that the platform keeps, and what becomes of their sub tasks (1.10)."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.huawei.applications import Applications
from conformance.reference.huawei.command_store import Commands
from conformance.reference.huawei.device_state import Device
from conformance.reference.huawei.platform import Huawei, Room

DONE: Final = frozenset({"Success", "Fail", "Timeout"})
STATES: Final[Mapping[str, str]] = {
    "PENDING": "Pending",
    "SENT": "WaitResult",
    "DELIVERED": "WaitResult",
    "SUCCESSFUL": "Success",
    "FAILED": "Fail",
    "CANCELED": "Fail",
    "EXPIRED": "Timeout",
    "TIMEOUT": "Timeout",
}
"""State of a sub task by the status of its command (1.9.2)."""


@dataclass
class SubTask:
    """What one device has to do."""

    device_id: str
    command_id: str
    status: str = "Pending"
    output: str | None = None
    error: str | None = None

    @property
    def done(self) -> bool:
        """Whether nothing changes any more."""
        return self.status in DONE

    def failed(self, code: str, words: str) -> None:
        """Fail for a reason."""
        self.status, self.error = "Fail", json.dumps({"error_code": code, "error_desc": words})


@dataclass
class BatchTask:
    """One command for many devices."""

    id: str
    app_id: str
    name: str
    timeout_min: int
    started_ms: int
    param: Mapping[str, Any]
    tags: list[Mapping[str, Any]]
    sub_tasks: list[SubTask] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """Number of sub tasks by state."""
        return Counter(each.status for each in self.sub_tasks)

    @property
    def status(self) -> str:
        """State of the task as a whole."""
        counts = self.counts
        if all(each.done for each in self.sub_tasks):
            return "Timeout" if counts["Timeout"] else "Complete"
        return "Pending" if counts["Pending"] == len(self.sub_tasks) else "Running"


class BatchTasks(Room):
    """The batch tasks of all applications, by id."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self._by_id: dict[str, BatchTask] = {}
        self._commands = huawei.room(Commands)
        huawei.listen("device-deleted", self._device_deleted)

    def add(self, **facts: Any) -> BatchTask:
        """Keep a new task."""
        task = BatchTask(secrets.token_hex(16), started_ms=self.huawei.clock.now_ms(), **facts)
        self._by_id[task.id] = task
        return task

    def of(self, app_id: str) -> list[BatchTask]:
        """Return the tasks of an application as they are now."""
        return [self._settled(task) for task in self._by_id.values() if task.app_id == app_id]

    def find(self, request: Request, identity: str) -> BatchTask:
        """Return the task that a call is about, as it is now.

        Raises:
            Refused: the application may not be acted for, or has no such task (105005).
        """
        app = self.huawei.room(Applications).of(request)
        task = self._by_id.get(identity)
        if task is not None and task.app_id == app:
            return self._settled(task)
        if self._by_id and self.huawei.faults.on("unknown-batch-task-served"):
            return self._settled(next(iter(self._by_id.values())))
        raise self.huawei.refusal(request.operation, "105005")

    def sub_task(self, task_id: str, device_id: str) -> SubTask | None:
        """Return the sub task of a device, None where there is none."""
        task = self._by_id.get(task_id)
        return next((each for each in task.sub_tasks if each.device_id == device_id), None) if task else None

    def _settled(self, task: BatchTask) -> BatchTask:
        """Let the sub tasks follow their commands, and run out when the time of the task is over."""
        for each in task.sub_tasks:
            command = None if each.done else self._commands.find(each.command_id)
            if command is not None:
                each.status = STATES[command.status]
                if each.status == "Fail":
                    each.failed("100022", f"The command is {command.status}.")
        faults, life_ms = self.huawei.faults, task.timeout_min * 60_000
        if faults.on("batch-times-out-early"):
            life_ms //= 2
        if self.huawei.clock.now_ms() - task.started_ms >= life_ms and not faults.on("batch-never-times-out"):
            for each in task.sub_tasks:
                if not each.done:
                    each.status = "Timeout"
        return task

    def _open(self) -> list[SubTask]:
        return [each for task in self._by_id.values() for each in self._settled(task).sub_tasks if not each.done]

    def _device_deleted(self, device: Device, **_: Any) -> None:
        for each in self._open():
            if each.device_id == device.id:
                each.failed("100403", "The device is not existed.")

"""The upgrade tasks that the platform keeps (1.12), and how the upgrade of each device goes on.

Nothing runs in the background: whoever looks at a task first has it brought up to the platform's time (`settle`), so that a
clock that is moved shows at once what comes of it. A device takes part by events (`device-online`, `device-deleted`) and by
what the upper tester has it do (`step`, `result`), which is told as `upgrade-step` and `upgrade-ended`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.reference.huawei.device_state import Device, Devices
from conformance.reference.huawei.packages import Package, Packages
from conformance.reference.huawei.platform import Huawei, Room
from conformance.reference.huawei.upgrade_faults import of_kind

WAIT: Final = "wait"
PROCESSING: Final = "processing"
SUCCESS: Final = "success"
FAIL: Final = "fail"
STOP: Final = "stop"
FIRMWARE_UPGRADE: Final = "firmware_upgrade"
SOFTWARE_UPGRADE: Final = "software_upgrade"
REASON: Final = "The device reported a failure"
TOO_LONG: Final = "The upgrade was not finished when the task ended"


@dataclass
class Subtask:
    """The upgrade of one device."""

    id: str
    device_id: str
    created_ms: int
    state: str = WAIT
    started_ms: int | None = None
    stopped_ms: int | None = None
    detail: str = "The upgrade waits for the device"
    retries: int = 0
    """How often it was tried again."""
    timed_out: bool = False

    @property
    def finished(self) -> bool:
        """Whether nothing more comes."""
        return self.state in {SUCCESS, FAIL, STOP}


@dataclass
class Task:
    """A task: a package, devices, and when."""

    id: str
    kind: str
    """firmware_upgrade or software_upgrade."""
    package: Package
    targets: Mapping[str, Any]
    """As the application gave them."""
    policy: Mapping[str, Any]
    """As the application gave it, defaults filled in."""
    start_ms: int | None
    """The window of executeType custom."""
    end_ms: int | None
    created_ms: int
    app_id: str
    subtasks: list[Subtask] = field(default_factory=list)

    @property
    def state(self) -> str:
        """The state of the whole: of one device that device's, `failed` in place of `fail`."""
        states = {each.state for each in self.subtasks}
        if states <= {WAIT}:
            return WAIT
        if states & {WAIT, PROCESSING}:
            return PROCESSING
        worst = next(state for state in (FAIL, STOP, SUCCESS) if state in states)
        return "failed" if worst == FAIL else worst

    @property
    def started_ms(self) -> int | None:
        """When the first device began."""
        return min((each.started_ms for each in self.subtasks if each.started_ms is not None), default=None)

    @property
    def stopped_ms(self) -> int | None:
        """When the last device ended; None while one has not."""
        ends = [each.stopped_ms for each in self.subtasks]
        return max((each for each in ends if each is not None), default=None) if all(ends) else None


class Upgrades(Room):
    """Every task, the oldest first; none is ever removed. One of each kind is there from the start, done, its device gone."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self.by_id: dict[str, Task] = {}
        huawei.listen("device-online", self._online)
        huawei.listen("device-deleted", self._deleted)
        packages = huawei.room(Packages)
        for kind, package in ((SOFTWARE_UPGRADE, packages.software), (FIRMWARE_UPGRADE, packages.similar)):
            self._add_former(kind, packages.by_id[package])

    def _add_former(self, kind: str, package: Package) -> None:
        """Add a task that was done before the first call, of a device that is gone since."""
        gone = secrets.token_hex(12)
        (subtask,) = self.add(kind, package, {"devices": [gone]}, {}, [gone]).subtasks
        subtask.started_ms = subtask.stopped_ms = subtask.created_ms
        subtask.state, subtask.detail = SUCCESS, "The upgrade succeeded"

    def add(
        self,
        kind: str,
        package: Package,
        targets: Mapping[str, Any],
        policy: Mapping[str, Any],
        devices: Sequence[str],
        window: tuple[int | None, int | None] = (None, None),
    ) -> Task:
        """Make a task for devices; it begins on each of them as its policy says, within the window (ms) if there is one."""
        now = self.huawei.clock.now_ms()
        start, end = window
        given = {"executeType": "now", "retryType": False, **{name: each for name, each in policy.items() if each}}
        if of_kind(self.huawei.faults, kind, "default-device-online") and "executeType" not in policy:
            given["executeType"] = "device_online"
        own = self.huawei.credentials.app_id
        task = Task(secrets.token_hex(12), kind, package, targets, given, start, end, now, own)
        for each in devices:
            task.subtasks.append(Subtask(secrets.token_hex(12), each, now))
        self.by_id[task.id] = task
        return task

    # ---- looking ------------------------------------------------------------------------------------------------

    def all(self) -> Iterator[Task]:
        """Yield every task, brought up to now."""
        for task in self.by_id.values():
            self.settle(task)
            yield task

    def find(self, identity: str) -> Task | None:
        """Return a task by its id, brought up to now; None where there is none."""
        task = self.by_id.get(identity)
        if task is not None:
            self.settle(task)
        return task

    def settle(self, task: Task) -> None:
        """Begin and end what is due by the platform's time."""
        now, faults = self.huawei.clock.now_ms(), self.huawei.faults
        over = task.end_ms is not None and now >= task.end_ms and not of_kind(faults, task.kind, "end-ignored")
        due = task.start_ms is None or now >= task.start_ms or of_kind(faults, task.kind, "start-ignored")
        if of_kind(faults, task.kind, "start-never") and task.start_ms is not None:
            due = False
        for subtask in task.subtasks:
            if subtask.finished:
                continue
            if over:
                self._end(subtask, STOP if subtask.state == WAIT else FAIL, TOO_LONG, timed_out=subtask.state != WAIT)
            elif due and subtask.state == WAIT and self._may_begin(task, subtask):
                self._begin(subtask)

    def _may_begin(self, task: Task, subtask: Subtask) -> bool:
        faults, how = self.huawei.faults, task.policy["executeType"]
        device = self.huawei.room(Devices).find(subtask.device_id)
        if device is None:
            return False
        if how == "now" and of_kind(faults, task.kind, "now-waits"):
            return False
        if how == "device_online" and of_kind(faults, task.kind, "online-begins-at-once"):
            return True
        if how == "device_online" and of_kind(faults, task.kind, "online-never-begins"):
            return False
        return device.connected

    # ---- going on -----------------------------------------------------------------------------------------------

    def step(self, device_id: str, step: str) -> None:
        """Have a device go a step further.

        Raises:
            ValueError: no upgrade of the device is under way.
        """
        task, subtask = self._under_way(device_id)
        subtask.detail = f"The device is {step}"
        self.huawei.tell("upgrade-step", task=task, subtask=subtask, step=step)

    def result(self, device_id: str, *, succeeded: bool, reason: str | None) -> None:
        """Have a device report how its upgrade ended.

        Raises:
            ValueError: no upgrade of the device is under way.
        """
        task, subtask = self._under_way(device_id)
        if succeeded:
            self._end(subtask, SUCCESS, "The upgrade succeeded")
            self.huawei.tell("upgrade-ended", task=task, subtask=subtask, succeeded=True)
        elif self._again(task, subtask):
            subtask.retries += 1
            subtask.detail = "The upgrade is tried again"
        else:
            self._end(subtask, FAIL, "" if self.huawei.faults.on("subtask-failure-unexplained") else reason or REASON)
            self.huawei.tell("upgrade-ended", task=task, subtask=subtask, succeeded=False)

    def _again(self, task: Task, subtask: Subtask) -> bool:
        faults = self.huawei.faults
        if not task.policy.get("retryType"):
            return of_kind(faults, task.kind, "retries-unasked")
        if of_kind(faults, task.kind, "retry-ignored"):
            return False
        return subtask.retries < int(task.policy.get("retryTimes", 1)) or of_kind(
            faults, task.kind, "retries-without-end"
        )

    def _under_way(self, device_id: str) -> tuple[Task, Subtask]:
        found = [
            (task, subtask)
            for task in self.all()
            for subtask in task.subtasks
            if subtask.device_id == device_id and subtask.state == PROCESSING
        ]
        if not found:
            raise ValueError(f"no upgrade of the device {device_id} is under way")
        return found[-1]

    def _begin(self, subtask: Subtask) -> None:
        subtask.state, subtask.started_ms = PROCESSING, self.huawei.clock.now_ms()
        subtask.detail = "The upgrade has begun"

    def _end(self, subtask: Subtask, state: str, detail: str, *, timed_out: bool = False) -> None:
        subtask.state, subtask.detail, subtask.timed_out = state, detail, timed_out
        subtask.stopped_ms = self.huawei.clock.now_ms()

    def _online(self, device: Device, **_: Any) -> None:
        for task in self.by_id.values():
            if any(each.device_id == device.id for each in task.subtasks):
                self.settle(task)

    def _deleted(self, device: Device, **_: Any) -> None:
        for task in self.by_id.values():
            for subtask in task.subtasks:
                if subtask.device_id == device.id and not subtask.finished:
                    self._end(subtask, STOP, "The device was deleted")

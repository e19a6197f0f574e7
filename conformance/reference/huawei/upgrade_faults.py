"""How the upgrades of a wrong platform behave (1.12.4–1.12.8): names of faults, with the statement that each breaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.faults import Behaviour
from conformance.reference.huawei.pages import behaviours
from conformance.reference.switchboard import Switchboard

TASK_FILTERS: Final = {
    "operationType": "type",
    "operationStatus": "status",
    "deviceType": "device-type",
    "model": "model",
    "manufacturerName": "manufacturer",
    "deviceId": "device",
}
"""Query parameters that choose tasks, with the statements about them."""

_OF_TASKS: Final = {
    "not-readable": ("readable", "the operationId that is answered leads to no task"),
    "kind-swapped": ("kind", "a software upgrade is shown as one of firmware, and the reverse"),
    "loses-targets": ("targets-kept", "a task is shown with a device that nobody named"),
    "loses-policy": ("policy-kept", "a task is shown as one to be retried once"),
    "loses-window": ("policy-kept", "a task is shown with times an hour later than given"),
    "default-device-online": ("default-policy", "without a policy a task is device_online"),
    "any-protocol": ("lwm2m-only", "devices that do not speak LWM2M are upgraded too"),
    "unknown-device-taken": ("unknown-device", "a task for a device that does not exist is made"),
    "groups-empty": ("groups", "a task for groups concerns no device"),
    "groups-all": ("groups", "a task for groups concerns every device of the kind"),
    "groups-any-kind": ("groups", "a task for groups concerns devices of another kind in them"),
    "now-waits": ("now", "an upgrade with executeType now does not begin"),
    "online-begins-at-once": ("device-online", "device_online begins on a device that is away"),
    "online-never-begins": ("device-online", "device_online does not begin when the device comes"),
    "start-ignored": ("not-before-start", "custom begins before startTime"),
    "start-never": ("begins-at-start", "custom does not begin at startTime"),
    "end-ignored": ("stops-at-end", "custom begins after endTime"),
    "short-window": ("error/400-123034", "a window of any length is taken"),
    "retry-ignored": ("retries", "a failed upgrade is never tried again"),
    "retries-without-end": ("retries", "a failed upgrade is tried again for ever"),
    "retries-unasked": ("no-retry", "a failed upgrade is tried again without retryType"),
}
"""Faults of the tasks of one kind, `<kind>-upgrade-<name>`: the statement of the kind's section, and what happens."""

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    **{
        f"{word}-upgrade-{name}": Behaviour(f"{section}/{statement}", f"{word}: {words}")
        for word, section in (("software", "1.12.4"), ("firmware", "1.12.5"))
        for name, (statement, words) in _OF_TASKS.items()
    },
    "task-of-another": Behaviour("1.12.6/same-task", "another task than the one asked for is shown"),
    "task-time-local": Behaviour("1.12.6/create-time", "createTime of a task is eight hours ahead of UTC"),
    "subtask-time-local": Behaviour("1.12.7/create-time", "createTime of subtasks is eight hours ahead of UTC"),
    "task-total-wrong": Behaviour("1.12.6/total", "staResult.total is one too high"),
    "task-sum-wrong": Behaviour("1.12.6/sum", "staResult counts the devices that wait twice"),
    "task-counts-swapped": Behaviour("1.12.6/counts", "staResult counts devices that wait as being upgraded"),
    "task-always-processing": Behaviour("1.12.6/outcome", "a task is processing for ever"),
    "subtask-missing": Behaviour("1.12.7/one-per-device", "the last device of a task has no subtask"),
    "subtask-twice": Behaviour("1.12.7/one-per-device", "the first device of a task has two subtasks"),
    "subtask-kind-swapped": Behaviour("1.12.7/own-subtasks", "subtasks are shown with the other operateType"),
    "subtasks-ignore-status": Behaviour("1.12.7/status-filter", "the list of subtasks ignores subOperationStatus"),
    "subtasks-hide-finished": Behaviour(
        "1.12.7/no-filter", "without subOperationStatus finished subtasks are left out"
    ),
    "subtask-failure-unexplained": Behaviour("1.12.7/failure-reason", "detailInfo of a failure is empty"),
    "task-not-listed": Behaviour("1.12.8/listed", "tasks that were created are not listed"),
    "task-listed-otherwise": Behaviour("1.12.8/matches-query", "the list shows other targets than the query of a task"),
    **behaviours("subtasks", "1.12.7"),
    **behaviours("tasks", "1.12.8"),
    **{
        f"tasks-ignore-{statement}": Behaviour(f"1.12.8/filter-{statement}", f"the list of tasks ignores {name}")
        for name, statement in TASK_FILTERS.items()
    },
}


def of_kind(faults: Switchboard, kind: str, name: str) -> bool:
    """Tell whether a fault of the tasks of a kind (firmware_upgrade or software_upgrade) is on."""
    return faults.on(f"{kind.partition('_')[0]}-upgrade-{name}")

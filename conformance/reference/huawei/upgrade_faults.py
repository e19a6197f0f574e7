"""How the upgrades of a wrong platform behave (1.12.4–1.12.8): names of behaviour faults, with the statement that each breaks.

Faults of both ways to create a task are named with the statement of software upgrades; they hold for firmware too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.faults import Behaviour
from conformance.reference.huawei.pages import behaviours

TASK_FILTERS: Final = {
    "operationType": "type",
    "operationStatus": "status",
    "deviceType": "device-type",
    "model": "model",
    "manufacturerName": "manufacturer",
    "deviceId": "device",
}
"""Query parameters that choose tasks, with the statements about them."""

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    "upgrade-not-readable": Behaviour("1.12.4/readable", "the operationId that is answered leads to no task"),
    "upgrade-kind-swapped": Behaviour("1.12.4/kind", "a software upgrade is shown as one of firmware, and the reverse"),
    "upgrade-loses-targets": Behaviour("1.12.4/targets-kept", "a task is shown with a device that nobody named"),
    "upgrade-loses-policy": Behaviour("1.12.4/policy-kept", "a task is shown as one to be retried once"),
    "upgrade-loses-window": Behaviour("1.12.4/policy-kept", "a task is shown with times an hour later than given"),
    "upgrade-default-device-online": Behaviour("1.12.4/default-policy", "without a policy a task is device_online"),
    "upgrade-any-protocol": Behaviour("1.12.4/lwm2m-only", "devices that do not speak LWM2M are upgraded too"),
    "upgrade-unknown-device-taken": Behaviour(
        "1.12.4/unknown-device", "a task for a device that does not exist is made"
    ),
    "upgrade-groups-empty": Behaviour("1.12.4/groups", "a task for groups concerns no device"),
    "upgrade-groups-all": Behaviour("1.12.4/groups", "a task for groups concerns every device of the kind"),
    "upgrade-groups-any-kind": Behaviour("1.12.4/groups", "a task for groups concerns devices of another kind in them"),
    "upgrade-now-waits": Behaviour("1.12.4/now", "an upgrade with executeType now does not begin"),
    "upgrade-online-begins-at-once": Behaviour("1.12.4/device-online", "device_online begins on a device that is away"),
    "upgrade-online-never-begins": Behaviour(
        "1.12.4/device-online", "device_online does not begin when the device comes"
    ),
    "upgrade-start-ignored": Behaviour("1.12.4/not-before-start", "custom begins before startTime"),
    "upgrade-start-never": Behaviour("1.12.4/begins-at-start", "custom does not begin at startTime"),
    "upgrade-end-ignored": Behaviour("1.12.4/stops-at-end", "custom begins after endTime"),
    "upgrade-short-window": Behaviour("1.12.4/error/400-123034", "a window of any length is taken"),
    "upgrade-retry-ignored": Behaviour("1.12.4/retries", "a failed upgrade is never tried again"),
    "upgrade-retries-without-end": Behaviour("1.12.4/retries", "a failed upgrade is tried again for ever"),
    "upgrade-retries-unasked": Behaviour("1.12.4/no-retry", "a failed upgrade is tried again without retryType"),
    "task-of-another": Behaviour("1.12.6/same-task", "another task than the one asked for is shown"),
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

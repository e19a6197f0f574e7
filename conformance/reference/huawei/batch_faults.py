"""What a platform may do wrong with batch tasks (1.10), one statement each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.faults import Behaviour
from conformance.reference.huawei.pages import behaviours

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    "batch-first-device-only": Behaviour("1.10.1/device-list", "a batch task is for the first of its devices only"),
    "batch-group-ignored": Behaviour("1.10.1/group-list", "a batch task for a group is for all devices"),
    "batch-group-ids-as-names": Behaviour("1.10.1/group-id-list", "ids of groups are looked up as names"),
    "batch-device-type-ignored": Behaviour("1.10.1/device-type", "a batch task for a type of devices is for none"),
    "batch-area-ignored": Behaviour("1.10.1/device-area", "a batch task for an area is for all devices"),
    "batch-broadcast-empty": Behaviour("1.10.1/broadcast", "a broadcast is for no device"),
    "batch-command-not-given": Behaviour("1.10.1/cached-command", "the devices of a batch task are given no command"),
    "batch-command-differs": Behaviour("1.9.4/many-devices", "a batch task gives its devices another command"),
    "batch-times-out-early": Behaviour("1.10.1/times-out", "a batch task times out after half of its time"),
    "batch-never-times-out": Behaviour("1.10.1/times-out", "a batch task never times out"),
    "batch-limit-unchecked": Behaviour("1.10.1/error/200-105001", "any number of batch tasks may be unfinished"),
    "batch-name-unchecked": Behaviour("1.10.1/error/200-105002", "two batch tasks may have the same name"),
    "batch-loses-name": Behaviour("1.10.2/readable", "a batch task loses its name"),
    "batch-changes-type": Behaviour("1.10.2/readable", "every batch task shows itself as a broadcast"),
    "unknown-batch-task-served": Behaviour(
        "1.10.2/error/404-105005", "an id that nobody has stands for the oldest task"
    ),
    "batch-from-portal": Behaviour("1.10.2/task-from", "every batch task comes from the console"),
    "batch-start-time-local": Behaviour("1.10.2/start-time", "startTime is eight hours ahead of UTC"),
    "batch-timeout-in-hours": Behaviour("1.10.2/timeout", "the minutes of timeout are told as if they were hours"),
    "batch-total-wrong": Behaviour("1.10.2/total", "totalCnt is one too high"),
    "batch-success-not-counted": Behaviour("1.10.2/counts", "successCnt is always 0"),
    "batch-complete-count-of-successes": Behaviour("1.10.2/complete-count", "completeCnt counts successes only"),
    "batch-progress-stuck": Behaviour("1.10.2/progress", "progress is always 0"),
    "batch-success-rate-stuck": Behaviour("1.10.2/success-rate", "successRate is always 0"),
    "batch-never-complete": Behaviour("1.10.2/complete", "a batch task stays Running for ever"),
    "batch-loses-tags": Behaviour("1.10.2/select-tag", "a batch task loses its tags"),
    "batch-sub-task-stuck": Behaviour("1.10.3/states", "a sub task stays Pending for ever"),
    "batch-error-plain-text": Behaviour("1.10.3/error-form", "the error of a sub task is a plain text"),
    "batch-status-filter-ignored": Behaviour("1.10.3/status-filter", "the list of sub tasks ignores status"),
    "batch-deviceId-filter-ignored": Behaviour("1.10.3/device-filter", "the list of sub tasks ignores deviceId"),
    "batch-commandId-filter-ignored": Behaviour("1.10.3/command-filter", "the list of sub tasks ignores commandId"),
    **behaviours("sub-tasks", "1.10.3"),
}

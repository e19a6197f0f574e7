"""The behaviour faults of chapter 1.9: what each does, and the statement that it breaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.faults import Behaviour
from conformance.reference.huawei.pages import Statements, behaviours

COMMANDS: Final[Mapping[str, Behaviour]] = {
    "command-answers-other-method": Behaviour("1.9.1/answer-repeats", "the answer to a command shows another method"),
    "command-names-other-application": Behaviour(
        "1.9.1/application", "the answer to a command names no application of the caller"
    ),
    "command-issued-time-local": Behaviour("1.9.2/issued-time", "platformIssuedTime is eight hours ahead of UTC"),
    "command-delivered-time-local": Behaviour("1.9.2/delivered-time", "deliveredTime is eight hours ahead of UTC"),
    "command-execute-time-local": Behaviour("1.9.2/execute-time", "executeTime is eight hours ahead of UTC"),
    "command-sending-not-counted": Behaviour("1.9.2/issued-times", "issuedTimes of every command is 0"),
    "command-sending-counted-early": Behaviour("1.9.2/issued-times", "issuedTimes of a command that waits is 1"),
    "command-id-shared": Behaviour(
        "1.9.1/ids-distinct", "a command gets the id of the one before, and takes its place"
    ),
    "creation-time-local": Behaviour("1.9.1/creation-time", "creationTime is eight hours ahead of UTC"),
    "default-life-one-hour": Behaviour("1.9.1/default-life", "a command without expireTime shows a life of one hour"),
    "cached-command-issued": Behaviour("1.9.1/cached", "every command is issued at once"),
    "waiting-command-not-issued": Behaviour(
        "1.9.1/issued-on-contact", "a command that waits stays so when its device reports"
    ),
    "commands-issued-together": Behaviour("1.9.1/one-after-another", "all commands that wait are issued together"),
    "immediate-command-cached": Behaviour("1.9.1/immediate", "a command with expireTime 0 waits"),
    "command-never-expires": Behaviour("1.9.1/expires", "a command that waits never expires"),
    "expired-command-issued": Behaviour("1.9.1/not-issued-late", "a command that has expired is issued all the same"),
    "delivery-ignored": Behaviour("1.9.1/delivered", "a command that was delivered stays SENT"),
    "failure-shown-as-success": Behaviour("1.9.1/result-state", "a command that failed is SUCCESSFUL"),
    "result-lost": Behaviour("1.9.2/same-after-result", "what the device reports with its result is lost"),
    "zombie-served": Behaviour("1.9.1/error/403-100612", "a command for a zombie device is created"),
    "unknown-service-served": Behaviour("1.9.1/error/200-100431", "a command for an unknown service is created"),
    "waiting-commands-unlimited": Behaviour("1.9.1/error/400-100223", "any number of commands may wait for a device"),
    "command-not-listed": Behaviour("1.9.2/listed", "a command that was created is not listed"),
    "command-device-ignored": Behaviour("1.9.2/own-device", "the list of commands ignores deviceId"),
    "command-range-ignored": Behaviour("1.9.2/time-range", "the list of commands ignores startTime and endTime"),
    "backward-range-served": Behaviour("1.9.2/error/400-100022", "a range that ends before it begins is served"),
    "cancel-ignored": Behaviour("1.9.3/cancels", "cancelling a command changes nothing, and says it did"),
    "cancel-answers-other-command": Behaviour("1.9.3/same-command", "the answer to a cancellation shows another id"),
    "cancelled-command-issued": Behaviour("1.9.3/not-issued", "a cancelled command is issued when its device reports"),
    "ended-command-cancelled": Behaviour("1.9.3/issued-not-cancelled", "a command in any state is cancelled"),
    "cancel-cancels-others": Behaviour("1.9.3/keeps-others", "cancelling a command cancels the device's others too"),
    **behaviours("commands", "1.9.2", Statements()),
}

TASKS: Final[Mapping[str, Behaviour]] = {
    "task-cancels-first-only": Behaviour("1.9.5/cancels-all", "a cancel task cancels the oldest command only"),
    "task-cancels-issued": Behaviour("1.9.5/keeps-issued", "a cancel task cancels what was issued, too"),
    "task-cancels-other-devices": Behaviour("1.9.5/keeps-other-devices", "a cancel task cancels for every device"),
    "task-answers-no-device": Behaviour("1.9.5/answer-repeats", "the answer to a cancel task names another device"),
    "task-miscounts": Behaviour("1.9.5/count", "totalCount of a cancel task is one too high"),
    "task-not-listed": Behaviour("1.9.6/listed", "a cancel task is not listed"),
    "task-never-finishes": Behaviour("1.9.6/finishes", "a cancel task stays RUNNING"),
    "task-filter-ignored": Behaviour("1.9.6/task-filter", "the list of cancel tasks ignores taskId"),
    "task-device-ignored": Behaviour("1.9.6/device-filter", "the list of cancel tasks ignores deviceId"),
    "task-status-ignored": Behaviour("1.9.6/status-filter", "the list of cancel tasks ignores status"),
    "task-range-ignored": Behaviour("1.9.6/time-range", "the list of cancel tasks ignores startTime and endTime"),
    **behaviours("cancel-tasks", "1.9.6", Statements()),
}

SENDING: Final[Mapping[str, Behaviour]] = {
    "sent-command-cached": Behaviour(
        "1.9.7/not-cached", "a command for an MQTT device that is away is taken all the same"
    ),
    "request-id-replaced": Behaviour("1.9.7/request-id-repeated", "the answer shows another requestId than was given"),
    "request-id-constant": Behaviour("1.9.7/request-id-given", "the platform gives every command the same requestId"),
    "request-id-reused": Behaviour("1.9.7/request-id-once", "a requestId may be used again"),
    "sent-time-local": Behaviour("1.9.7/time", "timestamp is eight hours ahead of UTC"),
    "unknown-command-sent": Behaviour("1.9.7/error/400-102203", "a command that the profile does not know is sent"),
    "receiver-type-ignored": Behaviour("1.9.7/error/404-100444", "toType may be anything"),
}

"""1.8.15 to 1.8.18: what is told of the upgrades of devices, step by step and in the end."""

from __future__ import annotations

from typing import Final

from conformance.contract import CallClass
from conformance.iut.receiver import Received
from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.huawei.notifying import notified, of, same, subscribed
from conformance.suites.huawei.upgrade_parts import (
    DEVICE_CALLS,
    FIRMWARE,
    SOFTWARE,
    Kind,
    come_online,
    parts,
    request,
    rows,
    upgrading,
)
from conformance.suites.objects import Made

STEPS: Final = ("downloading", "downloaded", "updating")
NUMBERS: Final = {"idle": "0", "downloading": "1", "downloaded": "2", "updating": "3"}
CALLS: Final = ("upgrade-subtask-list", *DEVICE_CALLS)


def _begun(context: Context, kind: Kind) -> tuple[Made, str]:
    """Have a device be upgraded (a preamble); return it and the id of the task.

    Raises:
        Inconclusive: the task is not made, or does not begin.
    """
    device = context.make("device")
    come_online(context, device)
    answer = context.prepare(kind.subject, body=request(context, kind, {"devices": [device.id]}))
    task = str(answer.at("/operationId"))
    upgrading(context, task, device)
    return device, task


def _same_task(context: Context, section: str, received: Received, device: Made, task: str) -> None:
    """Check that a message names task, subtask and application as the queries show them."""
    same(context, f"{section}/same-task", received, "/operationId", task)
    same(context, f"{section}/same-task", received, "/appId", context.credential("app_id"))
    shown = [each for each in rows(parts(context, task).json) if each.get("deviceId") == device.id]
    subtask = shown[0].get("subOperationId") if shown else None
    if subtask is not None:
        same(context, f"{section}/same-task", received, "/subOperationId", subtask)


def _steps(kind: Kind, section: str, member: str) -> Case:
    def told(context: Context) -> None:
        inbox = subscribed(context, f"{kind.word}-state-changed")
        device, task = _begun(context, kind)
        # A platform that tells the step before the device is asked for it says nothing wrong: only these steps are awaited.
        for step in STEPS:
            context.act("upgrade-step", deviceId=device.id, step=step)
            found = inbox.channel.wait(of(device, **{member: step}), timeout_s=inbox.timeout_s)
            received = found or inbox.expect(of(device), f"the step {step} of the device {device.id}")
            inbox.judge()
            context.check(inbox.notification.requirement("sent"), True, answer=received)
            same(context, f"{section}/step", received, f"/{member}", step)
            if kind is FIRMWARE:
                name = str(received.at("/stepDesc"))
                same(context, "1.8.17/step-number", received, "/step", NUMBERS.get(name, "the number of its name"))
        _same_task(context, section, received, device, task)

    told.__doc__ = f"Each step of the upgrade of a device's {kind.word} is told, with the task."
    rules = [f"{section}/same-task", f"{section}/step", *(["1.8.17/step-number"] if kind is FIRMWARE else [])]
    calls = [kind.subject, *CALLS]
    return notified(f"{kind.word}-state-changed", rules=rules, calls=calls, call_class=CallClass.IRREVERSIBLE)(told)


def _results(kind: Kind, section: str, member: str) -> Case:
    def told(context: Context) -> None:
        inbox = subscribed(context, f"{kind.word}-result")
        for outcome in ("SUCCESS", "FAIL"):
            device, task = _begun(context, kind)
            context.act("upgrade-result", deviceId=device.id, result=outcome)
            received = inbox.expect(of(device), f"the result of the upgrade of the device {device.id}")
            same(context, f"{section}/outcome", received, f"/{member}", outcome)
            _same_task(context, section, received, device, task)
            package = context.call("package-query", fileId=context.have(kind.package).id)
            if (version := package.at("/version")) is not None:
                same(context, f"{section}/target-version", received, "/targetVersion", version)

    told.__doc__ = f"The result of the upgrade of a device's {kind.word} is told, be it a success or a failure."
    rules = [f"{section}/same-task", f"{section}/outcome", f"{section}/target-version"]
    calls = [kind.subject, "package-query", *CALLS]
    return notified(f"{kind.word}-result", rules=rules, calls=calls, call_class=CallClass.IRREVERSIBLE)(told)


UPGRADES: Final = (
    _steps(SOFTWARE, "1.8.15", "swUpgradeState"),
    _results(SOFTWARE, "1.8.16", "swUpgradeResult"),
    _steps(FIRMWARE, "1.8.17", "stepDesc"),
    _results(FIRMWARE, "1.8.18", "status"),
)

"""1.12.4, 1.12.5: what a task shows of the request that created it, and which devices it concerns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from conformance.evidence.exchange import at
from conformance.evidence.findings import Inconclusive
from conformance.suites.context import Context
from conformance.suites.huawei.upgrade_parts import (
    Kind,
    both,
    come_online,
    created,
    device_state,
    differing,
    parts,
    request,
    rows,
    task,
)
from conformance.suites.judge import Says, says

GROUP_CALLS: Final = ("group-create", "group-delete", "package-query")
MQTT_CALLS: Final = ("device-register-secret",)


@both("read-back", rules=["readable", "kind", "targets-kept", "policy-kept"])
def created_task_shows_what_it_was_created_with(context: Context, kind: Kind) -> None:
    """A {kind} upgrade task is read with the kind, the targets and the policy that it was created with."""
    device, now = context.make("device"), context.now()
    policy = {
        "executeType": "custom",
        "startTime": context.written(now + timedelta(minutes=30)),
        "endTime": context.written(now + timedelta(minutes=90)),
        "retryType": True,
        "retryTimes": 3,
    }
    identity = created(context, kind, [device], policy)
    readable = kind.rule("readable")
    answer = task(context, identity, lambda shown: not differing(at(shown, "/policy"), policy), readable)
    context.equal(readable, answer.at("/operationId"), identity, pointer="/operationId")
    if answer.at("/operateType") is not None:
        context.equal(kind.rule("kind"), answer.at("/operateType"), kind.operate_type, pointer="/operateType")
    if answer.at("/targets/devices") is not None:
        shown = answer.at("/targets/devices")
        context.equal(kind.rule("targets-kept"), shown, [device.id], pointer="/targets/devices")
    wrong = differing(answer.at("/policy"), policy)
    context.check(
        kind.rule("policy-kept"),
        not wrong,
        expected={name: policy[name] for name in wrong} or policy,
        actual=wrong,
        pointer="/policy",
    )


@both("default-policy", rules=["default-policy"])
def task_without_policy_is_for_now(context: Context, kind: Kind) -> None:
    """A {kind} upgrade task without a policy is one for now that is not retried."""
    identity = created(context, kind, [context.make("device")])
    answer = task(context, identity)
    policy = answer.at("/policy")
    how = policy.get("executeType") if isinstance(policy, dict) else None
    retried = policy.get("retryType") if isinstance(policy, dict) else None
    if how is None and retried is None:
        raise Inconclusive("upgrade-task-query shows no policy")
    rule = kind.rule("default-policy")
    context.check(rule, how in {None, "now"}, expected="now", actual=how, pointer="/policy/executeType")
    context.check(rule, retried in {None, False}, expected=False, actual=retried, pointer="/policy/retryType")


@both("lwm2m-only", rules=["lwm2m-only"], calls=MQTT_CALLS)
def device_of_another_protocol_is_not_upgraded(context: Context, kind: Kind) -> None:
    """No {kind} upgrade is carried out on an MQTT device: the task is refused, or nothing comes of it."""
    device = context.make("mqtt-device")
    answer = context.send(context.draft(kind.subject, body=request(context, kind, {"devices": [device.id]})))
    rule = kind.rule("lwm2m-only")
    if says(context.contract, answer) is not Says.YES:
        context.refused(rule, answer, what="a refusal: the device speaks MQTT")
        return
    come_online(context, device)
    identity = str(answer.at("/operationId"))
    found = rows(parts(context, identity, lambda seen: device_state(seen, device) in {"processing", "success"}).json)
    last = device_state(found, device)
    expected = "no upgrade of a device that speaks MQTT"
    context.check(rule, last not in {"processing", "success"}, expected=expected, actual=f"its state is {last}")


@both("unknown-device", rules=["unknown-device"])
def unknown_device_is_refused(context: Context, kind: Kind) -> None:
    """A {kind} upgrade task for a device that does not exist is refused."""
    body = request(context, kind, {"devices": [context.unique()]})
    answer = context.send(context.draft(kind.subject, body=body))
    context.refused(kind.rule("unknown-device"), answer, what="a refusal: no device has this id")


def of_groups(context: Context, kind: Kind, names: list[str]) -> dict[str, Any]:
    """Return targets that are groups, with the kind of devices that the tester's package is for.

    Raises:
        Inconclusive: the package cannot be read, or does not show what it is for.
    """
    package = context.prepare("package-query", fileId=context.have(kind.package).id)
    told = {name: package.at(f"/{name}") for name in ("deviceType", "model", "manufacturerName")}
    if missing := [name for name, value in told.items() if not value]:
        raise Inconclusive(f"package-query shows no {missing[0]} of the package: groups cannot be named with it")
    return {"deviceGroups": names, **told}


@both("groups", rules=["groups", "targets-kept"], calls=GROUP_CALLS)
def task_for_a_group_concerns_its_devices(context: Context, kind: Kind) -> None:
    """A {kind} upgrade task for a device group shows the group, and concerns the device in it and no other of the kind."""
    device, other = context.make("device"), context.make("device")
    group = context.make("group", deviceIds=[device.id])
    answer = context.succeed(kind.subject, body=request(context, kind, of_groups(context, kind, [group.name])))
    identity = str(answer.at("/operationId"))
    _concerns(context, kind, identity, {device.id}, {other.id})
    shown = task(context, identity).at("/targets/deviceGroups")
    if shown is not None:
        context.equal(kind.rule("targets-kept"), shown, [group.name], pointer="/targets/deviceGroups")


@both("groups/kind", rules=["groups"], calls=(*GROUP_CALLS, *MQTT_CALLS))
def task_for_a_group_leaves_out_devices_of_another_kind(context: Context, kind: Kind) -> None:
    """A {kind} upgrade task for a device group leaves out a device in it that is of another kind."""
    device, other = context.make("device"), context.make("mqtt-device")
    group = context.make("group", deviceIds=[device.id, other.id])
    answer = context.succeed(kind.subject, body=request(context, kind, of_groups(context, kind, [group.name])))
    _concerns(context, kind, str(answer.at("/operationId")), {device.id}, {other.id})


def _concerns(context: Context, kind: Kind, identity: str, held: set[str], left_out: set[str]) -> None:
    """Check which devices have a subtask."""
    answer = parts(context, identity, lambda found: held <= {each.get("deviceId") for each in found})
    devices = {str(each.get("deviceId")) for each in rows(answer.json)}
    wrong = devices & left_out
    expected = f"subtasks of {sorted(held)}"
    actual = f"also of {sorted(wrong)}" if wrong else f"of {sorted(devices)}"
    context.check(kind.rule("groups"), held <= devices and not wrong, expected=expected, actual=actual, answer=answer)

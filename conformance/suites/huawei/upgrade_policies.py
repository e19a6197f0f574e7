"""1.12.4, 1.12.5: when an upgrade begins, when no more, and whether a failed one is tried again.

The devices are had to connect and to report results by the upper tester, and the platform's clock is moved by it; nobody
waits for a window.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from conformance.suites.context import Context
from conformance.suites.huawei.tokens import clock
from conformance.suites.huawei.upgrade_parts import (
    UNDER_WAY,
    Kind,
    both,
    come_online,
    created,
    device_state,
    part_state,
    parts,
    rows,
    upgrading,
)
from conformance.suites.objects import Made

START_S: Final = 300
"""From now until the window of a task opens: more than a case takes, and than two clocks differ."""
LENGTH_S: Final = 900
"""How long it is open: more than the five minutes that the document demands."""
INSIDE_S: Final = START_S + LENGTH_S // 2
AFTER_S: Final = START_S + LENGTH_S + 120
"""A clock put there is past the window, and the access token of the run still lives."""
RETRIES: Final = 2
REASON: Final = "The checksum of the package is wrong"


@both("now", rules=["now"])
def upgrade_for_now_begins_on_a_connected_device(context: Context, kind: Kind) -> None:
    """A {kind} upgrade with executeType now begins at once on a device that is online."""
    device = _online(context)
    identity = created(context, kind, [device], {"executeType": "now"})
    _begun(context, kind.rule("now"), identity, device, "an upgrade that has begun")


@both("device-online", rules=["device-online"])
def upgrade_waits_for_its_device(context: Context, kind: Kind) -> None:
    """A {kind} upgrade with executeType device_online waits until the device is online, and then begins."""
    device, rule = context.make("device"), kind.rule("device-online")
    identity = created(context, kind, [device], {"executeType": "device_online"})
    if _waits(context, rule, identity, device, "an upgrade that waits: the device was never connected"):
        come_online(context, device)
        _begun(context, rule, identity, device, "an upgrade that has begun: the device is online")


@both("window", rules=["not-before-start", "begins-at-start"])
def upgrade_keeps_to_its_start(context: Context, kind: Kind) -> None:
    """A {kind} upgrade with executeType custom begins at startTime on a device that is online, and not before."""
    device = _online(context)
    with clock(context):
        identity = created(context, kind, [device], _window(context))
        if _waits(context, kind.rule("not-before-start"), identity, device, "an upgrade that waits for startTime"):
            context.act("clock", offset_s=INSIDE_S)
            _begun(
                context, kind.rule("begins-at-start"), identity, device, "an upgrade that has begun: startTime is past"
            )


@both("window-end", rules=["stops-at-end"])
def upgrade_does_not_begin_after_its_end(context: Context, kind: Kind) -> None:
    """A {kind} upgrade with executeType custom does not begin on a device that comes online after endTime."""
    device = context.make("device")
    with clock(context):
        context.act("clock", offset_s=0)  # nothing is created where the clock cannot be moved
        identity = created(context, kind, [device], _window(context))
        context.act("clock", offset_s=AFTER_S)
        come_online(context, device)
        answer = parts(context, identity, lambda found: device_state(found, device) in {"processing", "success"})
        last = device_state(rows(answer.json), device)
        holds = last not in {"processing", "success"}
        context.check(kind.rule("stops-at-end"), holds, expected="no upgrade after endTime", actual=last, answer=answer)


@both("retries", rules=["retries"])
def failed_upgrade_is_tried_again(context: Context, kind: Kind) -> None:
    """With retryType true a failed {kind} upgrade is tried again, retryTimes times and no more."""
    device, rule = _online(context), kind.rule("retries")
    policy = {"executeType": "now", "retryType": True, "retryTimes": RETRIES}
    identity = created(context, kind, [device], policy)
    for number in range(1, RETRIES + 1):
        _fails(context, identity, device)
        last = part_state(context, identity, device, lambda seen: seen in {"wait", "processing"})
        if not context.check(rule, last != "fail", expected=f"retry {number} of {RETRIES}", actual=last):
            return
    _fails(context, identity, device)
    last = part_state(context, identity, device, lambda seen: seen == "fail")
    context.check(rule, last == "fail", expected=f"fail after {RETRIES} retries", actual=last)


@both("no-retry", rules=["no-retry", "1.12.7/failure-reason"])
def failed_upgrade_is_not_tried_again_unasked(context: Context, kind: Kind) -> None:
    """Without retryType a failed {kind} upgrade is not tried again, and its subtask tells why it failed."""
    device = _online(context)
    identity = created(context, kind, [device], {"executeType": "now"})
    _fails(context, identity, device)
    answer = parts(context, identity, lambda found: device_state(found, device) == "fail")
    found = rows(answer.json)
    last = device_state(found, device)
    if context.check(kind.rule("no-retry"), last == "fail", expected="fail", actual=last, answer=answer):
        detail = next((each.get("detailInfo") for each in found if each.get("deviceId") == device.id), None)
        if detail is not None:  # what is not shown tells nothing
            context.check("1.12.7/failure-reason", bool(detail), expected="a reason", actual=detail, answer=answer)


def _online(context: Context) -> Made:
    device = context.make("device")
    come_online(context, device)
    return device


def _window(context: Context) -> Mapping[str, Any]:
    start = context.now() + timedelta(seconds=START_S)
    end = start + timedelta(seconds=LENGTH_S)
    return {"executeType": "custom", "startTime": context.written(start), "endTime": context.written(end)}


def _begun(context: Context, rule: str, identity: str, device: Made, expected: str) -> bool:
    last = part_state(context, identity, device, lambda seen: seen in UNDER_WAY)
    return context.check(rule, last in UNDER_WAY, expected=expected, actual=last)


def _waits(context: Context, rule: str, identity: str, device: Made, expected: str) -> bool:
    """Check that nothing begins; it is looked for until the delay is over, in which it would have shown."""
    last = part_state(context, identity, device, lambda seen: seen != "wait")
    return context.check(rule, last == "wait", expected=expected, actual=last)


def _fails(context: Context, identity: str, device: Made) -> None:
    """Have the device report that its upgrade failed (upper tester)."""
    upgrading(context, identity, device)
    context.act("upgrade-result", deviceId=device.id, result="FAIL", description=REASON)

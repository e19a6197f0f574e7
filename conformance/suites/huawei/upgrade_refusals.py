"""1.12.4, 1.12.5: provocations of the rows that one change of a valid request does not bring about.

A startTime after endTime is also no endTime that lies five minutes after it: either row is accepted (erratum
start-after-end).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from conformance.contract import Operation
from conformance.evidence.exchange import Answer
from conformance.suites.context import Context
from conformance.suites.generic.provocations import Provocation
from conformance.suites.huawei.upgrade_parts import FIRMWARE, SOFTWARE, Kind, request
from conformance.suites.huawei.upgrades import of_groups
from conformance.suites.judge import row_matches

MOST: Final = 256
"""Devices or groups that a task may name."""


def _kind(operation: Operation | None) -> Kind:
    """Return the kind of task that the operation creates."""
    return FIRMWARE if operation is not None and operation.subject == FIRMWARE.subject else SOFTWARE


def _send(context: Context, kind: Kind, body: dict[str, Any]) -> Answer:
    return context.send(context.draft(kind.subject, body=body))


def for_group(change: Callable[[Context, dict[str, Any]], None]) -> Provocation:
    """Return the provocation that sends a valid request for a device group, with its targets changed."""

    def provoke(context: Context, operation: Operation | None) -> Answer:
        kind = _kind(operation)
        group = context.make("group", deviceIds=[context.make("device").id])
        targets = of_groups(context, kind, [group.name])
        change(context, targets)
        return _send(context, kind, request(context, kind, targets))

    return provoke


def without(member: str) -> Provocation:
    """Return the provocation that names a group and leaves a member of the kind of its devices out."""
    return for_group(lambda _, targets: targets.pop(member))


def of_another_kind(context: Context, targets: dict[str, Any]) -> None:
    """Name a kind of devices that the package is not for."""
    targets["model"] = context.unique()


def with_devices(context: Context, targets: dict[str, Any]) -> None:
    """Name devices beside the groups."""
    targets["devices"] = [context.make("device").id]


def too_many_devices(context: Context, operation: Operation | None) -> Answer:
    """Name one device more than a task may have.

    Nobody prepares 257 devices: all but one exist nowhere. A platform that looks for the devices first says so rightly
    (404-123002); it is then asked with the one device named 257 times.
    """
    kind, device = _kind(operation), context.make("device").id
    strangers = [device, *(context.unique() for _ in range(MOST))]
    answer = _send(context, kind, request(context, kind, {"devices": strangers}))
    if row_matches(context.contract.rows["404-123002"], answer):
        answer = _send(context, kind, request(context, kind, {"devices": [device] * (MOST + 1)}))
    return answer


def within(start_min: int, end_min: int) -> Provocation:
    """Return the provocation with a window that begins and ends so many minutes from now."""

    def provoke(context: Context, operation: Operation | None) -> Answer:
        kind, now = _kind(operation), context.now()
        policy = {
            "executeType": "custom",
            "startTime": context.written(now + timedelta(minutes=start_min)),
            "endTime": context.written(now + timedelta(minutes=end_min)),
        }
        return _send(context, kind, request(context, kind, {"devices": [context.make("device").id]}, policy))

    return provoke


PROVOCATIONS: Final[dict[str, Provocation]] = {
    "upgrade-kind-mismatch": for_group(of_another_kind),
    "upgrade-without-manufacturer": without("manufacturerName"),
    "upgrade-without-device-type": without("deviceType"),
    "upgrade-without-model": without("model"),
    "upgrade-groups-and-devices": for_group(with_devices),
    "upgrade-too-many-devices": too_many_devices,
    "upgrade-start-after-end": within(120, 60),
    "upgrade-start-in-the-past": within(-120, 120),
    "upgrade-end-too-soon": within(60, 63),
}

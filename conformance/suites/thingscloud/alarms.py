"""设备告警: the alarm history of the project and of one device.

Nothing documented raises an alarm, so what needs one reads a device that the tester names (`[pixit] alarm_device`).
"""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.thingscloud.answers import items_of, require_whole
from conformance.suites.waiting import eventually, observe


@case(
    "thingscloud/alarm-logs/holds-device-logs",
    requirements=["alarm-logs/holds-device-logs"],
    calls=["alarm-logs", "device-alarm-logs"],
)
def project_history_holds_those_of_the_device(context: Context) -> None:
    """The alarm messages of a device are among those of the project."""
    device = context.have("alarm-device").id
    own = _history(context, device)
    seen: list[list[dict[str, Any]]] = []

    def look() -> bool:
        answer = context.succeed("alarm-logs")
        seen[:] = [_missing(own, items_of(answer))]
        if seen[0]:
            require_whole(answer)
        return not seen[0]

    complete = eventually(context, look)
    names = ", ".join(str(log.get("id")) for log in seen[0][:5])
    context.check(
        "alarm-logs/holds-device-logs",
        complete,
        expected=f"all {len(own)} alarm messages of the device {device} in the project's history",
        actual=f"{len(seen[0])} are missing: {names}",
        pointer="/info/items",
    )


@case("thingscloud/alarm-logs/consistent", requirements=["alarm-logs/consistent"], calls=["alarm-logs"])
def alarm_message_names_one_device(context: Context) -> None:
    """device_id and device.id of each alarm message name the same device."""
    judged = 0
    for place, log in enumerate(items_of(context.succeed("alarm-logs"))):
        one, other = log.get("device_id"), _short(log).get("id")
        if one is not None and other is not None:
            judged += 1
            context.equal("alarm-logs/consistent", other, one, pointer=f"/info/items/{place}/device/id")
    if not judged:
        raise Inconclusive("no alarm message of the project shows its device twice")


@case(
    "thingscloud/device-alarm-logs/own-device",
    requirements=["device-alarm-logs/own-device"],
    calls=["device-alarm-logs"],
)
def history_of_a_device_is_its_own(context: Context) -> None:
    """Every alarm message of a device's history belongs to that device."""
    device = context.have("alarm-device").id
    judged = 0
    for place, log in enumerate(_history(context, device)):
        for name, owner in (("device_id", log.get("device_id")), ("device/id", _short(log).get("id"))):
            if owner is not None:
                judged += 1
                pointer = f"/info/items/{place}/{name}"
                context.equal("device-alarm-logs/own-device", owner, device, pointer=pointer)
    if not judged:
        raise Inconclusive("the alarm messages do not show their device")


@case(
    "thingscloud/device-alarm-logs/new-device",
    requirements=["device-alarm-logs/own-device"],
    calls=["device-alarm-logs", "device-create", "device-delete"],
)
def new_device_has_no_alarm_messages_of_others(context: Context) -> None:
    """A device that was just created has no alarm messages of others."""
    device = context.make("device")
    answer = observe(context, "device-alarm-logs", lambda _: True, device_id=device.id)
    # A rule of the project may raise an alarm for a new device at once; that one would be its own.
    foreign = [log for log in items_of(answer) if device.id not in {log.get("device_id"), _short(log).get("id")}]
    context.equal("device-alarm-logs/own-device", len(foreign), 0, pointer="/info/items", note="messages of others")


def _history(context: Context, device: str) -> list[dict[str, Any]]:
    """Return the alarm messages of the prepared device.

    Raises:
        Stop: the call was not served; the finding is recorded.
        Inconclusive: there are none.
    """
    logs = items_of(context.succeed("device-alarm-logs", device_id=device))
    if not logs:
        raise Inconclusive(f"the device {device} ([pixit] alarm_device) has no alarm messages")
    return logs


def _missing(own: list[dict[str, Any]], listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what the project's history lacks.

    Raises:
        Inconclusive: all of it is older than the oldest message listed, so the history may just end there.
    """
    ids = {log.get("id") for log in listed}
    missing = [log for log in own if log.get("id") not in ids]
    times = [time for log in listed if (time := _time(log)) is not None]
    if missing and times and all((_time(log) or min(times)) < min(times) for log in missing):
        raise Inconclusive(
            "the project's history ends before the alarm messages of the device; name a device with newer"
        )
    return missing


def _short(log: dict[str, Any]) -> dict[str, Any]:
    """Return the device as the message shows it in short; empty where it does not."""
    device = log.get("device")
    return device if isinstance(device, dict) else {}


def _time(log: dict[str, Any]) -> float | None:
    value = log.get("create_time")
    return value if isinstance(value, int | float) else None


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

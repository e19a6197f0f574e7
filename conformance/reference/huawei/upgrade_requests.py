"""1.12.4, 1.12.5: tasks are created, after every rule about their targets and their policy was held against the request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.huawei.device_state import Device, Devices
from conformance.reference.huawei.group_store import Groups
from conformance.reference.huawei.packages import Package, Packages
from conformance.reference.huawei.packages import found as package_of
from conformance.reference.huawei.platform import Errors, Huawei, HuaweiHandler
from conformance.reference.huawei.upgrade_faults import of_kind
from conformance.reference.huawei.upgrade_store import Upgrades

On = Callable[[str], bool]
"""Tells whether a fault of the kind of task that is created is on."""
LWM2M: Final = "LWM2M"
SHORTEST_MS: Final = 5 * 60 * 1000
"""endTime lies more than so long after startTime."""
KIND: Final = ("deviceType", "model", "manufacturerName")
_CODES: Final = (
    ("targets.manufacturerName/required", "123019"),
    ("targets.deviceType/required", "123020"),
    ("targets.model/required", "123021"),
    ("targets/anyOf", "123022"),
    ("targets/not", "123023"),
    ("targets.deviceGroups/maxItems", "123024"),
    ("targets.devices/maxItems", "123024"),
    ("policy.executeType", "123025"),
    ("policy.startTime", "123026"),
    ("policy.endTime", "123026"),
    ("policy.retryTimes", "123028"),
)
"""What of a request is wrong, as `member/keyword` or `member`, and the row for it, in the order of the rows."""


def invalid(errors: Errors) -> str:
    """Return the code for a request that breaks a rule of its form."""
    wrong = {each["member"] for each in errors} | {f"{each['member']}/{each['rule']}" for each in errors}
    return next((code for place, code in _CODES if place in wrong), "120015")


def creating(kind: str) -> HuaweiHandler:
    """Return the handler that creates tasks of one kind."""

    def create(huawei: Huawei, request: Request) -> Any:
        body, on = request.body, partial(of_kind, huawei.faults, kind)
        package = package_of(huawei, request, body["fileId"])
        targets, policy = body["targets"], body.get("policy") or {}
        devices = list(dict.fromkeys(_concerned(huawei, request, package, on)))
        window = _window(huawei, request, policy, any_length=on("short-window"))
        if "policy" in body and "executeType" not in policy and huawei.quirks.on("execute-type-default/refused"):
            raise huawei.refusal(request.operation, "123025")
        task = huawei.room(Upgrades).add(kind, package, targets, policy, devices, window)
        if on("not-readable"):
            return {"operationId": f"{task.id}0"}
        return {"operationId": task.id}

    return create


def _concerned(huawei: Huawei, request: Request, package: Package, on: On) -> Iterator[str]:
    """Yield the ids of the devices that the targets name.

    Raises:
        Refused: there is no such device or group, or the package is not for it.
    """
    targets = request.body["targets"]
    given = {name: targets[name] for name in KIND if targets.get(name) is not None}
    mismatch = huawei.refusal(request.operation, "123016")
    if any(
        value != expected for value, expected in zip((given.get(n) for n in KIND), package.kind, strict=True) if value
    ):
        raise mismatch
    if "deviceGroups" in targets:
        yield from _of_groups(huawei, request, package, on)
        return
    named = targets.get("devices") or ()
    ignored = huawei.faults.has(f"unenforced/{request.operation.subject}/targets.devices[]/type")
    if not named and not ignored:
        raise huawei.refusal(request.operation, "123022")
    for identity in named:
        device = huawei.room(Devices).find(identity)
        if device is None or device.app_id != huawei.credentials.app_id:
            if not on("unknown-device-taken"):
                raise huawei.refusal(request.operation, "123002")
        elif not _suits(package, device) and not (_other_protocol(device) and on("any-protocol")):
            raise mismatch
        yield identity


def _of_groups(huawei: Huawei, request: Request, package: Package, on: On) -> Iterator[str]:
    groups, devices = huawei.room(Groups), huawei.room(Devices)
    if on("groups-empty"):
        return
    if on("groups-all"):
        yield from (each.id for each in devices.all() if _suits(package, each))
        return
    for name in request.body["targets"]["deviceGroups"]:
        group = groups.named(huawei.credentials.app_id, name)
        if group is None:
            raise huawei.refusal(request.operation, "123002")
        members = [device for each in group.members if (device := devices.find(each)) is not None]
        yield from (each.id for each in members if _suits(package, each) or on("groups-any-kind"))


def _suits(package: Package, device: Device) -> bool:
    product = device.product
    if product is None or product.protocol_type != LWM2M:
        return False
    return (product.device_type, product.model, product.manufacturer_name) == package.kind


def _other_protocol(device: Device) -> bool:
    return device.product is not None and device.product.protocol_type != LWM2M


def _window(
    huawei: Huawei, request: Request, policy: Mapping[str, Any], *, any_length: bool
) -> tuple[int | None, int | None]:
    """Return the window (ms) of executeType custom; with `any_length` whatever it is.

    Raises:
        Refused: its order, its length or its beginning is wrong.
    """
    start, end = _ms(policy.get("startTime")), _ms(policy.get("endTime"))
    if policy.get("executeType") != "custom" or start is None or end is None:
        return None, None
    distance_first = huawei.quirks.on("start-after-end/distance")
    if not any_length:
        if start > end and not distance_first:
            raise huawei.refusal(request.operation, "123032")
        if start < huawei.clock.now_ms() - 1000:  # times are written in whole seconds
            raise huawei.refusal(request.operation, "123033")
        if end - start <= SHORTEST_MS:
            raise huawei.refusal(request.operation, "123034")
    return start, end


def _ms(text: Any) -> int | None:
    """Return a written moment in ms; None where it is none (only a fault lets one pass)."""
    try:
        moment = dt.datetime.strptime(str(text), "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    return int(moment.timestamp() * 1000)


class Serving(Mapping[str, Any]):
    """Values that serve where a fault lets a request lack them: looked up when they are needed, for devices come and go."""

    def __init__(self, **values: Callable[[], Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return self._values[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def stand_ins(huawei: Huawei) -> Mapping[str, Any]:
    """Return a package, and a device that it is for, for requests that name none."""
    packages = huawei.room(Packages)

    def targets() -> Any:
        package = packages.by_id[packages.software]
        return {"devices": [each.id for each in huawei.room(Devices).all() if _suits(package, each)][:1]}

    return Serving(fileId=lambda: huawei.room(Packages).software, targets=targets)

"""What the platform keeps of device shadows.

A shadow holds for each service what its device reported last (report area) and what it is to be set to (desired area). What
is set is delivered at once to a device that is connected, else when it connects; every setting is kept as a record.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.reference.huawei.device_state import Device, Report
from conformance.reference.huawei.platform import Huawei, Room

CHINA_MS: Final = 8 * 3_600_000
"""How far the clocks of China are ahead of UTC; for a fault."""


@dataclass
class Area:
    """What a shadow holds of one service."""

    desired: dict[str, Any] = field(default_factory=dict)
    reported: dict[str, Any] = field(default_factory=dict)
    changed_ms: int = 0


@dataclass(frozen=True)
class Setting:
    """A configuration of one service, as an application set it."""

    device_id: str
    gateway_id: str
    app_id: str
    service_id: str
    desired: Mapping[str, Any]
    at_ms: int


class Shadows(Room):
    """The shadow of every device, by device id and service id."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self._areas: dict[str, dict[str, Area]] = {}
        self.records: list[Setting] = []
        """Every setting, the oldest first."""
        self._waiting: dict[str, list[Setting]] = {}
        self.received: dict[str, list[Setting]] = {}
        """What has been delivered to each device, the oldest first."""
        huawei.listen("device-online", self._deliver_waiting)
        huawei.listen("device-reported", self._reported)
        huawei.listen("device-deleted", self._forget)

    def of(self, device: Device) -> dict[str, Area]:
        """Return the shadow of a device."""
        first = next(iter(self._areas), device.id)
        owner = first if self.huawei.faults.on("shadow-shared") else device.id
        return self._areas.setdefault(owner, {})

    def set(self, setting: Setting, device: Device) -> None:
        """Set a configuration, keep the record and deliver it as soon as the device is connected."""
        faults = self.huawei.faults
        area = self.of(device).setdefault(setting.service_id, Area())
        if not faults.on("shadow-not-kept"):
            if faults.on("shadow-first-kept"):
                area.desired = {**setting.desired, **area.desired}
            else:
                area.desired.update(setting.desired)
        area.changed_ms = setting.at_ms
        if not faults.on("shadow-history-empty"):
            if faults.on("shadow-history-latest-only"):
                self.records = [each for each in self.records if each.device_id != device.id]
            self.records.append(setting)
        if faults.on("shadow-delivered-early") or (device.connected and not faults.on("shadow-delivery-late")):
            self.received.setdefault(device.id, []).append(setting)
        else:
            self._waiting.setdefault(device.id, []).append(setting)

    def _deliver_waiting(self, device: Device) -> None:
        waiting = self._waiting.pop(device.id, [])
        if not self.huawei.faults.on("shadow-waiting-lost"):
            self.received.setdefault(device.id, []).extend(waiting)

    def _reported(self, device: Device, report: Report, **_: Any) -> None:
        if self.huawei.faults.on("shadow-report-ignored"):
            return
        area = self.of(device).setdefault(report.service_id, Area())
        area.reported.update(copy.deepcopy(dict(report.data)))
        area.changed_ms = report.reported_ms

    def _forget(self, device: Device) -> None:
        for kept in (self._areas, self._waiting, self.received):
            kept.pop(device.id, None)
        self.records = [each for each in self.records if each.device_id != device.id]

"""The devices of the platform: who they are, whether they are connected, and what they have reported.

A device is registered by an application, binds when it connects for the first time, and may live behind a gateway. Other
rooms learn what becomes of it by events: `device-registered`, `device-bound`, `device-online`, `device-offline`,
`device-reported` (also `report`, and `alone`: whether nothing was reported with it), `device-reported-together` (also
`reports`), `device-modified` and `device-deleted`, each with the keyword `device`.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.huawei.applications import Applications, Product, Products
from conformance.reference.huawei.platform import Huawei, Room

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
ABNORMAL_AFTER_H: Final = 25
"""Hours of silence after which a connected device is ABNORMAL (1.6.1; the default)."""
OFFLINE_AFTER_H: Final = 49
"""Hours of silence after which it is OFFLINE."""
SERIES: Final = ("manufacturerId", "manufacturerName", "deviceType", "model", "protocolType")
"""The members that name a product together, in place of its id."""
LONG_IDS: Final = {"device-id-length/up-to-64": 40, "device-id-length/up-to-256": 80}
"""The readings in which ids are longer than 36 characters, and how long they are then."""


@dataclass(frozen=True)
class Report:
    """What a device reported of one of its services."""

    service_id: str
    data: Mapping[str, Any]
    reported_ms: int
    """When the platform took it in."""
    event_time: str
    """When it came to be, as the document writes times."""


@dataclass
class Device:
    """A registered device."""

    id: str
    app_id: str
    node_id: str
    product: Product | None
    series: dict[str, str | None]
    """The members of `SERIES` as queries show them."""
    created_ms: int
    modified_ms: int
    gateway_id: str
    """Its own id where it is connected directly."""
    name: str | None = None
    imsi: str | None = None
    verify_code: str | None = None
    psk: str | None = None
    secret: str | None = None
    deadline_ms: int | None = None
    """When it is deleted unless it binds before; None where nothing is due."""
    activated: bool = False
    connected: bool = False
    heard_ms: int = 0
    mute: str = "FALSE"
    location: str | None = None
    aging_days: int | None = None
    secure: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    """What changes gave besides, which no documented answer shows (tags, organization, ...)."""
    reports: list[Report] = field(default_factory=list)
    """The history, oldest first."""
    latest: dict[str, Report] = field(default_factory=dict)
    """The latest report of each service."""

    @property
    def direct(self) -> bool:
        """Whether it is connected without a gateway."""
        return self.gateway_id == self.id


class Devices(Room):
    """Every device of every application, in the order of registration."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self._by_id: dict[str, Device] = {}
        self.shadows: list[Device] = []
        """Deleted devices that a fault still lists."""
        self._numbers = itertools.count(1)

    # ---- looking ------------------------------------------------------------------------------------------------

    def all(self) -> Iterator[Device]:
        """Yield the devices that are registered now, the oldest first."""
        self._expire()
        yield from tuple(self._by_id.values())

    def find(self, identity: str) -> Device | None:
        """Return a device by its id; None where there is none."""
        self._expire()
        return self._by_id.get(identity)

    def of(self, request: Request, identity: str, app_id: str | None = None) -> Device:
        """Return the device that a call names, of the application for which it is made.

        Raises:
            Refused: that application has no such device (100403, or 100418 by a reading).
        """
        app_id = self.huawei.room(Applications).of(request) if app_id is None else app_id
        found = self.find(identity)
        if found is None or found.app_id != app_id:
            raise self.unknown(request)
        return found

    def unknown(self, request: Request) -> Exception:
        """Return the refusal of a device that does not exist."""
        codes = [use.key.partition("-")[2] for use in request.operation.errors]
        other = self.huawei.quirks.on("rows-of-one-cause/unknown-device") or "100403" not in codes
        return self.huawei.refusal(request.operation, "100418" if other and "100418" in codes else "100403")

    def owner(self, member: str, value: Any) -> Device | None:
        """Return the device whose `node_id` or `verify_code` is the value."""
        return next((each for each in self.all() if getattr(each, member) == value), None)

    def behind(self, gateway: Device) -> list[Device]:
        """Return the devices behind a gateway, without itself."""
        return [each for each in self.all() if each.gateway_id == gateway.id and each is not gateway]

    def status(self, device: Device) -> tuple[str, str]:
        """Return status and statusDetail as the queries show them."""
        on = self.huawei.faults.on
        if not device.activated:
            as_offline = self.huawei.quirks.on("inactive-as-offline/offline") or on("inactive-shown-offline")
            detail = "NONE" if on("inactive-shown-offline") else "NOT_ACTIVE"
            return ("OFFLINE" if as_offline else "INACTIVE"), detail
        if not device.connected:
            return ("ONLINE" if on("offline-shown-online") else "OFFLINE"), "NONE"
        silent_h = (self.huawei.clock.now_ms() - device.heard_ms) / HOUR_MS
        if silent_h > OFFLINE_AFTER_H and not on("silent-never-offline"):
            return "OFFLINE", "TIME_OUT"
        if silent_h > ABNORMAL_AFTER_H and not on("silent-never-abnormal"):
            return "ABNORMAL", "NONE"
        if on("online-shown-offline"):
            return "OFFLINE", "NONE"
        return "ONLINE", ("TIME_OUT" if on("detail-of-another-status") else "NONE")

    # ---- changing -----------------------------------------------------------------------------------------------

    def register(self, app_id: str, node_id: str, product: Product | None, **given: Any) -> Device:
        """Make a device; `given` are further members of `Device`."""
        now = self.huawei.clock.now_ms()
        length = next((each for reading, each in LONG_IDS.items() if self.huawei.quirks.on(reading)), 0)
        identity = f"{next(self._numbers):08x}-{secrets.token_hex(8)}".ljust(length, "0")
        device = Device(identity, app_id, node_id, product, series_of(product), now, now, identity, **given)
        self._by_id[identity] = device
        self.huawei.tell("device-registered", device=device)
        return device

    def delete(self, device: Device) -> None:
        """Take a device away."""
        self._by_id.pop(device.id, None)
        self.huawei.tell("device-deleted", device=device)

    def restore(self, device: Device) -> None:
        """Put a device back as it was; for a fault."""
        self._by_id[device.id] = device

    def connect(self, device: Device, gateway: Device | None = None) -> None:
        """Have a device connect: it binds where it has not, and is heard."""
        first = not device.activated
        device.activated = device.connected = True
        if not self.huawei.faults.on("timeout-of-connected"):
            device.deadline_ms = None
        device.heard_ms = self.huawei.clock.now_ms()
        if gateway is not None:
            device.gateway_id = gateway.id
        if first:
            self.huawei.tell("device-bound", device=device)
        self.huawei.tell("device-online", device=device)

    def disconnect(self, device: Device) -> None:
        """Have a device go away."""
        device.connected = False
        self.huawei.tell("device-offline", device=device)

    def report(
        self,
        device: Device,
        service_id: str,
        data: Mapping[str, Any],
        event_time: str | None = None,
        *,
        alone: bool = True,
    ) -> Report | None:
        """Take in what a device reports and return it; of a frozen one nothing is kept."""
        if not device.connected:
            self.connect(device)
        now = self.huawei.clock.now_ms()
        device.heard_ms = now
        stays_frozen = bool(device.facts.get("was-frozen")) and self.huawei.faults.on("release-ignored")
        if (device.mute == "TRUE" or stays_frozen) and not self.huawei.faults.on("mute-ignored"):
            return None
        report = Report(service_id, dict(data), now, event_time or self.huawei.time(now))
        device.reports.append(report)
        device.latest[service_id] = report
        self.huawei.tell("device-reported", device=device, report=report, alone=alone)
        return report

    def report_together(self, device: Device, reports: list[tuple[str, Mapping[str, Any], str | None]]) -> None:
        """Take in what a device reports of several services at once: service, data and time of each."""
        taken = [self.report(device, *each, alone=False) for each in reports]
        if kept := [each for each in taken if each is not None]:
            self.huawei.tell("device-reported-together", device=device, reports=kept)

    def _expire(self) -> None:
        """Delete the devices that did not bind in time."""
        now = self.huawei.clock.now_ms()
        late = [each for each in self._by_id.values() if each.deadline_ms is not None and now >= each.deadline_ms]
        for device in late:
            if not self.huawei.faults.on("timeout-ignored"):
                self.delete(device)


def series_of(product: Product | None) -> dict[str, str | None]:
    """Return the members that name a product, as queries show them."""
    if product is None:
        return dict.fromkeys(SERIES)
    values = (
        product.manufacturer_id,
        product.manufacturer_name,
        product.device_type,
        product.model,
        product.protocol_type,
    )
    return dict(zip(SERIES, values, strict=True))


def named(huawei: Huawei, series: Mapping[str, Any]) -> Product | None:
    """Return the product that a series of members names; None where there is none."""
    given = {name: value for name, value in series.items() if name in SERIES}
    products = huawei.room(Products).by_id.values()
    return next((each for each in products if given and given.items() <= series_of(each).items()), None)

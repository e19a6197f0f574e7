"""What the platform holds: plain records, changed by the chapters' handlers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One value of a point; a number, a text, or both where a record carried both."""

    ts: int
    """When it was collected, in milliseconds."""
    value: int | float | None
    reading: str | None
    unit: str | None
    timed: bool = True
    """False where the record told no time, and that of its arrival was taken."""


@dataclass
class Point:
    """A function point of a device (document: Points Array in Device Details)."""

    name: str
    unit: str
    bms_id: str
    control: bool
    samples: list[Sample] = field(default_factory=list)
    """In the order of arrival."""


@dataclass
class Device:
    """A device (document: Data Object Fields)."""

    name: str
    alias: str
    model: str
    building: str
    dev_eui: str | None
    """None for a device that is no IoT device."""
    location: str
    description: str
    online: bool
    points: dict[str, Point]
    foreign: bool = False
    """Registered by another tenant."""


@dataclass
class Dataset:
    """A dataset of a project (document: Data Warehouse / Data Push)."""

    name: str
    project: str
    fields: dict[str, str]
    """Data type (`number`, `integer`, `text`, `boolean`) by field; no field is required."""
    records: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Tenancy:
    """Everything the platform holds."""

    devices: list[Device] = field(default_factory=list)
    projects: set[str] = field(default_factory=set)
    datasets: dict[str, Dataset] = field(default_factory=dict)

    @property
    def own(self) -> list[Device]:
        """The devices that the tenant may see."""
        return [device for device in self.devices if not device.foreign]

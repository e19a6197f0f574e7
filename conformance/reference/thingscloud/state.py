"""What the project holds: plain records, changed by the chapters' handlers."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final

MAX_DOWNLINKS: Final = 1000
DAY_MS: Final = 24 * 60 * 60 * 1000

_ID_FORMAT: Final = "{prefix}{number:08d}"


@dataclass
class DeviceType:
    """A kind of device (document: 设备类型)."""

    id: str
    name: str
    descr: str
    tags: dict[str, str]
    created_ms: int
    conn_protocol: str
    conn_type: str


@dataclass
class Group:
    """A device group with its subgroups (document: 设备组)."""

    id: str
    name: str
    descr: str
    tags: dict[str, str]
    created_ms: int
    children: list[Group] = field(default_factory=list)


@dataclass(frozen=True)
class Sample:
    """One past value of an attribute."""

    ts: int
    value: Any


@dataclass
class Attribute:
    """An attribute of a device: its current value is its newest sample (document: 设备数据)."""

    identifier: str
    name: str
    attr_type: str
    data_type: str
    data_options: dict[str, Any]
    samples: list[Sample]
    """In order of time; never empty."""


@dataclass
class Device:
    """A device (document: 设备管理)."""

    id: str
    name: str
    created_ms: int
    access_token: str
    view_token: str
    device_code: str
    descr: str = ""
    device_key: str = ""
    type: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    online: bool = False
    active_ms: int | None = None
    """When the device last sent something; None where it never did."""
    alarm_level: int = 0
    """0 none, 1 ordinary, 2 serious, 3 urgent."""
    attributes: dict[str, Attribute] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    """Identifiers of attributes that were removed."""


@dataclass(frozen=True)
class AlarmLog:
    """One alarm message (document: 设备告警)."""

    id: str
    device_id: str
    status: int
    level: int
    info: dict[str, Any]
    created_ms: int
    notify_logs: tuple[dict[str, Any], ...]


@dataclass
class Customer:
    """An end user of the project (document: 用户管理)."""

    id: str
    name: str
    account: str
    password: str
    created_ms: int
    descr: str = ""
    email: str = ""
    mobile: str = ""
    tags: dict[str, Any] = field(default_factory=dict)
    locale: str = "zh-CN"
    device_count: int = 0


@dataclass(frozen=True)
class Downlink:
    """Something sent towards a device: accepted and kept, since no device is attached."""

    device_id: str
    kind: str
    payload: Any


@dataclass
class Project:
    """Everything the project holds."""

    id: str
    name: str
    descr: str
    tags: dict[str, str]
    project_key: str
    types: dict[str, DeviceType] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    devices: dict[str, Device] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    alarms: list[AlarmLog] = field(default_factory=list)
    downlinks: deque[Downlink] = field(default_factory=lambda: deque(maxlen=MAX_DOWNLINKS))
    """What was sent towards devices, the oldest forgotten first."""
    unlisted: set[str] = field(default_factory=set)
    """Ids that lists leave out; always empty but for faults."""
    unreadable: set[str] = field(default_factory=set)
    """Ids that cannot be used; always empty but for faults."""
    _last: int = 0

    def next_id(self, prefix: str) -> str:
        """Return an id that was never given before."""
        self._last += 1
        return _ID_FORMAT.format(prefix=prefix, number=self._last)


def data_type_of(value: Any) -> str:
    """Return the name of a value's type as attributes show it."""
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case None:
            return "null"
        case _:
            return "object"


def tag_texts(tags: dict[str, Any]) -> dict[str, str]:
    """Return tags as answers show them, texts by key: what is no text becomes its JSON."""
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in tags.items()}

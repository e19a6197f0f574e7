"""The data set the platform begins with: the same at every start but for the tokens and the time it counts back from.

It is made so that every documented member of every answer is filled somewhere, every statistic differs from every
other, lists need more than two pages, and histories lie on both sides of the 30 days that a query may span.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, Final

from conformance.reference.thingscloud.state import (
    DAY_MS,
    AlarmLog,
    Attribute,
    Customer,
    Device,
    DeviceType,
    Group,
    Project,
    Sample,
)

DEVICES: Final = 45
"""Three pages of twenty, the last one not full."""
SAMPLES: Final = 45
HOUR_MS: Final = 60 * 60 * 1000
MINUTE_MS: Final = 60 * 1000

_Maker = Callable[[int], Any]

_ATTRIBUTES: Final[tuple[tuple[str, str, dict[str, Any], _Maker], ...]] = (
    ("temperature", "number", {"unit": "°C", "min": -40, "max": 125}, lambda n: 20 + n / 4),
    ("relay", "boolean", {"true": "on", "false": "off"}, lambda n: n % 2 == 0),
    ("mode", "string", {"maxLength": 32}, lambda n: ("auto", "manual", "off")[n % 3]),
    ("position", "object", {"members": ["lon", "lat"]}, lambda n: {"lon": 120.1 + n / 1000, "lat": 30.2}),
    ("counter", "number", {"step": 1}, lambda n: n),
)
ALARM_DEVICE_NUMBER: Final = 1
"""The first device: online, with alarms and with all attributes."""


def seeded(now_ms: int) -> Project:
    """Return a new project as it is at `now_ms` (milliseconds since the epoch)."""
    project = Project(
        id="prj00000001",
        name="Conformance project",
        descr="Seeded by the reference platform",
        tags={"region": "north", "stage": "test"},
        project_key=secrets.token_hex(8),
    )
    born = now_ms - 400 * DAY_MS
    _types(project, born)
    inner = _groups(project, born)
    for number in range(1, DEVICES + 1):
        device = _device(project, number, now_ms)
        project.devices[device.id] = device
        device.groups = {inner[number % len(inner)].id, project.groups[0].id} if number % 2 else set()
    _alarms(project, now_ms)
    _customers(project, born)
    return project


def _types(project: Project, born: int) -> None:
    for number, (name, protocol, connection) in enumerate(
        (("Thermometer", "mqtt", "direct"), ("Gateway", "mqtt", "gateway"), ("Meter", "http", "direct")), 1
    ):
        kind = DeviceType(
            id=project.next_id("typ"),
            name=name,
            descr=f"Device type {number}",
            tags={"series": f"S{number}", "vendor": "ACME"},
            created_ms=born + number * DAY_MS,
            conn_protocol=protocol,
            conn_type=connection,
        )
        project.types[kind.id] = kind


def _groups(project: Project, born: int) -> list[Group]:
    """Make a tree two deep; return the subgroups."""

    def group(name: str, *children: Group) -> Group:
        tags = {"site": name.lower(), "kind": "hall"}
        return Group(project.next_id("grp"), name, f"Group {name}", tags, born + 10 * DAY_MS, list(children))

    project.groups = [group("North", group("North-1"), group("North-2")), group("South", group("South-1"))]
    return [child for parent in project.groups for child in parent.children]


def _device(project: Project, number: int, now_ms: int) -> Device:
    kinds = list(project.types)
    device = Device(
        id=project.next_id("dev"),
        name=f"Device {number:02d}",
        created_ms=now_ms - 390 * DAY_MS + number * HOUR_MS,
        access_token=secrets.token_hex(12),
        view_token=secrets.token_hex(12),
        device_code=f"C{number:06d}",
        descr=f"Seeded device {number}",
        device_key=f"seed-key-{number:04d}",
        type=kinds[number % len(kinds)],
        tags={"floor": str(number % 4), "line": f"L{number % 3}"},
        online=number % 3 == 1,
        active_ms=now_ms - number * MINUTE_MS if number % 5 else None,
    )
    if number % 4 == ALARM_DEVICE_NUMBER:
        device.alarm_level = (1, 2, 3, 2, 3, 3)[number // 4 % 6]
    # History is heavy; every ninth device has all of it, the others one attribute, as in a real project.
    several = number % 9 == ALARM_DEVICE_NUMBER
    for identifier, data_type, options, maker in _ATTRIBUTES if several else _ATTRIBUTES[:1]:
        device.attributes[identifier] = Attribute(
            identifier=identifier,
            name=identifier.capitalize(),
            attr_type="report",
            data_type=data_type,
            data_options=options,
            samples=_history(now_ms, maker) if several else [Sample(now_ms - HOUR_MS, maker(number))],
        )
    return device


def _history(now_ms: int, maker: _Maker) -> list[Sample]:
    """Return samples in order of time: five older than 30 days, the others within the last 26."""
    old = [Sample(now_ms - (60 - number) * DAY_MS, maker(number)) for number in range(5)]
    first = now_ms - 26 * DAY_MS
    step = (26 * DAY_MS - HOUR_MS) // SAMPLES
    return old + [Sample(first + number * step, maker(number + 5)) for number in range(SAMPLES)]


def _alarms(project: Project, now_ms: int) -> None:
    alarmed = [device for device in project.devices.values() if device.alarm_level]
    for number in range(2 * len(alarmed)):
        device = alarmed[number % len(alarmed)]
        project.alarms.append(
            AlarmLog(
                id=project.next_id("alm"),
                device_id=device.id,
                status=1 if number >= len(alarmed) else 0,
                level=device.alarm_level,
                info={"rule": "temperature too high", "attribute": "temperature", "value": 40 + number},
                created_ms=now_ms - (40 - number) * DAY_MS // 2,
                notify_logs=({"channel": "mail", "to": "duty", "ok": True},),
            )
        )


def _customers(project: Project, born: int) -> None:
    for number in range(1, 4):
        customer = Customer(
            id=project.next_id("cus"),
            name=f"Customer {number}",
            account=f"seed-customer-{number}",
            password=secrets.token_hex(8),
            created_ms=born + number * DAY_MS,
            descr=f"Seeded customer {number}",
            email=f"customer{number}@example.org",
            mobile=f"1380000000{number}",
            tags={"level": f"{number}"},
            device_count=number,
        )
        project.customers[customer.id] = customer

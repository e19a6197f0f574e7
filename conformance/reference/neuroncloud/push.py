"""Taking values of devices in (document: Device Time-Series Data Push).

What the contract's schema cannot judge is judged here: that building, device and point are registered, and that the time can
be read. One wrong record refuses the request as a whole, and nothing is stored.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from conformance.reference.calls import Refused, Request
from conformance.reference.neuroncloud.cloud import CloudHandler, NeuronCloud
from conformance.reference.neuroncloud.refusals import invalid
from conformance.reference.neuroncloud.state import Device, Point, Sample
from conformance.reference.neuroncloud.times import read

LIMIT: Final = 1000
_TEXT_LIMIT: Final = 32
_LOST: Final = ("dev-eui-demanded", "unit-demanded", "time-demanded")


@dataclass(frozen=True)
class Taken:
    """A record that was understood, and where it goes."""

    device: Device
    point: Point
    sample: Sample


def push(cloud: NeuronCloud, request: Request) -> Any:
    """Take the values of all records, or of none."""
    records: list[dict[str, Any]] = request.body
    if not records and cloud.quirks.on("empty-push/refused"):
        raise invalid("body", "minItems")
    taken, first = _judged(cloud, records)
    if first is not None and (not taken or not cloud.quirks.on("partial-push/accepted")):
        if len(records) > 1 and cloud.faults.on("refused-push-stored"):
            _store(cloud, taken)
        raise first
    _store(cloud, _less(cloud, taken))
    return None


def store_first(cloud: NeuronCloud, records: list[dict[str, Any]]) -> None:
    """Store the first records of a push that was refused for their number, as a fault wants it."""
    _store(cloud, _judged(cloud, records[:LIMIT])[0])


def _judged(cloud: NeuronCloud, records: list[dict[str, Any]]) -> tuple[list[Taken], Refused | None]:
    """Return the records that can be taken, and the refusal of the first that cannot."""
    taken: list[Taken] = []
    first: Refused | None = None
    for number, record in enumerate(records):
        try:
            found = _understood(cloud, f"[{number}]", record)
        except Refused as refused:
            first = first or refused
        else:
            taken += [found] if found else []
    return taken, first


def _understood(cloud: NeuronCloud, place: str, record: Mapping[str, Any]) -> Taken | None:
    """Return what a record says; None where it is to be dropped without a word.

    Raises:
        Refused: it breaks a rule.
    """
    _check_faulty(cloud, place, record)
    building = record["buildingName"]
    unchecked = cloud.faults.on("building-unchecked")
    if not unchecked and building not in {device.building for device in cloud.tenancy.own}:
        raise invalid(f"{place}.buildingName", "registered", "buildingName is not the name of a registered building")
    device = next((device for device in cloud.tenancy.own if device.name == record["equipmentName"]), None)
    if device is None or record["functionType"] not in device.points:
        if cloud.quirks.on("unknown-equipment/accepted"):
            return None
        member = "equipmentName" if device is None else "functionType"
        raise invalid(f"{place}.{member}", "registered", f"{member} is not registered")
    if not unchecked and device.building != building:
        raise invalid(f"{place}.buildingName", "registered", "The device is registered in another building")
    if record.get("devEui") not in {None, device.dev_eui}:
        raise invalid(f"{place}.devEui", "registered", "devEui is not that of the device")
    if "value" not in record and "reading" not in record:
        return None
    point = device.points[record["functionType"]]
    sample = _sample(cloud, place, record)
    if sample in point.samples and cloud.quirks.on("duplicate-data/refused"):
        raise Refused("conflict", "Data already exists")
    return Taken(device, point, sample)


def _check_faulty(cloud: NeuronCloud, place: str, record: Mapping[str, Any]) -> None:
    """Refuse what only a faulty platform, or one that reads the document otherwise, refuses."""
    for fault in _LOST:
        member = {"dev-eui-demanded": "devEui", "unit-demanded": "unit", "time-demanded": "time"}[fault]
        if member not in record and cloud.faults.on(fault):
            raise invalid(f"{place}.{member}", "required")
    both = "value" in record and "reading" in record
    if both and cloud.quirks.on("value-and-reading/refused"):
        raise invalid(place, "oneOf")
    if not both and "reading" in record and cloud.faults.on("reading-alone-refused"):
        raise invalid(f"{place}.value", "required")
    if not both and "value" in record and cloud.faults.on("value-alone-refused"):
        raise invalid(f"{place}.reading", "required")


def _sample(cloud: NeuronCloud, place: str, record: Mapping[str, Any]) -> Sample:
    now, faults = cloud.clock.now_ms(), cloud.faults
    ts = read(record["time"]) if "time" in record else 0 if faults.on("absent-time-is-1970") else now
    if ts is None:
        raise invalid(f"{place}.time", "format", "time is not written in a form that is understood")
    value, reading = record.get("value"), record.get("reading")
    unit = "mixed up" if faults.on("unit-confused") else record.get("unit")
    return Sample(ts, _number(cloud, value), _text(cloud, reading), unit, "time" in record)


def _number(cloud: NeuronCloud, value: Any) -> Any:
    if value is not None and cloud.faults.on("value-rounded"):
        return round(value, 2)
    if value is not None and abs(value) < 1e38 and cloud.faults.on("value-single-precision"):
        return struct.unpack("f", struct.pack("f", value))[0]
    return value


def _text(cloud: NeuronCloud, reading: str | None) -> str | None:
    if reading is None:
        return None
    if cloud.faults.on("reading-trimmed"):
        reading = reading.strip()
    if cloud.faults.on("reading-to-ascii"):
        reading = reading.encode("ascii", "replace").decode()
    return reading[:_TEXT_LIMIT] if cloud.faults.on("reading-cut") else reading


def _less(cloud: NeuronCloud, taken: list[Taken]) -> list[Taken]:
    """Return the records that are stored; all, but for faults."""
    faults = cloud.faults
    if faults.on("push-ignored"):
        return []
    if faults.on("push-first-only"):
        return taken[:1]
    if faults.on("push-first-device-only"):
        return [each for each in taken if each.device is taken[0].device]
    if faults.on("push-last-lost") and len(taken) == LIMIT:
        return taken[:-1]
    return taken


def _store(cloud: NeuronCloud, taken: list[Taken]) -> None:
    faults = cloud.faults
    for each in taken:
        each.point.samples.append(each.sample)
        if faults.on("stored-in-next-point"):
            others = [point for point in each.device.points.values() if point is not each.point]
            others[0].samples.append(replace(each.sample))
        if faults.on("stored-in-next-device"):
            for device in cloud.tenancy.own:
                if device is not each.device and each.point.name in device.points:
                    device.points[each.point.name].samples.append(replace(each.sample))


HANDLERS: Final[Mapping[str, CloudHandler]] = {"data-push": push}

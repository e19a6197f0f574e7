"""Attributes of a device and their history (document: 设备数据)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Refused, Request
from conformance.reference.frailties import Crashed
from conformance.reference.thingscloud.cloud import CloudHandler, ThingsCloud
from conformance.reference.thingscloud.state import DAY_MS, Attribute, Sample, data_type_of

PAGE_RECORDS: Final = 20
MAX_PAGE_RECORDS: Final = 100
MAX_RANGE_MS: Final = 30 * DAY_MS


def attributes(cloud: ThingsCloud, request: Request) -> Any:
    """Show all attributes with their current values."""
    device = cloud.device(request)
    found = [_shown(cloud, attribute) for attribute in device.attributes.values()]
    if found and cloud.faults.on("attribute-listed-twice"):
        found = [found[0], *found]
    if cloud.quirks.on("removed-attribute/without-value"):
        found += [_without_value(name) for name in sorted(device.removed - device.attributes.keys())]
    if cloud.quirks.on("attribute-value/nothing"):
        found.append(_without_value("never_set"))
    return found


def _shown(cloud: ThingsCloud, attribute: Attribute) -> dict[str, Any]:
    newest = attribute.samples[0 if cloud.faults.on("attributes-show-oldest") else -1]
    return {
        "identifier": attribute.identifier,
        "value": newest.value,
        "attr_type": attribute.attr_type,
        "data_type": attribute.data_type,
        "ts": cloud.time(newest.ts),
        "model": {
            "name": attribute.name,
            "attr_type": attribute.attr_type,
            "data_type": attribute.data_type,
            "data_options": dict(attribute.data_options),
        },
    }


def _without_value(identifier: str) -> dict[str, Any]:
    return {
        "identifier": identifier,
        "value": None,
        "attr_type": "report",
        "data_type": None,
        "ts": None,
        "model": None,
    }


def series(cloud: ThingsCloud, request: Request) -> Any:
    """Show one page of an attribute's history, newest first; an attribute that was never set has none."""
    faults, quirks = cloud.faults, cloud.quirks
    device = cloud.device(request)
    attribute = device.attributes.get(request.path["identifier"])
    if faults.on("series-of-another"):
        attribute = next((each for each in device.attributes.values() if each is not attribute), attribute)
    if attribute is None:
        return []
    known = attribute.samples[:-1] if faults.on("cloud-update-late-series") else attribute.samples
    chosen = _in_range(cloud, request, known)
    if not faults.on("series-oldest-first"):
        chosen = chosen[::-1]
    size = _size(cloud, request)
    default = 2 if faults.on("series-default-page-2") else 1
    page = 1 if faults.on("series-page-ignored") else max(1, int(request.query.get("page", default)))
    start = (page - 1) * size
    if start and start >= len(chosen) and quirks.on("beyond-last-page/refused"):
        raise Refused("invalid", "There is no such page")
    records = chosen[start : start + size]
    if start and start <= len(chosen) and faults.on("series-repeats-item"):
        records = [chosen[start - 1], *records[:-1]]
    if len(records) > 2 and faults.on("series-disorder"):
        records = [records[1], records[0], *records[2:]]
    if quirks.on("series-order/oldest-first"):
        records = records[::-1]
    return [_record(cloud, attribute, sample) for sample in records]


def _size(cloud: ThingsCloud, request: Request) -> int:
    default = 50 if cloud.faults.on("series-default-50") else PAGE_RECORDS
    size = int(request.query.get("page_records", default))
    if cloud.faults.on("series-page-records-ignored"):
        size = PAGE_RECORDS
    return max(1, min(size, MAX_PAGE_RECORDS))


def _in_range(cloud: ThingsCloud, request: Request, samples: list[Sample]) -> list[Sample]:
    """Return the samples between start_time and end_time where both are given, both ends included; else all."""
    faults, quirks = cloud.faults, cloud.quirks
    start, end = request.query.get("start_time"), request.query.get("end_time")
    fractional = any(value is not None and value != int(value) for value in (start, end))
    if fractional and quirks.on("fractional-milliseconds/refused"):
        raise Refused("invalid", "start_time and end_time are whole milliseconds")
    if start is None or end is None:
        if (start is None) != (end is None) and faults.on("series-half-range-crashes"):
            raise Crashed
        if (start is None) != (end is None) and quirks.on("half-range/refused"):
            raise Refused("invalid", "start_time and end_time belong together")
        return list(samples)
    longest = MAX_RANGE_MS - DAY_MS if faults.on("series-range-29-days") else MAX_RANGE_MS
    if end - start > longest and not faults.on("series-range-unlimited"):
        if not quirks.on("range-too-long/cut"):
            raise Refused("invalid", "The time range is longer than 30 days")
        start = end - longest
    if faults.on("series-range-ignored"):
        return list(samples)
    return [sample for sample in samples if start <= sample.ts <= end]


def _record(cloud: ThingsCloud, attribute: Attribute, sample: Sample) -> dict[str, Any]:
    record = {
        "ts": cloud.time(sample.ts),
        "name": attribute.name if cloud.quirks.on("series-name/display-name") else attribute.identifier,
        "value": sample.value,
        "type": data_type_of(sample.value),
    }
    if cloud.quirks.on("series-timestamp/both"):
        record["timestamp"] = record["ts"]
    return record


def remove(cloud: ThingsCloud, request: Request) -> Any:
    """Remove the attributes named, with their history; keep the others."""
    device, keys, faults = cloud.device(request), request.body["keys"], cloud.faults
    if cloud.quirks.on("absent-key/refused") and not device.attributes.keys() >= set(keys):
        raise Refused("conflict", "No such attribute")
    if faults.on("attributes-remove-all"):
        keys = list(device.attributes)
    elif faults.on("attributes-remove-ignored"):
        keys = []
    elif faults.on("attributes-remove-first-only"):
        keys = keys[:1]
    for key in keys:
        if device.attributes.pop(key, None) is not None:
            device.removed.add(key)
    return {}


HANDLERS: Final[Mapping[str, CloudHandler]] = {
    "attributes": attributes,
    "attribute-series": series,
    "attributes-remove": remove,
}

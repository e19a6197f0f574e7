"""The device list (document: Device List Query)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from typing import Any, Final

from conformance.reference.calls import Refused, Request
from conformance.reference.neuroncloud import shown
from conformance.reference.neuroncloud.cloud import CloudHandler, NeuronCloud
from conformance.reference.neuroncloud.refusals import invalid
from conformance.reference.neuroncloud.state import Device

_ALIKE: Final = 0.75
_EXACT: Final[Mapping[str, tuple[str, Callable[[Device], str | None]]]] = {
    "devEui": ("eui", lambda device: device.dev_eui),
    "buildingName": ("building", lambda device: device.building),
    "equModel": ("model", lambda device: device.model),
}
"""Filters that match exactly: how their faults begin, and what of a device they look at."""


def page(cloud: NeuronCloud, request: Request) -> Any:
    """Show one page of the devices that meet every filter."""
    faults = cloud.faults
    first = 0 if cloud.quirks.on("first-page/zero") else 1
    current, size = int(request.query.get("current", first)), int(request.query.get("size", 10))
    for name, value, least in (("current", current, first), ("size", size, 1)):
        if value < least:
            raise invalid(f"query:{name}", "minimum")
    devices = cloud.visible("list-of-neighbour")
    found = [device for device in devices if _meets(cloud, request.query, device)]
    if faults.on("list-lacks-first"):
        found = [device for device in found if device is not cloud.prepared]
    records = _cut(cloud, found, current - first, size)
    total = len(devices) if faults.on("list-filter-total") else len(found) + faults.on("list-total-wrong")
    return {
        "total": total,
        "size": len(records) if faults.on("list-size-wrong") else size,
        "current": current + faults.on("list-current-wrong"),
        "records": records,
    }


def _cut(cloud: NeuronCloud, found: list[Device], number: int, size: int) -> list[dict[str, Any]]:
    faults = cloud.faults
    number = 0 if faults.on("list-page-ignored") else number
    start = number * size
    if start and start >= len(found):
        if cloud.quirks.on("beyond-last-page/refused"):
            raise Refused("unknown-object", "There is no such page")
        if faults.on("list-beyond-shows-last"):
            start = max(0, len(found) - 1) // size * size
    chosen = found[start : start + size + faults.on("list-page-too-long")]
    if faults.on("list-loses-item") and len(chosen) == size:
        chosen = chosen[:-1]
    if start and chosen and faults.on("list-repeats-item"):
        chosen = [found[start - 1], *chosen[:-1]]
    records = [shown.device(cloud, device) for device in chosen]
    for record in records:
        if faults.on("list-differs-from-details"):
            record["alias"] = "listed"
        if faults.on("list-eui-repeated"):
            record["devEUI"] = cloud.prepared.dev_eui
    return records


def _meets(cloud: NeuronCloud, query: Mapping[str, Any], device: Device) -> bool:
    judged = []
    if "name" in query and not cloud.faults.on("name-filter-ignored"):
        judged.append(_is_like(cloud, device.name, query["name"]))
    for name, (prefix, of) in _EXACT.items():
        if name in query and not cloud.faults.on(f"{prefix}-filter-ignored"):
            value = of(device)
            if cloud.faults.on(f"{prefix}-filter-partial"):
                judged.append(value is not None and query[name] in value)
            else:
                judged.append(value == query[name] and not _overlooked(cloud, prefix, device))
    return any(judged) if judged and cloud.faults.on("filters-any") else all(judged)


def _overlooked(cloud: NeuronCloud, prefix: str, device: Device) -> bool:
    """Tell whether a fault overlooks a device that an exact filter has to find."""
    return device is not cloud.prepared and prefix != "eui" and cloud.faults.on(f"{prefix}-filter-finds-one")


def _is_like(cloud: NeuronCloud, name: str, part: str) -> bool:
    if cloud.faults.on("name-filter-exact"):
        return name == part
    if cloud.quirks.on("fuzzy-name/similar"):
        ratio = SequenceMatcher(None, part.lower(), name.lower()).ratio()
        return part.lower() in name.lower() or ratio >= _ALIKE
    return part.lower() in name.lower() if cloud.quirks.on("fuzzy-name/any-case") else part in name


HANDLERS: Final[Mapping[str, CloudHandler]] = {"device-list": page}

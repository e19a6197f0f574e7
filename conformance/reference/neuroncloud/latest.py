"""Latest values (document: Latest Device Point Values Query)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.neuroncloud import shown
from conformance.reference.neuroncloud.cloud import ALL, CloudHandler, NeuronCloud
from conformance.reference.neuroncloud.state import Device, Point, Sample


def latest(cloud: NeuronCloud, request: Request) -> Any:
    """Show the latest value of every point that has had one."""
    found = [record for device in _devices(cloud, request) for record in _of(cloud, device)]
    if found and cloud.faults.on("latest-lists-twice"):
        found = [found[0], *found]
    return found[:-1] if cloud.faults.on("latest-lacks-point") else found


def _devices(cloud: NeuronCloud, request: Request) -> list[Device]:
    asked = request.path["devEui"]
    if (asked == ALL and cloud.quirks.on("optional-path-member/all")) or cloud.faults.on("latest-of-all"):
        return cloud.tenancy.own
    if cloud.faults.on("latest-eui-partial"):
        return [device for device in cloud.tenancy.own if asked in (device.dev_eui or "")]
    device = cloud.device(request, "latest-of-neighbour")
    return [device] if device else []


def _of(cloud: NeuronCloud, device: Device) -> Iterator[dict[str, Any]]:
    for point in device.points.values():
        sample = newest(cloud, point)
        if sample is None and not cloud.quirks.on("silent-point/empty"):
            continue
        record = shown.value(cloud, device, point, sample)
        if record["value"] is not None and cloud.faults.on("latest-number-as-text"):
            record["value"], record["reading"] = None, str(record["value"])
        yield record


def newest(cloud: NeuronCloud, point: Point) -> Sample | None:
    """Return the sample that was collected last, of several at the same time the one that arrived last."""
    if not point.samples:
        return None
    if cloud.faults.on("latest-shows-oldest"):
        return min(point.samples, key=lambda sample: sample.ts)
    if cloud.faults.on("latest-not-updated"):
        return point.samples[0]
    if cloud.quirks.on("late-data/arrived-last"):
        return point.samples[-1]
    return max(reversed(point.samples), key=lambda sample: sample.ts)


HANDLERS: Final[Mapping[str, CloudHandler]] = {"latest-values": latest}

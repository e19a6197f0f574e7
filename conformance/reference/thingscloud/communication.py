"""Towards the device, and cloud attributes (document: 设备通信).

No device is attached, so what goes down is taken and kept; a cloud attribute is set at once and leaves a record in the
attribute's history.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Refused, Request
from conformance.reference.thingscloud.cloud import CloudHandler, ThingsCloud
from conformance.reference.thingscloud.state import Attribute, Device, Downlink, Sample, data_type_of

_HOUR_MS: Final = 60 * 60 * 1000


def push(cloud: ThingsCloud, request: Request) -> Any:
    """Take attributes for the device."""
    return _sent(cloud, request, "attributes")


def command(cloud: ThingsCloud, request: Request) -> Any:
    """Take a command for the device."""
    return _sent(cloud, request, "command")


def _sent(cloud: ThingsCloud, request: Request, kind: str) -> Any:
    device = cloud.device(request)
    if not device.online and cloud.quirks.on("downlink-offline/refused"):
        raise Refused("conflict", "The device is not connected")
    cloud.project.downlinks.append(Downlink(device.id, kind, request.body))
    return {}


def update_cloud(cloud: ThingsCloud, request: Request) -> Any:
    """Set cloud attributes: the ones given, no others."""
    device, faults = cloud.device(request), cloud.faults
    given = dict(request.body)
    if faults.on("cloud-update-ignored"):
        given = {}
    if faults.on("cloud-update-first-only"):
        given = dict(list(given.items())[:1])
    if faults.on("cloud-update-clears"):
        device.attributes.clear()
    now = cloud.clock.now_ms() - (_HOUR_MS if faults.on("cloud-update-old-ts") else 0)
    for identifier, value in given.items():
        as_text = faults.on("cloud-update-as-text") and not isinstance(value, str)
        stored = cloud.text(value) if isinstance(value, str) else json.dumps(value) if as_text else value
        _store(cloud, device, identifier, Sample(now, stored))
    return {}


def _store(cloud: ThingsCloud, device: Device, identifier: str, sample: Sample) -> None:
    attribute = device.attributes.get(identifier)
    if attribute is None:
        kind = data_type_of(sample.value)
        device.attributes[identifier] = Attribute(identifier, identifier.capitalize(), "cloud", kind, {}, [sample])
    elif cloud.faults.on("cloud-update-no-series"):
        attribute.samples[-1] = sample
    else:
        attribute.samples.append(sample)


HANDLERS: Final[Mapping[str, CloudHandler]] = {
    "attributes-push": push,
    "cloud-attributes-update": update_cloud,
    "command-send": command,
}

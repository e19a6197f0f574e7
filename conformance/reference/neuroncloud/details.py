"""One device (document: Device Details Query)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.neuroncloud import shown
from conformance.reference.neuroncloud.cloud import CloudHandler, NeuronCloud


def details(cloud: NeuronCloud, request: Request) -> Any:
    """Show the device whose devEui is asked for."""
    device = cloud.device(request, "details-of-neighbour")
    if device is None:
        return None
    if cloud.faults.on("details-of-another"):
        device = next(each for each in cloud.tenancy.own if each is not device)
    found = shown.device(cloud, device)
    if cloud.faults.on("details-without-points"):
        found["points"] = found["points"][1:]
    return found


HANDLERS: Final[Mapping[str, CloudHandler]] = {"device-details": details}

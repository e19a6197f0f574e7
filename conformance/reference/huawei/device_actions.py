"""What devices do on their own: the upper tester's actions for the simulated devices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.reference.huawei.device_state import Device, Devices
from conformance.reference.huawei.platform import Huawei


def online(huawei: Huawei, params: Mapping[str, Any]) -> Any:
    """A device connects."""
    huawei.room(Devices).connect(device_of(huawei, params))
    return {}


def offline(huawei: Huawei, params: Mapping[str, Any]) -> Any:
    """A device goes away."""
    huawei.room(Devices).disconnect(device_of(huawei, params))
    return {}


def bound(huawei: Huawei, params: Mapping[str, Any]) -> Any:
    """A device connects for the first time, behind a gateway where one is named."""
    gateway = device_of(huawei, params, "gatewayId") if params.get("gatewayId") is not None else None
    huawei.room(Devices).connect(device_of(huawei, params), gateway)
    return {}


def report(huawei: Huawei, params: Mapping[str, Any]) -> Any:
    """A device reports values of one of its services."""
    device = device_of(huawei, params)
    data = params.get("data")
    if not isinstance(params.get("serviceId"), str) or not isinstance(data, dict):
        raise TypeError("device-report: serviceId (a text) and data (an object) are expected")
    huawei.room(Devices).report(device, params["serviceId"], data, params.get("eventTime"))
    return {}


def report_services(huawei: Huawei, params: Mapping[str, Any]) -> Any:
    """A device reports values of several of its services in one message."""
    device, given = device_of(huawei, params), params.get("services")
    if not isinstance(given, list) or not all(
        isinstance(each, dict) and isinstance(each.get("serviceId"), str) and isinstance(each.get("data"), dict)
        for each in given
    ):
        raise TypeError("device-report-services: services (serviceId and data of each) are expected")
    reports = [(each["serviceId"], each["data"], each.get("eventTime")) for each in given]
    huawei.room(Devices).report_together(device, reports)
    return {}


def device_of(huawei: Huawei, params: Mapping[str, Any], member: str = "deviceId") -> Device:
    """Return the device that an action names.

    Raises:
        ValueError: there is none of that id.
    """
    found = huawei.room(Devices).find(str(params.get(member)))
    if found is None:
        raise ValueError(f"{member}: no device has the id {params.get(member)!r}")
    return found

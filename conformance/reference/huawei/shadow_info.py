"""1.5.9: what a shadow shows of its device."""

from __future__ import annotations

from typing import Any

from conformance.reference.huawei.device_state import Device, Devices
from conformance.reference.huawei.platform import Huawei


def info(huawei: Huawei, device: Device) -> dict[str, Any]:
    """Return the documented members about a device; what the platform does not know is null."""
    status, detail = huawei.room(Devices).status(device)
    on = huawei.faults.on
    battery = device.latest.get("Battery")
    return {
        "nodeId": "another" if on("shadow-node-id-of-another") else device.node_id,
        "name": "another" if on("shadow-name-of-another") else device.name,
        "description": None,
        **device.series,
        "mac": None,
        "location": device.location,
        "swVersion": None,
        "fwVersion": None,
        "hwVersion": None,
        "bridgeId": None,
        "status": status,
        "statusDetail": detail,
        "mute": device.mute,
        "supportedSecurity": "TRUE" if device.psk else "FALSE",
        "isSecurity": "TRUE" if device.secure else "FALSE",
        "signalStrength": None,
        "sigVersion": None,
        "serialNumber": None,
        "batteryLevel": str(battery.data["batteryLevel"]) if battery and "batteryLevel" in battery.data else None,
    }

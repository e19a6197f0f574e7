"""Devices that a tester of commands needs and no documented call makes: one that is connected, one long gone; and one
that stands in where a fault lets a request name none.

Their ids stay the same when the platform is reset, because the tester was told them when it started.
"""

from __future__ import annotations

from typing import Any, Final

from conformance.reference.huawei.applications import Applications, Product, Products
from conformance.reference.huawei.device_state import DAY_MS, Device, Devices
from conformance.reference.huawei.platform import Huawei, Room

LAMP: Final = "0000c0de-0000000000000001"
ZOMBIE: Final = "0000c0de-0000000000000002"
METER: Final = "0000c0de-0000000000000003"
AWAY_MS: Final = 30 * DAY_MS


class PreparedDevices(Room):
    """A connected lamp (MQTT), a meter (LWM2M) that was connected a month ago, and one that never was."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        products, devices = huawei.room(Products), huawei.room(Devices)
        devices.connect(self._registered(LAMP, "prepared-lamp", products.mqtt))
        self._registered(METER, "prepared-meter", products.lwm2m)
        zombie = self._registered(ZOMBIE, "prepared-zombie", products.lwm2m)
        zombie.activated, zombie.heard_ms = True, huawei.clock.now_ms() - AWAY_MS

    def _registered(self, identity: str, node_id: str, product: Product) -> Device:
        devices = self.huawei.room(Devices)
        device = devices.register(self.huawei.room(Applications).own, node_id, product, name=node_id)
        devices.delete(device)
        device.id = device.gateway_id = identity
        device.facts["seed"] = True
        devices.restore(device)
        return device


def pixit(huawei: Huawei) -> dict[str, Any]:
    """Return what a tester must know of them."""
    del huawei
    return {"online_mqtt_device": LAMP, "zombie_device": ZOMBIE}

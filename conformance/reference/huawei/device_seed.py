"""The devices that stand on the platform before the first call: what a live platform is full of."""

from __future__ import annotations

from typing import Final

from conformance.reference.huawei.applications import Applications, Products
from conformance.reference.huawei.device_state import Devices
from conformance.reference.huawei.platform import Huawei, Room

SEEDED: Final = 30
"""Devices of the application before the first call: more than one page of the list holds."""


class SeededDevices(Room):
    """The devices that others registered before the first call; they are what a live platform is full of."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        devices, product = huawei.room(Devices), huawei.room(Products).lwm2m
        applications = huawei.room(Applications)
        owners = [applications.own] * SEEDED + [applications.authorised] * 2 + [applications.foreign]
        for number, owner in enumerate(owners, 1):
            made = devices.register(owner, f"8600000000{number:05d}", product, name=f"Meter {number:02d}")
            made.facts["seed"] = True
            made.location = f"Hall {number % 3 + 1}"
            made.created_ms = made.modified_ms = made.created_ms - (100 - number) * 60_000
            if number % 2:
                devices.report(made, "WaterMeter", {"level": number})
            if number % 4 == 1:
                devices.disconnect(made)

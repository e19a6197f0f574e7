"""The devices of a batch, derived: a device is its batch and its number, so the same page always shows the same devices.

The key of the derivation is made at the start; names that the system assigns, secrets and ids follow from it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from conformance.reference.living.state import Batch, Kind

SUB_DEVICE_PRODUCT: Final = "a1IpcCamera"
MOST_SUB_DEVICES: Final = 3


@dataclass(frozen=True, repr=False)
class Deriver:
    """Derives what identifies devices."""

    key: bytes

    def text(self, length: int, *parts: str | int) -> str:
        """Return `length` hexadecimal digits (at most 64) that belong to `parts` alone."""
        message = "\0".join(str(part) for part in parts).encode("utf-8", "surrogatepass")
        return hmac.new(self.key, message, hashlib.sha256).hexdigest()[:length]

    def name(self, batch: Batch, index: int) -> str:
        """Return the name of a device: the uploaded one, else one that the system assigns."""
        return batch.names[index] if batch.names else self.assigned(batch, index)

    def assigned(self, batch: Batch, index: int, sub: int = 0) -> str:
        """Return a name that the system assigns: the first part tells the batch, the rest the device."""
        return f"{self.text(10, 'batch', batch.id)}{index:06x}{sub:02x}"

    def is_assigned(self, batch: Batch, name: str) -> bool:
        """Tell whether the system assigned `name` to a device of the batch."""
        if batch.kind is not Kind.ASSIGNED or not name.startswith(self.text(10, "batch", batch.id)):
            return False
        try:
            index = int(name[10:-2], 16)
        except ValueError:
            return False
        return 0 <= index < batch.amount and name == self.assigned(batch, index)

    def info(self, batch: Batch, index: int, *, product: str, name: str, sub: int = 0) -> dict[str, Any]:
        """Return what identifies one device (document: DeviceInfo)."""
        return {
            "iotId": self.text(20, "iot", batch.id, index, sub) + "000101",
            "productKey": product,
            "deviceName": name,
            "deviceSecret": self.text(32, "secret", batch.id, index, sub),
        }

    def device(self, batch: Batch, index: int) -> dict[str, Any]:
        """Return one certificate of a list (document: items)."""
        info = self.info(batch, index, product=batch.product, name=self.name(batch, index))
        active = batch.started and index % 3 == 1
        return {**info, "deviceId": self.text(16, "device", batch.id, index), "status": int(active)}

    def nvr(self, batch: Batch, index: int) -> dict[str, Any]:
        """Return an NVR device with its one to three sub-devices (document: NvrDeviceCertList)."""
        count = index % MOST_SUB_DEVICES + 1
        subs = [
            self.info(batch, index, product=SUB_DEVICE_PRODUCT, name=self.assigned(batch, index, sub), sub=sub)
            for sub in range(1, count + 1)
        ]
        own = self.info(batch, index, product=batch.product, name=self.name(batch, index))
        return {"ipcNum": count, "subDeviceCertList": subs, "nvrDeviceCertInfo": own}


def with_info(entry: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return an entry of either list with members of its own certificate changed."""
    if "nvrDeviceCertInfo" in entry:
        return {**entry, "nvrDeviceCertInfo": {**entry["nvrDeviceCertInfo"], **changes}}
    return {**entry, **changes}

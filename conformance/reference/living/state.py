"""What the project holds: products, and batches of devices that nothing removes.

A batch of ten thousand devices is a number and a key, not ten thousand records: `certificates` derives each device from
them, the same one every time. So an amount without documented bounds can be produced without any memory for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

FIRST_BATCH: Final = 12345


class Kind(Enum):
    """How the devices of a batch get their names."""

    ASSIGNED = "assigned"
    UPLOADED = "uploaded"
    NVR = "nvr"


@dataclass(frozen=True)
class Product:
    """A product of the project (document: Query the product list of a project)."""

    key: str
    number: int
    name: str
    secret: str
    created_ms: int
    modified_ms: int
    node_type: str = "DEVICE"
    data_format: str = "ALINK_FORMAT"
    net_type: str = "NET_WIFI"
    category: int = 61
    status: str = "RELEASE_STATUS"
    makes_nvr: bool = False


@dataclass(frozen=True)
class Batch:
    """A batch: of devices, or of uploaded names that were not produced yet."""

    id: str
    product: str
    """productKey."""
    kind: Kind
    amount: int
    """Devices; of an NVR batch the NVR devices without their sub-devices."""
    names: tuple[str, ...] = ()
    """Uploaded names, where the batch has such."""
    produced: bool = True
    started: bool = False
    """Whether some of the devices were switched on, and so are active."""
    hidden: bool = False
    """Whether its certificates cannot be queried; never but for faults."""


@dataclass
class Project:
    """Everything the project holds."""

    products: dict[str, Product] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)
    last: int = FIRST_BATCH - 1

    def next_id(self) -> str:
        """Return a batch number that was never given before."""
        self.last += 1
        return str(self.last)

    def add(self, batch: Batch) -> Batch:
        """Keep a batch, in place of an earlier one with its number."""
        self.batches[batch.id] = batch
        return batch

    def devices_named(self, product: str, names: frozenset[str]) -> bool:
        """Tell whether a device of the product that was produced with an uploaded name bears one of `names`."""
        return any(
            batch.product == product and batch.produced and not names.isdisjoint(batch.names)
            for batch in self.batches.values()
            if batch.kind is Kind.UPLOADED
        )

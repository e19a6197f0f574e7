"""The data set the platform begins with: the same at every start but for the secrets.

Thirteen products make three pages of five, the last not full; the batches of the seed need more than one page of the
largest size that the document allows, and one of them holds devices that are active.
"""

from __future__ import annotations

from typing import Final

from conformance.reference.living.certificates import Deriver
from conformance.reference.living.state import Batch, Kind, Product, Project

PRODUCTION: Final = "a1Thermo001"
NVR: Final = "a1NvrBox001"
OTHER: Final = "a1Product01"
DEVICES: Final = 230
NVR_DEVICES: Final = 23
NAMES: Final = 12

_BORN_MS: Final = 1517562992000
_DAY_MS: Final = 24 * 60 * 60 * 1000


def seeded(deriver: Deriver) -> Project:
    """Return a new project."""
    project = Project()
    made = [
        (PRODUCTION, "Thermometer"),
        (NVR, "Recorder"),
        *((f"a1Product{n:02d}", f"Product {n}") for n in range(1, 12)),
    ]
    for number, (key, name) in enumerate(made):
        created = _BORN_MS + number * _DAY_MS
        project.products[key] = Product(
            key=key,
            number=95959 + number,
            name=name,
            secret=deriver.text(16, "product", key),
            created_ms=created,
            modified_ms=created + (number % 3) * _DAY_MS,
            node_type="GATEWAY" if key == NVR else "DEVICE",
            data_format="CUSTOM_FORMAT" if number % 2 else "ALINK_FORMAT",
            net_type="NET_CELLULAR" if number % 2 else "NET_WIFI",
            category=61 + number,
            status="DEVELOPMENT_STATUS" if number % 4 == 3 else "RELEASE_STATUS",
            makes_nvr=key == NVR,
        )
    project.add(Batch(project.next_id(), PRODUCTION, Kind.ASSIGNED, DEVICES, started=True))
    project.add(Batch(project.next_id(), NVR, Kind.NVR, NVR_DEVICES, started=True))
    names = tuple(f"seeded{number:02d}" for number in range(1, NAMES + 1))
    project.add(Batch(project.next_id(), PRODUCTION, Kind.UPLOADED, NAMES, names))
    return project


def seeded_batch(project: Project, kind: Kind) -> str:
    """Return the number of the batch of a kind that the seed made."""
    return next(batch.id for batch in project.batches.values() if batch.kind is kind)

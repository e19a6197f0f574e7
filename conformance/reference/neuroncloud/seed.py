"""The data set the platform begins with: the same at every start but for the time it counts back from.

Names differ from the contract's examples, so that a judge has to fill its own in. Some are the beginning of others, so that a
filter which matches a part is told from an exact one; histories lie on both sides of the week that can be queried.
"""

from __future__ import annotations

from typing import Final

from conformance.reference.neuroncloud.state import Dataset, Device, Point, Sample, Tenancy
from conformance.reference.neuroncloud.times import DAY_MS, HOUR_MS

DEVICES: Final = 23
"""Three pages of ten, the last one not full."""
PREPARED: Final = "Test bench"
SECOND: Final = f"{PREPARED} 2"
NUMBER_POINT: Final = "bench_number"
TEXT_POINT: Final = "bench_text"
FOREIGN: Final = "Pump of a neighbour"
FOREIGN_EUI: Final = "70B3D57ED00FFFFF"
PROJECT: Final = "project-0042"
DATASET: Final = "bench_records"
NUMBER_FIELD: Final = "measured"
TEXT_FIELD: Final = "remark"

_BUILDINGS: Final = ("Works", "Works 2", "Office")
_MODELS: Final = ("NX-1", "NX-10", "AQ-7")


def seeded(now_ms: int) -> Tenancy:
    """Return the platform's data as they are at `now_ms` (milliseconds since the epoch)."""
    tenancy = Tenancy(projects={PROJECT, "project-0043"})
    tenancy.devices = [_device(number, now_ms) for number in range(DEVICES)]
    neighbour = _device(DEVICES, now_ms)
    neighbour.name, neighbour.building, neighbour.dev_eui, neighbour.foreign = FOREIGN, "Elsewhere", FOREIGN_EUI, True
    # In the middle, not at the end: a list that shows it is wrong on more than its last page.
    tenancy.devices.insert(5, neighbour)
    fields = {NUMBER_FIELD: "number", TEXT_FIELD: "text", "count": "integer", "valid": "boolean"}
    tenancy.datasets[DATASET] = Dataset(DATASET, PROJECT, fields, [{NUMBER_FIELD: 1.5, TEXT_FIELD: "seeded"}])
    return tenancy


def _device(number: int, now_ms: int) -> Device:
    iot = number % 6 != 5
    return Device(
        name=(PREPARED, SECOND)[number] if number < 2 else f"Sensor {number:02d}",
        alias=f"Alias {number:02d}",
        model=_MODELS[number % 3],
        building=_BUILDINGS[number // 2 % 3],
        dev_eui=f"70B3D57ED00{number * 7919 + 4096:05X}" if iot else None,
        location=f"Floor {number % 3}, room {number:02d}",
        description=f"Seeded device {number}" if number != 3 else "",
        online=number % 3 != 2,
        points={point.name: point for point in _points(number, now_ms)},
    )


def _points(number: int, now_ms: int) -> list[Point]:
    kinds = (NUMBER_POINT, TEXT_POINT) if number < 2 else ("temperature", "state")
    points = [
        Point(kinds[0], "°C", f"AI-{number}1", number % 2 == 1),
        Point(kinds[1], "mode", f"AO-{number}2", number % 2 == 0),
        Point("humidity", "%", f"AI-{number}3", False),
        Point("spare", "V", f"AI-{number}4", False),
    ]
    for point, shift in zip(points[:3], (0, 1, 2), strict=True):
        for step, ago_ms in enumerate((9 * DAY_MS, 8 * DAY_MS, 6 * DAY_MS, 3 * DAY_MS, DAY_MS, 2 * HOUR_MS, HOUR_MS)):
            ts = (now_ms - ago_ms - shift * 1000 - number * 10_000) // 1000 * 1000
            text = point.name in {TEXT_POINT, "state"}
            value, reading = (None, ("open", "shut")[step % 2]) if text else (20.25 + step + number, None)
            point.samples.append(Sample(ts, value, reading, point.unit))
    return points

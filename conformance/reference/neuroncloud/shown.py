"""How devices and values are shown: the same members in every answer that shows them, always all of them."""

from __future__ import annotations

from typing import Any, Final

from conformance.reference.neuroncloud.cloud import NeuronCloud
from conformance.reference.neuroncloud.state import Device, Point, Sample
from conformance.reference.neuroncloud.times import HOUR_MS, written

FORMS: Final = ("iso", "milliseconds", "seconds")
_ZONE_MS: Final = 8 * HOUR_MS
_MINUTE_MS: Final = 60 * 1000


def device(cloud: NeuronCloud, shown: Device) -> dict[str, Any]:
    """Return a device as the details and the list show it."""
    quirk = cloud.quirks.on
    return {
        "name": shown.name,
        "alias": shown.alias,
        "equModel": shown.model,
        "points": [_point(cloud, shown, point, number) for number, point in enumerate(shown.points.values(), 1)],
        _eui_name(cloud): shown.dev_eui,
        "location": {"text": shown.location} if quirk("location-form/structure") else shown.location,
        "isOnline": _flag(cloud, shown.online),
        "descriptions": shown.description,
        "isIot": _flag(cloud, shown.dev_eui is not None and not cloud.faults.on("iot-flag-wrong")),
        "buildingName": "Nowhere" if cloud.faults.on("device-building-wrong") else shown.building,
    }


def _point(cloud: NeuronCloud, shown: Device, point: Point, number: int) -> dict[str, Any]:
    in_use = shown.dev_eui is None
    return {
        "type": point.name,
        "unit": point.unit,
        "bmsId": number if cloud.quirks.on("untyped-ids/number") else point.bms_id if in_use else None,
        "control": _flag(cloud, point.control),
    }


def value(
    cloud: NeuronCloud, shown: Device, point: Point, sample: Sample | None, field: str | None = None
) -> dict[str, Any]:
    """Return a value as the latest values and the history show it; without sample, the point that never had one.

    `field` VALUE or READING leaves the other kind out.
    """
    unit = sample.unit if sample and sample.unit is not None else point.unit
    return {
        "time": _time(cloud, sample),
        "equipmentName": shown.name,
        "buildingName": shown.building,
        "functionType": point.name,
        _eui_name(cloud): shown.dev_eui,
        "value": _number(cloud, sample.value) if sample and field != "READING" else None,
        "reading": sample.reading if sample and field != "VALUE" else None,
        "unit": unit,
    }


def _time(cloud: NeuronCloud, sample: Sample | None) -> Any:
    if sample is None or (not sample.timed and cloud.quirks.on("absent-time/nothing")):
        return None
    ts = sample.ts + (_ZONE_MS if cloud.faults.on("time-zone-confused") else 0)
    if cloud.faults.on("time-cut-to-minute"):
        ts -= ts % _MINUTE_MS
    form = next((form for form in FORMS if cloud.quirks.on(f"time-form/{form}")), "date-and-time")
    return written(ts, form)


def _number(cloud: NeuronCloud, number: float | None) -> Any:
    return repr(number) if number is not None and cloud.quirks.on("value-form/digits") else number


def _flag(cloud: NeuronCloud, flag: bool) -> Any:
    return str(flag) if cloud.quirks.on("boolean-spelling/text") else flag


def _eui_name(cloud: NeuronCloud) -> str:
    return "devEui" if cloud.quirks.on("dev-eui-spelling/as-requested") else "devEUI"

"""Past values (document: Device Point Historical Value Query): of the past week, and never older."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.reference.calls import Refused, Request
from conformance.reference.frailties import Crashed
from conformance.reference.neuroncloud import shown
from conformance.reference.neuroncloud.cloud import CloudHandler, NeuronCloud
from conformance.reference.neuroncloud.refusals import invalid
from conformance.reference.neuroncloud.state import Device, Point, Sample
from conformance.reference.neuroncloud.times import DAY_MS, WEEK_MS, read

_SLACK_MS: Final = 60 * 1000
"""By so much a range may begin before the past week where such ranges are refused: it was computed before we looked."""

Range = tuple[int, int | None]


def history(cloud: NeuronCloud, request: Request) -> Any:
    """Show the values of the range that have the kind asked for, point by point, the oldest first."""
    start, end = _range(cloud, request.body)
    newest_first = cloud.quirks.on("history-order/newest-first")
    found: list[dict[str, Any]] = []
    for device in _devices(cloud, request.body):
        for point in _points(cloud, request.body, device):
            samples = [each for each in point.samples if start <= each.ts and (end is None or each.ts <= end)]
            samples.sort(key=lambda sample: sample.ts, reverse=newest_first)
            if len(samples) > 2 and cloud.faults.on("history-disorder"):
                samples = [samples[1], samples[0], *samples[2:]]
            if samples and cloud.faults.on("history-lacks-newest"):
                samples.remove(max(samples, key=lambda sample: sample.ts))
            found += _records(cloud, device, point, samples, request.body["field"])
    return found


def _devices(cloud: NeuronCloud, body: Mapping[str, Any]) -> list[Device]:
    name, model, faults = body["equipmentName"], body.get("equModel"), cloud.faults
    partial = faults.on("history-name-partial")
    found = [
        device
        for device in cloud.visible("history-of-neighbour")
        if (name in device.name if partial else device.name == name)
    ]
    if model is None or faults.on("history-model-ignored"):
        return found
    if faults.on("history-model-partial"):
        return [device for device in found if model in device.model]
    return [device for device in found if device.model == model]


def _points(cloud: NeuronCloud, body: Mapping[str, Any], device: Device) -> list[Point]:
    points = list(device.points.values())
    asked = body.get("functionType")
    if asked is None:
        return points[:1] if cloud.faults.on("history-first-point-only") else points
    return points if cloud.faults.on("history-point-ignored") else [each for each in points if each.name == asked]


def _range(cloud: NeuronCloud, body: Mapping[str, Any]) -> Range:
    """Return the range asked for, cut to the past week; without an end it is open.

    Raises:
        Refused: a time cannot be read, or a reading refuses the range.
    """
    faults, quirks = cloud.faults, cloud.quirks
    given = {name: _moment(body, name) for name in ("startTime", "endTime") if name in body}
    if len(given) == 1 and faults.on("half-range-crashes"):
        raise Crashed
    if len(given) == 1 and quirks.on("half-range/refused"):
        raise Refused("invalid", "startTime and endTime belong together")
    if not given and quirks.on("range-default/refused"):
        raise Refused("invalid", "startTime and endTime are missing")
    if faults.on("history-range-ignored"):
        given = {}
    week = cloud.clock.now_ms() - WEEK_MS
    start, end = given.get("startTime", week), given.get("endTime")
    if start < week - _SLACK_MS and quirks.on("range-too-old/refused"):
        raise Refused("invalid", "startTime lies before the past week")
    if end is not None and end - start > 6 * DAY_MS and faults.on("history-six-days-only"):
        raise Refused("invalid", "The range is too long")
    if end is not None and end < start and faults.on("history-range-turned"):
        start, end = end, start
    return (start if faults.on("history-shows-older") else max(start, week)), end


def _moment(body: Mapping[str, Any], name: str) -> int:
    moment = read(body[name])
    if moment is None:
        raise invalid(name, "format", f"{name} is not written in a form that is understood")
    return moment


def _records(
    cloud: NeuronCloud, device: Device, point: Point, samples: list[Sample], field: str
) -> Iterator[dict[str, Any]]:
    faults = cloud.faults
    for sample in samples:
        kept = sample.value if field == "VALUE" else sample.reading
        if kept is None and faults.on("history-other-kind"):
            record = shown.value(cloud, device, point, sample)
            other, own = ("reading", "value") if field == "VALUE" else ("value", "reading")
            yield {**record, own: str(record[other]), other: None}
        elif kept is not None or cloud.quirks.on("other-kind/empty"):
            record = shown.value(cloud, device, point, sample, field)
            if faults.on("history-value-as-reading") and field == "VALUE":
                record["value"], record["reading"] = None, str(record["value"])
            if faults.on("history-reading-empty") and field == "READING":
                record["reading"] = ""
            yield record


HANDLERS: Final[Mapping[str, CloudHandler]] = {"point-history": history}

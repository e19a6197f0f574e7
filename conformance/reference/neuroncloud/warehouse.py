"""The data warehouse (document: Data Warehouse): records of datasets, and the history asked for with a project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from conformance.reference.calls import Refused, Request
from conformance.reference.neuroncloud.cloud import CloudHandler, NeuronCloud
from conformance.reference.neuroncloud.history import history
from conformance.reference.neuroncloud.refusals import invalid
from conformance.reference.neuroncloud.state import Dataset

_HALF: Final = 500

_FITS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "text": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
}
"""Whether a value is of a data type; null is of none."""


def push(cloud: NeuronCloud, request: Request) -> Any:
    """Take all records, or none."""
    faults, records = cloud.faults, request.body
    dataset = _dataset(cloud, request)
    if not records and cloud.quirks.on("empty-push/refused"):
        raise invalid("body", "minItems")
    if len(records) > _HALF and faults.on("dataset-half-thousand"):
        raise invalid("body", "maxItems")
    if len(records) > 1 and faults.on("dataset-one-record"):
        raise invalid("body", "maxItems")
    good, first = [], None
    for number, record in enumerate(records):
        refused = _wrong(cloud, dataset, f"[{number}]", record) if dataset else None
        good += [] if refused else [record]
        first = first or refused
    if first is not None and (not good or not cloud.quirks.on("partial-push/accepted")):
        raise first
    if dataset is not None:
        dataset.records += good
    return None


def _dataset(cloud: NeuronCloud, request: Request) -> Dataset | None:
    project = cloud.check_project(request)
    dataset = cloud.tenancy.datasets.get(request.path["datasetName"])
    if dataset is None:
        if cloud.faults.on("dataset-unknown-served"):
            return None
        raise Refused("unknown-object", "No dataset has this id")
    if project and dataset.project != project and not cloud.quirks.on("unknown-project/accepted"):
        raise Refused("unknown-object", "The project has no such dataset")
    return dataset


def _wrong(cloud: NeuronCloud, dataset: Dataset, place: str, record: Mapping[str, Any]) -> Refused | None:
    for name, value in record.items():
        kind = dataset.fields.get(name)
        if kind is None:
            if not cloud.faults.on("dataset-fields-unchecked"):
                # The name is the caller's, so it is not repeated.
                return invalid(place, "fields", "A field is not one of the dataset's")
        elif not _FITS[kind](value) and not cloud.faults.on("dataset-types-unchecked"):
            return invalid(f"{place}.{name}", "type", "A value is not of the field's data type")
    return None


def query(cloud: NeuronCloud, request: Request) -> Any:
    """Show the history as without a project; the header has to name one that exists."""
    quirks, faults = cloud.quirks, cloud.faults
    if quirks.on("same-path/elsewhere"):
        raise Refused("unknown-object", "The data query is not served at this path")
    project = cloud.check_project(request)
    if quirks.on("same-path/dataset-records"):
        return [
            record for each in cloud.tenancy.datasets.values() if each.project == project for record in each.records
        ]
    body = dict(request.body)
    if faults.on("dataset-query-empty"):
        return []
    if faults.on("dataset-query-range-ignored"):
        body = {name: value for name, value in body.items() if name not in {"startTime", "endTime"}}
    if faults.on("dataset-query-point-ignored"):
        body.pop("functionType", None)
    return history(cloud, replace(request, body=body))


HANDLERS: Final[Mapping[str, CloudHandler]] = {"dataset-push": push, "dataset-query": query}

"""One page of certificates, and the ways in which a list of devices can be wrong, for batches of both kinds."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from conformance.reference.living.certificates import with_info
from conformance.reference.living.living import Living
from conformance.reference.living.paging import page_of
from conformance.reference.living.state import Batch, Kind

Entry = Callable[[Batch, int], dict[str, Any]]


def entries(living: Living, what: str, batch: Batch, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the certificates of the page that is asked for; `what` begins the names of the faults."""
    faults = living.faults
    entry = living.deriver.nvr if batch.kind is Kind.NVR else living.deriver.device
    shown = [entry(_source(living, what, batch), position) for position in page_of(faults, what, batch.amount, params)]
    if faults.active:
        shown = _spoilt(living, what, batch, shown)
    return shown


def _source(living: Living, what: str, batch: Batch) -> Batch:
    """Return the batch itself, or with a fault on the first one of its kind: every production then has the same devices."""
    if not batch.names and living.faults.on(f"{what}-devices-shared"):
        return next(each for each in living.project.batches.values() if each.kind is batch.kind)
    return batch


def _spoilt(living: Living, what: str, batch: Batch, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    faults = living.faults
    if batch.kind is Kind.ASSIGNED and faults.on("generate-assigns-no-names"):
        shown = [with_info(each, deviceName="") for each in shown]
    if shown and faults.on(f"{what}-names-repeat"):
        first = shown[0].get("nvrDeviceCertInfo", shown[0])["deviceName"]
        shown = [with_info(each, deviceName=first) for each in shown]
    if shown and faults.on(f"{what}-ids-repeat"):
        first = shown[0].get("nvrDeviceCertInfo", shown[0])["iotId"]
        shown = [with_info(each, iotId=first) for each in shown]
    if faults.on(f"{what}-secrets-shared"):
        shown = [with_info(each, deviceSecret="0" * 32) for each in shown]
    if faults.on(f"{what}-change"):
        shown = [with_info(each, deviceSecret=secrets.token_hex(16)) for each in shown]
    if shown and faults.on(f"{what}-hold-others"):
        entry = living.deriver.nvr if batch.kind is Kind.NVR else living.deriver.device
        others = (each for each in living.project.batches.values() if each.kind is batch.kind and each.id != batch.id)
        stranger = next(others, None)
        if stranger is not None:
            shown = [entry(stranger, 0), *shown[1:]]
    return shown


def total_of(living: Living, what: str, amount: int, shown: int) -> int:
    """Return the number of certificates of the batch."""
    if living.faults.on(f"{what}-total-of-page"):
        return shown
    return amount + living.faults.on(f"{what}-total-wrong")


def batch_of(living: Living, what: str, number: str, kinds: frozenset[Kind]) -> Batch | None:
    """Return the batch whose certificates are asked for, None where there is none of these kinds."""
    batch = living.project.batches.get(number)
    if batch is not None and batch.kind in kinds and not batch.hidden:
        return batch
    if batch is None and living.faults.on(f"{what}-serve-unknown-batch"):
        return next(each for each in living.project.batches.values() if each.kind in kinds)
    return None

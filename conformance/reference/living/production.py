"""Producing devices (document: Generate device certificates in a batch; Create a production batch by uploading device
names; Generate device certificates from a production batch). Nothing undoes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from conformance.reference.calls import Refused, Request
from conformance.reference.frailties import Crashed
from conformance.reference.living.living import Living, LivingHandler
from conformance.reference.living.seed import OTHER
from conformance.reference.living.state import Batch, Kind


def generate(living: Living, request: Request) -> Any:
    """Produce devices whose names the system assigns."""
    params, faults = request.body["params"], living.faults
    product = living.product(params["productKey"], "generate-serves-unknown-product")
    amount = int(params["amount"])
    if amount < 1:
        if faults.on("generate-zero-crashes"):
            raise Crashed
        if not living.quirks.on("amount-bounds/served"):
            raise Refused("invalid", "params.amount must be at least 1")
    made = Batch(
        batch_number(living, Kind.ASSIGNED, "generate-number-shared"),
        OTHER if faults.on("generate-for-another-product") else product.key,
        Kind.ASSIGNED,
        max(amount + faults.on("generate-one-more") - faults.on("generate-one-less"), 0),
        started=faults.on("generate-active"),
        hidden=faults.on("generate-not-downloadable"),
    )
    return answered(living, living.project.add(made).id)


def upload(living: Living, request: Request) -> Any:
    """Keep names for devices; none is produced yet."""
    params, faults = request.body["params"], living.faults
    product = living.product(params["productKey"], "upload-serves-unknown-product")
    names = _accepted(living, product.key, params["deviceNames"])
    number = batch_number(living, Kind.UPLOADED, "upload-number-shared")
    batch = Batch(
        number, product.key, Kind.UPLOADED, len(names), names, produced=bool(names) and faults.on("upload-produces")
    )
    living.project.add(batch)
    return living.project.next_id() if faults.on("upload-answers-other-number") else number


def _accepted(living: Living, product: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a batch, each once; refuse what the readings in force refuse."""
    once = tuple(dict.fromkeys(names))
    for wrong, name, message in (
        (not names, "no-names", "params.deviceNames is empty"),
        (len(once) < len(names), "repeated-name", "A name stands twice in params.deviceNames"),
        (bool(names) and _exists(living, product, once), "existing-name", "A device of the product bears the name"),
    ):
        if wrong:
            if living.faults.on(f"upload-{name}-crashes"):
                raise Crashed
            if not living.quirks.on(f"{name}/served"):
                raise Refused("conflict", message)
    return once


def _exists(living: Living, product: str, names: tuple[str, ...]) -> bool:
    """Tell whether a device of the product bears one of the names, uploaded or assigned."""
    if living.project.devices_named(product, frozenset(names)):
        return True
    assigned = [batch for batch in living.project.batches.values() if batch.product == product]
    return any(living.deriver.is_assigned(batch, name) for batch in assigned for name in names)


def generate_named(living: Living, request: Request) -> Any:
    """Produce the devices of a batch of names."""
    params, faults, project = request.body["params"], living.faults, living.project
    product = living.product(params["productKey"])
    batch = project.batches.get(params["batchId"])
    if batch is None or batch.kind is not Kind.UPLOADED:
        if faults.on("named-serves-unknown-batch"):
            return answered(living, params["batchId"])
        raise Refused("unknown-object", "There is no batch of uploaded names with this batchId")
    if batch.product != product.key:
        if faults.on("named-foreign-product-crashes"):
            raise Crashed
        if not living.quirks.on("foreign-product/served"):
            raise Refused("conflict", "The names were uploaded for another product")
    if batch.produced:
        return answered(living, _again(living, batch))
    if batch.names and _exists(living, batch.product, batch.names):
        raise Refused("conflict", "A device of the product bears one of the names")
    made = _made(living, batch)
    project.add(made)
    if made.id != batch.id:
        # The names are used up; their certificates are found by the number of the production.
        project.add(replace(batch, names=(), amount=0, produced=True))
    if faults.on("named-discards-others"):
        waiting = [each.id for each in project.batches.values() if not each.produced and each.id != batch.id]
        for number in waiting:
            del project.batches[number]
    return answered(living, project.next_id() if faults.on("named-answers-other-number") else made.id)


def _again(living: Living, batch: Batch) -> str:
    """Answer a second production of the same names."""
    if living.faults.on("named-twice-crashes"):
        raise Crashed
    if living.quirks.on("produced-twice/served"):
        return batch.id
    raise Refused("conflict", "The batch was produced already")


def _made(living: Living, batch: Batch) -> Batch:
    """Return the batch of devices that is made of a batch of names."""
    faults = living.faults
    names = batch.names
    if faults.on("named-changes-names"):
        names = tuple(f"{name}x" for name in names)
    if faults.on("named-assigns-names"):
        names = ()
    if faults.on("named-loses-last"):
        names = names[:-1]
    if names and faults.on("named-repeats-first"):
        names = (names[0], *names[:-1]) if len(names) > 1 else (*names, *names)
    own = living.quirks.on("produced-batch-number/own")
    return replace(
        batch,
        id=living.project.next_id() if own else batch.id,
        product=OTHER if faults.on("named-for-another-product") else batch.product,
        names=names,
        amount=len(names) or batch.amount,
        produced=True,
        hidden=faults.on("named-not-downloadable"),
    )


def batch_number(living: Living, kind: Kind, fault: str) -> str:
    """Return a new batch number, or with the fault on that of the newest batch of the kind."""
    if living.faults.on(fault):
        return next(batch.id for batch in reversed(living.project.batches.values()) if batch.kind is kind)
    return living.project.next_id()


def answered(living: Living, number: str) -> Any:
    """Return a batch number as the answers of a production show it."""
    return {"batchId": number} if living.quirks.on("batch-answer/object") else number


HANDLERS: Final[Mapping[str, LivingHandler]] = {
    "devices-generate": generate,
    "device-names-upload": upload,
    "named-devices-generate": generate_named,
}

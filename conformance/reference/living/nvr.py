"""NVR devices with their sub-devices (document: Create a production batch (for NVR products); Query the device certificate
list by batch ID (for NVR products)).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Refused, Request
from conformance.reference.frailties import Crashed
from conformance.reference.living.certificates import SUB_DEVICE_PRODUCT
from conformance.reference.living.listing import batch_of, entries, total_of
from conformance.reference.living.living import Living, LivingHandler
from conformance.reference.living.production import batch_number
from conformance.reference.living.state import Batch, Kind

_WHAT: Final = "nvr"
_KINDS: Final = frozenset({Kind.NVR})


def generate(living: Living, request: Request) -> Any:
    """Produce NVR devices, each with sub-devices."""
    params, faults = request.body["params"], living.faults
    product = living.product(params["productKey"], "nvr-serves-unknown-product")
    if not product.makes_nvr and not faults.on("nvr-serves-any-product"):
        raise Refused("conflict", "The product is no NVR product")
    made = Batch(
        batch_number(living, Kind.NVR, "nvr-number-shared"),
        SUB_DEVICE_PRODUCT if faults.on("nvr-for-another-product") else product.key,
        Kind.NVR,
        max(int(params["amount"]) + faults.on("nvr-one-more") - faults.on("nvr-one-less"), 0),
        hidden=faults.on("nvr-not-downloadable"),
    )
    return living.project.add(made).id


def list_certificates(living: Living, request: Request) -> Any:
    """Show a page of the NVR devices of a batch."""
    params, faults = request.body["params"], living.faults
    batch = batch_of(living, _WHAT, params["batchId"], _KINDS)
    if batch is None:
        return living.nothing("unknown-batch", _page(living, params, 0, []))
    # What a fault made for another product is still asked for with the product that it was made for.
    if params["productKey"] not in {batch.product, *_asked_for(living, batch)}:
        if faults.on("nvr-other-product-crashes"):
            raise Crashed
        if not living.quirks.on("foreign-product/served"):
            return _foreign(living, params)
    shown = [_shown(living, entry) for entry in entries(living, _WHAT, batch, params)]
    page = _page(living, params, total_of(living, _WHAT, batch.amount, len(shown)), shown)
    return page if shown or params["pageNo"] == 1 else living.nothing("beyond-last-page", page)


def _asked_for(living: Living, batch: Batch) -> tuple[str, ...]:
    if batch.product != SUB_DEVICE_PRODUCT:
        return ()
    return tuple(product.key for product in living.project.products.values() if product.makes_nvr)


def _foreign(living: Living, params: Mapping[str, Any]) -> Any:
    """Answer where batch and product do not belong together."""
    if living.quirks.on("foreign-product/empty"):
        return _page(living, params, 0, [])
    if living.quirks.on("foreign-product/nothing"):
        return None
    raise Refused("conflict", "The batch is not of this product")


def _shown(living: Living, entry: dict[str, Any]) -> dict[str, Any]:
    faults, subs = living.faults, entry["subDeviceCertList"]
    if faults.on("nvr-no-sub-devices"):
        return {**entry, "ipcNum": 0, "subDeviceCertList": []}
    if faults.on("nvr-ipc-num-wrong"):
        return {**entry, "ipcNum": entry["ipcNum"] + 1}
    if faults.on("nvr-sub-devices-alike"):
        return {**entry, "subDeviceCertList": [{**sub, "deviceName": "camera"} for sub in subs]}
    return entry


def _page(living: Living, params: Mapping[str, Any], total: int, shown: list[dict[str, Any]]) -> dict[str, Any]:
    quirk, faults = living.quirks.on, living.faults
    page: dict[str, Any] = {"total": total, "totalNum": total, "NvrDeviceCertList": shown}
    if quirk("nvr-total/total"):
        del page["totalNum"]
    if quirk("nvr-total/total-num"):
        del page["total"]
    if faults.on("nvr-totals-differ"):
        page = {**page, "total": total + 1}
    if faults.on("nvr-page-members-wild"):
        return {**page, "pageNo": 0, "pageSize": 235}
    if quirk("nvr-page-members/own"):
        return {**page, "pageNo": None, "pageSize": None}
    return {**page, "pageNo": params["pageNo"], "pageSize": params["pageSize"]}


HANDLERS: Final[Mapping[str, LivingHandler]] = {
    "nvr-devices-generate": generate,
    "nvr-certificate-list": list_certificates,
}

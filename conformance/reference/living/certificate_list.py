"""The certificates of a batch (document: Query the device certificate list by batch ID)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.living.listing import batch_of, entries, total_of
from conformance.reference.living.living import Living, LivingHandler
from conformance.reference.living.products import check_page_size
from conformance.reference.living.state import Kind

_WHAT: Final = "certificates"
_KINDS: Final = frozenset({Kind.ASSIGNED, Kind.UPLOADED})


def list_certificates(living: Living, request: Request) -> Any:
    """Show a page of the devices of a batch."""
    params = request.body["params"]
    check_page_size(living, params, _WHAT)
    batch = batch_of(living, _WHAT, params["applyId"], _KINDS)
    empty = {"totalNum": 0, "items": []}
    if batch is None:
        return living.nothing("unknown-batch", empty)
    if not batch.produced:
        return living.nothing("batch-before-production", empty)
    shown = entries(living, _WHAT, batch, params)
    page = {"totalNum": total_of(living, _WHAT, batch.amount, len(shown)), "items": shown}
    return page if shown or params["pageNo"] == 1 else living.nothing("beyond-last-page", page)


HANDLERS: Final[Mapping[str, LivingHandler]] = {"certificate-list": list_certificates}

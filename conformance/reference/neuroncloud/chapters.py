"""Every operation's handler, gathered from the chapters of the document in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.neuroncloud import details, history, latest, listing, push, warehouse
from conformance.reference.neuroncloud.cloud import CloudHandler

refused_push = push.store_first
"""What only a fault does with a push that is too long."""

HANDLERS: Final[Mapping[str, CloudHandler]] = {
    **push.HANDLERS,
    **details.HANDLERS,
    **listing.HANDLERS,
    **latest.HANDLERS,
    **history.HANDLERS,
    **warehouse.HANDLERS,
}

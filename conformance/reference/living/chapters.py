"""Every operation's handler, gathered from the chapters of the document in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.living import certificate_list, nvr, production, products
from conformance.reference.living.living import LivingHandler

HANDLERS: Final[Mapping[str, LivingHandler]] = {
    **products.HANDLERS,
    **production.HANDLERS,
    **certificate_list.HANDLERS,
    **nvr.HANDLERS,
}

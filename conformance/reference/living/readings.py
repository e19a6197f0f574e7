"""Which reading of each unclear place the platform shows as built, and which it can show on demand (as quirks)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.contract import Contract

AS_BUILT: Final = frozenset(
    {
        "malformed-examples/json",
        "http-status/ok",
        "refusal-shape/code",
        "http-method/refused",
        "request-id/refused",
        "envelope-version/refused",
        "response-id/echoed",
        "status-type/text",
        "date-type/milliseconds",
        "undescribed-members/shown",
        "page-size-bounds/refused",
        "beyond-last-page/empty",
        "unknown-product/refused",
        "batch-answer/text",
        "amount-bounds/refused",
        "unknown-batch/empty",
        "batch-before-production/empty",
        "repeated-name/refused",
        "existing-name/refused",
        "no-names/refused",
        "produced-batch-number/same",
        "produced-twice/refused",
        "foreign-product/refused",
        "nvr-total/both",
        "nvr-page-members/echoed",
        "older-product-list/refused",
    }
)
"""Shown without being asked; asking for one changes nothing."""

ON_DEMAND: Final = frozenset(
    {
        "http-status/created",
        "http-status/client-error",
        "refusal-shape/status-only",
        "http-method/served",
        "request-id/served",
        "envelope-version/served",
        "response-id/number",
        "response-id/own",
        "response-id/absent",
        "status-type/integer",
        "date-type/text",
        "undescribed-members/absent",
        "page-size-bounds/served",
        "beyond-last-page/nothing",
        "beyond-last-page/refused",
        "unknown-product/nothing",
        "batch-answer/object",
        "amount-bounds/served",
        "unknown-batch/nothing",
        "unknown-batch/refused",
        "batch-before-production/nothing",
        "batch-before-production/refused",
        "repeated-name/served",
        "existing-name/served",
        "no-names/served",
        "produced-batch-number/own",
        "produced-twice/served",
        "foreign-product/empty",
        "foreign-product/nothing",
        "foreign-product/served",
        "nvr-total/total",
        "nvr-total/total-num",
        "nvr-page-members/own",
        "older-product-list/served",
    }
)
"""Shown instead of the other reading when its name is among the quirks."""


def readings(contract: Contract) -> Mapping[str, str]:
    """Return every reading this platform can show, by `erratum/reading`, with the contract's words."""
    texts = {f"{erratum.id}/{each.id}": each.text for erratum in contract.errata.values() for each in erratum.readings}
    known = AS_BUILT | ON_DEMAND
    return {name: text for name, text in texts.items() if name in known}

"""Which reading of each unclear place the platform shows as built, and which it can show on demand (as quirks)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.contract import Contract

AS_BUILT: Final = frozenset(
    {
        "trailing-commas/json",
        "list-items-braces/objects",
        "success-info/object",
        "success-info/list",
        "empty-info/object",
        "failure-members/complete",
        "message-text/printed",
        "refusal-status/ok",
        "unknown-id/failure",
        "time-unit/milliseconds",
        "fractional-milliseconds/accepted",
        "page-records-over-maximum/refused",
        "half-range/served",
        "range-too-long/refused",
        "series-order/newest-first",
        "series-name/identifier",
        "series-timestamp/ts",
        "attribute-value/scalar",
        "attribute-value/structured",
        "removed-attribute/gone",
        "device-state-objects/structures",
        "group-children/poorer",
        "beyond-last-page/empty",
        "duplicate-device-key/refused",
        "unknown-device-type/refused",
        "duplicate-account/refused",
        "duplicate-contact/accepted",
        "empty-update/accepted",
        "absent-key/accepted",
        "downlink-offline/accepted",
    }
)
"""Shown without being asked; asking for one changes nothing."""

ON_DEMAND: Final = frozenset(
    {
        "empty-info/nothing",
        "failure-members/without-errors",
        "failure-members/message-only",
        "message-text/free",
        "refusal-status/unauthorized",
        "unknown-id/unknown-path",
        "unknown-id/failure-with-404",
        "time-unit/seconds",
        "fractional-milliseconds/refused",
        "page-records-over-maximum/accepted",
        "half-range/refused",
        "range-too-long/cut",
        "series-order/oldest-first",
        "series-name/display-name",
        "series-timestamp/both",
        "attribute-value/nothing",
        "removed-attribute/without-value",
        "device-state-objects/empty",
        "group-children/alike",
        "beyond-last-page/refused",
        "duplicate-device-key/accepted",
        "unknown-device-type/accepted",
        "duplicate-account/accepted",
        "duplicate-contact/refused",
        "empty-update/refused",
        "absent-key/refused",
        "downlink-offline/refused",
    }
)
"""Shown instead of the other reading when its name is among the quirks."""


def readings(contract: Contract) -> Mapping[str, str]:
    """Return every reading this platform can show, by `erratum/reading`, with the contract's words."""
    texts = {f"{erratum.id}/{each.id}": each.text for erratum in contract.errata.values() for each in erratum.readings}
    known = AS_BUILT | ON_DEMAND
    return {name: text for name, text in texts.items() if name in known}

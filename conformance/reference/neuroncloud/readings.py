"""Which reading of each unclear place the platform shows as built, and which it can show on demand (as quirks)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.contract import Contract

AS_BUILT: Final = frozenset(
    {
        "key-encryption/defaults",
        "replay/accepted",
        "code-placement/body",
        "http-status/ok",
        "undocumented-code/other",
        "credential-code/expired",
        "credential-code/no-tenant",
        "code-or-flag/both",
        "boolean-spelling/boolean",
        "dev-eui-spelling/capitals",
        "location-form/text",
        "untyped-ids/text",
        "value-form/number",
        "time-form/date-and-time",
        "absent-time/arrival",
        "value-and-reading/accepted",
        "empty-push/accepted",
        "partial-push/refused",
        "unknown-equipment/refused",
        "duplicate-data/accepted",
        "late-data/collected-last",
        "unknown-device/refused",
        "parameter-location/body",
        "optional-path-member/refused",
        "silent-point/left-out",
        "empty-data/list",
        "first-page/one",
        "beyond-last-page/empty",
        "fuzzy-name/contained",
        "range-default/week",
        "half-range/served",
        "range-too-old/cut",
        "history-order/oldest-first",
        "other-kind/left-out",
        "swapped-columns/swapped",
        "unknown-project/refused",
        "same-path/same",
    }
)
"""Shown without being asked; asking for one changes nothing."""

ON_DEMAND: Final = frozenset(
    {
        "key-encryption/as-the-iut-file-says",
        "replay/refused",
        "code-placement/http-status",
        "code-placement/body-with-other-status",
        "http-status/created",
        "undocumented-code/table",
        "undocumented-code/none",
        "credential-code/not-registered",
        "credential-code/other",
        "code-or-flag/code-only",
        "code-or-flag/flag-only",
        "boolean-spelling/text",
        "dev-eui-spelling/as-requested",
        "location-form/structure",
        "untyped-ids/number",
        "value-form/digits",
        "time-form/iso",
        "time-form/milliseconds",
        "time-form/seconds",
        "absent-time/nothing",
        "value-and-reading/refused",
        "empty-push/refused",
        "partial-push/accepted",
        "unknown-equipment/accepted",
        "duplicate-data/refused",
        "late-data/arrived-last",
        "unknown-device/nothing",
        "parameter-location/query",
        "optional-path-member/all",
        "silent-point/empty",
        "empty-data/null",
        "first-page/zero",
        "beyond-last-page/refused",
        "fuzzy-name/any-case",
        "fuzzy-name/similar",
        "range-default/refused",
        "half-range/refused",
        "range-too-old/refused",
        "history-order/newest-first",
        "other-kind/empty",
        "unknown-project/accepted",
        "same-path/dataset-records",
        "same-path/elsewhere",
    }
)
"""Shown instead of the other reading when its name is among the quirks."""


def readings(contract: Contract) -> Mapping[str, str]:
    """Return every reading this platform can show, by `erratum/reading`, with the contract's words."""
    texts = {f"{erratum.id}/{each.id}": each.text for erratum in contract.errata.values() for each in erratum.readings}
    known = AS_BUILT | ON_DEMAND
    return {name: text for name, text in texts.items() if name in known}

"""Which reading of each unclear place the platform shows as built, and which it can show on demand (as quirks)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.contract import Contract

AS_BUILT: Final = frozenset(
    {
        "malformed-examples/json",
        "http-status/ok",
        "http-method/refused",
        "status-type/number",
        "non-interface-error/bare",
        "response-sign-parts/request",
        "des-key/secret-key",
        "des-key/first-eight",
        "mode-of-entry/refused",
        "cipher-text-form/base64",
        "base64-form/strict",
        "empty-body/empty",
        "plain-body-form/value",
        "timestamp-age/served",
        "repeated-message/served",
    }
)
"""Shown without being asked; asking for one changes nothing. A secretKey of more than eight bytes shows first-eight."""

ON_DEMAND: Final = frozenset(
    {
        "http-status/created",
        "http-status/client-error",
        "http-method/served",
        "status-type/text",
        "non-interface-error/signed",
        "response-sign-parts/own-shown",
        "response-sign-parts/own-hidden",
        "response-sign-parts/without-time",
        "response-sign-parts/own-parts",
        "des-key/own",
        "mode-of-entry/served",
        "cipher-text-form/hexadecimal-too",
        "base64-form/lines",
        "empty-body/nothing",
        "empty-body/encrypted",
        "plain-body-form/text",
        "timestamp-age/refused",
        "repeated-message/refused",
    }
)
"""Shown instead of the other reading when its name is among the quirks."""


def readings(contract: Contract) -> Mapping[str, str]:
    """Return every reading this platform can show, by `erratum/reading`, with the contract's words."""
    texts = {f"{erratum.id}/{each.id}": each.text for erratum in contract.errata.values() for each in erratum.readings}
    known = AS_BUILT | ON_DEMAND
    return {name: text for name, text in texts.items() if name in known}

"""Behaviour of a Huawei platform: one module per chapter of the document, gathered in its order."""

from __future__ import annotations

import importlib
from typing import Final

from conformance.suites.case import cases_in
from conformance.suites.generic.provocations import Provocation

MODULES: Final = (
    "general",
    "tokens",
    "shadows",
    "shadow_delivery",
    "shadow_status",
    "lora_gateways",
    "lora_nodes",
    "lora_refusals",
    "shadow_history",
    "shadow_history_pages",
    "subscriptions",
    "subscriptions_delete",
    "subscription_lifecycle",
)
"""The modules with cases, in the document's order."""

_LOADED: Final = tuple(importlib.import_module(f"{__name__}.{name}") for name in MODULES)

CASES: Final = tuple(case for module in _LOADED for case in cases_in(vars(module).values()))
PROVOCATIONS: Final[dict[str, Provocation]] = {
    name: provocation for module in _LOADED for name, provocation in getattr(module, "PROVOCATIONS", {}).items()
}
"""Ways to provoke a documented refusal that the contract's data cannot say, by the name that the rows give."""

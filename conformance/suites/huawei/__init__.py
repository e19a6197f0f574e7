"""Behaviour of a Huawei platform: one module per chapter of the document, gathered in its order."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Final

from conformance.suites.case import SkippedCell, cases_in
from conformance.suites.generic.provocations import Provocation

MODULES: Final = (
    "general",
    "tokens",
    "device_registration",
    "device_secrets",
    "device_keys",
    "device_changes",
    "device_deletion",
    "device_activation",
    "device_refusals",
    "shadows",
    "shadow_delivery",
    "shadow_status",
    "lora_gateways",
    "lora_nodes",
    "lora_refusals",
    "device_query",
    "device_status",
    "device_list",
    "device_filters",
    "device_history",
    "device_capabilities",
    "device_lifecycle",
    "device_connection",
    "device_applications",
    "shadow_history",
    "shadow_history_pages",
    "shadow_lifecycle",
    "subscriptions",
    "subscriptions_delete",
    "subscription_lifecycle",
    "notification_delivery",
    "device_notifications",
    "data_notifications",
    "profile_notifications",
    "command_notifications",
    "rule_notifications",
    "upgrade_notifications",
    "commands",
    "commands_list",
    "cancel_tasks",
    "command_send",
    "command_lifecycle",
    "batch_choice",
    "batch_tasks",
    "batch_progress",
    "batch_subtasks",
    "groups",
    "group_members",
    "group_lifecycle",
    "other_applications",
    "packages",
    "upgrades",
    "upgrade_policies",
    "upgrade_tasks",
    "upgrade_list",
    "upgrade_lifecycle",
    "upgrade_refusals",
    "mqtt_connect",
    "mqtt_refusals",
    "mqtt_standard",
    "mqtt_reports",
    "mqtt_times",
    "mqtt_commands",
    "mqtt_told",
)
"""The modules with cases, in the document's order."""

_LOADED: Final = tuple(importlib.import_module(f"{__name__}.{name}") for name in MODULES)


def _values(module: ModuleType) -> Iterator[object]:
    """Yield the values of a module, and those of its tuples: a function may make several cases."""
    for value in vars(module).values():
        yield from value if isinstance(value, tuple) else (value,)


CASES: Final = tuple(case for module in _LOADED for case in cases_in(_values(module)))
_BINARY: Final = (
    "With codecMode binary the form of a payload is that of the product's codec plug-in (erratum binary-payload)."
)
SKIPPED: Final = tuple(
    SkippedCell(f"huawei/{channel}/{purpose}", _BINARY)
    for channel, purpose in (("data-binary", "history"), ("command-binary", "arrives"))
)
PROVOCATIONS: Final[dict[str, Provocation]] = {
    name: provocation for module in _LOADED for name, provocation in getattr(module, "PROVOCATIONS", {}).items()
}
"""Ways to provoke a documented refusal that the contract's data cannot say, by the name that the rows give."""

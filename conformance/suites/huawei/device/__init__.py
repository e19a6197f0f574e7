"""Role device of Huawei (chapter 2): one module per matter, in the order in which a device meets them.

What ends connections comes last, so that one connection serves all cases before.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Final

from conformance.suites.case import cases_in

MODULES: Final = (
    "connecting",
    "reporting",
    "commands",
    "generated_commands",
    "deliveries",
    "wrong_commands",
    "lasting",
    "soaking",
    "lost_connections",
    "server_certificates",
    "broken_packets",
    "throughout",
)
"""The modules with cases, in the order in which they run."""

_LOADED: Final = tuple(importlib.import_module(f"{__name__}.{name}") for name in MODULES)


def _values(module: ModuleType) -> Iterator[object]:
    for value in vars(module).values():
        yield from value if isinstance(value, tuple) else (value,)


CASES: Final = tuple(case for module in _LOADED for case in cases_in(_values(module)))

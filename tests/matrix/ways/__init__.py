"""What a platform's ways of being right need beside the variant itself: a module per platform, found by name, if there is one.

A module may have `TOLD` (what the IUT file says of a platform with a variant), `LEFT_OUT` (variants that are no way of being
right there, with the reason) and `concerned` (whether a case is worth trying in a variant).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.suites.case import Case


@dataclass(frozen=True)
class Told:
    """What the IUT file says of a platform with a variant."""

    pixit: Mapping[str, Any] = field(default_factory=dict)
    pics: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Ways:
    """What holds for one platform."""

    told: Mapping[str, Told]
    left_out: Mapping[str, str]
    concerned: Callable[[str, Case], bool]


def ways(platform: str) -> Ways:
    """Return what the platform's module says; nothing where there is none."""
    there = (Path(__file__).parent / f"{platform}.py").is_file()
    module = importlib.import_module(f"{__name__}.{platform}") if there else None
    return Ways(
        getattr(module, "TOLD", {}), getattr(module, "LEFT_OUT", {}), getattr(module, "concerned", lambda *_: True)
    )

"""The roles whose ways of being right are judged, one module each, found by name.

A module has `variants(platform)`, the names of the variants that its implementation can show, and `shown(platform, variant)`,
which yields each case that was run with what it came to.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Final, Protocol, cast

from ..wrong import Seen

AS_BUILT: Final = "as built"
"""The variant of every implementation that is as it comes; no case may leave it in doubt."""


class Right(Protocol):
    """What a module of this package offers."""

    def variants(self, platform: str) -> tuple[str, ...]:
        """Return the ways of being right, by name."""

    def shown(self, platform: str, variant: str) -> Iterator[tuple[str, Seen]]:
        """Run every case that may see a variant."""


def names() -> tuple[str, ...]:
    """Return the roles, in alphabetical order."""
    return tuple(sorted(each.name for each in pkgutil.iter_modules(__path__)))


def right(name: str) -> Right:
    """Return the module of a role."""
    return cast("Right", importlib.import_module(f"{__name__}.{name}"))

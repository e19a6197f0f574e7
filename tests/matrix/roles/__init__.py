"""The roles whose proof is kept here, one module each, found by name.

A module has `platforms()`, `wrongs(platform)`, `ground(platform)` and `statement(platform, identity)`; a new role is a new
module.
"""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import AbstractContextManager
from functools import cache
from typing import Protocol, cast

from conformance.contract import Requirement

from ..wrong import Ground, Wrong


class Role(Protocol):
    """What a module of this package offers."""

    def platforms(self) -> tuple[str, ...]:
        """Return the names under which this role has implementations."""

    def wrongs(self, platform: str) -> tuple[Wrong, ...]:
        """Return every fault."""

    def ground(self, platform: str) -> AbstractContextManager[Ground]:
        """Start the implementation; it ends with the context."""

    def statement(self, platform: str, identity: str) -> Requirement:
        """Return a requirement of the role by its id."""


def names() -> tuple[str, ...]:
    """Return the names of the roles, in alphabetical order."""
    return tuple(sorted(each.name for each in pkgutil.iter_modules(__path__)))


def role(name: str) -> Role:
    """Return the module of a role."""
    return cast("Role", importlib.import_module(f"{__name__}.{name}"))


@cache
def wrongs(name: str, platform: str) -> tuple[Wrong, ...]:
    """Return every fault of a role of a platform."""
    return role(name).wrongs(platform)


def grounds() -> tuple[tuple[str, str], ...]:
    """Return every role and platform."""
    return tuple((name, platform) for name in names() for platform in role(name).platforms())

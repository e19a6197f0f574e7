"""What a platform's module must say about speaking its protocol; the rest is data of the contract."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

Headers = Mapping[str, str]


@dataclass(frozen=True)
class Driver:
    """How one protocol is spoken."""

    platform: str
    credentials: Callable[[str], Headers]
    """The headers that carry a token."""
    wrong_credentials: Callable[[str], Mapping[str, Headers | None]]
    """From a valid token, the ways to be wrong by name (`absent`, `wrong`, ...); None for no headers at all. Every way is one
    that the document demands to be refused."""
    sign_in_notice: str
    """What the tester must know before the first sign-in; empty where it changes nothing for anybody else."""


@cache
def driver(platform: str) -> Driver:
    """Return the driver of a platform: `DRIVER` of `conformance.platforms.<platform>`."""
    return cast("Driver", importlib.import_module(f"conformance.platforms.{platform}").DRIVER)

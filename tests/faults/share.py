"""Which part of the tables, and of the ways of being right, is run: all of it with `tox -e faults`, an eighth elsewhere.

`IOT_CONFORMANCE_FAULTS` says `all`, or the number of the eighth (0 to 7; in CI the id of the commit decides).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

VARIABLE: Final = "IOT_CONFORMANCE_FAULTS"
EVERYTHING: Final = "all"
PARTS: Final = 8

Pair = TypeVar("Pair")


def share(pairs: Sequence[Pair], name: Callable[[Pair], str], told: str | None = None) -> list[Pair]:
    """Return the pairs of the part that is asked for, in their order.

    Args:
        pairs: all of them.
        name: gives the id of a pair, on which its part hangs alone.
        told: the part; unset: as the environment says.

    Raises:
        ValueError: what is asked for is no part.
    """
    part = told if told is not None else os.environ.get(VARIABLE) or "0"
    if part == EVERYTHING:
        return list(pairs)
    if part not in set(map(str, range(PARTS))):
        raise ValueError(f"{VARIABLE}={part}: give {EVERYTHING}, or 0 to {PARTS - 1}")
    return [pair for pair in pairs if lot(name(pair)) % PARTS == int(part)]


def lot(name: str) -> int:
    """Return a number that hangs on a name alone."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")

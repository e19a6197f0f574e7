"""A sample of faults that has every kind of every implementation in it, the same one for the same seed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from .wrong import Wrong

AT_LEAST = 2
"""Faults of each stratum that are taken, where it has so many."""


def drawn(wrongs: Sequence[Wrong], size: int, seed: int) -> tuple[Wrong, ...]:
    """Return about `size` of the faults, at least two of each stratum and of the large ones in proportion, in their order."""
    strata: dict[tuple[str, str, str], list[Wrong]] = {}
    for wrong in wrongs:
        strata.setdefault(wrong.stratum, []).append(wrong)
    taken: set[str] = set()
    for found in strata.values():
        share = max(AT_LEAST, round(size * len(found) / len(wrongs)))
        taken.update(each.key for each in sorted(found, key=lambda each: _lot(each.key, seed))[:share])
    return tuple(each for each in wrongs if each.key in taken)


def shuffled(wrongs: Sequence[Wrong], seed: int) -> list[Wrong]:
    """Return the faults in an order that hangs on the seed."""
    return sorted(wrongs, key=lambda each: _lot(each.key, seed))


def _lot(key: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}\0{key}".encode()).digest()

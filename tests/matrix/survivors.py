"""The faults that survive, and why: survivors.yaml names them by patterns, is complete and strict, and only shrinks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from conformance.contract import datafile

FILE: Final = Path(__file__).with_name("survivors.yaml")
REASONS: Final = ("not-demanded", "not-visible", "not-shown-by-reference")
"""No sentence demands otherwise, nothing that a tester can do shows it, or it changes nothing in our reference as built."""


@dataclass(frozen=True)
class Entry:
    """Faults that survive for one reason."""

    pattern: str
    """fnmatch on `role/platform/fault`."""
    reason: str
    """One of `REASONS`."""
    why: str

    def fits(self, key: str) -> bool:
        """Tell whether a fault is meant."""
        return fnmatchcase(key, self.pattern)


def entries() -> tuple[Entry, ...]:
    """Return the entries of survivors.yaml.

    Raises:
        ValueError: an entry gives no reason, or another than those there are.
    """
    found = []
    for pattern, told in (datafile.read(FILE) or {}).items():
        if set(told) != {"reason", "why"} or told["reason"] not in REASONS or not str(told["why"]).strip():
            raise ValueError(f"{FILE.name}: {pattern}: give `reason` ({' or '.join(REASONS)}) and `why`")
        found.append(Entry(pattern.replace("[]", "[[]]"), told["reason"], str(told["why"])))
    return tuple(found)


@dataclass(frozen=True)
class Account:
    """How the survivors of a run agree with the file."""

    unexplained: tuple[str, ...]
    """Survivors for which it gives no reason."""
    killed: tuple[str, ...]
    """Faults that it gives a reason for and that are killed."""
    idle: tuple[str, ...]
    """Patterns that fit no fault there is."""

    @property
    def agrees(self) -> bool:
        """Whether the file is complete and strict."""
        return not (self.unexplained or self.killed or self.idle)


def account(killed: Mapping[str, bool], known: Iterable[str]) -> Account:
    """Hold the file against a run.

    Args:
        killed: what became of each fault that was judged.
        known: every fault there is, judged or not.
    """
    stated = entries()
    every = list(known)
    explained = {key for key in killed if any(each.fits(key) for each in stated)}
    return Account(
        unexplained=tuple(key for key, dead in killed.items() if not dead and key not in explained),
        killed=tuple(key for key, dead in killed.items() if dead and key in explained),
        idle=tuple(each.pattern for each in stated if not any(each.fits(key) for key in every)),
    )

"""Proof that the selection is sound: a sample of survivors is judged by every case of its implementation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conformance.contract import Role
from conformance.suites.case import Case

from . import crew, sample
from .wrong import Wrong

TRIED = 6
"""Survivors that are judged by everything."""
COSTLY = frozenset({"device"})
"""Roles whose every case needs a process: their tables name the cases."""


@dataclass(frozen=True)
class Shown:
    """What the proof came to."""

    survivors: int
    runs: int
    missed: tuple[str, ...]
    """Survivors that a case outside the selection kills."""

    @property
    def told(self) -> str:
        """The result as a sentence."""
        return (
            f"selection: {self.survivors} survivors judged by every case there is, {self.runs} runs, "
            f"{len(self.missed)} caught"
        )


def sound(survivors: Sequence[Wrong], seed: int) -> Shown:
    """Judge some of the survivors by every case of their implementation."""
    candidates = [each for each in survivors if each.role not in COSTLY]
    chosen = sorted(sample.drawn(candidates, TRIED, seed), key=lambda each: each.key)[
        :: max(1, len(candidates) // TRIED)
    ]
    runs, missed = 0, []
    for wrong in chosen[:TRIED]:
        ground = crew.warm(*wrong.ground)
        whole = replace(wrong, cases=tuple(case.id for case in ground.cases.values() if _fits(wrong, case)))
        judged = crew.judged(whole)
        runs += judged.tried
        if judged.by is not None:
            missed.append(f"{wrong.key} by {judged.by}")
    crew.cool()
    return Shown(min(len(chosen), TRIED), runs, tuple(missed))


def _fits(wrong: Wrong, case: Case) -> bool:
    """Tell whether a case is one of the implementation's own."""
    scheme = case.subject == wrong.platform if wrong.role == Role.CRYPTO.value else True
    return case.role.value == wrong.role and not case.strict and scheme

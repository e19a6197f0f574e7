"""Proof that the selection is sound: a survivor of each implementation is judged by every case of it, another for each seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conformance.contract import Role
from conformance.suites.case import Case

from . import crew, sample
from .wrong import Wrong

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
    """Judge a survivor of each implementation by every case of it."""
    chosen: dict[tuple[str, str], Wrong] = {}
    for wrong in sample.shuffled([each for each in survivors if each.role not in COSTLY], seed):
        chosen.setdefault(wrong.ground, wrong)
    runs, missed = 0, []
    for wrong in chosen.values():
        ground = crew.warm(*wrong.ground)
        whole = replace(wrong, cases=tuple(case.id for case in ground.cases.values() if _fits(wrong, case)))
        judged = crew.judged(whole)
        runs += judged.tried
        if judged.by is not None:
            missed.append(f"{wrong.key} by {judged.by}")
    crew.cool()
    return Shown(len(chosen), runs, tuple(missed))


def _fits(wrong: Wrong, case: Case) -> bool:
    """Tell whether a case is one of the implementation's own."""
    scheme = case.subject == wrong.platform if wrong.role == Role.CRYPTO.value else True
    return case.role.value == wrong.role and not case.strict and scheme

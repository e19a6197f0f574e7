"""Verdicts and how they combine: the only place that knows.

A case's verdict only rises. NOT_APPLICABLE is decided at selection and never combined.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from conformance.contract import Level, Source


class Verdict(StrEnum):
    """What a case (and, combined, a run) came to."""

    PASS = "PASS"
    WARN = "WARN"
    INCONCLUSIVE = "INCONCLUSIVE"
    FAIL = "FAIL"
    ERROR = "ERROR"
    NOT_APPLICABLE = "NOT_APPLICABLE"


_ORDER: Final = (Verdict.PASS, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.FAIL, Verdict.ERROR)
_RANK: Final = {verdict: rank for rank, verdict in enumerate(_ORDER)}

EXIT_STATUS: Final = {
    Verdict.PASS: 0,
    Verdict.WARN: 0,
    Verdict.FAIL: 1,
    Verdict.INCONCLUSIVE: 3,
    Verdict.ERROR: 4,
}
"""Exit status of a run; 2 is a mistake in its use, 3 also stands for a run in which nothing was judged."""


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the highest of the verdicts that were reached; PASS for none.

    NOT_APPLICABLE is left out: what was not run says nothing about the rest.
    """
    return max((each for each in verdicts if each in _RANK), key=_RANK.__getitem__, default=Verdict.PASS)


def worst(source: Source, level: Level, *, field_notes: bool = False) -> Verdict:
    """Return the worst verdict that breaking a statement of this source and level can give.

    `field_notes` tells that the IUT file opted in to being held to field notes (`[pixit] gateway = true`). PASS means
    that a breach is information only.
    """
    if level is Level.MAY:
        return Verdict.PASS
    if source is Source.ROBUSTNESS or level is Level.SHOULD:
        return Verdict.WARN
    if source is Source.FIELD_NOTE and not field_notes:
        return Verdict.WARN
    return Verdict.FAIL

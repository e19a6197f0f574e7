"""What falls where cases are taken out of the suite: no check is decoration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from . import crew
from .wrong import Judged, Wrong


@dataclass(frozen=True)
class Fallen:
    """A fault that is caught less well, or no more."""

    before: Judged
    after: Judged

    @property
    def told(self) -> str:
        """The fall as a line."""
        then = (
            "survives" if self.after.by is None else f"is caught by {self.after.by}, which does not name the statement"
        )
        return f"{self.before.key}: caught by {self.before.by}; without, {then}"


def falls(wrongs: Sequence[Wrong], patterns: Sequence[str], jobs: int) -> list[Fallen]:
    """Return the faults that are caught less well without the cases that fit one of the patterns."""
    gone = {
        wrong.key: [case for case in wrong.cases if any(fnmatchcase(case, pattern) for pattern in patterns)]
        for wrong in wrongs
    }
    concerned = [wrong for wrong in wrongs if gone[wrong.key]]
    names = sorted({case for each in gone.values() for case in each})
    before = {each.key: each for each in crew.work(concerned, jobs)}
    # Only where one of them caught it can anything be lost.
    caught = [wrong for wrong in concerned if before[wrong.key].by in gone[wrong.key]]
    after = {each.key: each for each in crew.work(caught, jobs, names)}
    return [Fallen(before[key], each) for key, each in after.items() if _rank(each) < _rank(before[key])]


def _rank(judged: Judged) -> int:
    return 0 if judged.by is None else 2 if judged.named else 1

"""What came of the matrix: the counts, as a table for a terminal and as docs/kill-matrix.json."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from .benign import Benign
from .survivors import Entry, entries
from .wrong import Judged, Wrong

FILE: Final = Path(__file__).resolve().parents[2] / "docs" / "kill-matrix.json"
DEMANDED_RATE: Final = 97.0
"""Faults of a hundred that must be killed."""


@dataclass(frozen=True)
class Matrix:
    """Every fault with what became of it."""

    wrongs: Sequence[Wrong]
    judged: Mapping[str, Judged]
    benign: Benign | None = None
    stated: tuple[Entry, ...] = field(default_factory=entries)

    @property
    def killed(self) -> int:
        """How many faults a case caught."""
        return sum(each.by is not None for each in self.judged.values())

    @property
    def rate(self) -> float:
        """How many of a hundred, rounded down to a tenth."""
        return 1000 * self.killed // max(len(self.judged), 1) / 10

    def strata(self) -> dict[tuple[str, str, str], list[Judged]]:
        """Return what became of the faults of each kind of each implementation."""
        found: dict[tuple[str, str, str], list[Judged]] = {}
        for wrong in self.wrongs:
            if wrong.key in self.judged:
                found.setdefault(wrong.stratum, []).append(self.judged[wrong.key])
        return found

    def purposes(self) -> dict[str, dict[str, int]]:
        """Return how many faults the cases of each purpose killed, by role; small purposes of one case are `behaviour`."""
        found: dict[str, Counter[str]] = {}
        for wrong in self.wrongs:
            judged = self.judged.get(wrong.key)
            if judged is not None and judged.by is not None:
                found.setdefault(wrong.role, Counter())[purpose_of(wrong, judged.by)] += 1
        return {
            role: dict(sorted(counts.items(), key=lambda each: (-each[1], each[0]))) for role, counts in found.items()
        }

    def survivors(self) -> list[str]:
        """Return the keys of the faults that no case caught."""
        return [key for key, each in self.judged.items() if each.by is None]

    def as_json(self) -> dict[str, Any]:
        """Return what docs/kill-matrix.json holds: counts and reasons, nothing that differs from run to run."""
        survivors = self.survivors()
        told = {
            each.pattern: {"reason": each.reason, "why": each.why, "faults": sum(map(each.fits, survivors))}
            for each in self.stated
        }
        return {
            "faults": len(self.judged),
            "killed": self.killed,
            "rate": self.rate,
            "statement named": sum(each.named for each in self.judged.values()),
            "benign": _benign(self.benign),
            "kinds": [
                {
                    "role": role,
                    "platform": platform,
                    "kind": kind,
                    "faults": len(found),
                    "killed": sum(each.by is not None for each in found),
                    "statement named": sum(each.named for each in found),
                }
                for (role, platform, kind), found in self.strata().items()
            ],
            "by purpose": self.purposes(),
            "survivors": told,
        }


GENERIC: Final = frozenset(
    {
        "minimal",
        "maximal",
        "inside",
        "outside",
        "omitted",
        "credentials",
        "error",
        "generated",
        "coverage",
        "model",
        "sent",
    }
)


def purpose_of(wrong: Wrong, case: str) -> str:
    """Return what a case is for: a generic purpose, or `behaviour`; of other roles the subject."""
    parts = case.split("/")
    if wrong.role != "platform":
        return parts[2] if len(parts) > 3 else parts[-1]
    return parts[2] if parts[2] in GENERIC else "behaviour"


def _benign(benign: Benign | None) -> dict[str, Any] | None:
    if benign is None:
        return None
    return {
        "variants": benign.variants,
        "shown": benign.shown,
        "judgements": benign.judgements,
        "verdicts": dict(sorted(benign.verdicts.items())),
        "blamed": len(benign.blamed),
    }


def write(matrix: Matrix, file: Path = FILE) -> None:
    """Write docs/kill-matrix.json."""
    file.write_text(json.dumps(matrix.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def table(matrix: Matrix) -> str:
    """Return the table for a terminal."""
    rows = [("role", "platform", "kind", "faults", "killed", "named", "survived")]
    for (role, platform, kind), found in matrix.strata().items():
        killed = sum(each.by is not None for each in found)
        named = sum(each.named for each in found)
        rows.append((role, platform, kind, str(len(found)), str(killed), str(named), str(len(found) - killed or "")))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(_cells(row, widths)).rstrip() for row in rows]
    for role, counts in matrix.purposes().items():
        told = ", ".join(f"{name} {count}" for name, count in list(counts.items())[:12])
        lines.append(f"by the cases of role {role}: {told}")
    return "\n".join(lines)


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return the cells of a row in columns: names on the left, numbers on the right."""
    return [
        cell.ljust(width) if place < 3 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def summary(matrix: Matrix) -> str:
    """Return the two numbers as sentences."""
    survived = len(matrix.judged) - matrix.killed
    told = (
        f"{len(matrix.judged)} faults, {matrix.killed} killed ({matrix.rate} %), "
        f"{sum(each.named for each in matrix.judged.values())} by the very statement; {survived} survive."
    )
    if matrix.benign is None:
        return told
    benign = matrix.benign
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(benign.verdicts.items()))
    return (
        f"{told}\n{benign.variants} ways of being right, shown {benign.shown} times, {benign.judgements} cases run: "
        f"{len(benign.blamed)} blamed, {len(benign.unjudged)} not judged ({verdicts})."
    )

"""Waivers: known deviations that a person has accepted for a while. Strict, so that they cannot outlive their reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from conformance.evidence.verdict import Verdict


@dataclass(frozen=True)
class Waiver:
    """A case pattern whose verdict is expected and does not count until a day."""

    case: str
    verdict: Verdict
    reason: str
    expires: dt.date

    def covers(self, case: str) -> bool:
        """Tell whether the pattern (fnmatch on case ids) matches `case`."""
        return fnmatchcase(case, self.case)


def problems(
    waivers: Iterable[Waiver], verdicts: Mapping[str, Verdict], today: dt.date, known: Iterable[str]
) -> list[str]:
    """Return what is wrong with the waivers after a run, one line each with the remedy.

    `verdicts` are the cases that ran; `known` all case ids, so that a waiver for a case outside the selection is let be.
    """
    lines: list[str] = []
    known = tuple(known)
    for waiver in waivers:
        label = f"waiver for {waiver.case!r}"
        if waiver.expires < today:
            lines.append(
                f"{label} expired on {waiver.expires}: mend the deviation or renew the waiver with a new reason"
            )
        elif not any(waiver.covers(case) for case in known):
            lines.append(
                f"{label} matches no case: correct the pattern (iot-conformance list cases) or remove the waiver"
            )
        else:
            ran = {case: verdict for case, verdict in verdicts.items() if waiver.covers(case)}
            if ran and not any(verdict is waiver.verdict for verdict in ran.values()):
                seen = ", ".join(sorted({verdict.value for verdict in ran.values()}))
                lines.append(
                    f"{label} is stale: it expects {waiver.verdict} and the run gave {seen}; remove the waiver"
                )
    return lines

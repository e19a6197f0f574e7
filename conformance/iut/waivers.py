"""Waivers: known deviations that a person has accepted for a while. Strict, so that they cannot outlive their reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

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


def state_of(
    waiver: Waiver, verdicts: Mapping[str, Verdict], today: dt.date, known: Mapping[str, bool]
) -> Literal["used", "stale", "expired", "unmatched"] | None:
    """Return what a run showed of a waiver; None where it ran too few of the cases to say anything.

    `verdicts` are the cases that ran; `known` all case ids, with whether a run at this level takes them where nobody narrows
    it. A narrowed run makes no waiver stale whose other cases may need it.
    """
    if waiver.expires < today:
        return "expired"
    covered = [case for case in known if waiver.covers(case)]
    if not covered:
        return "unmatched"
    if any(verdicts.get(case) is waiver.verdict for case in covered):
        return "used"
    asked = [case for case in covered if known[case]]
    return "stale" if asked and all(case in verdicts for case in asked) else None


def problems(
    waivers: Iterable[Waiver], verdicts: Mapping[str, Verdict], today: dt.date, known: Mapping[str, bool]
) -> list[str]:
    """Return what is wrong with the waivers after a run, one line each with the remedy; see `state_of`."""
    lines: list[str] = []
    for waiver in waivers:
        label = f"waiver for {waiver.case!r}"
        match state_of(waiver, verdicts, today, known):
            case "expired":
                lines.append(
                    f"{label} expired on {waiver.expires}: mend the deviation or renew the waiver with a new reason"
                )
            case "unmatched":
                lines.append(
                    f"{label} matches no case: correct the pattern (iot-conformance list cases) or remove the waiver"
                )
            case "stale":
                seen = ", ".join(sorted({verdict.value for case, verdict in verdicts.items() if waiver.covers(case)}))
                lines.append(
                    f"{label} is stale: it expects {waiver.verdict} and the run gave {seen}; remove the waiver"
                )
            case _:
                pass
    return lines

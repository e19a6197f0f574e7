"""The text of a case that did not pass: what a stranger needs, in the order in which it is needed."""

from __future__ import annotations

import shlex

from conformance.evidence.findings import Finding
from conformance.evidence.redaction import Redactor
from conformance.runner.client_judging import Judging
from conformance.runner.execute import Outcome


def message(outcome: Outcome, reproduce: str, redactor: Redactor) -> str:
    """Return the failure text, or the reason where there is no finding; empty for a case that passed.

    `reproduce` is the line that repeats the case; empty where no line does.
    """
    parts = [_finding(finding) for finding in outcome.broken]
    if outcome.reason:
        parts.append(outcome.reason)
    parts.extend(f"note: {note}" for note in outcome.notes)
    if outcome.broken and reproduce:
        parts.append(f"repeat: {reproduce}")
    return redactor.text("\n\n".join(parts))


def _finding(finding: Finding) -> str:
    where = f" at {finding.pointer}" if finding.pointer else ""
    lines = [
        f"{finding.requirement.id} ({finding.verdict})",
        f"  {finding.requirement.statement}",
        f"  expected: {finding.expected}",
        f"  actual:   {finding.actual}{where}",
    ]
    if finding.note:
        lines.append(f"  note:     {finding.note}")
    if finding.exchange:
        lines.append(f"  exchange: {finding.exchange}")
    return "\n".join(lines)


def reproduce(
    identity: str | None,
    *,
    file: str | None,
    platform: str | None,
    seed: int,
    level: str,
    allowed: list[str],
    role: str | None = None,
    soak_min: float | None = None,
    judging: Judging | None = None,
) -> str:
    """Return the line that repeats a case, or the whole run; of a client that others run, the line that listens again."""
    if judging is not None and judging.until is not None:
        return shlex.join(["iot-conformance", "serve", str(platform), "--judge", "--out", "DIR", *judging.words])
    words = ["iot-conformance", "run"]
    if file:
        words += ["--iut", file]
    elif platform:
        words += ["--platform", platform]
    if role and not file:
        words += ["--role", role]
    if level != "core":
        words += ["--level", level]
    for each in allowed:
        words += ["--allow", each]
    if soak_min is not None:
        words += ["--soak", f"{soak_min:g}"]
    words += [*(judging.words if judging else ()), "--seed", str(seed)]
    if identity:
        words += ["--only", identity]
    return shlex.join(words)

"""Findings: what a check saw. Only findings give FAIL or WARN."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.contract import Requirement
from conformance.evidence.verdict import Verdict, combine


class Inconclusive(Exception):  # noqa: N818 - the name of a verdict, not of an error
    """What a case needs could not be had: its body was not judged. The text tells what and why."""


class Gone(Inconclusive):
    """The implementation under test stopped answering during the run."""


class Stop(Exception):  # noqa: N818 - control flow
    """A finding makes the rest of the case pointless; the finding itself is recorded already."""


@dataclass(frozen=True)
class Finding:
    """One statement held against one observation."""

    requirement: Requirement
    verdict: Verdict
    """PASS, WARN or FAIL."""
    expected: str = ""
    actual: str = ""
    pointer: str = ""
    note: str = ""
    exchange: str = ""

    @property
    def holds(self) -> bool:
        """Whether the statement held."""
        return self.verdict is Verdict.PASS


def verdict_of(findings: list[Finding]) -> Verdict:
    """Return the verdict that findings alone give."""
    return combine(finding.verdict for finding in findings)

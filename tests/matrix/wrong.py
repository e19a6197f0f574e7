"""A wrong implementation as the matrix sees it, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from conformance.evidence.findings import Finding
from conformance.evidence.verdict import Verdict
from conformance.suites.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One fault of one implementation, and the cases that can see it."""

    role: str
    platform: str
    fault: str
    """Id of the fault within the role of the platform."""
    kind: str
    requirement: str | None
    """Full id of the statement that it breaks; None where it is told by its subject alone."""
    cases: tuple[str, ...]
    """The cases that the contract says can see it, the most telling first."""
    sections: tuple[str, ...] = ()
    """Beginnings of the ids of the statements about the broken subject."""
    told: frozenset[str] = frozenset()
    """Cases that the tables name for this fault: whatever of their own statements they cite counts."""
    warns: bool = False
    """Whether the answer table allows no more than a warning."""

    @property
    def key(self) -> str:
        """`role/platform/fault`, by which files name it."""
        return f"{self.role}/{self.platform}/{self.fault}"

    @property
    def ground(self) -> tuple[str, str]:
        """Where it is shown."""
        return self.role, self.platform

    @property
    def stratum(self) -> tuple[str, str, str]:
        """What it is counted under."""
        return self.role, self.platform, self.kind


class Seen(Protocol):
    """What a case came to (`runner.execute.Outcome` is one)."""

    @property
    def verdict(self) -> Verdict:
        """The verdict of the case."""

    @property
    def reason(self) -> str:
        """Why it is no PASS, where no finding tells."""

    @property
    def broken(self) -> tuple[Finding, ...]:
        """The findings that did not hold."""


class Ground(Protocol):
    """A warm implementation whose faults are switched one after another."""

    @property
    def cases(self) -> Mapping[str, Case]:
        """Its cases by id."""

    def judge(self, case: str, wrong: Wrong | None) -> Seen:
        """Run a case against the implementation with the fault; None: with no fault."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a fault."""

    key: str
    by: str | None
    """The case that killed it; None for a survivor."""
    named: bool
    """Whether that case cited the very statement that the fault breaks."""
    tried: int
    """Cases that were run."""
    seconds: float
    doubted: str = ""
    """Which case would have killed it, if it passed without the fault, and what it comes to; empty where there is none."""

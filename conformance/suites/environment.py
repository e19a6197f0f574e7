"""What all cases of one run against one IUT share."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.contract import CallClass, Contract, ObjectRule
from conformance.evidence.findings import Gone, Inconclusive
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.iut.config import Iut, value_of
from conformance.iut.http import HttpClient
from conformance.iut.journal import Journal
from conformance.iut.process import accepts
from conformance.iut.upper_tester import NoUpperTester, UpperTester
from conformance.platforms.driver import Driver
from conformance.suites.case import Case
from conformance.suites.objects import Made, Objects

FAILURES_BEFORE_PROBE: Final = 3
"""Transport failures in a row after which one probe decides whether the IUT is gone."""


@dataclass
class Budget:
    """Limits of a run: calls and time, where the tester set any."""

    max_calls: int | None = None
    max_time_s: float | None = None
    started: float = field(default_factory=time.monotonic)
    calls: int = 0

    def spend(self) -> None:
        """Count one call.

        Raises:
            Inconclusive: the run has used up its calls or its time.
        """
        if self.max_calls is not None and self.calls >= self.max_calls:
            raise Inconclusive(f"the run's limit of {self.max_calls} calls (--max-calls) is used up")
        if self.max_time_s is not None and time.monotonic() - self.started > self.max_time_s:
            raise Inconclusive(f"the run's limit of {self.max_time_s:g} s (--max-time) is used up")
        self.calls += 1


_SEVERITY: Final = tuple(CallClass)


def call_class(contract: Contract, case: Case) -> CallClass:
    """Return what a case does to a live system: its own word, or the severest of its operations."""
    if case.call_class is not None:
        return case.call_class
    classes = [contract.operations[call].call_class for call in case.calls if call in contract.operations]
    return max(classes, key=_SEVERITY.index, default=CallClass.READ_ONLY)


@dataclass
class Environment:
    """One IUT, one contract, and the means to talk and to take notes."""

    iut: Iut
    contract: Contract
    driver: Driver
    client: HttpClient
    recorder: Recorder
    redactor: Redactor
    journal: Journal
    prefix: str
    """Begins the name of everything the run makes."""
    seed: int
    level: str = "core"
    allowed: frozenset[CallClass] = frozenset()
    """Classes allowed beyond those that run unasked."""
    budget: Budget = field(default_factory=Budget)
    objects: Objects = field(default_factory=Objects)
    upper_tester: UpperTester = field(default_factory=NoUpperTester)
    gone_since: str | None = None
    leftovers: list[Made] = field(default_factory=list)
    """Shared objects, deleted when the run ends."""
    _failures: int = 0

    def pixit(self, name: str) -> Any:
        """Return a PIXIT value, its default included; None where neither is there."""
        return value_of(self.iut, self.contract, name)

    @property
    def examples(self) -> int:
        """Examples per property test: 50 against an embedded reference, else what the tester allows."""
        given = self.iut.pixit.get("examples")
        if given is not None:
            return int(given)
        return int(self.pixit("examples") or 5) if self.iut.live else 50

    def transported(self, failed: bool, case: str) -> None:
        """Take note of whether an exchange failed in transport.

        Raises:
            Gone: three failed in a row and nobody accepts connections any more.
        """
        if not failed:
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= FAILURES_BEFORE_PROBE:
            self._failures = 0
            if not self.alive():
                self.gone_since = case
                raise Gone(f"IUT gone since {case}")

    def maker(self, subject: str) -> ObjectRule | None:
        """Return the rule of the objects that an operation makes, where they can be told by id and deleted again."""
        for rule in self.contract.objects.values():
            if rule.create == subject and rule.id_pointer and rule.delete and not rule.credential:
                return rule
        return None

    def alive(self) -> bool:
        """Tell whether somebody accepts connections at the IUT's address."""
        from urllib.parse import urlsplit

        if self.iut.pixit.get("proxy"):
            return True
        parts = urlsplit(self.client.base_url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return accepts(parts.hostname or "", port, timeout_s=2.0)

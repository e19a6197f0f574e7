"""An application under test: a server that receives what a platform pushes, and the means to push to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.evidence.findings import Gone
from conformance.iut.http import HttpClient
from conformance.iut.process import accepts
from conformance.iut.upper_tester import NoUpperTester, UpperTester
from conformance.suites.case import Case
from conformance.suites.checks import Surroundings
from conformance.suites.environment import FAILURES_BEFORE_PROBE, Budget

if TYPE_CHECKING:
    from conformance.suites.application.context import ApplicationContext


@dataclass(kw_only=True)
class ApplicationEnvironment(Surroundings):
    """What the cases of role application share."""

    url: str
    """The callback URL: where every message is pushed."""
    connect: Callable[[], HttpClient]
    """Returns a new client, with no connection open yet."""
    budget: Budget = field(default_factory=Budget)
    upper_tester: UpperTester = field(default_factory=NoUpperTester)
    _failures: int = 0

    def context(self, case: Case) -> ApplicationContext:
        """Return what a case of role application is given."""
        from conformance.suites.application.context import ApplicationContext

        return ApplicationContext(self, case)

    @property
    def examples(self) -> int:
        """Examples per property test: 50 against one that we start, else what the tester allows."""
        given = self.iut.pixit.get("examples")
        if given is not None:
            return int(given)
        return int(self.pixit("examples") or 5) if self.iut.live else 50

    def transported(self, failed: bool, case: str) -> None:
        """Take note of whether a push failed in transport.

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

    def alive(self) -> bool:
        """Tell whether somebody accepts connections at the application's address."""
        if self.iut.pixit.get("proxy"):
            return True
        parts = urlsplit(self.url)
        return accepts(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80), timeout_s=2.0)

"""An application under test: a server that receives what a platform pushes, and the means to push to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.contract import CallClass
from conformance.iut.errors import StartError
from conformance.iut.http import HttpClient
from conformance.iut.process import accepts
from conformance.iut.upper_tester import NoUpperTester, UpperTester
from conformance.suites.case import Case
from conformance.suites.checks import Surroundings
from conformance.suites.environment import Budget, permit

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
    allowed: frozenset[CallClass] = frozenset()
    """Classes allowed beyond those that run unasked."""
    revive: Callable[[], None] | None = None
    """Starts the application again after it has ended; None where it is not ours to start."""
    _failed_in: str | None = None
    """The case whose last push failed in transport."""

    def context(self, case: Case) -> ApplicationContext:
        """Return what a case of role application is given; an application that the case before has ended is started again,
        so that no case is blamed for another.
        """
        from conformance.suites.application.context import ApplicationContext

        if self._failed_in is not None and self.gone_since is None and not self.alive():
            if self.revive is None:
                self.gone_since = self._failed_in
            else:
                try:
                    self.revive()
                except StartError:
                    self.gone_since = self._failed_in
        self._failed_in = None
        return ApplicationContext(self, case)

    def permit(self, case: Case) -> None:
        """See `Surroundings.permit`."""
        permit(self.iut, self.contract, case, self.allowed)

    def transported(self, failed: bool, case: str) -> None:
        """Take note of whether the last push of a case failed in transport."""
        self._failed_in = case if failed else None

    def alive(self) -> bool:
        """Tell whether somebody accepts connections at the application's address."""
        if self.iut.pixit.get("proxy"):
            return True
        parts = urlsplit(self.url)
        return accepts(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80), timeout_s=2.0)

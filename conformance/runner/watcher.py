"""Who watches a run: told what happens, in the order in which it happens."""

from __future__ import annotations

from conformance.runner.execute import Outcome
from conformance.suites.case import Case


class Watcher:
    """Told what happens; does nothing by itself."""

    def started(self, total: int) -> None:
        """Tell how many cases will run."""

    def notice(self, text: str) -> None:
        """Tell the tester something before it happens."""

    def begins(self, case: Case) -> None:
        """Tell that a case begins."""

    def ended(self, outcome: Outcome) -> None:
        """Tell what a case came to."""

    def finished(self) -> None:
        """Tell that no more will come."""

"""What a person sees while a run is under way: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from conformance.evidence.verdict import Verdict
from conformance.report.text import amount
from conformance.runner.execute import Outcome
from conformance.runner.watcher import Watcher
from conformance.suites.case import Case

_STYLES: Final = {
    Verdict.PASS: "green",
    Verdict.WARN: "yellow",
    Verdict.INCONCLUSIVE: "magenta",
    Verdict.FAIL: "bold red",
    Verdict.ERROR: "bold white on red",
    Verdict.NOT_APPLICABLE: "dim",
}
_EVERY_S: Final = 5.0
"""Seconds between two plain progress lines: a CI log stays short and still shows life."""


class LiveProgress(Watcher):
    """A bar, the case under way, and a line for each case that did not pass."""

    def __init__(self) -> None:
        self._console = Console()
        self._progress = Progress(
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[case]}", markup=False),
            console=self._console,
            transient=True,
        )
        self._task = self._progress.add_task("run", total=None, case="starting")

    def started(self, total: int) -> None:
        """Show the bar."""
        self._progress.update(self._task, total=total)
        self._progress.start()

    def notice(self, text: str) -> None:
        """Show a notice above the bar."""
        self._progress.console.print(Text(text, style="yellow"))

    def begins(self, case: Case) -> None:
        """Name the case under way, cut to the terminal's width."""
        room = max(20, self._console.width - 45)
        self._progress.update(self._task, case=case.id if len(case.id) <= room else f"…{case.id[-room + 1 :]}")

    def ended(self, outcome: Outcome) -> None:
        """Move the bar."""
        self._progress.advance(self._task)
        if outcome.verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE}:
            line = Text.assemble((f"{outcome.verdict:12} ", _STYLES[outcome.verdict]), outcome.case.id)
            self._progress.console.print(line, soft_wrap=True)

    def finished(self) -> None:
        """Take the bar away."""
        self._progress.stop()


class PlainProgress(Watcher):
    """Lines for a log: what did not pass at once, a count now and then."""

    def __init__(self, *, verbose: bool) -> None:
        self._verbose = verbose
        self._total = self._done = 0
        self._last = time.monotonic()

    def started(self, total: int) -> None:
        """Tell how much there is to do."""
        self._total = total
        click.echo(amount(total, "case"))

    def notice(self, text: str) -> None:
        """Tell the notice."""
        click.echo(text)

    def ended(self, outcome: Outcome) -> None:
        """Tell a case that did not pass, or every case when verbose."""
        self._done += 1
        passed = outcome.verdict in {Verdict.PASS, Verdict.NOT_APPLICABLE}
        now = time.monotonic()
        if self._verbose or not passed:
            reason = f"  {outcome.reason}" if outcome.reason else ""
            click.echo(f"{outcome.verdict:14} {outcome.case.id}{reason}")
        elif now - self._last >= _EVERY_S:
            self._last = now
            click.echo(f"{self._done}/{self._total}")
        sys.stdout.flush()

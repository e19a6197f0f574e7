"""Property tests: Hypothesis draws, a case judges; one case per (subject, property).

The seed comes from the case id and the run's seed, there is no example database, and nothing depends on wall-clock
deadlines: the same seed asks the same questions. Findings of the last example that broke something are the case's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky, FlakyFailure

from conformance.evidence.findings import Finding, Inconclusive, Stop
from conformance.iut.config import Iut


class Sample(Protocol):
    """Where examples are drawn for: how many, and whether against somebody else's system."""

    iut: Iut

    @property
    def examples(self) -> int:
        """How many examples a property test draws."""


class Context(Protocol):
    """What property tests need of a case under way, whatever the role of the IUT."""

    findings: list[Finding]

    @property
    def environment(self) -> Sample:
        """See `Sample`."""


class Broken(AssertionError):  # noqa: N818 - the name of what happened
    """An example broke a statement; Hypothesis looks for a smaller one."""


def profile(
    context: Context, *, examples: int | None = None, steps: int | None = None, shrink: bool = True
) -> settings:
    """Return the settings of a property test: no shrinking against somebody else's system, where every call costs."""
    phases = (
        [Phase.explicit, Phase.generate]
        if context.environment.iut.live or not shrink
        else [Phase.explicit, Phase.generate, Phase.shrink]
    )
    chosen: dict[str, Any] = {"stateful_step_count": steps} if steps else {}
    return settings(
        max_examples=examples or context.environment.examples,
        phases=phases,
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=hypothesis.Verbosity.quiet,
        **chosen,
    )


class Examples:
    """Keeps the findings of examples apart: holding ones are merged, breaking ones are those of the last broken example."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.broken: list[Finding] = []
        self.stopped: Inconclusive | None = None

    def judge(self, example: Callable[[], None]) -> None:
        """Run one example.

        Raises:
            Broken: it broke a statement.
        """
        if self.stopped is not None:
            return  # Hypothesis still has examples to draw; there is nobody left to ask
        context = self.context
        before, context.findings = context.findings, []
        try:
            example()
        except Stop:
            pass
        except Inconclusive as error:
            self.stopped = error
        finally:
            mine, context.findings = context.findings, before
            context.findings.extend(finding for finding in mine if finding.holds)
        broken = [finding for finding in mine if not finding.holds]
        if broken:
            self.broken = broken
            raise Broken(f"{broken[0].requirement.id}: expected {broken[0].expected}; actual {broken[0].actual}")

    def conclude(self, test: Callable[[], None]) -> None:
        """Run the whole property test and hand its findings to the case.

        Raises:
            Inconclusive: the same example broke once and held once.
        """
        try:
            test()
        except Broken:
            self.context.findings.extend(self.broken)
        except (Flaky, FlakyFailure) as error:
            first = self.broken[0] if self.broken else None
            about = f"{first.requirement.id} broke with {first.actual} and held when repeated" if first else str(error)
            exchanges = ", ".join(finding.exchange for finding in self.broken if finding.exchange)
            if self.stopped is None:
                self.stopped = Inconclusive(f"the IUT answers differently to the same request: {about} ({exchanges})")
        if self.stopped is not None:
            raise self.stopped

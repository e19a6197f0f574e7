"""The bench: what it spares itself changes no verdict about a right platform."""

from __future__ import annotations

from collections.abc import Callable

from conformance.evidence.verdict import Verdict
from conformance.runner.execute import execute
from conformance.suites.moments import Moments
from tests.faults.bench import Bench


def test_moment_that_a_case_needs_to_be_past_is_waited_for(warm: Callable[[str], Bench]) -> None:
    """What has just arrived is in no range that ends with the second before."""
    bench = warm("neuroncloud")
    bench.control("POST", "reset")
    bench.environment.moments = Moments()
    for purpose in ("data-push/absent-time", "point-history/matches-latest"):
        outcome = execute(bench.environment, bench.cases[f"neuroncloud/{purpose}"])
        assert outcome.verdict is Verdict.PASS, (purpose, outcome.reason, outcome.broken)

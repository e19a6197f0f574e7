"""Every behaviour case is caught out by a fault: the files in expected/ name, per case, faults that it must notice.

The files are complete (a case without a line fails) and strict (a line for a case or fault that does not exist fails).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.evidence.verdict import Verdict
from conformance.suites.registry import behaviour, judged
from tests.faults.bench import Bench
from tests.faults.share import share
from tests.faults.tables import expected

WRONG_VARIANTS = 20
"""Wrong variants of each platform that the issue wants caught by the case that names the statement."""

BY_ANOTHER_STATEMENT = {
    ("living/certificate-list/pages", "behaviour/certificates-page-from-zero"): (
        "page 1 holds devices, so that a lost page is seen; small batches show that the first is page 0"
    ),
    ("living/nvr-certificate-list/pages", "behaviour/nvr-page-from-zero"): (
        "page 1 holds devices, so that a lost page is seen; small batches show that the first is page 0"
    ),
}
"""Pairs in which the case cites another of its statements than the one that the fault is meant to break, and why."""
PAIRS = [
    (platform, case, fault) for platform in judged() for case, faults in expected(platform).items() for fault in faults
]


@pytest.mark.parametrize("platform", judged())
def test_every_behaviour_case_has_a_fault_that_it_notices(warm: Callable[[str], Bench], platform: str) -> None:
    cases = {case.id for case in behaviour(platform)}
    assert cases == set(expected(platform))
    assert all(expected(platform).values())
    assert {fault for faults in expected(platform).values() for fault in faults} <= warm(platform).faults_by_id.keys()


TRIED = share(PAIRS, lambda pair: f"{pair[1]}-{pair[2]}")


@pytest.mark.parametrize(("platform", "case", "fault"), TRIED, ids=[f"{case}-{fault}" for _, case, fault in TRIED])
def test_fault_is_noticed(warm: Callable[[str], Bench], platform: str, case: str, fault: str) -> None:
    bench = warm(platform)
    assert fault in bench.faults_by_id, f"the switchboard has no fault {fault}"
    outcome = bench.judge(case, [fault])
    assert outcome.verdict in {Verdict.FAIL, Verdict.WARN}, (outcome.verdict, outcome.reason)
    cited = {finding.requirement.id for finding in outcome.broken}
    own = set(bench.cases[case].requirements)
    assert cited & own, (cited, "cites none of the case's own requirements")
    statement = bench.faults_by_id[fault]["requirement"]
    named = statement not in own or statement in cited
    assert named != ((case, fault) in BY_ANOTHER_STATEMENT), (cited, f"the fault breaks {statement}")


@pytest.mark.parametrize("platform", judged())
def test_at_least_twenty_wrong_variants_are_caught_by_the_case_that_names_the_statement(
    warm: Callable[[str], Bench], platform: str
) -> None:
    """Counted from the tables: the test above shows that each of them is caught, and with its statement."""
    bench = warm(platform)
    named = {
        fault
        for case, faults in expected(platform).items()
        for fault in faults
        if (case, fault) not in BY_ANOTHER_STATEMENT
        and bench.faults_by_id[fault]["requirement"] in bench.cases[case].requirements
    }
    assert len(named) >= WRONG_VARIANTS, sorted(named)

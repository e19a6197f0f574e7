"""Every behaviour case is caught out by a fault: the files in expected/ name, per case, faults that it must notice.

The files are complete (a case without a line fails) and strict (a line for a case or fault that does not exist fails).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import datafile
from conformance.evidence.verdict import Verdict
from conformance.suites.registry import behaviour, judged
from tests.faults.bench import Bench

FOLDER = Path(__file__).parent / "expected"


def expected(platform: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in sorted(FOLDER.glob(f"{platform}-*.yaml")):
        table: dict[str, Any] = datafile.read(file) or {}
        found.update(table)
    return found


PAIRS = [
    (platform, case, fault) for platform in judged() for case, faults in expected(platform).items() for fault in faults
]


@pytest.mark.parametrize("platform", judged())
def test_every_behaviour_case_has_a_fault_that_it_notices(platform: str) -> None:
    cases = {case.id for case in behaviour(platform)}
    assert cases == set(expected(platform))
    assert all(expected(platform).values())


@pytest.mark.parametrize(("platform", "case", "fault"), PAIRS, ids=[f"{case}-{fault}" for _, case, fault in PAIRS])
def test_fault_is_noticed(warm: Callable[[str], Bench], platform: str, case: str, fault: str) -> None:
    bench = warm(platform)
    assert fault in bench.faults_by_id, f"the switchboard has no fault {fault}"
    outcome = bench.judge(case, [fault])
    assert outcome.verdict in {Verdict.FAIL, Verdict.WARN}, (outcome.verdict, outcome.reason)
    cited = {finding.requirement.id for finding in outcome.broken}
    assert cited & set(bench.cases[case].requirements), (cited, "cites none of the case's own requirements")

"""Every behaviour case is caught out by a fault: the files in expected/ name, per case, faults that it must notice.

The files are complete (a case without a line fails) and strict (a line for a case or fault that does not exist fails).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.contract import datafile
from conformance.evidence.verdict import Verdict
from conformance.suites.registry import behaviour
from tests.faults.bench import Bench

FOLDER = Path(__file__).parent / "expected"
EXPECTED: dict[str, list[str]] = {}
for _file in sorted(FOLDER.glob("thingscloud-*.yaml")):
    _table: dict[str, Any] = datafile.read(_file) or {}
    EXPECTED.update(_table)
PAIRS = [(case, fault) for case, faults in EXPECTED.items() for fault in faults]


def test_every_behaviour_case_has_a_fault_that_it_notices() -> None:
    cases = {case.id for case in behaviour("thingscloud")}
    assert cases == set(EXPECTED)
    assert all(EXPECTED.values())


@pytest.mark.parametrize(("case", "fault"), PAIRS, ids=[f"{case}-{fault}" for case, fault in PAIRS])
def test_fault_is_noticed(thingscloud: Bench, case: str, fault: str) -> None:
    assert fault in thingscloud.faults_by_id, f"the switchboard has no fault {fault}"
    outcome = thingscloud.judge(case, [fault])
    assert outcome.verdict in {Verdict.FAIL, Verdict.WARN}, (outcome.verdict, outcome.reason)
    cited = {finding.requirement.id for finding in outcome.broken}
    assert cited & set(thingscloud.cases[case].requirements), (cited, "cites none of the case's own requirements")

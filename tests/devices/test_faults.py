"""Every case of role device is caught out by a wrong device: expected.yaml names, per case, what it must notice.

The file is complete (a case or a fault without a line fails) and strict (a line for one that does not exist fails).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.contract import datafile
from conformance.evidence.verdict import Verdict, worst
from conformance.reference.huawei.device.faults import FAULTS
from conformance.suites.huawei.device.broken_packets import OVERLOOKED
from tests.devices.bench import CASES, PLATFORM, SOAK_S, device, judge, often

EXPECTED: dict[str, list[str]] = datafile.read(Path(__file__).with_name("expected.yaml"))
WRONG_DEVICES = 25
"""Wrong devices that the issue wants caught by the case that names the statement."""


def test_every_case_has_a_fault_and_every_fault_a_case() -> None:
    assert EXPECTED.keys() == CASES.keys()
    assert all(EXPECTED.values())
    assert {fault for faults in EXPECTED.values() for fault in faults} == FAULTS.keys()
    assert len(FAULTS) >= WRONG_DEVICES


PAIRS = [(case, fault) for case, faults in EXPECTED.items() for fault in faults]
IDS = [f"{case.removeprefix(f'{PLATFORM}/device/')}-{fault}" for case, fault in PAIRS]


@pytest.mark.parametrize(("case", "fault"), PAIRS, ids=IDS)
def test_fault_is_noticed(certificate: dict[str, str], case: str, fault: str) -> None:
    quiet: dict[str, Any] = {"connect_timeout_s": 2} if fault in SILENT else {}
    iut, soak_s = device(fault, **quiet), 0.0
    if CASES[case].soak:
        iut, soak_s = often(iut), SOAK_S
    own = {} if "pixit.server_cert_file=None" in CASES[case].needs else certificate
    (outcome,) = judge(iut, [case], own, soak_s=soak_s)
    cited = {finding.requirement.id.removeprefix(f"{PLATFORM}/"): finding.requirement for finding in outcome.broken}
    assert cited, (outcome.verdict, outcome.reason)
    statement = ALSO.get((CASES[case].purpose, fault), FAULTS[fault])
    assert statement in cited, (cited, [(each.expected, each.actual) for each in outcome.broken])
    assert f"{PLATFORM}/{statement}" in CASES[case].requirements
    if fault in KNOWN_IN_THE_FIELD or CASES[case].purpose in OVERLOOKED:
        assert outcome.verdict is Verdict.WARN
        return
    assert outcome.verdict is Verdict.FAIL or worst(cited[statement].source, cited[statement].level) is Verdict.WARN


SILENT = {"ends-at-once", "no-tls", "never-returns", "gives-up-when-refused"}
"""Faults that a case waits for in vain."""
ALSO: dict[tuple[str, str], str] = {("half-open", "no-pings"): "2.1/reconnects"}
"""Pairs of purpose and fault in which a case shows the fault by another statement than the one it is named for."""
KNOWN_IN_THE_FIELD = {"authentication-type-3"}
"""What real devices do against a clear sentence: a warning."""

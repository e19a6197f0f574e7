"""Every case of role device is caught out by a wrong device: expected.yaml names, per case, what it must notice.

The file is complete (a case or a fault without a line fails) and strict (a line for one that does not exist fails).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import datafile
from conformance.evidence.verdict import Verdict, worst
from conformance.reference.huawei.device.faults import FAULTS
from conformance.runner.execute import Outcome
from conformance.suites.case import Case
from conformance.suites.huawei.device import connecting, speaking
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


TOGETHER = {"carries-out-halves", "swallows-malformed", "reads-leniently"}
"""Faults that leave the device as it is, so that one of its kind serves all cases that must notice them."""
PAIRS = [(case, fault) for case, faults in EXPECTED.items() for fault in faults]
ALONE = [(fault, [case]) for case, fault in PAIRS if fault not in TOGETHER]
TABLE = ALONE + [(fault, [case for case, each in PAIRS if each == fault]) for fault in sorted(TOGETHER)]
IDS = [f"{cases[0].removeprefix(f'{PLATFORM}/device/')}-{fault}" for fault, cases in TABLE]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded device subscribes at once, or never."""
    for module in (speaking, connecting):
        monkeypatch.setattr(module, "SUBSCRIBES_WITHIN_S", 2.0)


@pytest.mark.parametrize(("fault", "cases"), TABLE, ids=IDS)
def test_fault_is_noticed(certificate: dict[str, str], fault: str, cases: list[str]) -> None:
    for case, outcome in zip(cases, judge_wrong(fault, cases, certificate), strict=True):
        noticed(CASES[case], fault, outcome)


def judge_wrong(fault: str | None, cases: list[str], certificate: Mapping[str, str]) -> list[Outcome]:
    """Run cases against the device with a fault, or without any, as these cases need it."""
    quiet: dict[str, Any] = {"connect_timeout_s": 2} if fault in SILENT else {}
    iut, soak_s = device(*filter(None, [fault]), **quiet), 0.0
    if any(CASES[case].soak for case in cases):
        iut, soak_s = often(iut), SOAK_S
    own = {} if any("pixit.server_cert_file=None" in CASES[case].needs for case in cases) else certificate
    return judge(iut, cases, own, soak_s=soak_s)


def noticed(case: Case, fault: str, outcome: Outcome) -> None:
    cited = {finding.requirement.id.removeprefix(f"{PLATFORM}/"): finding.requirement for finding in outcome.broken}
    assert cited, (case.id, outcome.verdict, outcome.reason)
    statement = ALSO.get((case.purpose, fault), FAULTS[fault])
    assert statement in cited, (cited, [(each.expected, each.actual) for each in outcome.broken])
    assert f"{PLATFORM}/{statement}" in case.requirements
    if fault in KNOWN_IN_THE_FIELD or case.purpose in OVERLOOKED:
        assert outcome.verdict is Verdict.WARN
        return
    assert outcome.verdict is Verdict.FAIL or worst(cited[statement].source, cited[statement].level) is Verdict.WARN


SILENT = {"ends-at-once", "no-tls", "never-returns", "gives-up-when-refused"}
"""Faults that a case waits for in vain."""
ALSO: dict[tuple[str, str], str] = {("half-open", "no-pings"): "2.1/reconnects"}
"""Pairs of purpose and fault in which a case shows the fault by another statement than the one it is named for."""
KNOWN_IN_THE_FIELD = {"authentication-type-3"}
"""What real devices do against a clear sentence: a warning."""

"""Every wrong client is caught by the case that names the statement; the right ones are judged PASS.

expected.yaml is complete (a fault without a line fails) and strict (a line without a fault fails).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.contract import Role, datafile, load
from conformance.evidence.verdict import Verdict
from conformance.suites.case import Case
from conformance.suites.client import cells
from conformance.suites.client.provocations import concerning
from tests.clients.bench import CLASSES, CONDUCT, faults, judged

EXPECTED: dict[str, dict[str, list[str]]] = datafile.read(Path(__file__).with_name("expected.yaml"))
WRONG_CLIENTS = 15
"""So many the issue wants caught."""
PAIRS = [(platform, fault) for platform, table in EXPECTED.items() for fault in table]
BY_PROCESS = {"hangs"}
"""Faults that only a program of its own can have: test_commands starts it."""


def test_every_fault_has_a_line_and_every_line_a_fault() -> None:
    assert EXPECTED.keys() == CLASSES.keys()
    for platform, table in EXPECTED.items():
        assert table.keys() - CONDUCT.keys() == faults(platform).keys() - CONDUCT.keys(), platform
    shown = {fault for table in EXPECTED.values() for fault in table}
    assert CONDUCT.keys() - shown == BY_PROCESS
    assert len(PAIRS) >= WRONG_CLIENTS


@pytest.mark.parametrize(("platform", "fault"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_wrong_client_is_caught(platform: str, fault: str) -> None:
    case, statement, verdict = EXPECTED[platform][fault]
    subject, _, purpose = case.partition("/")
    found = judged(platform, fault, provoke=(purpose,) if subject == "provoked" else (), **OPTIONS.get(fault, {}))
    outcome = found[f"{platform}/client/{case}"]
    cited = {finding.requirement.id for finding in outcome.broken}
    assert f"{platform}/{statement}" in cited, (outcome.verdict, outcome.reason, cited)
    assert outcome.verdict is Verdict(verdict), outcome.reason
    assert f"{platform}/{statement}" in outcome.case.requirements
    # What a wrong client does wrong is all that it is blamed for, but for what follows from it.
    blamed = {each.requirement.id for other in found.values() for each in other.broken if each.verdict is Verdict.FAIL}
    assert len(blamed) <= MOST, blamed


OPTIONS: dict[str, dict[str, Any]] = {"signs-in-twice-at-once": {"hold_s": 0.2}, "keeps-former-token": {"grace_s": 0}}
"""What a trial needs to show a fault: one is seen while an answer is awaited, one by calls that come at once."""
MOST = 7
"""Statements that fail through one fault: a token that nobody gave breaks one for each operation."""


@pytest.mark.parametrize("platform", sorted(CLASSES))
def test_right_client_passes_every_case(platform: str) -> None:
    contract = load(platform)
    found = judged(platform, provoke=[each.name for each in concerning(contract)], operations=[*contract.operations])
    assert {each.verdict for each in found.values()} == {Verdict.PASS}
    assert found.keys() == {each.id for each in cells(contract) if isinstance(each, Case)}


@pytest.mark.parametrize("platform", sorted(CLASSES))
def test_every_case_about_more_than_one_operation_is_failed_by_somebody(platform: str) -> None:
    caught = {case for table in EXPECTED.values() for case, _, _ in table.values()} | OTHERWISE
    tails = {each.id.split("/", 2)[2] for each in cells(load(platform)) if isinstance(each, Case)}
    special = {tail for tail in tails if tail.partition("/")[0] in {"any", "provoked"}}
    assert special <= caught


def test_each_provocation_answers_for_itself_where_the_client_does_not_end_well() -> None:
    found = judged("thingscloud", "reads-as-text", provoke=("expired-token", "unknown-members", "other-form"))
    verdicts = {key.rpartition("/")[2]: each.verdict for key, each in found.items() if "/provoked/" in key}
    assert verdicts == {
        "expired-token": Verdict.PASS,
        "unknown-members": Verdict.PASS,
        "other-form": Verdict.FAIL,
    }


OTHERWISE = {"any/token-life"}
"""Cases whose wrong client needs a clock: test_judge shows them."""


def test_statements_of_callers_bind_clients_alone() -> None:
    for platform in CLASSES:
        for identity, requirement in load(platform).requirements.items():
            if "/call/" in identity or f"{platform}/client/" in identity:
                assert requirement.role is Role.CLIENT, identity

"""Wrong clients that the contract gives: each is what it says, and one of every kind is caught by the statement it breaks."""

from __future__ import annotations

import pytest

from conformance.contract import load
from conformance.evidence.verdict import Verdict
from conformance.suites.case import Case
from conformance.suites.client import cells
from tests.clients.bench import CLASSES, calls, judged
from tests.clients.derived import derived

KINDS = {
    # One fault for every way to be wrong, where a trial is quick.
    "thingscloud": ["required", "type", "minimum", "maximum", "anyOf", "unknown", "none"],
    "living": ["enum", "maxItems", "encoding"],
    "envelope": ["pattern", "content-type", "documented-calls"],
    "huawei": ["path:deviceId/maxLength", "maxLength", "minLength", "undocumented-members"],
}
PICKED = [
    (platform, next(key for key in derived(platform) if key.endswith(f"/{kind}")))
    for platform, kinds in KINDS.items()
    for kind in kinds
]


@pytest.mark.parametrize(("platform", "key"), PICKED, ids=["-".join(each) for each in PICKED])
def test_wrong_client_is_caught_by_the_statement(platform: str, key: str) -> None:
    wrong = derived(platform)[key]
    outcome = judged(platform, wrong.fault)[wrong.case]
    assert wrong.requirement in {each.requirement.id for each in outcome.broken}
    assert outcome.verdict in {Verdict.FAIL, Verdict.WARN}


@pytest.mark.parametrize("platform", CLASSES)
def test_case_of_each_cites_its_statement_and_every_operation_that_takes_something_has_one(platform: str) -> None:
    contract = load(platform)
    cases = {each.id: each for each in cells(contract) if isinstance(each, Case)}
    for key, wrong in derived(platform).items():
        assert wrong.requirement in cases[wrong.case].requirements, key
    called = {call.subject for call in calls(platform)}
    assert called == contract.operations.keys()
    taking = {each for each in called if contract.operations[each].request is not None}
    assert taking <= {key.split("/")[1] for key in derived(platform) if key.endswith("/encoding")}


def test_faults_leave_the_calls_that_they_were_made_of_alone() -> None:
    before = [call.content() for call in calls("living")]
    judged("living", derived("living")["call/product-list/params.pageNo/required"].fault)
    assert [call.content() for call in calls("living")] == before

"""Every generic case is caught out by a fault derived from the contract: no check that no wrong platform fails.

The table says, per purpose, which derived faults the case must notice. It names purposes, not cases, so that new contract
data are covered without a new line.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.contract import Contract, Operation, load
from conformance.evidence.verdict import Verdict
from conformance.suites.case import Case
from conformance.suites.generic import claims, constraints, credentials, errors, generated, valid
from tests.faults.bench import Bench

PLATFORM = "thingscloud"
CONTRACT = load(PLATFORM)
GENERATED = ("device-create", "customer-info-update", "cloud-attributes-update")
"""Operations whose generated cases are tried: shrinking makes each cost a hundred calls."""


def _cases(contract: Contract) -> Iterator[tuple[Case, tuple[str, ...]]]:
    """Yield each generic case with the faults that it must notice."""
    for operation in contract.operations.values():
        for cell in valid.cells(contract, operation):
            if isinstance(cell, Case):
                yield cell, (f"status/{operation.subject}/500", *_response_faults(operation))
        for cell in credentials.cells(contract, operation):
            if isinstance(cell, Case):
                yield cell, (f"credentials/{operation.subject}/{cell.purpose.split('/')[1]}",)
        for cell in constraints.cells(contract, operation):
            if isinstance(cell, Case):
                yield cell, (_constraint_fault(operation, cell),)
        if operation.subject in GENERATED:
            for cell in generated.cells(contract, operation):
                if isinstance(cell, Case):
                    yield cell, (_generated_fault(operation, cell),)
    for cell in errors.platform_cells(contract):
        if isinstance(cell, Case):
            yield cell, (f"error-row/{cell.purpose.split('/')[1]}/*",)
    for cell in claims.cells(contract):
        if isinstance(cell, Case):
            yield cell, (f"status/{cell.calls[0]}/500",)


def _generated_fault(operation: Operation, cell: Case) -> str:
    valid_ones = cell.purpose == "generated/valid"
    return f"status/{operation.subject}/500" if valid_ones else f"refusal/{operation.subject}/status-500"


def _response_faults(operation: Operation) -> tuple[str, ...]:
    # Elements of lists are there only where the project has data: behaviour cases see to them.
    constraints_ = operation.response.constraints
    required = [each for each in constraints_ if each.keyword == "required" and "[]" not in each.member]
    member = required[-1].member
    return (f"response/{operation.subject}/{member}/drop", f"content-type/{operation.subject}/text-plain")


def _constraint_fault(operation: Operation, cell: Case) -> str:
    kind, _, target = cell.purpose.partition("/")
    if kind == "inside":
        return f"status/{operation.subject}/500"
    member_keyword = f"{target}/required" if kind == "omitted" else target
    return f"unenforced/{operation.subject}/{member_keyword}"


TABLE = [(case, fault) for case, faults in _cases(CONTRACT) for fault in faults]


@pytest.mark.parametrize(("case", "fault"), TABLE, ids=[f"{case.id}-{fault}" for case, fault in TABLE])
def test_fault_is_noticed_and_the_subject_named(thingscloud: Bench, case: Case, fault: str) -> None:
    known = thingscloud.faults_by_id
    wanted = [each for each in known if each == fault or (fault.endswith("*") and each.startswith(fault[:-1]))]
    assert wanted, f"the switchboard has no fault {fault}"
    for each in wanted:
        outcome = thingscloud.judge(case.id, [each])
        weak = fault.startswith("unenforced/")
        assert outcome.verdict is (Verdict.WARN if weak else Verdict.FAIL), (each, outcome.reason, outcome.broken)
        cited = {finding.requirement.id for finding in outcome.broken}
        section = f"{PLATFORM}/{case.subject}/"
        assert any(identity.startswith((section, f"{PLATFORM}/global/")) for identity in cited), cited


OPTIONAL = [
    (operation, member.name)
    for operation in CONTRACT.operations.values()
    for member in operation.response.members
    if member.name.startswith("info.")
    and "[]" not in member.name
    and not member.required
    and "{}" not in member.name
    and member.name.count(".") == 1  # deeper ones are there only where the device has a type
]


@pytest.mark.parametrize(
    ("operation", "member"), OPTIONAL, ids=[f"{operation.subject}-{member}" for operation, member in OPTIONAL]
)
def test_absent_documented_member_is_a_warning_at_level_strict(
    thingscloud: Bench, operation: Operation, member: str
) -> None:
    fault = f"response/{operation.subject}/{member}/drop"
    assert fault in thingscloud.faults_by_id
    outcome = thingscloud.judge(f"{PLATFORM}/{operation.subject}/documented-members", [fault])
    assert outcome.verdict is Verdict.WARN, (outcome.verdict, outcome.reason)
    assert [finding.pointer for finding in outcome.broken] == [member]


@pytest.mark.parametrize("constraint", load(PLATFORM).operations["attribute-series"].request_members)
def test_bound_enforced_off_by_one_is_noticed(thingscloud: Bench, constraint: object) -> None:
    name = constraint.name  # type: ignore[attr-defined]
    faults = [each for each in thingscloud.faults_by_id if each.startswith(f"off-by-one/attribute-series/{name}/")]
    for fault in faults:
        keyword = fault.rsplit("/", 1)[-1]
        outcome = thingscloud.judge(f"{PLATFORM}/attribute-series/inside/{name}/{keyword}", [fault])
        assert outcome.verdict is Verdict.FAIL
        assert f"{PLATFORM}/attribute-series/success" in {each.requirement.id for each in outcome.broken}

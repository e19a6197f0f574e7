"""Every generic case is caught out by a fault derived from the contract: no check that no wrong platform fails.

The table says, per purpose, which derived faults the case must notice. It names purposes, not cases, so that new contract
data are covered without a new line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from conformance.contract import Contract, Operation, load
from conformance.contract.derive import unbreakable
from conformance.evidence.verdict import Verdict, worst
from conformance.suites.case import Case
from conformance.suites.generic import claims, constraints, credentials, errors, generated, valid
from conformance.suites.registry import judged
from tests.faults.bench import Bench
from tests.faults.share import share

GENERATED_PER_PLATFORM = 3
"""Operations whose generated cases are tried, those with most members: shrinking makes each cost a hundred calls."""


def _cases(contract: Contract) -> Iterator[tuple[Case, tuple[str, ...]]]:
    """Yield each generic case with the faults that it must notice."""
    busiest = sorted(contract.operations.values(), key=lambda each: -len(each.request_members))[:GENERATED_PER_PLATFORM]
    for operation in contract.operations.values():
        for cell in valid.cells(contract, operation):
            if isinstance(cell, Case):
                yield cell, (f"status/{operation.subject}/500", *_response_faults(contract, operation))
        for cell in credentials.cells(contract, operation):
            if isinstance(cell, Case):
                yield cell, (f"credentials/{operation.subject}/{cell.purpose.split('/')[1]}",)
        for cell in errors.cells(contract, operation):
            if isinstance(cell, Case):
                yield cell, (f"refusal/{operation.subject}/accepted",)
        for cell in constraints.cells(contract, operation):
            if isinstance(cell, Case):
                yield cell, (_constraint_fault(operation, cell),)
        if operation in busiest:
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
    return f"status/{operation.subject}/500" if valid_ones else f"refusal/{operation.subject}/not-json"


def _response_faults(contract: Contract, operation: Operation) -> tuple[str, ...]:
    # Elements of lists are there only where the project has data: behaviour cases see to them.
    required = [
        each for each in operation.response.constraints if each.keyword == "required" and "[]" not in each.member
    ]
    dropped = [f"response/{operation.subject}/{each.member}/drop" for each in required[-1:]]
    typed = contract.media_type and operation.answers_with_body
    return (*dropped, f"content-type/{operation.subject}/text-plain") if typed else tuple(dropped)


def _constraint_fault(operation: Operation, cell: Case) -> str:
    kind, _, target = cell.purpose.partition("/")
    if kind == "inside":
        return f"status/{operation.subject}/500"
    member_keyword = f"{target}/required" if kind == "omitted" else target
    return f"unenforced/{operation.subject}/{member_keyword}"


HARMLESS = {
    ("neuroncloud", "status-200"): "it is as built: the code stands in the body",
    ("neuroncloud", "status-400"): "the code in the body counts, whatever the status from 200 to 499 (code-placement)",
    ("thingscloud", "404/text-html"): "what an unknown path is answered as is judged by global/content-type",
    ("huawei", "401-100025/status-500"): "row 500-100220 tells of the same (missing-app-key)",
}
"""Faults of error rows (platform, action or row/action) that leave the row followed, and why.

A case that blames one is wrong.
"""

TABLE = [
    (platform, case, fault) for platform in judged() for case, faults in _cases(load(platform)) for fault in faults
]


TRIED = share(TABLE, lambda pair: f"{pair[1].id}-{pair[2]}")


@pytest.mark.parametrize(("platform", "case", "fault"), TRIED, ids=[f"{case.id}-{fault}" for _, case, fault in TRIED])
def test_fault_is_noticed_and_the_subject_named(
    warm: Callable[[str], Bench], platform: str, case: Case, fault: str
) -> None:
    bench = warm(platform)
    known = bench.faults_by_id
    wanted = [each for each in known if each == fault or (fault.endswith("*") and each.startswith(fault[:-1]))]
    assert wanted, f"the switchboard has no fault {fault}"
    for each in wanted:
        outcome = bench.judge(case.id, [each])
        names = {(platform, each.rpartition("/")[2]), (platform, each.partition("/")[2])}
        if names & HARMLESS.keys() and fault.startswith("error-row/"):
            assert outcome.verdict is Verdict.PASS, (each, outcome.broken)
            continue
        # A constraint that is not enforced is a warning; an answer that repeats the bad value may be a failure besides.
        due = _due(bench.environment.contract, fault)
        late = due is Verdict.WARN and outcome.verdict is Verdict.FAIL
        assert outcome.verdict is due or late, (each, outcome.reason, outcome.broken)
        cited = {finding.requirement.id for finding in outcome.broken}
        operation = bench.environment.contract.operations.get(case.subject)
        sections = (f"{platform}/{operation.section if operation else case.subject}/", f"{platform}/global/")
        assert any(identity.startswith(sections) for identity in cited), cited


def _due(contract: Contract, fault: str) -> Verdict:
    """Return what the answer table makes of a fault: of a mere constraint a warning, of a shape what its statement allows."""
    if fault.startswith("unenforced/"):
        return Verdict.WARN
    if fault.startswith("refusal/"):
        assert contract.failure_shape is not None
        shape = contract.requirements[contract.failure_shape]
        return worst(shape.source, shape.level)
    return Verdict.FAIL


OPTIONAL = [
    (platform, operation, member.name)
    for platform in judged()
    for operation in load(platform).operations.values()
    for member in operation.response.members
    if member.name.startswith("info.")
    and "[]" not in member.name
    and not member.required
    and "{}" not in member.name
    and member.name.count(".") == 1  # deeper ones are there only where the device has a type
]


@pytest.mark.parametrize(
    ("platform", "operation", "member"), OPTIONAL, ids=[f"{each.subject}-{member}" for _, each, member in OPTIONAL]
)
def test_absent_documented_member_is_a_warning_at_level_strict(
    warm: Callable[[str], Bench], platform: str, operation: Operation, member: str
) -> None:
    fault = f"response/{operation.subject}/{member}/drop"
    assert fault in warm(platform).faults_by_id
    outcome = warm(platform).judge(f"{platform}/{operation.subject}/documented-members", [fault])
    assert outcome.verdict is Verdict.WARN, (outcome.verdict, outcome.reason)
    assert [finding.pointer for finding in outcome.broken] == [member]


BOUNDS = [
    (platform, operation, member.name, constraint.keyword)
    for platform in judged()
    for operation in load(platform).operations.values()
    for member in operation.request_members
    for constraint in member.constraints
    if constraint.keyword in {"minimum", "maximum"} and unbreakable(member, constraint) is None
]


BOUNDS_TRIED = share(BOUNDS, lambda bound: f"{bound[1].subject}-{bound[2]}-{bound[3]}")


@pytest.mark.parametrize(
    ("platform", "operation", "member", "keyword"),
    BOUNDS_TRIED,
    ids=[f"{each.subject}-{member}-{keyword}" for _, each, member, keyword in BOUNDS_TRIED],
)
def test_bound_enforced_off_by_one_is_noticed(
    warm: Callable[[str], Bench], platform: str, operation: Operation, member: str, keyword: str
) -> None:
    fault = f"off-by-one/{operation.subject}/{member}/{keyword}"
    assert fault in warm(platform).faults_by_id
    outcome = warm(platform).judge(f"{platform}/{operation.subject}/inside/{member}/{keyword}", [fault])
    assert outcome.verdict is Verdict.FAIL
    assert operation.requirement("success") in {each.requirement.id for each in outcome.broken}


@pytest.mark.parametrize("platform", judged())
def test_every_fault_of_the_table_exists(warm: Callable[[str], Bench], platform: str) -> None:
    """Also those of the parts that are not run here."""
    known = warm(platform).faults_by_id
    missing = {
        fault
        for each, _, fault in TABLE
        if each == platform
        and fault not in known
        and not (fault.endswith("*") and any(one.startswith(fault[:-1]) for one in known))
    }
    assert missing == set()

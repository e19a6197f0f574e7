"""What counts as a kill, and in which order cases are tried."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from conformance.contract import Level, Requirement, Role, Source, load
from conformance.evidence.findings import Finding
from conformance.evidence.verdict import Verdict, worst
from conformance.suites.case import Case
from tests.matrix.control import Controls
from tests.matrix.killing import Kill, judge, weigh
from tests.matrix.wrong import Wrong

CONTRACT = load("thingscloud")
BROKEN = "thingscloud/device-create/response/info.id/required"
BESIDE = "thingscloud/device-create/success"
ELSEWHERE = "thingscloud/device-list/success"
CASE = Case("thingscloud/device-create/minimal", "A title.", (BROKEN,), lambda _: None)
WRONG = Wrong(
    role="platform",
    platform="thingscloud",
    fault="response/device-create/info.id/drop",
    kind="response",
    requirement=BROKEN,
    cases=("one", "two", "three"),
    sections=("thingscloud/device-create/",),
)


@dataclass(frozen=True)
class Came:
    verdict: Verdict
    broken: tuple[Finding, ...] = ()
    reason: str = ""


def found(identity: str, verdict: Verdict = Verdict.FAIL, **more: str) -> Came:
    return Came(verdict, (Finding(CONTRACT.requirements[identity], verdict, **more),))


def statement(identity: str) -> Requirement:
    return CONTRACT.requirements[identity]


@pytest.mark.parametrize(
    ("came", "kill"),
    [
        (found(BROKEN), Kill.STATEMENT),
        (found(BESIDE), Kill.SUBJECT),
        (found(ELSEWHERE), Kill.NONE),
        (Came(Verdict.PASS), Kill.NONE),
        (Came(Verdict.INCONCLUSIVE, found(BROKEN).broken), Kill.NONE),
        (Came(Verdict.ERROR, found(BROKEN).broken), Kill.NONE),
        # A warning where a sentence demands a failure is no kill.
        (found(BROKEN, Verdict.WARN), Kill.NONE),
        (found(BROKEN, Verdict.WARN, note="known in the field (erratum x)"), Kill.STATEMENT),
        (found(ELSEWHERE, note=f"in answer to a request that breaks {BROKEN}"), Kill.SUBJECT),
    ],
)
def test_kill_names_the_subject_and_fails_where_it_must(came: Came, kill: Kill) -> None:
    assert weigh(WRONG, CASE, came, statement) is kill


MILD = next(
    each.id
    for each in CONTRACT.requirements.values()
    if worst(each.source, each.level) is Verdict.WARN and each.section == "device-create" and not each.strict
)
"""A SHOULD of the same section."""


def test_a_warning_kills_where_the_answer_table_or_the_broken_statement_allows_no_more() -> None:
    assert weigh(replace(WRONG, warns=True), CASE, found(BROKEN, Verdict.WARN), statement) is Kill.STATEMENT
    mild = replace(WRONG, requirement=MILD)
    assert weigh(mild, CASE, found(MILD, Verdict.WARN), statement) is Kill.STATEMENT
    assert weigh(mild, CASE, found(BESIDE, Verdict.WARN), statement) is Kill.SUBJECT


def test_where_a_failure_is_due_the_warning_of_a_milder_statement_kills_nothing() -> None:
    assert weigh(WRONG, CASE, found(MILD, Verdict.WARN), statement) is Kill.NONE
    told = replace(WRONG, told=frozenset({CASE.id}))
    assert weigh(told, replace(CASE, requirements=(MILD,)), found(MILD, Verdict.WARN), statement) is Kill.NONE
    # Where it is the very statement that the case grades, it counts.
    graded = Finding(replace(CONTRACT.requirements[BROKEN], level=Level.SHOULD), Verdict.WARN)
    assert weigh(WRONG, CASE, Came(Verdict.WARN, (graded,)), statement) is Kill.STATEMENT
    beside = Finding(replace(CONTRACT.requirements[BESIDE], level=Level.SHOULD), Verdict.WARN)
    assert weigh(WRONG, CASE, Came(Verdict.WARN, (beside,)), statement) is Kill.NONE
    tabled = replace(CASE, requirements=(BESIDE,))
    assert weigh(told, tabled, Came(Verdict.WARN, (beside,)), statement) is Kill.SUBJECT
    # One that is told by its subject alone is held to what the finding cites.
    unnamed = replace(WRONG, requirement=None)
    assert weigh(unnamed, CASE, found(MILD, Verdict.WARN), statement) is Kill.SUBJECT
    assert weigh(unnamed, CASE, found(BROKEN, Verdict.WARN), statement) is Kill.NONE


def test_own_statement_of_a_case_that_a_table_names_counts() -> None:
    told = replace(WRONG, told=frozenset({CASE.id}), sections=(), requirement=None)
    own = Case(CASE.id, "A title.", (ELSEWHERE,), lambda _: None)
    assert weigh(told, own, found(ELSEWHERE), statement) is Kill.SUBJECT
    assert weigh(told, CASE, found(ELSEWHERE), statement) is Kill.NONE


@dataclass
class Scripted:
    """A ground whose cases come to what is written."""

    outcomes: dict[str, Came]
    citing: frozenset[str] = frozenset()
    without_fault: dict[str, Came] = field(default_factory=dict)
    run: list[str] = field(default_factory=list)
    controlled: list[str] = field(default_factory=list)

    @property
    def cases(self) -> dict[str, Case]:
        return {
            name: Case(name, "A title.", (BROKEN,) if name in self.citing else (), lambda _: None)
            for name in self.outcomes
        }

    def judge(self, case: str, wrong: Wrong | None) -> Came:
        if wrong is None:
            self.controlled.append(case)
            return self.without_fault.get(case, PASSED)
        self.run.append(case)
        return self.outcomes[case]


PASSED = Came(Verdict.PASS)


def test_the_first_case_that_names_the_statement_ends_the_search() -> None:
    ground = Scripted({"one": PASSED, "two": found(BROKEN), "three": found(BROKEN)})
    judged = judge(WRONG, ground, statement, Controls(ground))
    assert (judged.by, judged.named, judged.tried, ground.run) == ("two", True, 2, ["one", "two"])


def test_after_the_subject_is_named_only_cases_that_cite_the_statement_are_tried() -> None:
    ground = Scripted({"one": found(BESIDE), "two": found(BROKEN), "three": PASSED}, frozenset({"three"}))
    judged = judge(WRONG, ground, statement, Controls(ground))
    assert (judged.by, judged.named, ground.run) == ("one", False, ["one", "three"])


def test_nobody_kills_a_survivor_and_a_case_that_is_left_out_kills_nothing() -> None:
    ground = Scripted({"one": PASSED, "two": found(BROKEN), "three": PASSED})
    judged = judge(WRONG, ground, statement, Controls(ground), without=["two"])
    assert (judged.by, judged.named, judged.tried) == (None, False, 2)


def test_a_case_that_does_not_pass_without_the_fault_kills_nothing_and_is_told() -> None:
    left = Came(Verdict.INCONCLUSIVE, reason="nobody is there")
    ground = Scripted({"one": found(BROKEN), "two": found(BROKEN), "three": PASSED}, without_fault={"one": left})
    judged = judge(WRONG, ground, statement, Controls(ground))
    assert (judged.by, judged.named, judged.tried) == ("two", True, 2)
    assert judged.doubted == "one without the fault: INCONCLUSIVE nobody is there"
    alone = Scripted({"one": found(BROKEN), "two": PASSED, "three": PASSED}, without_fault={"one": found(BROKEN)})
    judged = judge(WRONG, alone, statement, Controls(alone))
    assert (judged.by, judged.doubted) == (None, "one without the fault: FAIL")


def test_each_killing_case_is_run_once_without_a_fault_and_no_other() -> None:
    ground = Scripted({"one": PASSED, "two": found(BROKEN), "three": PASSED})
    controls = Controls(ground)
    for _ in range(3):
        assert judge(WRONG, ground, statement, controls).doubted == ""
    assert ground.controlled == ["two"]


def test_a_requirement_of_another_role_is_looked_up_where_it_stands() -> None:
    requirement = Requirement("x/y", "y", Level.SHOULD, Role.CRYPTO, Source.DOCUMENT, "", "")
    came = Came(Verdict.WARN, (Finding(requirement, Verdict.WARN),))
    assert weigh(replace(WRONG, sections=("x/",)), CASE, came, lambda _: requirement) is Kill.SUBJECT

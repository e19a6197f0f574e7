"""The text of a case that did not pass is what a stranger needs, in the order in which it is needed."""

from __future__ import annotations

import shlex

from conformance.evidence.findings import Finding
from conformance.evidence.redaction import Redactor
from conformance.evidence.verdict import Verdict
from conformance.runner import wording
from conformance.runner.execute import Outcome

from .fake import a_case, answer, context

CASE = a_case(lambda _: None, "thingscloud/project/try it")
STATEMENT = context(answer()).requirement("project/success")
OTHER = context(answer()).requirement("global/failure-shape")


def finding(verdict: Verdict = Verdict.FAIL, **members: str) -> Finding:
    given = {"expected": "HTTP 200", "actual": "HTTP 500", **members}
    return Finding((given.pop("statement", "") and OTHER) or STATEMENT, verdict, **given)


def told(*findings: Finding, reason: str = "") -> str:
    outcome = Outcome(CASE, Verdict.FAIL, reason, findings)
    return wording.message(outcome, "iot-conformance run --only x", Redactor())


def test_a_failure_tells_statement_expectation_place_exchange_and_how_to_repeat_it() -> None:
    assert told(finding(pointer="/info/id", note="after a refusal", exchange="x7")).splitlines() == [
        "thingscloud/project/success (FAIL)",
        f"  {STATEMENT.statement}",
        "  expected: HTTP 200",
        "  actual:   HTTP 500 at /info/id",
        "  note:     after a refusal",
        "  exchange: x7",
        "",
        "repeat: iot-conformance run --only x",
    ]


def test_what_is_not_there_leaves_no_line() -> None:
    assert told(finding()).splitlines()[2:4] == ["  expected: HTTP 200", "  actual:   HTTP 500"]
    assert "note" not in told(finding())
    assert "exchange" not in told(finding())


def test_failures_come_before_warnings_and_what_holds_is_not_told() -> None:
    text = told(finding(Verdict.WARN, statement="other"), finding(), finding(Verdict.PASS, actual="fine"))
    assert text.index("success (FAIL)") < text.index("failure-shape (WARN)")
    assert "fine" not in text


def test_the_same_statement_at_the_same_place_is_told_once() -> None:
    text = told(finding(actual="first"), finding(actual="second"), finding(actual="third", pointer="/info"))
    assert "first" in text
    assert "second" not in text
    assert "third at /info" in text


def test_a_reason_stands_alone_where_nothing_broke() -> None:
    assert told(reason="IUT gone since p/s/c") == "IUT gone since p/s/c"
    assert told() == ""


def test_secrets_are_hidden_in_every_part() -> None:
    redactor = Redactor()
    redactor.learn("tok-abcdef", "token")
    broken = finding(expected="tok-abcdef", actual="tok-abcdef", note="tok-abcdef", pointer="/tok-abcdef")
    outcome = Outcome(CASE, Verdict.ERROR, "failed at tok-abcdef", (broken,))
    text = wording.message(outcome, "repeat tok-abcdef", redactor)
    assert "tok-abcdef" not in text
    assert text.count("‹token 1›") == 6


def test_the_line_that_repeats_a_case_survives_a_shell() -> None:
    line = wording.reproduce(
        "p/s/inside/keys[]/type", file="my iut.toml", platform="p", seed=7, level="strict", allowed=["destructive"]
    )
    assert shlex.split(line) == [
        "iot-conformance", "run", "--iut", "my iut.toml", "--level", "strict", "--allow", "destructive",
        "--seed", "7", "--only", "p/s/inside/keys[]/type",
    ]  # fmt: skip


def test_an_embedded_run_is_repeated_by_its_platform() -> None:
    line = wording.reproduce(None, file=None, platform="thingscloud", seed=0, level="core", allowed=[])
    assert line == "iot-conformance run --platform thingscloud --seed 0"

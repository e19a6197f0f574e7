"""What an answer to an invalid request is worth: every row and every column of the design's table."""

from __future__ import annotations

import pytest

from conformance.contract import Contract, load
from conformance.evidence.exchange import Answer
from conformance.evidence.verdict import Verdict
from conformance.suites.judge import Says, Stated, answer_shape, says

from .fake import NO, PLATFORM, YES, answer, broken, context, weaker

P, W, F = Verdict.PASS, Verdict.WARN, Verdict.FAIL
CITED = "access-token/wrong-credentials"
ROW = "404-400"

HTML = (("Content-Type", "text/html"),)
ACCEPTED = {"accepted": answer(YES), "accepted with a list": answer({"result": True, "info": []})}
REFUSED = {
    "refused": answer(NO),
    "refused without an errcode": answer({"result": False, "message": "no"}),
    "refused with 401": answer(b"", 401, ()),
    "refused with 403 and HTML": answer(b"<html>", 403, HTML),
    "refused as unknown": answer({"message": "Request invalid"}, 404),
}
BROKEN = {
    "500": answer({"message": "oops"}, 500),
    "503 without a body": answer(b"", 503, ()),
    "500 that claims failure": answer(NO, 500),
    "hang": broken("timeout", "no complete answer within 1 s"),
    "reset": broken("reset"),
    "refused connection": broken("refused"),
    "no valid HTTP": broken("protocol"),
    "200 without a body": answer(b""),
    "200 and no JSON": answer(b"<html>"),
    "200 and another JSON": answer([1, 2]),
    "200 without result": answer({"info": {}}),
    "200 with result as text": answer({"result": "true"}),
    "201": answer(YES, 201),
    "302": answer(b"", 302, (("Location", "http://elsewhere.invalid/"),)),
}
COLUMNS = {
    **{name: (Says.YES, seen) for name, seen in ACCEPTED.items()},
    **{name: (Says.NO, seen) for name, seen in REFUSED.items()},
    **{name: (Says.NEITHER, seen) for name, seen in BROKEN.items()},
}
TABLE = {
    Stated.REFUSAL: {Says.YES: F, Says.NO: P, Says.NEITHER: F},
    Stated.CONSTRAINT: {Says.YES: W, Says.NO: P, Says.NEITHER: F},
    Stated.NOTHING: {Says.YES: P, Says.NO: P, Says.NEITHER: W},
}
WITHOUT_SHAPE = {**TABLE, Stated.CONSTRAINT: {Says.YES: W, Says.NO: P, Says.NEITHER: W}}


def _judged(contract: Contract, stated: Stated, seen: Answer) -> tuple[bool, Verdict, str]:
    case = context(seen, contract=contract)
    holds = case.refused(CITED, seen, stated)
    assert len(case.findings) == 1
    return holds, case.findings[0].verdict, case.findings[0].requirement.id


@pytest.mark.parametrize("name", COLUMNS)
def test_an_answer_says_yes_no_or_neither(name: str) -> None:
    said, seen = COLUMNS[name]
    assert says(load(PLATFORM), seen) is said


@pytest.mark.parametrize("stated", list(Stated))
@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("shaped", [True, False], ids=["shape documented", "no shape documented"])
def test_the_answer_table_decides(stated: Stated, name: str, shaped: bool) -> None:
    contract = load(PLATFORM) if shaped else weaker(load(PLATFORM))
    said, seen = COLUMNS[name]
    expected = (TABLE if shaped else WITHOUT_SHAPE)[stated][said]
    holds, verdict, _ = _judged(contract, stated, seen)
    assert verdict is expected
    assert holds is (expected is P)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_to_a_broken_constraint_breaks_the_documented_failure_shape(name: str) -> None:
    contract = load(PLATFORM)
    assert _judged(contract, Stated.CONSTRAINT, BROKEN[name])[2] == contract.failure_shape
    assert _judged(weaker(contract), Stated.CONSTRAINT, BROKEN[name])[2] == f"{PLATFORM}/{CITED}"
    assert _judged(contract, Stated.REFUSAL, BROKEN[name])[2] == f"{PLATFORM}/{CITED}"


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (answer({"result": False, "message": "Invalid JSON message", "errcode": 400}, 404), P),
        (answer(NO), F),
        (answer({"message": "Request invalid"}, 404), F),
        (answer(b"", 401, ()), F),
        (answer(YES), F),
        (answer(b"", 500), F),
    ],
    ids=["the row", "another code", "another row", "credentials", "accepted", "broken"],
)
def test_another_refusal_than_the_documented_row_fails(seen: Answer, verdict: Verdict) -> None:
    case = context(seen)
    row = case.contract.rows[ROW]
    case.refused(row.requirement, seen, Stated.REFUSAL, row=row)
    assert [finding.verdict for finding in case.findings] == [verdict]


@pytest.mark.parametrize(
    ("seen", "blamed"),
    [
        (answer(b"<html>", 401, HTML), set()),
        (answer(NO, 403, HTML), set()),
        (answer(NO, 200, HTML), {"thingscloud/global/content-type"}),
        (answer(NO, 404, HTML), {"thingscloud/global/content-type"}),
        (answer(YES, 200, HTML), {"thingscloud/global/content-type"}),
    ],
    ids=["401, no JSON", "403, JSON", "failure", "unknown object", "success"],
)
def test_a_refusal_that_is_one_whatever_its_body_needs_no_media_type(seen: Answer, blamed: set[str]) -> None:
    contract = load(PLATFORM)
    judged = answer_shape(contract, contract.operations["device-delete"], seen)
    assert {each.requirement for each in judged if not each.holds} == blamed


def test_the_finding_tells_what_was_expected_and_what_came() -> None:
    seen = answer(YES)
    case = context(seen)
    case.refused(CITED, seen, Stated.CONSTRAINT, what="a refusal of 12345")
    finding = case.findings[0]
    assert finding.expected == "a refusal of 12345"
    assert finding.actual == 'accepted: HTTP 200 {"result": true, "info": {}}'
    case = context(seen)
    case.refused(case.contract.rows[ROW].requirement, answer(NO), Stated.REFUSAL, row=case.contract.rows[ROW])
    assert case.findings[0].expected == f"the refusal {ROW}: The request body is not JSON."
    assert case.findings[0].actual.startswith('another refusal: HTTP 200 {"result": false')

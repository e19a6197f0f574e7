"""An IUT that says it is busy is asked again a few times, with fresh credentials, and never blamed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.contract import load
from conformance.evidence.exchange import Answer, Request
from conformance.evidence.findings import Inconclusive
from conformance.evidence.verdict import Verdict
from conformance.platforms.driver import driver
from conformance.runner.execute import execute
from conformance.suites.busy import LONGEST_S, PAUSES_S
from conformance.suites.context import Context
from tests.engine import fake
from tests.reference.neuroncloud_drive import tokens

CONTRACT = load("neuroncloud")
OK = {
    "code": 200,
    "message": "success",
    "isSuccess": True,
    "data": {"total": 0, "size": 1, "current": 1, "records": []},
}
BUSY = [
    fake.answer({"code": 503, "message": "busy", "isSuccess": False}),
    fake.answer(b"<html>busy</html>", 503),
    fake.answer({"code": 503}, 429),
]


def _context(answers: Iterator[Answer]) -> tuple[Context, list[float]]:
    environment = fake.environment(lambda _: next(answers), contract=CONTRACT, credentials=tokens().as_dict())
    environment.driver = driver("neuroncloud")
    pauses: list[float] = []
    environment.busy_pause = pauses.append
    return Context(environment, fake.a_case(lambda _: None)), pauses


@pytest.mark.parametrize("busy", BUSY, ids=["code", "status", "code-with-other-status"])
def test_busy_iut_is_asked_again_after_a_pause(busy: Answer) -> None:
    context, pauses = _context(iter([busy, busy, fake.answer(OK)]))
    answer = context.call("device-list")
    assert answer.at("/code") == 200
    assert pauses == list(PAUSES_S[:2])
    sent = fake.sent(context.environment)
    keys = {dict(request.headers)["X-Source-SecretKey"] for request in sent}
    assert len(keys) == len(sent) == 3, "each request has an encryption of its own"


def test_iut_that_stays_busy_leaves_the_case_inconclusive() -> None:
    context, pauses = _context(iter(BUSY[:1] * (len(PAUSES_S) + 1)))
    case = fake.a_case(lambda given: given.succeed("device-list"), "neuroncloud/device-list/try")
    context.environment.busy_pause = pauses.append
    outcome = execute(context.environment, case)
    assert outcome.verdict is Verdict.INCONCLUSIVE
    assert "busy" in outcome.reason
    assert pauses == list(PAUSES_S)


@pytest.mark.parametrize(
    ("said", "pause"), [("3", 3.0), ("86400", LONGEST_S), ("soon", PAUSES_S[0]), ("-1", PAUSES_S[0])]
)
def test_pause_that_the_iut_asks_for_is_kept_within_limits(said: str, pause: float) -> None:
    busy = fake.answer({"code": 503}, 503, (*fake.JSON, ("Retry-After", said)))
    context, pauses = _context(iter([busy, fake.answer(OK)]))
    context.call("device-list")
    assert pauses == [pause]


def test_platform_that_documents_no_such_row_is_judged_at_once() -> None:
    context = fake.context(fake.answer({}, 503))
    context.environment.busy_pause = lambda _: pytest.fail("nobody waits")
    context.exchange(Request("GET", f"{fake.URL}/x"))
    assert len(fake.sent(context.environment)) == 1


def test_request_made_by_hand_is_repeated_as_it_is() -> None:
    context, _ = _context(iter([BUSY[0], fake.answer(OK)]))
    context.exchange(Request("GET", f"{fake.URL}/x"))
    first, second = fake.sent(context.environment)
    assert first == second
    context, _ = _context(iter(BUSY[:1] * 9))
    with pytest.raises(Inconclusive, match="4 times"):
        context.exchange(Request("GET", f"{fake.URL}/x"))

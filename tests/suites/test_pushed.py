"""Judging what platforms push: known deviations of the field warn, others fail, and nothing is blamed unreached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from conformance.contract import load
from conformance.evidence.findings import Inconclusive
from conformance.evidence.verdict import Verdict
from conformance.reference.quirks import SHAPES
from conformance.runner.execute import execute
from conformance.suites import judge
from conformance.suites.application import captured
from conformance.suites.objects import Objects
from tests.faults.bench import Bench, bench

HIDING = {"shape/null-optional", "shape/absent-optional", "shape/absent-leaf"}
"""Shapes in which a message does not tell what a case compares."""

CONTRACT = load("huawei")
CAPTURED = [(subject, each) for subject, found in CONTRACT.notifications.items() for each in captured.of(found)]


@pytest.fixture(scope="module")
def warm() -> Iterator[Bench]:
    with bench("huawei") as started:
        yield started


def broken(subject: str, message: Any) -> dict[str, bool]:
    seen = judge.message_shape(CONTRACT, CONTRACT.notifications[subject], message)
    return {each.requirement: each.in_the_field for each in seen if not each.holds}


@pytest.mark.parametrize(
    ("subject", "sample"), CAPTURED, ids=[f"{n}-{subject}" for n, (subject, _) in enumerate(CAPTURED)]
)
def test_captured_message_holds_or_breaks_what_the_field_is_known_to_break(
    subject: str, sample: captured.Captured
) -> None:
    assert all(broken(subject, sample.message).values())


def test_known_deviations_are_named() -> None:
    found = {key for subject, each in CAPTURED for key in broken(subject, each.message)}
    assert found == {
        "huawei/1.8.5/message/requestId/required",
        "huawei/1.8.5/message/requestId/type",
        "huawei/1.8.12/message/result.resultDetail/required",
    }


def test_other_breach_of_the_same_statement_is_no_known_deviation() -> None:
    message = {**CONTRACT.notifications["device-datas-changed"].message.full, "requestId": 7}
    assert broken("device-datas-changed", message) == {"huawei/1.8.5/message/requestId/type": False}


def test_statement_that_holds_is_told_and_one_that_is_known_is_not_repeated() -> None:
    notification = CONTRACT.notifications["device-deleted"]
    seen = [each.requirement for each in judge.message_shape(CONTRACT, notification, notification.message.full)]
    assert seen == [identity for identity, _, _ in notification.statements]
    assert list(judge.message_shape(CONTRACT, notification, notification.message.full, frozenset(seen))) == []


def test_platform_at_a_url_without_callback_address_is_not_judged_by_what_it_pushes(
    warm: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = warm.environment
    iut = environment.iut
    live = replace(iut, url=environment.client.base_url, embedded=False)
    monkeypatch.setattr(environment, "iut", live)
    with pytest.raises(Inconclusive, match="callback_url"):
        environment.receiver()
    monkeypatch.setattr(environment, "iut", replace(live, pixit={**iut.pixit, "callback_url": "http://192.0.2.1:8099"}))
    with pytest.raises(Inconclusive, match="callback_listen"):
        environment.receiver(tls=True)
    assert environment.receiver().base_url == "http://192.0.2.1:8099"
    environment.close()


def test_receiver_listens_once_and_again_after_the_end(warm: Bench) -> None:
    environment = warm.environment
    first = environment.receiver()
    assert environment.receiver() is first
    assert environment.receiver(tls=True).own_url.startswith("https:")
    environment.close()
    assert environment.receiver() is not first


@pytest.mark.parametrize("shape", SHAPES)
def test_platform_that_shapes_its_messages_otherwise_is_not_blamed(warm: Bench, shape: str) -> None:
    warm.control("POST", "reset")
    warm.environment.objects = Objects()
    warm.control("PUT", "quirks", [shape])
    try:
        cases = [warm.cases[f"huawei/{subject}/sent"] for subject in CONTRACT.notifications]
        outcomes = [execute(warm.environment, case) for case in cases]
    finally:
        warm.control("PUT", "quirks", [])
    allowed = {Verdict.PASS, Verdict.INCONCLUSIVE} if shape in HIDING else {Verdict.PASS}
    assert len(outcomes) > 10
    assert {
        each.case.id: (each.verdict, each.reason, each.broken) for each in outcomes if each.verdict not in allowed
    } == {}


def test_missing_notification_is_told_with_what_came_instead(warm: Bench) -> None:
    outcome = warm.judge("huawei/device-added/sent", ["behaviour/lacking-device-added"])
    assert outcome.verdict is Verdict.FAIL
    outcome = warm.judge("huawei/device-added/sent", ["behaviour/unsent-device-added"])
    (finding,) = outcome.broken
    assert finding.requirement.id == "huawei/1.8.1/sent"
    assert finding.actual == "nothing"
    assert "within 0.5 s" in finding.expected

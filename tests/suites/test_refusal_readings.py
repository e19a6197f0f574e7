"""A valid request may be refused where an accepted reading says so, and only there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.evidence.verdict import Verdict
from conformance.runner.execute import Outcome, execute
from conformance.suites.objects import Objects
from tests.faults.bench import Bench, bench

OFFLINE = "downlink-offline/refused"
NOTHING_GIVEN = "empty-update/refused"


@pytest.fixture(scope="module")
def warm() -> Iterator[Bench]:
    with bench("thingscloud") as started:
        yield started


def _judged(warm: Bench, reading: str, case: str) -> Outcome:
    warm.environment.objects = Objects()
    warm.control("PUT", "quirks", [reading])
    try:
        return execute(warm.environment, warm.cases[f"thingscloud/{case}"])
    finally:
        warm.control("PUT", "quirks", [])


@pytest.mark.parametrize("subject", ["attributes-push", "command-send"])
@pytest.mark.parametrize("purpose", ["minimal", "maximal"])
def test_platform_that_reaches_no_device_that_is_offline_is_not_blamed(warm: Bench, subject: str, purpose: str) -> None:
    outcome = _judged(warm, OFFLINE, f"{subject}/{purpose}")
    assert outcome.verdict is Verdict.PASS, outcome.broken


@pytest.mark.parametrize("subject", ["device-info-update", "device-tags-update", "customer-tags-update"])
def test_platform_that_refuses_an_update_of_nothing_is_not_blamed(warm: Bench, subject: str) -> None:
    """What is drawn is never an update that gives nothing."""
    outcome = _judged(warm, NOTHING_GIVEN, f"{subject}/generated/valid")
    assert outcome.verdict is Verdict.PASS, outcome.broken


def test_a_refusal_of_another_call_is_blamed(warm: Bench) -> None:
    outcome = warm.judge("thingscloud/device-create/minimal", ["credentials/device-create/refuse-valid"])
    assert outcome.verdict is Verdict.FAIL

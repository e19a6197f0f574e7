"""A valid request may be refused where an accepted reading says so, and only there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.evidence.verdict import Verdict
from conformance.runner.execute import execute
from conformance.suites.objects import Objects
from tests.faults.bench import Bench, bench

READING = "downlink-offline/refused"


@pytest.fixture(scope="module")
def warm() -> Iterator[Bench]:
    with bench("thingscloud") as started:
        yield started


@pytest.mark.parametrize("subject", ["attributes-push", "command-send"])
@pytest.mark.parametrize("purpose", ["minimal", "maximal"])
def test_platform_that_reaches_no_device_that_is_offline_is_not_blamed(warm: Bench, subject: str, purpose: str) -> None:
    warm.environment.objects = Objects()
    warm.control("PUT", "quirks", [READING])
    try:
        outcome = execute(warm.environment, warm.cases[f"thingscloud/{subject}/{purpose}"])
    finally:
        warm.control("PUT", "quirks", [])
    assert outcome.verdict is Verdict.PASS, outcome.broken


def test_a_refusal_of_another_call_is_blamed(warm: Bench) -> None:
    outcome = warm.judge("thingscloud/device-create/minimal", ["credentials/device-create/refuse-valid"])
    assert outcome.verdict is Verdict.FAIL

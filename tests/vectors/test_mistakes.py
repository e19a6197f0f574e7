"""Deliberately wrong implementations, one per classic mistake: each fails a vector whose note names the mistake."""

from __future__ import annotations

import pytest

from conformance.crypto.mistakes import Mistake
from conformance.vectors import judge, load
from conformance.vectors.operations import OPERATIONS, mistakes_of
from conformance.vectors.own import wrong_implementation

SCHEMES = ("envelope", "mqtt-password", "rsa-token", "gateway")
CASES = [
    pytest.param(scheme, mistake, id=f"{scheme}-{mistake.name}")
    for scheme in SCHEMES
    for mistake in mistakes_of(scheme)
]


@pytest.mark.parametrize(("scheme", "mistake"), CASES)
def test_every_wrong_implementation_fails_a_vector_that_names_its_mistake(scheme: str, mistake: Mistake) -> None:
    wrong = wrong_implementation(mistake)
    named = (
        test
        for file in load()
        if file.scheme == scheme and file.operation in mistake.wrong
        for test in file.tests
        if mistake.flag.name in test.flags
    )
    outcome = next((outcome for outcome in (judge(test, wrong) for test in named) if not outcome.ok), None)
    assert outcome is not None
    assert f"{mistake.flag.name}: {mistake.flag.description}" in outcome.note


@pytest.mark.parametrize(("scheme", "mistake"), CASES)
def test_every_mistake_concerns_an_operation_that_exists(scheme: str, mistake: Mistake) -> None:
    known = {operation for other, operation in OPERATIONS if other == scheme} | {"signature"}
    assert mistake.wrong
    assert set(mistake.wrong) <= known


def test_the_mistakes_named_in_the_task_are_all_there() -> None:
    names = {f"{scheme}/{mistake.flag.name}" for scheme in SCHEMES for mistake in mistakes_of(scheme)}
    assert names >= {
        "envelope/UpperCaseHex",
        "envelope/RawDigest",
        "envelope/SwappedConcatenation",
        "envelope/PlainBodySigned",
        "envelope/WrongPadding",
        "envelope/CbcMode",
        "envelope/UrlSafeBase64",
        "mqtt-password/UpperCaseHex",
        "mqtt-password/SwappedKeyMessage",
        "mqtt-password/LocalHour",
        "mqtt-password/SplitFromLeft",
        "rsa-token/OaepHashMismatch",
        "rsa-token/LeadingZeroDropped",
        "gateway/SwappedKeyMessage",
        "gateway/HeadersUnsorted",
        "gateway/FormHandling",
    }

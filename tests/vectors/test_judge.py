"""The judge: what counts as right for valid, invalid and acceptable vectors, and what is passed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.vectors import Refused, Unsupported, VectorTest, judge, load, own_implementation

BY_ID = {test.id: test for file in load() for test in file.tests}
VALID = BY_ID["crypto/envelope/sign/document-example"]
INVALID = BY_ID["crypto/envelope/decrypt/ciphertext-empty"]
VERIFY_VALID = BY_ID["crypto/envelope/verify/document-example"]
VERIFY_INVALID = BY_ID["crypto/envelope/verify/encrypted-sign-empty"]
ACCEPTABLE = BY_ID["crypto/mqtt-password/parse-client-id/type-auth-1"]
VERIFY_ACCEPTABLE = BY_ID["crypto/gateway/verify/digest-absent"]
FORGED = BY_ID["crypto/rsa-token/decrypt/block-type-1"]
RANDOMISED = BY_ID["crypto/rsa-token/encrypt/rsa-1024-token"]


@dataclass
class Fixed:
    """Answers the same, or refuses for None."""

    answer: Mapping[str, Any] | None

    def perform(self, scheme: str, operation: str, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.answer is None:
            raise Refused("no")
        return self.answer


@pytest.mark.parametrize(
    ("test", "answer", "ok"),
    [
        (VALID, VALID.expected, True),
        (VALID, {**VALID.expected, "intermediates": {}}, True),
        (VALID, {"sign": "x"}, False),
        (VALID, {}, False),
        (VALID, None, False),
        (INVALID, None, True),
        (INVALID, {"body": ""}, False),
        (INVALID, {}, False),
        (INVALID, {"accepted": False}, False),
        (VERIFY_VALID, {"accepted": True}, True),
        (VERIFY_VALID, {"accepted": 1}, False),
        (VERIFY_VALID, {"accepted": False}, False),
        (VERIFY_VALID, None, False),
        (VERIFY_INVALID, {"accepted": False}, True),
        (VERIFY_INVALID, None, True),
        (VERIFY_INVALID, {"accepted": True}, False),
        (VERIFY_INVALID, {"accepted": None}, False),
        (VERIFY_INVALID, {}, False),
        (ACCEPTABLE, None, True),
        (ACCEPTABLE, ACCEPTABLE.expected, True),
        (ACCEPTABLE, {**ACCEPTABLE.expected, "deviceId": "other"}, False),
        (VERIFY_ACCEPTABLE, {"accepted": True}, True),
        (VERIFY_ACCEPTABLE, {"accepted": False}, True),
        (VERIFY_ACCEPTABLE, None, True),
        (VERIFY_ACCEPTABLE, {"accepted": "yes"}, False),
        (FORGED, None, True),
        (FORGED, {"messageHex": "00ff"}, True),
        (FORGED, {"messageHex": FORGED.expected["notMessageHex"]}, False),
        (FORGED, {"messageHex": None}, False),
        (FORGED, {}, False),
        (RANDOMISED, {"ciphertext": "AAAA"}, False),
        (RANDOMISED, {"ciphertext": 7}, False),
        (RANDOMISED, {"decryptsToHex": "00"}, False),
        (RANDOMISED, {}, False),
    ],
)
def test_answers_are_judged(test: VectorTest, answer: Mapping[str, Any] | None, ok: bool) -> None:
    assert judge(test, Fixed(answer)).ok is ok


def test_a_randomised_ciphertext_is_judged_by_decrypting_it() -> None:
    answer = own_implementation().perform(RANDOMISED.scheme, RANDOMISED.operation, RANDOMISED.inputs)
    again = own_implementation().perform(RANDOMISED.scheme, RANDOMISED.operation, RANDOMISED.inputs)
    assert answer != again
    outcome = judge(RANDOMISED, Fixed(answer))
    assert outcome.ok
    assert outcome.actual == RANDOMISED.expected


def test_a_claim_to_have_decrypted_is_not_believed() -> None:
    # An answer that only repeats the expected member, without a ciphertext, proves nothing.
    assert not judge(RANDOMISED, Fixed(dict(RANDOMISED.expected))).ok


def test_the_outcome_tells_expected_actual_and_the_note() -> None:
    outcome = judge(BY_ID["crypto/envelope/sign/catches-upper-case-hex"], Fixed({"sign": "x"}))
    assert set(outcome.expected) == {"sign"}
    assert outcome.actual == {"sign": "x"}
    assert outcome.note.startswith("UpperCaseHex: The hexadecimal digits")


def test_a_refusal_shows_its_reason() -> None:
    assert judge(VALID, Fixed(None)).actual == {"refused": "no"}


def test_what_is_not_supported_is_not_judged() -> None:
    class Other:
        def perform(self, scheme: str, operation: str, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
            raise Unsupported("no RSA")

    with pytest.raises(Unsupported, match="no RSA"):
        judge(VALID, Other())


def test_a_crash_is_not_taken_for_a_refusal() -> None:
    class Crashing:
        def perform(self, scheme: str, operation: str, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        judge(INVALID, Crashing())


def test_our_own_implementation_knows_no_other_operation() -> None:
    with pytest.raises(Unsupported, match="envelope fold"):
        own_implementation().perform("envelope", "fold", {})


@pytest.mark.parametrize("file", load(), ids=lambda file: f"{file.scheme}-{file.operation}")
def test_our_own_implementation_answers_every_vector_rightly(file: Any) -> None:
    wrong = [test.id for test in file.tests if not judge(test, own_implementation()).ok]
    assert wrong == []

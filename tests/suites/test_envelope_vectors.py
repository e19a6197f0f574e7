"""Every known-answer vector of a receiver of envelopes is asked of a platform, or there is a reason why it cannot be."""

from __future__ import annotations

import pytest

from conformance.crypto import envelope
from conformance.crypto.envelope import DecryptInput
from conformance.crypto.errors import CryptoError
from conformance.suites.envelope import vectors
from conformance.suites.registry import suite
from conformance.vectors import VectorTest, load

SUITE = suite("envelope")
KNOWN = {case.id for case in SUITE.cases} | {cell.cell for cell in SUITE.skipped}
FILES = {(file.scheme, file.operation): file.tests for file in load()}
VERIFY, DECRYPT = FILES["envelope", "verify"], FILES["envelope", "decrypt"]
OTHER_KEY = "q8Zr5Tn1"

SAID_OTHERWISE = {
    # name of the vector → the case that makes its kind again with the pId and key of the platform
    "right": "encrypted-call/minimal",
    "downgrade": "encrypted-call/sign/plain-rule",
    "upgrade": "plain-call/sign/encrypted-rule",
    "always-plain": "plain-call/sign/unrelated",
    "encrypted-other-key": "encrypted-call/sign/other-key",
    "document-example": "plain-call/minimal",
    "document-example-other-key": "encrypted-call/sign/other-key",
    "encrypted-pid-changed": "encrypted-call/changed/pid",
    "encrypted-pid-composed-changed": "encrypted-call/changed/pid",
    "plain-pid-changed": "plain-call/credentials/wrong",
    "plain-pid-case-changed": "plain-call/credentials/wrong",
}
REASONS = {
    "encrypted-secret-missing": "a platform has its secretKey: nobody can take it away",
    "digit-moved": "by the rule the sign stays right; that the pId is unknown then is asked by credentials/wrong",
    "encrypted-digit-moved": "by the rule the sign stays right; that the pId is unknown then is asked by credentials/wrong",
}


def asked_by(name: str) -> str:
    """Return the case about the kind of a vector of checking a sign."""
    if name in SAID_OTHERWISE:
        return SAID_OTHERWISE[name]
    if name.startswith("body-"):
        return "encrypted-call/body-length"
    if name.startswith("plain-wrong-"):
        return f"plain-call/sign/{name.removeprefix('plain-wrong-')}"
    if name.startswith("wrong-"):
        return f"encrypted-call/sign/{name.removeprefix('wrong-')}"
    mode, _, rest = name.partition("-")
    subject = {"plain": "plain-call", "encrypted": "encrypted-call"}[mode]
    if rest.startswith("sign-"):
        return f"{subject}/sign/forged-{rest.removeprefix('sign-')}"
    return f"{subject}/changed/{rest.removesuffix('-changed')}"


@pytest.mark.parametrize("test", VERIFY, ids=lambda test: test.id)
def test_vector_of_checking_a_sign_has_a_case_of_its_kind(test: VectorTest) -> None:
    name = test.id.rpartition("/")[2]
    if name not in REASONS:
        assert f"envelope/{asked_by(name)}" in KNOWN


def test_excuses_are_about_existing_vectors() -> None:
    names = {test.id.rpartition("/")[2] for test in VERIFY}
    assert REASONS.keys() | SAID_OTHERWISE.keys() <= names


def test_vectors_of_decryption_are_replayed_but_for_those_about_the_key_itself() -> None:
    left = [test for test in DECRYPT if test not in vectors.replayed()]
    assert {test.group for test in left} == {vectors.KEY_GROUP}
    assert {test.result for test in vectors.replayed()} == {"valid", "acceptable", "invalid"}


@pytest.mark.parametrize("test", vectors.replayed(), ids=lambda test: test.id)
def test_vector_keeps_its_meaning_under_another_key(test: VectorTest) -> None:
    body = vectors.rekeyed(test, OTHER_KEY)
    if test.result == "valid":
        assert envelope.decrypt(DecryptInput(body, OTHER_KEY)).body == test.expected["body"]
    elif test.result == "invalid":
        with pytest.raises(CryptoError):
            envelope.decrypt(DecryptInput(body, OTHER_KEY))


@pytest.mark.parametrize("test", vectors.replayed(), ids=lambda test: test.id)
def test_vector_is_sent_as_it_is_where_the_key_is_its_own(test: VectorTest) -> None:
    assert vectors.rekeyed(test, str(test.inputs["secretKey"])) == test.inputs["body"]


def test_every_case_about_a_sign_comes_from_a_vector_of_its_kind_or_is_listed() -> None:
    asked = {
        f"envelope/{asked_by(test.id.rpartition('/')[2])}"
        for test in VERIFY
        if test.id.rpartition("/")[2] not in REASONS
    }
    own = {case.id for case in SUITE.cases if case.purpose.startswith("sign/")}
    assert own - asked == {"envelope/encrypted-call/sign/unrelated"}

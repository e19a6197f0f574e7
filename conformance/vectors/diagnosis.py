"""Which classic mistake gives a wrong answer: told beside the failure, so that the reader need not search."""

from __future__ import annotations

from typing import Any

from conformance.crypto.errors import CryptoError
from conformance.crypto.mistakes import Mistake
from conformance.crypto.rsa_diagnosis import recognise_header
from conformance.vectors.judge import VERIFY
from conformance.vectors.model import Json, VectorTest
from conformance.vectors.operations import OPERATIONS, mistakes_of, padding, test_private_key


def diagnose(test: VectorTest, answer: Json) -> Mistake | None:
    """Return the first mistake of the scheme that gives exactly this wrong answer, or None.

    A check's yes or no fits many mistakes and is not diagnosed: there the vector itself says what it was made to catch.
    """
    if test.operation == VERIFY:
        return None
    try:
        if test.decrypt_with is not None:
            return _of_header(test, answer.get("ciphertext"))
        operation = OPERATIONS[test.scheme, test.operation]
        inputs = operation.read(test.inputs)
    except (CryptoError, ValueError):
        return None
    for mistake in mistakes_of(test.scheme):
        wrong = mistake.wrong.get(test.operation)
        if wrong is not None and _answers(operation.write, wrong, inputs) == dict(answer):
            return mistake
    return None


def _of_header(test: VectorTest, ciphertext: Any) -> Mistake | None:
    if not isinstance(ciphertext, str):
        return None
    key = test_private_key(str(test.decrypt_with))
    message = bytes.fromhex(test.inputs["messageHex"])
    return recognise_header(key, padding(test.inputs["padding"]), message, ciphertext)


def _answers(write: Any, wrong: Any, inputs: Any) -> Any:
    try:
        return write(wrong(inputs))
    except CryptoError:
        return None

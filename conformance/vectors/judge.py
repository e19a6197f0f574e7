"""Judging one answer of one implementation to one vector.

An implementation is anything with `perform`: ours in this process, or a program of another language behind a pipe. It
answers, refuses, or says that it does not do the operation; whatever else it raises is not judged here but passes through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from conformance.crypto import rsa_token
from conformance.crypto.errors import CryptoError
from conformance.vectors.model import Json, VectorTest

VERIFY: Final = "verify"


class Refused(Exception):  # noqa: N818 - an answer of the implementation, not an error of ours
    """The implementation refuses the inputs; the text is its reason."""


class Unsupported(Exception):  # noqa: N818 - an answer of the implementation, not an error of ours
    """The implementation does not perform that operation, or not with that option; the text says which."""


class Implementation(Protocol):
    """A signing or encrypting routine under test."""

    def perform(self, scheme: str, operation: str, inputs: Json) -> Mapping[str, Any]:
        """Perform one operation on JSON inputs; return the answer's members as `expected` in the files names them.

        Raises:
            Refused: the inputs are wrong.
            Unsupported: the implementation does not offer the operation.
        """
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one vector. `note` explains the vector's flags: what a wrong answer means and costs.

    `answer` is what the implementation said, None where it refused; `actual` is the same in a form to be shown.
    """

    ok: bool
    expected: Json
    actual: Json
    note: str
    answer: Json | None = None


def _decrypted(test: VectorTest, answer: Json) -> Json:
    """Turn a randomised ciphertext into what it decrypts to."""
    if test.decrypt_with is None:
        return answer
    # Whoever repeats the expected member without a ciphertext has proved nothing.
    answer = {name: value for name, value in answer.items() if name != "decryptsToHex"}
    if not isinstance(answer.get("ciphertext"), str):
        return answer
    from conformance.vectors.operations import padding, test_private_key

    key = test_private_key(test.decrypt_with)
    try:
        inputs = rsa_token.DecryptInput(key, answer["ciphertext"], padding(test.inputs["padding"]))
        return {"decryptsToHex": rsa_token.decrypt(inputs).message.hex()}
    except CryptoError as error:
        return {**answer, "doesNotDecrypt": str(error)}


def _is_right(test: VectorTest, answer: Json | None) -> bool:
    expected = test.expected
    accepted = answer.get("accepted") if answer is not None and test.operation == VERIFY else None
    if test.result == "invalid":
        if answer is None or accepted is False:
            return True
        # What newer libraries answer to bad RSA padding is random: only the forged message would be wrong.
        forged = expected.get("notMessageHex")
        message = answer.get("messageHex")
        return forged is not None and isinstance(message, str) and message != forged
    if test.result == "acceptable" and (answer is None or accepted is False):
        return True
    return answer is not None and all(
        name in answer and type(answer[name]) is type(value) and answer[name] == value
        for name, value in expected.items()
    )


def judge(test: VectorTest, implementation: Implementation) -> Outcome:
    """Let an implementation answer one vector and judge the answer. Members beyond the expected ones are ignored.

    Raises:
        Unsupported: the implementation does not offer the operation; nothing is judged.
    """
    note = " ".join(str(note) for note in test.notes)
    try:
        answer = implementation.perform(test.scheme, test.operation, test.inputs)
    except Refused as refusal:
        return Outcome(_is_right(test, None), test.expected, {"refused": str(refusal)}, note)
    actual = _decrypted(test, answer)
    return Outcome(_is_right(test, actual), test.expected, actual, note, answer)

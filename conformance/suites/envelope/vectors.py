"""The known-answer vectors of decryption, replayed against the IUT under its own key.

DES in ECB mode lets a ciphertext be made again under another key block by block, with the very padded text that the vector
is about; where the IUT's key is the vector's, the vector itself is sent. What the text says is the vector's and no call of
the IUT, so that a valid one may be refused: it must only be answered. Vectors that are about the form of the Base64 are
sent as they are; `bodies` makes the same forms of the tester's probe, and is the stronger check.

The vectors of checking a sign bear pIds of their own: `signs` and `parts` make each kind again with the IUT's pId and key.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from conformance.crypto import primitives
from conformance.crypto.encoding import decode_base64, encode_base64
from conformance.crypto.errors import CryptoError
from conformance.platforms.envelope import sealing
from conformance.platforms.envelope.sealing import ENCRYPTED
from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.envelope.messages import Body, composed, in_mode, with_body
from conformance.suites.judge import Stated
from conformance.vectors import VectorTest, load

REQUIREMENT: Final = "encrypted-call/vectors"
KEY_GROUP: Final = "DesEcbKeys"
"""Vectors about the key itself, which nobody can choose for the IUT."""


@cache
def replayed() -> tuple[VectorTest, ...]:
    """Return the vectors that any IUT can be asked."""
    file = next(each for each in load() if (each.scheme, each.operation) == ("envelope", "decrypt"))
    return tuple(test for test in file.tests if test.group != KEY_GROUP)


def rekeyed(test: VectorTest, des_key: str) -> str:
    """Return the vector's body under another key; one that is no row of whole blocks stays as it is."""
    body = str(test.inputs["body"])
    try:
        data = primitives.check_blocks(decode_base64(body, "body"), "body")
    except CryptoError:
        return body
    padded = primitives.des_ecb_decrypt(str(test.inputs["secretKey"]).encode(), data)
    return encode_base64(primitives.des_ecb_encrypt(des_key.encode(), padded))


def _replay(result: str) -> Body:
    def body(context: Context, mode: str) -> None:
        # What is accepted or refused for its text breaks nothing.
        stated = Stated.CONSTRAINT if result == "invalid" else Stated.NOTHING
        key = sealing.keys(context).des
        for test in _of(result):
            draft = with_body(context, composed(context, mode), rekeyed(test, key))
            what = f"a refusal of {test.id} ({test.comment})"
            context.refused(REQUIREMENT, context.send(draft), stated, what=what)

    return body


def _of(result: str) -> Iterator[VectorTest]:
    return (test for test in replayed() if test.result == result)


CASES: Final[tuple[Case, ...]] = tuple(
    in_mode(
        ENCRYPTED,
        f"vectors/{result}",
        f"The {result} vectors of decryption are {said}.",
        [REQUIREMENT],
        _replay(result),
    )
    for result, said in (("valid", "answered"), ("acceptable", "answered"), ("invalid", "refused"))
)

"""Opening an answer: what its body carries, deciphered where the mode says so. Judging it is the cases' business."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.crypto import envelope
from conformance.crypto.envelope import DecryptInput
from conformance.crypto.errors import CryptoError
from conformance.evidence.exchange import Answer, read_json
from conformance.platforms.driver import Facts
from conformance.platforms.envelope import sealing


def opened(answer: Answer, *, encrypted: bool, facts: Facts) -> Answer:
    """Return an answer with its `content`; one whose body does not open, or that has none, as it is.

    Raises:
        Inconclusive: the keys are not given.
    """
    body = body_of(answer)
    if body is None or body == "":
        return answer
    if not encrypted:
        return replace(answer, content=_value(body) if isinstance(body, str) else body)
    if not isinstance(body, str):
        return answer
    try:
        text = decrypted(body, sealing.keys(facts).des)
    except CryptoError:
        return answer
    return replace(answer, content=_value(text) if text else None, plain=text.encode("utf-8", "surrogatepass"))


def body_of(answer: Answer) -> Any:
    """Return the member `body` of an answer; None where it has none."""
    return answer.json.get("body") if isinstance(answer.json, dict) else None


def decrypted(body: str, des_key: str) -> str:
    """Return the plain text of a transmitted body; white space within it means nothing (erratum base64-form).

    Raises:
        CryptoError: it does not decrypt.
    """
    return envelope.decrypt(DecryptInput("".join(body.split()), des_key)).body


def _value(text: str) -> Any:
    """Return the JSON value of a text, or the text where it is none."""
    value, problem = read_json(text.encode("utf-8", "surrogatepass"))
    return text if problem else value

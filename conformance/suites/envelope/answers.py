"""Answers: the sign computed again and compared, the body opened, the business data as the tester knows them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.crypto import envelope
from conformance.crypto.encoding import decode_base64, encode_base64
from conformance.crypto.envelope import SignInput
from conformance.crypto.errors import CryptoError
from conformance.evidence.exchange import Answer, read_json
from conformance.evidence.findings import Inconclusive
from conformance.platforms.envelope import opening, sealing
from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.envelope.messages import in_each_mode, keys

WINDOW_MS: Final = 5_000
"""How far around an exchange the platform's own time is looked for: clocks that are kept stay within seconds, and ten thousand
MD5 digests take some milliseconds."""


FIRST_PRINTABLE: Final = 0x20


def signs(answer: Answer, secret: str | None) -> Iterator[tuple[str, str]]:
    """Yield the right sign of an answer by each reading whose parts are known (erratum response-sign-parts)."""
    sent = request_of(answer)
    body = opening.body_of(answer)
    shown = answer.json.get("timeStamp") if isinstance(answer.json, dict) else None
    caller = sent.get("pId")
    parts = {
        "request": (sent.get("timeStamp"), caller),
        "own-shown": (shown, caller),
        "without-time": ("", caller),
        "own-parts": ("", ""),
    }
    for reading, (stamp, p_id) in parts.items():
        if stamp is not None:
            yield reading, sealing.sign_of({"body": body, "timeStamp": stamp, "pId": p_id}, secret)


def own_time(answer: Answer, secret: str | None, offset_ms: int) -> str | None:
    """Return the millisecond near the exchange by which the sign of an answer is right; None where there is none."""
    try:
        wanted = decode_base64(str(answer.at("/sign")), "sign").decode("ascii").lower()
    except (CryptoError, UnicodeDecodeError):
        return None
    body = sealing.as_text(opening.body_of(answer)) if secret is not None else ""
    before = hashlib.md5(body.encode("utf-8", "surrogatepass"), usedforsecurity=False)
    behind = (sealing.as_text(request_of(answer).get("pId")) + (secret or "")).encode("utf-8", "surrogatepass")
    now = time.time_ns() // 1_000_000 + offset_ms
    for stamp in range(now - WINDOW_MS - round(answer.duration_ms), now + WINDOW_MS):
        digest = before.copy()
        digest.update(str(stamp).encode() + behind)
        if digest.hexdigest() == wanted:
            return str(stamp)
    return None


def request_of(answer: Answer) -> Mapping[str, Any]:
    """Return the message that was sent."""
    value, _ = read_json(answer.request.body or b"")
    return value if isinstance(value, dict) else {}


def _sign(context: Context, mode: str) -> None:
    found = keys(context, mode)
    secret = found.secret if found else None
    for draft in context.drafts(context.operation(mode)):
        answer = context.succeed(draft)
        given = answer.at("/sign")
        right = dict(signs(answer, secret))
        upper = {_upper(sign) for sign in right.values()}
        read = next((reading for reading, sign in right.items() if given in {sign, _upper(sign)}), None)
        if read is None and own_time(answer, secret, context.environment.clock_offset_ms or 0) is not None:
            read = "own-hidden"
        context.check(
            f"{mode}/response-sign",
            read is not None,
            expected=f"{right['request']}, by the timeStamp and pId of the request (or by another accepted reading)",
            actual=given,
            pointer="/sign",
            note=_diagnosis(context, mode, answer) if read is None else "",
            answer=answer,
        )
        if read is not None:
            context.notes.append(f"the sign of an answer is made by the reading {read}")
            context.check(
                "global/response-hex-case",
                given not in upper,
                expected="lower-case digits under the sign",
                actual="upper-case digits",
                pointer="/sign",
                answer=answer,
            )
    context.notes[:] = dict.fromkeys(context.notes)


def _upper(sign: str) -> str:
    return encode_base64(decode_base64(sign, "sign").upper())


def _diagnosis(context: Context, mode: str, answer: Answer) -> str:
    """Return which classic mistake explains a wrong sign; empty where none does."""
    found, sent = keys(context, mode), request_of(answer)
    plain = answer.plain.decode("utf-8", "replace") if answer.plain is not None else sealing.as_text(answer.content)
    inputs = SignInput(
        found is not None,
        plain,
        sealing.as_text(sent.get("timeStamp")),
        sealing.as_text(sent.get("pId")),
        found.secret if found else "",
        found.des if found else None,
    )
    try:
        mistake = envelope.diagnose(inputs, sealing.as_text(answer.at("/sign")))
    except CryptoError:
        return ""
    return f"the sign is {mistake}" if mistake else ""


def _body(context: Context, mode: str) -> None:
    for draft in context.drafts(context.operation(mode)):
        answer = context.succeed(draft)
        problem = _problem(context, mode, opening.body_of(answer))
        context.check(
            f"{mode}/response-body",
            not problem,
            expected="a ciphertext under the key of the entry" if _enciphers(mode) else "a plain body",
            actual=problem,
            pointer="/body",
            answer=answer,
        )


def _enciphers(mode: str) -> bool:
    return mode == sealing.ENCRYPTED


def _problem(context: Context, mode: str, body: Any) -> str:
    """Return what is wrong with the body of an answer; empty where it is as it must be, or there is none."""
    if body is None or body == "":
        return ""
    if _enciphers(mode):
        if not isinstance(body, str):
            return "no text"
        try:
            text = opening.decrypted(body, sealing.keys(context).des)
        except CryptoError as error:
            return str(error)
        # No text ends so; what is left of a padding that PKCS#5 does not know does.
        left = text[-1:] and ord(text[-1]) < FIRST_PRINTABLE and text[-1] not in "\t\r\n"
        return f"decrypts to a text that ends with the control character {ord(text[-1]):02x}" if left else ""
    if not isinstance(body, str):
        return ""
    try:
        opening.decrypted(body, sealing.keys(context).des)
    except (CryptoError, Inconclusive):
        return ""
    return "a ciphertext"


def _promised(context: Context, mode: str) -> None:
    for draft in context.drafts(context.operation(mode)):
        context.succeed(draft)


CASES: Final[tuple[Case, ...]] = (
    *in_each_mode(
        "response-sign",
        "The sign of an answer is the one of the rule, by an accepted reading.",
        ["{mode}/response-sign", "global/response-hex-case", "{mode}/success"],
        _sign,
    ),
    *in_each_mode(
        "response-body",
        "The body of an answer is enciphered as that of the request is, or plain as it is.",
        ["{mode}/response-body", "{mode}/success"],
        _body,
    ),
    *in_each_mode(
        "probes",
        "Every probe is served and carries back what the tester knows of it.",
        ["global/probe-answer", "{mode}/success"],
        _promised,
    ),
)

"""Every behaviour fault of this platform: the written requirement that it breaks, and what it does.

Most are made of the classic mistakes of the crypto scheme: a platform that makes a mistake lets pass what a peer with the
same mistake sends, or answers with it. Where a behaviour lives it is asked for by name. None stands for a fault that no
written statement forbids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from conformance.reference.envelope.gate import CARELESS
from conformance.reference.envelope.wire import LENIENT, MISSIGNED, MISWRITTEN
from conformance.reference.faults import Behaviour

_OWN: Final[Mapping[str, Behaviour]] = {
    "sign-spelling-accepted": Behaviour(
        "encrypted-call/sign-spelling", "a sign is read as far as its first =, whatever is missing or stands behind"
    ),
    "unreadable-body-accepted": Behaviour(
        "encrypted-call/body-form", "a body that does not decrypt is taken for a query of the seeded device"
    ),
    "message-unread": Behaviour(
        "encrypted-call/signed-parts",
        "neither is the sign compared nor the body needed: what does not decrypt is taken for a query",
    ),
    "aligned-body-refused": Behaviour("encrypted-call/body-length", "a plain body that fills whole blocks is refused"),
    "odd-base64-crashes": Behaviour(
        "encrypted-call/body-spelling", "a body with white space or of an odd length is answered with 500"
    ),
    "plain-message-crashes": Behaviour(
        "encrypted-call/plain-message", "a plain message to the entry with encryption is answered with 500"
    ),
    "answers-plain": Behaviour("encrypted-call/response-body", "the body of an encrypted answer is not encrypted"),
    "answers-enciphered": Behaviour("plain-call/response-body", "the body of a plain answer is a ciphertext"),
    "changed-body-crashes": Behaviour(
        "plain-call/body-not-covered", "a sign that came before with another body is answered with 500"
    ),
    "repeated-message-crashes": Behaviour("global/repeated-message", "a message that came before is answered with 500"),
    "old-timestamp-crashes": Behaviour(
        "global/timestamp-age", "a timeStamp more than five minutes away is answered with 500"
    ),
    "query-answers-other-device": Behaviour("global/probe-answer", "a query answers another device than asked for"),
    "register-garbles-text": Behaviour("global/probe-answer", "a registration turns what is not ASCII into ?"),
    "refusal-discloses": Behaviour(
        "global/refusal-discloses-nothing", "a refusal for want of credentials carries a device"
    ),
    "malformed-json-accepted": Behaviour(
        "global/malformed-json", "a body that is not JSON is taken for a right message"
    ),
    "unknown-path-served": Behaviour("global/unknown-path", "a path where no interface lives answers success"),
    "member-order-matters": Behaviour(
        "global/member-order", "a message whose members stand in alphabetical order is refused"
    ),
    "line-break-refused": Behaviour("global/member-order", "a message with line breaks between its members is refused"),
}


def _sign_statement(mistake: str) -> str:
    """Return the statement that a careless check of signs breaks; some mistakes show in plain calls only."""
    if mistake in {"upper-case-hex", "verify-ignores-case"}:
        return "global/hex-case"
    return "plain-call/sign" if mistake in {"plain-with-secret", "plain-with-body"} else "encrypted-call/sign"


def _of_mistakes() -> Iterator[tuple[str, Behaviour]]:
    for name, mistake in CARELESS.items():
        yield (
            name,
            Behaviour(_sign_statement(mistake.name), f"a sign passes by the check of a peer that errs: {mistake}"),
        )
    for name, mistake in LENIENT.items():
        yield name, Behaviour("encrypted-call/body-form", f"a body is read by a peer that errs: {mistake}")
    for name, mistake in MISSIGNED.items():
        upper = mistake.name == "upper-case-hex"
        broken = "global/response-hex-case" if upper else "encrypted-call/response-sign"
        yield name, Behaviour(broken, f"the sign of an answer is {mistake}")
    for name, mistake in MISWRITTEN.items():
        yield name, Behaviour("encrypted-call/response-body", f"the body of an answer is {mistake}")


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {**_OWN, **dict(_of_mistakes())}

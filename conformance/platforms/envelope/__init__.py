"""The signed envelope: every call is one message that says who calls and bears a sign; with encryption its body is enciphered.

Nobody signs in: an access entry of the platform is a pId, with a secretKey that signs and, unless the tester gives another
key, encrypts (erratum des-key). The message is composed as the call goes out, because its time of sending is signed.
"""

from __future__ import annotations

import hashlib

from conformance.contract import Operation
from conformance.evidence.exchange import Answer
from conformance.platforms.draft import Draft
from conformance.platforms.driver import Driver, Facts
from conformance.platforms.envelope import opening, sealing


def _present(draft: Draft, token: str, facts: Facts) -> None:
    sealing.seal(draft, token, facts)


def _absent(draft: Draft, token: str, facts: Facts) -> None:
    """Send everything but what says who calls; without encryption anybody can make the sign, so that it says nothing."""
    sealing.seal(draft, token, facts)
    credentials = {"pId", "sign"} if sealing.is_encrypted(draft.operation) else {"pId"}
    draft.body = {name: value for name, value in draft.body.items() if name not in credentials}


def _wrong(draft: Draft, token: str, facts: Facts) -> None:
    sealing.seal(draft, unknown(token), facts)


def unknown(p_id: str) -> str:
    """Return a pId that no entry has: the given one, continued by nine digits that nobody chooses.

    No more of them, so that a platform whose pIds are numbers can still read it as one.
    """
    digest = hashlib.sha256(p_id.encode("utf-8", "surrogatepass")).digest()
    return f"{p_id}{int.from_bytes(digest[:8], 'big') % 10**9:09}"


def _unseal(answer: Answer, operation: Operation, facts: Facts) -> Answer:
    return opening.opened(answer, encrypted=sealing.is_encrypted(operation), facts=facts)


DRIVER = Driver(platform="envelope", present=_present, wrong={"absent": _absent, "wrong": _wrong}, unseal=_unseal)

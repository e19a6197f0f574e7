"""Clients of the signed envelope: the sign over each message, the enciphered body, the time of sending."""

from __future__ import annotations

import re
import time
from typing import Any, Final

from conformance.contract import Contract, Operation, Violation
from conformance.crypto import envelope
from conformance.crypto.encoding import encode_base64
from conformance.crypto.envelope import VerifyInput
from conformance.crypto.errors import CryptoError
from conformance.crypto.mistakes import UPPER_CASE_HEX
from conformance.evidence.exchange import at, read_json
from conformance.platforms.driver import Facts
from conformance.platforms.envelope.opening import decrypted
from conformance.platforms.envelope.sealing import ENCRYPTED, PLAIN, as_text, is_encrypted, keys
from conformance.suites.client.heard import Heard
from conformance.suites.client.listener import AT_MOST, Breach, Judged, Listener, Rule, each_call
from conformance.suites.client.tokens import Ledger

STALE_MS: Final = 300_000
"""How far a time of sending may be from ours. The document names no limit; clocks that are set agree within seconds."""
DAY_MS: Final = 86_400_000
"""What is farther away is not the current time in milliseconds, however wrong a clock may be."""
_HEXADECIMAL: Final = re.compile(r"(?:[0-9A-Fa-f]{16})+", re.ASCII)
"""Whole blocks of DES, in hexadecimal."""


def _mode(contract: Contract, operation: Operation, body: Any, facts: Facts) -> Operation:
    """Tell the mode of a message: by its pId, else by the kind of its body.

    An entry with encryption may send plain messages too (erratum mode-of-entry).
    """
    del operation
    message = body if isinstance(body, dict) else {}
    if not isinstance(message.get("body"), str | None):
        return contract.operations[PLAIN]
    plain, encrypted = facts.credential("plain_pid"), facts.credential("pid")
    if plain != encrypted and message.get("pId") in (plain, encrypted):
        return contract.operations[ENCRYPTED if message["pId"] == encrypted else PLAIN]
    return contract.operations[ENCRYPTED if isinstance(message.get("body"), str) else PLAIN]


def _message(call: Heard) -> dict[str, Any]:
    return call.body if isinstance(call.body, dict) else {}


def _credentials(call: Heard, facts: Facts, ledger: Ledger) -> Breach | None:
    del ledger
    assert call.operation is not None
    known = [facts.credential("pid")] + ([] if is_encrypted(call.operation) else [facts.credential("plain_pid")])
    given = _message(call).get("pId")
    return None if given in known else Breach("the pId of an access entry", as_text(given) or "absent", "/pId")


def _signed(call: Heard, facts: Facts) -> Breach | None:
    assert call.operation is not None
    message, encrypted = _message(call), is_encrypted(call.operation)
    if not isinstance(message.get("sign"), str):
        return Breach("the sign of the message", "no text", "/sign")
    received = VerifyInput(
        encrypted,
        as_text(message.get("body")),
        as_text(message.get("timeStamp")),
        as_text(message.get("pId")),
        message["sign"],
        keys(facts).secret if encrypted else None,
    )
    try:
        if envelope.verify(received):
            return None
        mistake = envelope.diagnose_received(received)
    except CryptoError as error:
        return Breach("the sign of the message", str(error), "/sign")
    if mistake is not None and mistake.flag is UPPER_CASE_HEX:
        note = "printed examples have lower-case digits, and no sentence says which"
        return Breach("the sign of the message", "that of upper-case digits", "/sign", note, excused=True)
    return Breach("the sign of the message", "another one", "/sign", str(mistake or ""))


def _enciphered(call: Heard, facts: Facts) -> Breach | None:
    body = _message(call).get("body")
    expected = "Base64 of the DES ciphertext of a JSON text"
    if not isinstance(body, str):
        return Breach(expected, "no text", "/body")
    if _HEXADECIMAL.fullmatch(body) and _problem(encode_base64(bytes.fromhex(body)), facts) is None:
        return None  # the sample's comments call it so (erratum cipher-text-form)
    problem = _problem(body, facts)
    return Breach(expected, problem, "/body") if problem else None


def _problem(body: str, facts: Facts) -> str | None:
    """Return why a text is not Base64 of an enciphered JSON text; None where it is."""
    try:
        text = decrypted(body, keys(facts).des)
    except CryptoError as error:
        return f"a text that does not decrypt: {error}"
    problem = read_json(text.encode("utf-8", "surrogatepass"))[1] if text else None
    return f"a ciphertext; {problem}" if problem else None


def _excuse(operation: Operation, violation: Violation, body: Any) -> str | None:
    """Excuse a time that is a number: the document prints a text and gives no table of types."""
    del operation
    value = at(body, violation.pointer)
    number = violation.key == "timeStamp/type" and isinstance(value, int) and not isinstance(value, bool)
    return f"{AT_MOST}: the examples print a text, and no sentence gives the type" if number else None


def _time_stamp(calls: Any, facts: Facts) -> Judged:
    """Tell of each message how far its time of sending is from the moment in which it came."""
    del facts
    offset_ms = time.time() * 1000 - time.monotonic() * 1000
    for call in calls:
        if call.operation is None:
            continue
        stamp = as_text(_message(call).get("timeStamp"))
        came = call.overheard.received_s * 1000 + offset_ms
        if not (stamp.isascii() and stamp.isdecimal()):
            yield call, Breach("milliseconds since 1970", stamp or "absent", "/timeStamp")
            continue
        away = abs(int(stamp) - came)
        wrong = Breach(
            f"the current time in milliseconds, about {came:.0f}",
            stamp,
            "/timeStamp",
            f"{away / 1000:.0f} s away; how far it may be is stated nowhere (erratum timestamp-age)"
            if away <= DAY_MS
            else "no clock is so wrong: seconds, microseconds, or a time that is not the current one",
            excused=away <= DAY_MS,
        )
        yield call, wrong if away > STALE_MS else None


LISTENER: Final = Listener(
    credentials=_credentials,
    mode=_mode,
    rules=(
        Rule(
            ENCRYPTED,
            "signed",
            "Every message with encryption bears its sign.",
            "encrypted-call/signed",
            each_call(_signed, ENCRYPTED),
        ),
        Rule(
            ENCRYPTED,
            "enciphered",
            "The body of every message with encryption is enciphered.",
            "encrypted-call/enciphered",
            each_call(_enciphered, ENCRYPTED),
        ),
        Rule(
            PLAIN,
            "signed",
            "Every message without encryption bears its sign.",
            "plain-call/signed",
            each_call(_signed, PLAIN),
        ),
        Rule("any", "time-stamp", "Every message says when it was sent.", "client/time-stamp", _time_stamp),
    ),
    excuse=_excuse,
)

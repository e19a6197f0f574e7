"""Messages of the signed envelope by another accepted reading: judged as what they are, and no FAIL."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from conformance.crypto import envelope
from conformance.crypto.encoding import decode_base64, encode_base64
from conformance.crypto.envelope import EncryptInput
from conformance.evidence.verdict import Verdict
from conformance.platforms.envelope.sealing import sign_of
from tests.clients.listening import Pass, environment, outcomes, overheard

SECRET = "K7mR2xQ9"
KNOWN = {"pid": "P", "plain_pid": "Q", "secret_key": SECRET, "des_key": SECRET}
CONTENT = {"deviceId": 7}
CIPHERTEXT = envelope.encrypt(EncryptInput(json.dumps(CONTENT), SECRET)).body
HEXADECIMAL = decode_base64(CIPHERTEXT, "body").hex()
HOUR_MS = 3_600_000


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def message(body: Any, p_id: str, stamp: Any, *, encrypted: bool) -> dict[str, Any]:
    """A message with the sign of its mode."""
    parts = {"body": body, "pId": p_id, "timeStamp": stamp}
    return {**parts, "sign": sign_of(parts, SECRET if encrypted else None)}


def verdicts(sent: Any) -> dict[str, Verdict]:
    """What each case comes to that is not PASS, by the tail of its id."""
    call = overheard(1, "POST", "/query", headers={"Content-Type": "application/json"}, body=sent, at=time.monotonic())
    found = outcomes(environment("envelope", [Pass((), (call,))], KNOWN))
    return {name: each.verdict for name, each in found.items() if each.verdict is not Verdict.PASS}


def test_entry_with_encryption_may_send_a_plain_message() -> None:
    assert verdicts(message(CONTENT, "P", str(now_ms()), encrypted=False)) == {}
    assert verdicts(message([], "P", str(now_ms()), encrypted=False)) == {}


def test_plain_message_of_that_entry_bears_the_sign_of_a_plain_one() -> None:
    assert verdicts(message(CONTENT, "P", str(now_ms()), encrypted=True)) == {"plain-call/signed": Verdict.FAIL}


@pytest.mark.parametrize("body", [CIPHERTEXT, HEXADECIMAL, HEXADECIMAL.upper()])
def test_ciphertext_may_be_written_in_hexadecimal(body: str) -> None:
    assert verdicts(message(body, "P", str(now_ms()), encrypted=True)) == {}


@pytest.mark.parametrize("body", [HEXADECIMAL[:-2], "00" * 8, json.dumps(CONTENT)])
def test_what_is_no_ciphertext_in_either_form_fails(body: str) -> None:
    assert verdicts(message(body, "P", str(now_ms()), encrypted=True)) == {"encrypted-call/enciphered": Verdict.FAIL}


def test_time_as_a_number_is_a_warning_and_another_type_fails() -> None:
    numbered = message(CONTENT, "Q", now_ms(), encrypted=False)
    assert verdicts(numbered) == {"plain-call/request": Verdict.WARN}
    for other in ([now_ms()], True):
        assert verdicts(message(CONTENT, "Q", other, encrypted=False))["plain-call/request"] is Verdict.FAIL


@pytest.mark.parametrize(
    ("scale", "away_ms", "verdict"),
    [
        (1, 200_000, None),
        (1, -HOUR_MS, Verdict.WARN),
        (1, 8 * HOUR_MS, Verdict.WARN),
        (1, -25 * HOUR_MS, Verdict.FAIL),
        (1, 25 * HOUR_MS, Verdict.FAIL),
        (0.001, 0, Verdict.FAIL),
        (1000, 0, Verdict.FAIL),
    ],
)
def test_time_fails_where_it_cannot_be_the_current_one_in_milliseconds(
    scale: float, away_ms: int, verdict: Verdict | None
) -> None:
    stamp = str(int((now_ms() + away_ms) * scale))
    assert verdicts(message(CONTENT, "Q", stamp, encrypted=False)).get("any/time-stamp") is verdict


@pytest.mark.parametrize("encrypted", [True, False])
def test_sign_of_upper_case_digits_is_a_warning(encrypted: bool) -> None:
    body, p_id = (CIPHERTEXT, "P") if encrypted else (CONTENT, "Q")
    sent = message(body, p_id, str(now_ms()), encrypted=encrypted)
    sent["sign"] = encode_base64(decode_base64(sent["sign"], "sign").upper())
    mode = "encrypted-call" if encrypted else "plain-call"
    assert verdicts(sent) == {f"{mode}/signed": Verdict.WARN}

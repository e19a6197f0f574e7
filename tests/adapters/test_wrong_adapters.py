"""Wrong programs, made from the example by one change each, are caught, and the failure text has the vector's note."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from conformance.vectors import load

from .running import EXAMPLES, judge, python

NOTES = {test.id: [str(note) for note in test.notes] for file in load() for test in file.tests}


@dataclass(frozen=True)
class Wrong:
    """A mistake: what of the example is replaced by what, and where it has to show."""

    old: str
    new: str
    vector: str
    """A vector that was made to catch it."""
    diagnosis: str = ""
    """Name of the flag by which a wrong value is recognised; empty where it is a yes, a no or nothing."""


SIGN = "write_base64(hashlib.md5(text.encode()).hexdigest().encode())"
REPLY = 'answer = OPERATIONS[request["scheme"]][request["operation"]](request["inputs"])'
WRONG = {
    "upper-case hex": Wrong(
        SIGN,
        "write_base64(hashlib.md5(text.encode()).hexdigest().upper().encode())",
        "envelope/sign/catches-upper-case-hex",
        "UpperCaseHex",
    ),
    "raw digest": Wrong(
        SIGN, "write_base64(hashlib.md5(text.encode()).digest())", "envelope/sign/catches-raw-digest", "RawDigest"
    ),
    "key and message swapped": Wrong(
        "hmac.new(timestamp.encode(), secret.encode(), hashlib.sha256)",
        "hmac.new(secret.encode(), timestamp.encode(), hashlib.sha256)",
        "mqtt-password/password/catches-swapped-key-message",
        "SwappedKeyMessage",
    ),
    "PKCS#7 off by one": Wrong(
        'pad(inputs["body"].encode(), 8)',
        '(lambda padded: padded[:-padded[-1]] + bytes([padded[-1] - 1]) * padded[-1])(pad(inputs["body"].encode(), 8))',
        "envelope/encrypt/body-two-blocks-less-one",
        "WrongPadding",
    ),
    "CBC": Wrong(
        'DES.new(inputs["secretKey"].encode(), DES.MODE_ECB)',
        'DES.new(inputs["secretKey"].encode(), DES.MODE_CBC, bytes(8))',
        "envelope/encrypt/catches-cbc-key-as-iv",
        "CbcMode",
    ),
    "URL-safe Base64": Wrong(
        "def write_base64(data):\n    return base64.b64encode(data).decode()",
        "def write_base64(data):\n    return base64.urlsafe_b64encode(data).decode()",
        "envelope/encrypt/catches-body-url-safe",
        "UrlSafeBase64",
    ),
    "wrong concatenation": Wrong(
        'text = body + text + inputs["secretKey"]',
        'text = body + inputs["pId"] + inputs["timeStamp"] + inputs["secretKey"]',
        "envelope/sign/catches-order-body-timestamp-secret-pid",
        "SwappedConcatenation",
    ),
    "always accepts": Wrong(
        REPLY,
        f'{REPLY}\n        answer.update(accepted=True) if "accepted" in answer else None',
        "envelope/verify/wrong-raw-digest",
    ),
    "always refuses": Wrong(REPLY, 'raise ValueError("no")', "envelope/verify/document-example"),
    "crashes": Wrong(
        REPLY,
        'import os\n        os.abort() if request["operation"] == "decrypt" else None\n        ' + REPLY,
        "envelope/decrypt/body-empty",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_adapter_is_caught_with_the_note_of_the_vector(name: str, tmp_path: Path) -> None:
    wrong = WRONG[name]
    source = (EXAMPLES / "adapter.py").read_text(encoding="utf-8")
    assert source.count(wrong.old) == 1
    script = tmp_path / "adapter.py"
    script.write_text(source.replace(wrong.old, wrong.new), encoding="utf-8")
    judged = judge(*python(script), only=(f"crypto/{wrong.vector.rpartition('/')[0]}/*",))
    assert judged.results["run"]["exit"] == 1
    case = judged.case(f"crypto/{wrong.vector}")
    assert case["verdict"] == "FAIL"
    assert NOTES[case["id"]]
    for note in NOTES[case["id"]]:
        assert note in case["message"]
    if wrong.diagnosis:
        assert re.search(rf"Diagnosis: right up to .*, then .* \({wrong.diagnosis}\)\.", case["message"])
    else:
        assert "Diagnosis" not in case["message"]
    # The judge does not fail everything: what the change does not touch holds.
    assert judged.having("PASS") or name in {"always refuses", "crashes"}


def test_a_wrong_randomised_encryption_is_recognised_by_decrypting_it(tmp_path: Path) -> None:
    old = 'return {"ciphertext": write_base64(cipher.encrypt(bytes.fromhex(inputs["messageHex"])))}'
    new = 'return {"ciphertext": write_base64(cipher.encrypt(bytes.fromhex(inputs["messageHex"]))[::-1])}'
    source = (EXAMPLES / "adapter.py").read_text(encoding="utf-8")
    assert source.count(old) == 1
    script = tmp_path / "adapter.py"
    script.write_text(source.replace(old, new), encoding="utf-8")
    judged = judge(*python(script), only=("crypto/rsa-token/encrypt/rsa-2048-token",))
    assert [case["verdict"] for case in judged.results["cases"]] == ["FAIL"]
    assert "Diagnosis: right up to" in judged.results["cases"][0]["message"]

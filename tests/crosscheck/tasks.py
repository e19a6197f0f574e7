"""From a vector to the primitive computations inside it, with the values that the vector claims for them."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cache

from Crypto.PublicKey import RSA

from conformance.vectors import VectorTest


@dataclass(frozen=True, slots=True)
class Task:
    """One primitive computation: its kind and its operands."""

    kind: str
    parts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A task and what must come out: a value, None for a refusal, or anything but `forbidden`.

    `decrypt` says that the result is a ciphertext that must decrypt to `expected`.
    """

    task: Task
    expected: bytes | None = None
    forbidden: bytes | None = None

    def agrees(self, result: bytes | None) -> bool:
        """Tell whether a result is right."""
        if self.forbidden is not None:
            return result != self.forbidden
        return result == self.expected


@cache
def _der(key: str, private: bool) -> bytes:
    read = RSA.import_key(key if key.startswith("-----") else base64.b64decode(re.sub(r"\s", "", key)))
    return read.export_key("DER", pkcs=8) if private else read.public_key().export_key("DER")


def _oaep(padding: dict[str, str]) -> tuple[bytes, ...]:
    return (padding["hash"].encode(), padding["mgfHash"].encode()) if padding["name"] == "oaep" else ()


def _decoded(text: str) -> bytes | None:
    """Decode what is Base64 at all; white space skipped as by a lenient decoder."""
    text = re.sub(r"\s", "", text)
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data


def _envelope(test: VectorTest) -> list[Check]:
    inputs, steps = test.inputs, test.intermediates
    key = inputs.get("secretKey", "").encode()[:8]
    if test.operation == "encrypt" and test.result != "invalid":
        return [Check(Task("des-encrypt", (key, inputs["body"].encode())), base64.b64decode(test.expected["body"]))]
    if test.operation == "decrypt":
        data = _decoded(inputs["body"])
        if data and len(data) % 8 == 0 and len(key) == 8:
            refused = test.result == "invalid"
            expected = None if refused else test.expected["body"].encode()
            return [Check(Task("des-decrypt", (key, data)), expected)]
    checks = []
    if test.operation == "sign" and inputs["encrypted"] and "transmittedBody" in steps:
        task = Task("des-encrypt", (key, inputs["body"].encode()))
        checks.append(Check(task, base64.b64decode(steps["transmittedBody"])))
    if "stringToSign" in steps:
        checks.append(Check(Task("md5", (steps["stringToSign"].encode(),)), bytes.fromhex(steps["digestHex"])))
    return checks


def _mqtt(test: VectorTest) -> list[Check]:
    inputs, steps = test.inputs, test.intermediates
    if test.operation == "password" and steps:
        task = Task("hmac-sha256", (inputs["timestamp"].encode(), inputs["secret"].encode()))
        return [Check(task, bytes.fromhex(test.expected["password"]))]
    if test.operation == "verify" and steps:
        task = Task("hmac-sha256", (steps["timestamp"].encode(), inputs["secret"].encode()))
        return [Check(task, bytes.fromhex(steps["expectedPassword"]))]
    return []


def _rsa(test: VectorTest) -> list[Check]:
    inputs, steps = test.inputs, test.intermediates
    if test.operation == "encrypt-fixed" and steps:
        public = _der(inputs["publicKey"], False)
        block, ciphertext = bytes.fromhex(steps["blockHex"]), bytes.fromhex(steps["ciphertextHex"])
        private = _private_of(inputs["publicKey"])
        decrypt = Task("rsa-decrypt", (private, ciphertext, *_oaep(inputs["padding"])))
        return [
            Check(Task("rsa-raw", (public, block)), ciphertext),
            Check(decrypt, bytes.fromhex(inputs["messageHex"])),
        ]
    if test.operation == "encrypt" and test.result != "invalid":
        assert test.decrypt_with is not None
        public = _der(inputs["publicKey"], False)
        parts = (public, _der(test.decrypt_with, True), bytes.fromhex(inputs["messageHex"]), *_oaep(inputs["padding"]))
        return [Check(Task("rsa-round-trip", parts), bytes.fromhex(inputs["messageHex"]))]
    if test.operation == "decrypt":
        data = _decoded(inputs["ciphertext"])
        if data is None or "BadKey" in test.flags:
            return []
        task = Task("rsa-decrypt", (_der(inputs["privateKey"], True), data, *_oaep(inputs["padding"])))
        if test.result == "invalid":
            return [Check(task, forbidden=bytes.fromhex(test.expected["notMessageHex"]))]
        return [Check(task, bytes.fromhex(test.expected["messageHex"]))]
    return []


@cache
def _private_by_modulus() -> dict[int, bytes]:
    from conformance.vectors.content.keys import key_names, rsa_key

    return {int(rsa_key(name).n): rsa_key(name).export_key("DER", pkcs=8) for name in key_names("rsa")}


def _private_of(public_key: str) -> bytes:
    return _private_by_modulus()[int(RSA.import_key(_der(public_key, False)).n)]


def _gateway(test: VectorTest) -> list[Check]:
    inputs, steps = test.inputs, test.intermediates
    checks = []
    if steps:
        task = Task("hmac-sha256", (inputs["appSecret"].encode(), steps["stringToSign"].encode()))
        checks.append(Check(task, bytes.fromhex(steps["digestHex"])))
    if test.expected.get("contentMd5"):
        checks.append(Check(Task("md5", (inputs["body"].encode(),)), base64.b64decode(test.expected["contentMd5"])))
    return checks


_OF_SCHEME = {"envelope": _envelope, "mqtt-password": _mqtt, "rsa-token": _rsa, "gateway": _gateway}


def checks_of(test: VectorTest) -> list[Check]:
    """Return the primitive computations inside a vector; none where only its format decides."""
    return _OF_SCHEME[test.scheme](test)

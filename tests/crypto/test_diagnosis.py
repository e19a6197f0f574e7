"""Every classic mistake is recognised in a value that it produced, and a right value is not blamed."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta, timezone

import pytest

from conformance.crypto import envelope, gateway, mqtt_password, rsa_token
from conformance.crypto.encoding import encode_base64
from conformance.crypto.envelope import EncryptInput, SignInput
from conformance.crypto.envelope_mistakes import MISTAKES as ENVELOPE
from conformance.crypto.errors import CryptoError
from conformance.crypto.gateway_mistakes import MISTAKES as GATEWAY
from conformance.crypto.mistakes import Mistake
from conformance.crypto.mqtt_client_id import ComposeInput
from conformance.crypto.mqtt_mistakes import MISTAKES as MQTT
from conformance.crypto.mqtt_password import PasswordInput
from conformance.crypto.rsa_mistakes import MISTAKES as RSA
from conformance.vectors.content.keys import rsa_key

SIGNED = SignInput(True, '{"name":"é"}', "1700000000123", "é1", "K7mR2xQ9")
PLAIN = SignInput(False, '{"a":1}', "1700000000123", "é1", "K7mR2xQ9")
BODIES = [EncryptInput("é", "K7mR2xQ9"), EncryptInput("abcdefgh", "K7mR2xQ9"), EncryptInput("x" * 99, "K7mR2xQ9")]
PASSWORD = PasswordInput("2026112010", "clé")
MOMENTS = [
    ComposeInput("dev", "0", "1", datetime(2027, 1, 2, 21, 5, tzinfo=timezone(timedelta(hours=8)))),
    ComposeInput("dev", "0", "1", datetime(2026, 8, 9, 1, 5, tzinfo=timezone(timedelta(hours=8)))),
]
JSON = gateway.Request(
    "POST",
    "/x?d=%2F&b=&c=1",
    (("Accept", "a"), ("Content-Type", "application/json"), ("Date", "d"), ("X-Ca-Nonce", "n"), ("X-Ca-Key", "k")),
    b"{}",
)
NO_DATE = gateway.Request("POST", "/x", (("X-Ca-Nonce", "n"), ("X-Ca-Key", "k")), b"{}")
FORM = gateway.Request("POST", "/x", (("Content-Type", gateway.FORM), ("X-Ca-Nonce", "n"), ("X-Ca-Key", "k")), b"a=1")
REQUESTS = [gateway.SignInput(request, ("X-Ca-Nonce", "X-Ca-Key"), "s") for request in (JSON, NO_DATE, FORM)]


def _concerning(mistakes: tuple[Mistake, ...], operation: str) -> list[Mistake]:
    return [mistake for mistake in mistakes if operation in mistake.wrong]


def _named(mistake: Mistake) -> str:
    return mistake.name


@pytest.mark.parametrize("mistake", _concerning(ENVELOPE, "sign"), ids=_named)
def test_wrong_signs_are_diagnosed(mistake: Mistake) -> None:
    shown = 0
    for inputs in (SIGNED, PLAIN):
        observed = mistake.wrong["sign"](inputs)
        if observed != envelope.sign(inputs).sign:
            found = envelope.diagnose(inputs, observed)
            assert found is not None
            assert found.wrong["sign"](inputs) == observed
            shown += 1
    assert shown


@pytest.mark.parametrize("mistake", _concerning(ENVELOPE, "encrypt"), ids=_named)
def test_wrong_bodies_are_diagnosed(mistake: Mistake) -> None:
    found = [
        envelope.diagnose_body(inputs, mistake.wrong["encrypt"](inputs))
        for inputs in BODIES
        if mistake.wrong["encrypt"](inputs) != envelope.encrypt(inputs).body
    ]
    assert found
    assert None not in found


@pytest.mark.parametrize("mistake", _concerning(MQTT, "password"), ids=_named)
def test_wrong_passwords_are_diagnosed(mistake: Mistake) -> None:
    assert mqtt_password.diagnose(PASSWORD, mistake.wrong["password"](PASSWORD)) is mistake


@pytest.mark.parametrize(
    "mistake", [m for m in _concerning(MQTT, "compose-client-id") if m.name != "compose-unchecked"], ids=_named
)
def test_wrong_client_ids_are_diagnosed(mistake: Mistake) -> None:
    found = [mqtt_password.diagnose_client_id(inputs, mistake.wrong["compose-client-id"](inputs)) for inputs in MOMENTS]
    assert mistake in found


@pytest.mark.parametrize("mistake", _concerning(GATEWAY, "sign"), ids=_named)
def test_wrong_signatures_are_diagnosed(mistake: Mistake) -> None:
    shown = 0
    for inputs in REQUESTS:
        observed = mistake.wrong["signature"](inputs)
        if observed != gateway.sign(inputs).signature:
            found = gateway.diagnose(inputs, observed)
            assert found is not None
            assert found.wrong["signature"](inputs) == observed
            shown += 1
    # Lower-case names differ from the list only where the list is not in lower case; all others show here.
    assert shown


@pytest.mark.parametrize(
    "padding", [rsa_token.PKCS1, rsa_token.Padding("oaep", "SHA-256", "SHA-256")], ids=["pkcs1", "oaep"]
)
@pytest.mark.parametrize("mistake", _concerning(RSA, "encrypt-fixed"), ids=_named)
def test_wrong_headers_are_diagnosed(mistake: Mistake, padding: rsa_token.Padding) -> None:
    key = rsa_key("rsa-1024")
    message = encode_base64(b"a token of 24 b").encode()
    for number in range(1, 200):
        random = bytes([number]) * padding.random_size(key, message)
        inputs = rsa_token.EncryptInput(key.public_key(), message, padding, random)
        observed = mistake.wrong["encrypt-fixed"](inputs)
        try:
            if rsa_token.decrypt(rsa_token.DecryptInput(key, observed, padding)).message == message:
                continue  # the mistake does not show with these bytes
        except CryptoError:
            pass
        found = rsa_token.diagnose(rsa_token.DecryptInput(key, "", padding), message, observed)
        assert found is not None
        assert found.flag == mistake.flag
        return
    # These do not touch the block that OAEP or PKCS#1 makes, or show with one ciphertext in 256 only.
    assert mistake.name in ("mgf-sha1", "zero-in-padding", "leading-zero-dropped")


@pytest.mark.parametrize("mistake", _concerning(ENVELOPE, "sign"), ids=_named)
def test_wrong_signs_of_received_messages_are_diagnosed(mistake: Mistake) -> None:
    for inputs in (SIGNED, PLAIN):
        right = envelope.sign(inputs)
        sign = mistake.wrong["sign"](inputs)
        received = envelope.VerifyInput(
            inputs.encrypted, right.body, inputs.time_stamp, inputs.p_id, sign, inputs.secret_key
        )
        found = envelope.diagnose_received(received)
        if sign == right.sign:
            assert found is None
        else:
            assert found is not None
            assert found.wrong["sign"](inputs) == sign


def test_a_wrong_signature_of_a_received_request_is_diagnosed() -> None:
    inputs = REQUESTS[0]
    mistake = next(mistake for mistake in GATEWAY if mistake.name == "swapped-key-message")
    headers = dict(gateway.signed_headers(inputs))
    assert (
        gateway.diagnose_received(gateway.VerifyInput(dataclasses.replace(JSON, headers=tuple(headers.items())), "s"))
        is None
    )
    headers[gateway.SIGNATURE] = mistake.wrong["signature"](inputs)
    request = dataclasses.replace(JSON, headers=tuple(headers.items()))
    assert gateway.diagnose_received(gateway.VerifyInput(request, "s")) is mistake
    headers[gateway.SIGNATURE] = "nonsense"
    request = dataclasses.replace(JSON, headers=tuple(headers.items()))
    assert gateway.diagnose_received(gateway.VerifyInput(request, "s")) is None


def test_right_values_are_not_blamed() -> None:
    key = rsa_key("rsa-1024")
    right = rsa_token.encrypt(rsa_token.EncryptInput(key.public_key(), b"k")).header
    assert envelope.diagnose(SIGNED, envelope.sign(SIGNED).sign) is None
    assert envelope.diagnose_body(BODIES[0], envelope.encrypt(BODIES[0]).body) is None
    assert mqtt_password.diagnose(PASSWORD, mqtt_password.password(PASSWORD).password) is None
    assert gateway.diagnose(REQUESTS[0], gateway.sign(REQUESTS[0]).signature) is None
    assert rsa_token.diagnose(rsa_token.DecryptInput(key, right), b"k", right) is None


def test_unexplained_values_are_left_unexplained() -> None:
    key = rsa_key("rsa-1024")
    assert envelope.diagnose(SIGNED, "nonsense") is None
    assert mqtt_password.diagnose(PASSWORD, "0" * 64) is None
    assert gateway.diagnose(REQUESTS[0], "nonsense") is None
    assert rsa_token.diagnose(rsa_token.DecryptInput(key, ""), b"k", "nonsense!") is None
    assert rsa_token.diagnose(rsa_token.DecryptInput(key, ""), b"k", encode_base64(b"\x11" * 128)) is None


def test_the_diagnosis_reads_as_a_sentence() -> None:
    observed = next(mistake for mistake in ENVELOPE if mistake.name == "upper-case-hex").wrong["sign"](SIGNED)
    assert str(envelope.diagnose(SIGNED, observed)) == "right up to the digest, then upper-case hex"


@pytest.mark.parametrize("mistakes", [ENVELOPE, MQTT, RSA, GATEWAY])
def test_names_are_unique_within_a_scheme(mistakes: tuple[Mistake, ...]) -> None:
    assert len({mistake.name for mistake in mistakes}) == len(mistakes)

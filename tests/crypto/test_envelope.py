"""The envelope: the document's example, round trips, and that every change is refused."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.crypto import envelope
from conformance.crypto.envelope import DecryptInput, EncryptInput, SignInput, VerifyInput
from conformance.crypto.errors import BadEncodingError, BadKeyError, BadLengthError, BadPaddingError, CryptoError

KEY = "K7mR2xQ9"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
KEYS = st.text(st.characters(min_codepoint=1, max_codepoint=127), min_size=8, max_size=8)
fixed = settings(derandomize=True, deadline=None, max_examples=60)


def test_the_documents_unencrypted_example_has_the_printed_sign() -> None:
    made = envelope.sign(SignInput(False, '{"deviceId":0}', "1689586062335", "YmRj"))
    assert made.string_to_sign == "1689586062335YmRj"
    assert made.hex == "b9a1dfe5e72aa8818301a57e9a463247"
    assert made.sign == "YjlhMWRmZTVlNzJhYTg4MTgzMDFhNTdlOWE0NjMyNDc="


def test_the_documents_encrypted_example_has_the_right_structure() -> None:
    from conformance.crypto.encoding import decode_base64

    assert len(decode_base64("yqJeC3BgcOHfKReCHzmhtp8VH1Fr3vxi", "body")) == 24
    sign = decode_base64("MjI0OGYzMGQwMjhlMmI4YTNmMjM2MjE3MjYzYTFkODg=", "sign").decode()
    assert len(bytes.fromhex(sign)) == 16
    assert sign == sign.lower()


def test_all_steps_of_an_encrypted_sign_are_shown() -> None:
    made = envelope.sign(SignInput(True, "{}", "1700000000000", "p", KEY))
    encrypted = envelope.encrypt(EncryptInput("{}", KEY))
    assert encrypted.padded == b"{}" + b"\6" * 6
    assert made.body == encrypted.body
    assert made.string_to_sign == encrypted.body + "1700000000000" + "p" + KEY
    assert made.digest.hex() == made.hex


@fixed
@given(TEXT, KEYS)
def test_decrypting_gives_the_body_back(body: str, key: str) -> None:
    sent = envelope.encrypt(EncryptInput(body, key))
    received = envelope.decrypt(DecryptInput(sent.body, key))
    assert (received.body, received.ciphertext, received.padded) == (body, sent.ciphertext, sent.padded)


@fixed
@given(TEXT, TEXT, KEYS, st.booleans(), st.data())
def test_any_changed_character_or_case_of_a_sign_is_refused(
    body: str, p_id: str, key: str, encrypted: bool, data: st.DataObject
) -> None:
    made = envelope.sign(SignInput(encrypted, body, "1700000000000", p_id, key))
    message = VerifyInput(encrypted, made.body, "1700000000000", p_id, made.sign, key)
    assert envelope.verify(message)
    position = data.draw(st.integers(0, len(made.sign) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=0x2FF).filter(lambda c: c != made.sign[position]))
    changed = made.sign[:position] + other + made.sign[position + 1 :]
    for sign in (changed, made.sign.swapcase(), made.sign[:-1], made.sign + "=", ""):
        assert not envelope.verify(dataclasses.replace(message, sign=sign))


@fixed
@given(TEXT, KEYS, st.data())
def test_any_changed_character_of_an_encrypted_message_is_refused(body: str, key: str, data: st.DataObject) -> None:
    made = envelope.sign(SignInput(True, body, "1700000000000", "project", key))
    message = VerifyInput(True, made.body, "1700000000000", "project", made.sign, key)
    member = data.draw(st.sampled_from(["body", "time_stamp", "p_id", "secret_key"]))
    value: str = getattr(message, member)
    position = data.draw(st.integers(0, len(value) - 1))
    changes = {member: value[:position] + ("x" if value[position] != "x" else "y") + value[position + 1 :]}
    assert not envelope.verify(dataclasses.replace(message, **changes))  # type: ignore[arg-type]


@fixed
@given(st.text(max_size=40), st.text(max_size=12))
def test_decrypting_anything_answers_or_raises_the_typed_error(body: str, key: str) -> None:
    part = "body"
    try:
        envelope.decrypt(DecryptInput(body, key))
    except CryptoError as error:
        part = error.part
    assert part in ("body", "secretKey")


@pytest.mark.parametrize(
    ("inputs", "error", "part"),
    [
        (DecryptInput("AAAA", "short"), BadKeyError, "secretKey"),
        (DecryptInput("", KEY), BadLengthError, "body"),
        (DecryptInput("AAAAAAAA", KEY), BadLengthError, "body"),
        (DecryptInput("AAAAAAAAAAA", KEY), BadEncodingError, "body"),
        (DecryptInput("AAAAAAAAAAB=", KEY), BadEncodingError, "body"),
        (DecryptInput("AAAA-AAAAAA=", KEY), BadEncodingError, "body"),
        (DecryptInput("AAAA AAAAAA=", KEY), BadEncodingError, "body"),
        (DecryptInput("AAAAAAAAAAA=", KEY), BadPaddingError, "body"),
    ],
)
def test_the_error_says_which_part_is_wrong(inputs: DecryptInput, error: type[CryptoError], part: str) -> None:
    with pytest.raises(error) as caught:
        envelope.decrypt(inputs)
    assert caught.value.part == part
    assert KEY not in str(caught.value)


def test_an_encrypted_message_needs_a_key_to_be_signed_and_checked() -> None:
    with pytest.raises(BadKeyError, match="missing"):
        envelope.sign(SignInput(True, "{}", "1", "p"))
    with pytest.raises(BadKeyError, match="missing"):
        envelope.verify(VerifyInput(True, "AAAA", "1", "p", "sign"))


def test_a_plain_text_that_is_not_utf8_is_refused() -> None:
    from conformance.crypto import primitives
    from conformance.crypto.encoding import encode_base64

    body = encode_base64(primitives.des_ecb_encrypt(KEY.encode(), primitives.pad(b"\xff\xfe")))
    with pytest.raises(BadEncodingError, match="not UTF-8"):
        envelope.decrypt(DecryptInput(body, KEY))


def test_a_lone_surrogate_is_refused_where_text_becomes_bytes() -> None:
    with pytest.raises(BadEncodingError, match="surrogate"):
        envelope.encrypt(EncryptInput("\ud800", KEY))

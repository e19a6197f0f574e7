"""The encrypted token header: key forms, round trips, limits, and that damage never yields the key."""

from __future__ import annotations

import contextlib
import traceback

import pytest
from Crypto.PublicKey import RSA
from Crypto.PublicKey.RSA import RsaKey
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.crypto import rsa_blocks, rsa_keys, rsa_token
from conformance.crypto.encoding import decode_base64, encode_base64
from conformance.crypto.errors import BadFormError, BadKeyError, BadLengthError, BadPaddingError, CryptoError
from conformance.crypto.rsa_token import PKCS1, DecryptInput, EncryptInput, Padding
from conformance.vectors.content.keys import private_pem, rsa_key

KEY = rsa_key("rsa-1024")
PUBLIC = KEY.public_key()
PADDINGS = [
    PKCS1,
    Padding("oaep", "SHA-1", "SHA-1"),
    Padding("oaep", "SHA-256", "SHA-256"),
    Padding("oaep", "SHA-256", "SHA-1"),
]
fixed = settings(derandomize=True, deadline=None, max_examples=40)


@fixed
@given(st.binary(max_size=62), st.sampled_from(PADDINGS))
def test_decrypting_gives_the_message_back(message: bytes, padding: Padding) -> None:
    sent = rsa_token.encrypt(EncryptInput(PUBLIC, message, padding))
    received = rsa_token.decrypt(DecryptInput(KEY, sent.header, padding))
    assert (received.message, received.block, received.ciphertext) == (message, sent.block, sent.ciphertext)


@fixed
@given(st.binary(min_size=1, max_size=60), st.integers(0, 1023))
def test_a_changed_bit_never_yields_the_message(message: bytes, bit: int) -> None:
    sent = bytearray(rsa_token.encrypt(EncryptInput(PUBLIC, message)).ciphertext)
    sent[bit // 8] ^= 1 << bit % 8
    yielded = None
    with contextlib.suppress(CryptoError):
        yielded = rsa_token.decrypt(DecryptInput(KEY, encode_base64(bytes(sent)))).message
    assert yielded != message


@fixed
@given(st.text(max_size=60))
def test_decrypting_anything_answers_or_raises_the_typed_error(text: str) -> None:
    with pytest.raises(CryptoError):
        rsa_token.decrypt(DecryptInput(KEY, text))


def _forms(key: RsaKey) -> list[str | bytes]:
    spki = key.export_key("DER")
    return [
        key.export_key().decode(),
        spki,
        encode_base64(spki),
        encode_base64(spki)[:40] + "\n" + encode_base64(spki)[40:],
    ]


@pytest.mark.parametrize("form", range(4))
def test_public_keys_are_read_in_every_form(form: int) -> None:
    assert rsa_keys.public_key(_forms(PUBLIC)[form]).n == KEY.n


@pytest.mark.parametrize("pkcs", [1, 8])
def test_private_keys_are_read_in_every_form(pkcs: int) -> None:
    der = KEY.export_key("DER", pkcs=pkcs)
    for form in (KEY.export_key(pkcs=pkcs).decode(), der, encode_base64(der)):
        assert rsa_keys.private_key(form).d == KEY.d


@pytest.mark.parametrize(
    "text", ["", "  ", "hello", "AAAA", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", b"", b"\x30"]
)
def test_what_is_no_key_raises_the_typed_error(text: str | bytes) -> None:
    for read in (rsa_keys.public_key, rsa_keys.private_key):
        with pytest.raises(BadKeyError):
            read(text)


def test_private_and_public_keys_are_not_taken_for_each_other() -> None:
    with pytest.raises(BadKeyError, match="is a private key"):
        rsa_keys.public_key(private_pem("rsa-1024"))
    with pytest.raises(BadKeyError, match="is a public key"):
        rsa_keys.private_key(PUBLIC.export_key().decode())


def test_a_broken_private_key_does_not_show_in_the_traceback() -> None:
    broken = private_pem("rsa-1024").replace("A", "B")
    with pytest.raises(BadKeyError) as caught:
        rsa_keys.private_key(broken)
    shown = "".join(line for line in traceback.format_exception(caught.value) if "private_pem" not in line)
    assert broken.splitlines()[3] not in shown


def test_the_longest_message_fits_and_one_byte_more_does_not() -> None:
    for padding in PADDINGS:
        longest = padding.longest(PUBLIC)
        assert rsa_token.encrypt(EncryptInput(PUBLIC, b"k" * longest, padding)).header
        with pytest.raises(BadLengthError, match=f"at most {longest}"):
            rsa_token.encrypt(EncryptInput(PUBLIC, b"k" * (longest + 1), padding))


def test_oaep_names_both_hashes() -> None:
    for arguments in (
        ("oaep",),
        ("oaep", "SHA-256"),
        ("oaep", "SHA-256", "MD5"),
        ("pkcs1-v1.5", "SHA-1", "SHA-1"),
        ("none",),
    ):
        with pytest.raises(BadFormError):
            Padding(*arguments)


@pytest.mark.parametrize("random", [b"", b"\1" * 121, b"\1" * 123, b"\1" * 50 + b"\0" + b"\1" * 71])
def test_impossible_fixed_padding_is_refused(random: bytes) -> None:
    with pytest.raises(BadFormError, match="random"):
        rsa_token.encrypt(EncryptInput(PUBLIC, b"abc", PKCS1, random))


def test_fixed_padding_gives_the_block_that_it_describes() -> None:
    made = rsa_token.encrypt(EncryptInput(PUBLIC, b"abc", PKCS1, b"\1" * 122))
    assert made.block == b"\0\2" + b"\1" * 122 + b"\0abc"
    assert made.ciphertext == rsa_blocks.raw_public(PUBLIC, made.block)


def test_a_short_padding_is_refused() -> None:
    block = b"\0\2" + b"\1" * 7 + b"\0" + b"k" * 118
    with pytest.raises(BadPaddingError):
        rsa_token.decrypt(DecryptInput(KEY, encode_base64(rsa_blocks.raw_public(PUBLIC, block))))


def test_a_ciphertext_above_the_modulus_is_refused() -> None:
    with pytest.raises(BadLengthError, match="modulus"):
        rsa_token.decrypt(DecryptInput(KEY, encode_base64(b"\xff" * 128)))


def test_the_headers_carry_the_id_in_clear_and_the_key_encrypted() -> None:
    made = rsa_token.headers("id-1", "the key", PUBLIC)
    assert made["X-Source-SecretId"] == "id-1"
    assert len(decode_base64(made["X-Source-SecretKey"], "header")) == 128
    assert rsa_token.verify(DecryptInput(KEY, made["X-Source-SecretKey"]), "the key")
    assert not rsa_token.verify(DecryptInput(KEY, made["X-Source-SecretKey"]), "another key")


def test_a_key_of_other_kind_is_refused() -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    pem = (
        ec.derive_private_key(7, ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    with pytest.raises(BadKeyError):
        rsa_keys.public_key(pem.decode())


def test_a_key_with_passphrase_is_refused() -> None:
    locked = RSA.construct((KEY.n, KEY.e, KEY.d)).export_key(
        passphrase="x", pkcs=8, protection="PBKDF2WithHMAC-SHA512AndAES256-CBC"
    )
    with pytest.raises(BadKeyError):
        rsa_keys.private_key(locked.decode())

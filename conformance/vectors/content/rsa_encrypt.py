"""Vectors for encrypting the token (document neuroncloud.txt, Token Encryption), randomised and with fixed padding."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any, Final

from conformance.crypto import rsa_blocks, rsa_token
from conformance.crypto.encoding import decode_base64, encode_base64
from conformance.crypto.mistakes import Flag
from conformance.crypto.rsa_mistakes import LEADING_ZERO_DROPPED, OAEP_HASH_MISMATCH
from conformance.vectors.content import rsa_flags as flags
from conformance.vectors.content.draft import FileDraft
from conformance.vectors.content.keys import private_pem, rsa_key, stream

SIZES: Final = ("rsa-1024", "rsa-1030", "rsa-1536", "rsa-2048", "rsa-3072", "rsa-4096")
PKCS1: Final[dict[str, Any]] = {"name": "pkcs1-v1.5"}
OAEPS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("sha1", {"name": "oaep", "hash": "SHA-1", "mgfHash": "SHA-1"}),
    ("sha256", {"name": "oaep", "hash": "SHA-256", "mgfHash": "SHA-256"}),
    ("sha256-mgf-sha1", {"name": "oaep", "hash": "SHA-256", "mgfHash": "SHA-1"}),
    ("sha512", {"name": "oaep", "hash": "SHA-512", "mgfHash": "SHA-512"}),
)
TOKEN: Final = b"a1B2c3D4e5F6a7B8c9D0e1F2a3B4c5D6"

MESSAGES: Final[tuple[tuple[str, bytes, Flag], ...]] = (
    ("empty", b"", flags.MESSAGE_LENGTH),
    ("one-byte", b"k", flags.MESSAGE_LENGTH),
    ("zeros", bytes(16), flags.MESSAGE_CONTENT),
    ("zero-inside", b"key\0key", flags.MESSAGE_CONTENT),
    ("zero-first", b"\0key", flags.MESSAGE_CONTENT),
    ("all-high", b"\xff" * 32, flags.MESSAGE_CONTENT),
    ("chinese", "密钥".encode(), flags.MESSAGE_CONTENT),
    ("base64-like", b"c2VjcmV0IGtleSBmb3IgdGVzdHM=", flags.MESSAGE_CONTENT),
    ("blanks", b" key ", flags.MESSAGE_CONTENT),
)


def padding(data: dict[str, Any]) -> rsa_token.Padding:
    """Return the padding that a vector names."""
    return rsa_token.Padding(data["name"], data.get("hash"), data.get("mgfHash"))


def public_pem(name: str) -> str:
    """Return an RSA public key as SPKI PEM."""
    return rsa_key(name).public_key().export_key().decode() + "\n"


def public_forms(name: str) -> Iterator[tuple[str, str]]:
    """Yield the forms of a public key besides SPKI PEM."""
    spki = rsa_key(name).public_key().export_key("DER")
    # The PKCS#1 form is the bit string at the end of SPKI: everything from the inner sequence on.
    inner = spki[spki.index(b"\x00\x30\x82") + 1 :]
    lines = "\n".join(textwrap.wrap(encode_base64(inner), 64))
    yield "spki-base64", encode_base64(spki)
    yield "spki-base64-lines", "\n".join(textwrap.wrap(encode_base64(spki), 76)) + "\n"
    yield "pkcs1-pem", f"-----BEGIN RSA PUBLIC KEY-----\n{lines}\n-----END RSA PUBLIC KEY-----\n"
    yield "pkcs1-base64", encode_base64(inner)
    yield "spki-pem-crlf", public_pem(name).replace("\n", "\r\n")


def bad_public_keys() -> Iterator[tuple[str, str, str]]:
    """Yield what is no public key: name, comment, text."""
    good = encode_base64(rsa_key("rsa-2048").public_key().export_key("DER"))
    yield "empty", "An empty text.", ""
    yield "words", "Words.", "public key"
    yield "cut", "Half of a key.", encode_base64(decode_base64(good, "key")[:150])
    yield "pem-empty", "PEM without content.", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"
    yield (
        "ec",
        "The algorithm is another one.",
        encode_base64(
            bytes.fromhex(
                "3059301306072a8648ce3d020106082a8648ce3d030107034200046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
            )
        ),
    )


def _random(label: str, key_name: str, message: bytes, data: dict[str, Any]) -> bytes:
    return stream(label, padding(data).random_size(rsa_key(key_name), message))


def build_encrypt() -> FileDraft:
    """Make the vectors of randomised encryption, judged by decrypting."""
    file = FileDraft("rsa-token", "encrypt", flags.SOURCE)
    for name in SIZES:
        group = file.group("RsaPkcs1Encrypt", {"publicKey": public_pem(name), "padding": PKCS1}, private_pem(name))
        group.valid(f"{name}-token", "A token key.", [flags.KEY_SIZE], {"messageHex": TOKEN.hex()})
        longest = rsa_token.PKCS1.longest(rsa_key(name))
        message = stream("longest " + name, longest)
        group.valid(f"{name}-longest", f"{longest} bytes.", [flags.MESSAGE_LENGTH], {"messageHex": message.hex()})
        group.invalid(
            f"{name}-too-long", f"{longest + 1} bytes.", [flags.TOO_LONG], {"messageHex": message.hex() + "41"}
        )
    two = {"publicKey": public_pem("rsa-2048"), "padding": PKCS1}
    group = file.group("RsaPkcs1Messages", two, private_pem("rsa-2048"))
    for label, message, flag in MESSAGES:
        group.valid(f"message-{label}", "Another message.", [flag], {"messageHex": message.hex()})
    group.invalid("far-too-long", "A kilobyte.", [flags.TOO_LONG], {"messageHex": (b"k" * 1024).hex()})
    for number, mistake in enumerate(file.mistakes()):
        # A dropped zero and the hash of MGF1 show only by chance here; the vectors with fixed padding and OAEP catch them.
        if mistake.flag not in (LEADING_ZERO_DROPPED, OAEP_HASH_MISMATCH):
            token = encode_base64(stream(f"token {number}", 21)).encode()
            group.valid(
                f"catches-{mistake.name}", f"A wrong program is {mistake}.", [mistake.flag], {"messageHex": token.hex()}
            )
    forms = file.group("RsaKeyForms", {"padding": PKCS1, "messageHex": TOKEN.hex()}, private_pem("rsa-2048"))
    for label, text in public_forms("rsa-2048"):
        forms.valid(
            f"key-{label}", "Another form of the key.", [flags.KEY_FORM], {"publicKey": text, "messageHex": TOKEN.hex()}
        )
    for label, comment, text in bad_public_keys():
        forms.invalid(f"key-{label}", comment, [flags.BAD_KEY], {"publicKey": text})
    forms.acceptable(
        "key-private",
        "The private key.",
        [flags.PRIVATE_KEY_AS_PUBLIC],
        {"publicKey": private_pem("rsa-2048")},
        {"decryptsToHex": TOKEN.hex()},
    )
    for label, data in OAEPS:
        oaep = file.group(
            "RsaOaepEncrypt", {"publicKey": public_pem("rsa-2048"), "padding": data}, private_pem("rsa-2048")
        )
        oaep.valid(f"oaep-{label}", "A token key.", [flags.OAEP, OAEP_HASH_MISMATCH], {"messageHex": TOKEN.hex()})
        longest = padding(data).longest(rsa_key("rsa-2048"))
        message = stream("longest " + label, longest)
        oaep.valid(f"oaep-{label}-longest", f"{longest} bytes.", [flags.MESSAGE_LENGTH], {"messageHex": message.hex()})
        oaep.invalid(
            f"oaep-{label}-too-long", f"{longest + 1} bytes.", [flags.TOO_LONG], {"messageHex": message.hex() + "41"}
        )
    small = file.group(
        "RsaOaepEncrypt", {"publicKey": public_pem("rsa-1024"), "padding": OAEPS[3][1]}, private_pem("rsa-1024")
    )
    small.invalid("oaep-no-room", "The key is too small for that hash.", [flags.TOO_LONG], {"messageHex": ""})
    return file


def leading_zero(key_name: str, data: dict[str, Any], message: bytes) -> bytes:
    """Return the first fixed padding under which the ciphertext begins with zero."""
    key = rsa_key(key_name)
    number = 0
    while True:
        random = _random(f"leading zero {number}", key_name, message, data)
        made = rsa_token.encrypt(rsa_token.EncryptInput(key.public_key(), message, padding(data), random))
        if made.ciphertext[0] == 0:
            return random
        number += 1


def build_fixed() -> FileDraft:
    """Make the vectors of encryption with given padding bytes, right to the byte."""
    file = FileDraft("rsa-token", "encrypt-fixed", flags.SOURCE)
    for name in SIZES:
        group = file.group("RsaPkcs1EncryptFixed", {"publicKey": public_pem(name), "padding": PKCS1})
        longest = stream("fixed longest " + name, rsa_token.PKCS1.longest(rsa_key(name)))
        for label, message, flag in (("token", TOKEN, flags.KEY_SIZE), ("longest", longest, flags.MESSAGE_LENGTH)):
            random = _random(f"{name} {label}", name, message, PKCS1)
            group.valid(
                f"{name}-{label}",
                f"{len(message)} bytes.",
                [flag, flags.FIXED_PADDING],
                {"messageHex": message.hex(), "randomHex": random.hex()},
            )
    two = file.group("RsaPkcs1MessagesFixed", {"publicKey": public_pem("rsa-2048"), "padding": PKCS1})
    for label, message, flag in MESSAGES:
        random = _random("fixed " + label, "rsa-2048", message, PKCS1)
        two.valid(
            f"message-{label}", "Another message.", [flag], {"messageHex": message.hex(), "randomHex": random.hex()}
        )
    full = padding(PKCS1).random_size(rsa_key("rsa-2048"), TOKEN)
    for label, random in (("ones", b"\1" * full), ("twos", b"\2" * full), ("high", b"\xff" * full)):
        two.valid(
            f"padding-{label}",
            "Padding of equal bytes.",
            [flags.FIXED_PADDING],
            {"messageHex": TOKEN.hex(), "randomHex": random.hex()},
        )
    for label, random in (
        ("zero-inside", b"\1" * 20 + b"\0" + b"\1" * (full - 21)),
        ("zero-first", b"\0" + b"\1" * (full - 1)),
        ("too-short", b"\1" * (full - 1)),
        ("too-long", b"\1" * (full + 1)),
        ("missing", b""),
    ):
        two.invalid(
            f"padding-{label}",
            "Impossible padding.",
            [flags.BAD_RANDOM],
            {"messageHex": TOKEN.hex(), "randomHex": random.hex()},
        )
    for name in ("rsa-1024", "rsa-2048"):
        group = file.group("RsaPkcs1LeadingZero", {"publicKey": public_pem(name), "padding": PKCS1})
        random = leading_zero(name, PKCS1, TOKEN)
        group.valid(
            f"leading-zero-{name}",
            "The ciphertext begins with zero.",
            [flags.LEADING_ZERO, LEADING_ZERO_DROPPED],
            {"messageHex": TOKEN.hex(), "randomHex": random.hex()},
        )
    for label, data in OAEPS:
        oaep = file.group("RsaOaepEncryptFixed", {"publicKey": public_pem("rsa-2048"), "padding": data})
        for kind, message in (
            ("token", TOKEN),
            ("empty", b""),
            ("longest", stream("o", padding(data).longest(rsa_key("rsa-2048")))),
        ):
            random = _random(f"{label} {kind}", "rsa-2048", message, data)
            oaep.valid(
                f"oaep-{label}-{kind}",
                f"{len(message)} bytes.",
                [flags.OAEP, OAEP_HASH_MISMATCH],
                {"messageHex": message.hex(), "randomHex": random.hex()},
            )
    candidates = []
    for number in range(40):
        message = encode_base64(stream(f"fixed token {number}", 21)).encode()
        candidates.append(
            {"messageHex": message.hex(), "randomHex": _random(f"fixed {number}", "rsa-2048", message, PKCS1).hex()}
        )
    two.catch_all(candidates)
    return file


def raw(key_name: str, block: bytes) -> str:
    """Return the header value of a block of our own making."""
    return encode_base64(rsa_blocks.raw_public(rsa_key(key_name), block))

"""The primitives under the schemes, from one code base (pycryptodome), with plain bytes in and out.

One place, so that the crosscheck can say which library computed a value and compare it with others; nothing here
decides what is signed or how it is written down.
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

from Crypto.Cipher import DES
from Crypto.Hash import HMAC, MD5, SHA1, SHA256, SHA384, SHA512

from conformance.crypto.errors import BadKeyError, BadLengthError, BadPaddingError

BLOCK: Final = 8
"""Bytes in a block of DES, and in its key."""

HASHES: Final[dict[str, ModuleType]] = {
    "MD5": MD5,
    "SHA-1": SHA1,
    "SHA-256": SHA256,
    "SHA-384": SHA384,
    "SHA-512": SHA512,
}


def digest(name: str, data: bytes) -> bytes:
    """Hash `data` with the hash of that name (a key of `HASHES`)."""
    return bytes(HASHES[name].new(data).digest())


def hmac(name: str, key: bytes, message: bytes) -> bytes:
    """Authenticate `message` with `key` (RFC 2104) over the hash of that name."""
    return HMAC.new(key, message, HASHES[name]).digest()


def pad(data: bytes) -> bytes:
    """Pad to whole blocks as PKCS#5 does: n bytes of value n, 1 to 8, a whole block when already aligned."""
    count = BLOCK - len(data) % BLOCK
    return data + bytes([count]) * count


def unpad(data: bytes, part: str) -> bytes:
    """Take PKCS#5 padding off, checking every byte of it.

    Raises:
        BadPaddingError: the padding is not n bytes of value n with n from 1 to 8.
    """
    count = data[-1]
    if not 1 <= count <= BLOCK:
        raise BadPaddingError(part, "does not decrypt to a PKCS#5 padded text: the last byte is not from 1 to 8")
    if data[-count:] != bytes([count]) * count:
        raise BadPaddingError(part, "does not decrypt to a PKCS#5 padded text: the padding bytes differ")
    return data[:-count]


def check_des_key(key: bytes, part: str) -> bytes:
    """Return a DES key.

    Raises:
        BadKeyError: it does not have 8 bytes. Weak keys and any parity pass: the documents do not forbid them.
    """
    if len(key) != BLOCK:
        raise BadKeyError(part, f"has {len(key)} bytes; a DES key has {BLOCK}")
    return key


def check_blocks(data: bytes, part: str) -> bytes:
    """Return a ciphertext of at least one whole block.

    Raises:
        BadLengthError: it is empty or not a multiple of 8 bytes.
    """
    if not data or len(data) % BLOCK:
        raise BadLengthError(
            part, f"has {len(data)} bytes of ciphertext; PKCS#5 padding makes it a positive multiple of 8"
        )
    return data


def des_ecb_encrypt(key: bytes, blocks: bytes) -> bytes:
    """Encrypt whole blocks, each on its own."""
    return DES.new(key, DES.MODE_ECB).encrypt(blocks)  # noqa: S304 - the document demands DES


def des_ecb_decrypt(key: bytes, blocks: bytes) -> bytes:
    """Decrypt whole blocks, each on its own."""
    return DES.new(key, DES.MODE_ECB).decrypt(blocks)  # noqa: S304 - the document demands DES


def des_cbc_encrypt(key: bytes, iv: bytes, blocks: bytes) -> bytes:
    """Encrypt whole blocks, chained: what the documents do not ask for, kept to recognise it."""
    return DES.new(key, DES.MODE_CBC, iv=iv).encrypt(blocks)  # noqa: S304 - the document demands DES


def des_cbc_decrypt(key: bytes, iv: bytes, blocks: bytes) -> bytes:
    """Decrypt whole blocks, chained: what the documents do not ask for, kept to recognise it."""
    return DES.new(key, DES.MODE_CBC, iv=iv).decrypt(blocks)  # noqa: S304 - the document demands DES

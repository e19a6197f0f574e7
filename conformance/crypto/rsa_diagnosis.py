"""Recognising a classic mistake in an encrypted token header, which is random and cannot be compared as it stands."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator

from Crypto.PublicKey.RSA import RsaKey

from conformance.crypto import rsa_blocks, rsa_token
from conformance.crypto.errors import CryptoError
from conformance.crypto.mistakes import Mistake, recognise
from conformance.crypto.rsa_mistakes import MISTAKES
from conformance.crypto.rsa_token import DecryptInput, EncryptInput, Padding


def _spellings(observed: str) -> Iterator[bytes]:
    """Yield the byte strings that an observed header value may stand for, wrongly written or not."""
    decoders: tuple[Callable[[str], bytes], ...] = (
        bytes.fromhex,
        base64.b64decode,
        base64.urlsafe_b64decode,
        lambda text: base64.b64decode(base64.b64decode(text)),
    )
    for decode in decoders:
        try:
            data = decode(observed)
        except (ValueError, binascii.Error):
            continue
        yield data
        yield data[::-1]


def _random_of(block: bytes) -> Iterator[bytes]:
    """Yield the random bytes that a block may have been padded with."""
    yield block[2:].split(b"\0", 1)[0]
    for hash_name in ("SHA-1", "SHA-256", "SHA-384", "SHA-512"):
        for mgf_hash in dict.fromkeys((hash_name, "SHA-1", "SHA-256")):
            try:
                yield rsa_blocks.oaep_unmask(block, hash_name, mgf_hash)[0]
            except ValueError:
                continue


def recognise_header(key: RsaKey, padding: Padding, message: bytes, observed: str) -> Mistake | None:
    """Find the mistake whose sender, given the random bytes found in `observed`, produces exactly `observed`.

    Returns None for a value that decrypts to `message`, and for one that no listed mistake explains.
    """
    try:
        if rsa_token.decrypt(DecryptInput(key, observed, padding)).message == message:
            return None
    except CryptoError:
        pass
    size = key.size_in_bytes()
    for data in _spellings(observed):
        if len(data) > size:
            continue
        for random in _random_of(rsa_blocks.raw_private(key, data.rjust(size, b"\0"))):
            if random:
                inputs = EncryptInput(key.public_key(), message, padding, random)
                found = recognise(MISTAKES, "encrypt-fixed", inputs, observed, None)
                if found is not None:
                    return found
    return None

"""The encrypted token header (document neuroncloud.txt, Token Encryption Transmission Guide).

X-Source-SecretId carries the Key ID in clear, X-Source-SecretKey the Key, encrypted with the public key that the platform
handed out. The document names RSA and nothing else: PKCS#1 v1.5 padding and standard Base64 are the defaults here, as
in the standard libraries of its sample languages (field notes); OAEP is an option that names both of its hashes, because
libraries differ in the one they take unasked.

Decryption tells right padding from wrong: fit for judging with test keys, an oracle in a server.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from Crypto.Cipher import PKCS1_OAEP, PKCS1_v1_5
from Crypto.PublicKey.RSA import RsaKey
from Crypto.Random import get_random_bytes

from conformance.crypto.encoding import decode_base64, encode_base64, encode_utf8
from conformance.crypto.errors import BadFormError, BadLengthError, BadPaddingError
from conformance.crypto.primitives import HASHES
from conformance.crypto.rsa_blocks import mgf1, oaep_block, pkcs1_block, raw_private

if TYPE_CHECKING:
    from conformance.crypto.mistakes import Mistake

PKCS1_OVERHEAD: Final = 11
"""Bytes of a PKCS#1 v1.5 block that are not message: 00 02, at least eight of padding, 00."""

OAEP_HASHES: Final = ("SHA-1", "SHA-256", "SHA-384", "SHA-512")


@dataclass(frozen=True, slots=True)
class Padding:
    """How a message becomes a block: `pkcs1-v1.5`, or `oaep` with the hash of the label and the hash of MGF1.

    Raises:
        BadFormError: an unknown name, hashes with PKCS#1 v1.5, or OAEP without both hashes.
    """

    name: str = "pkcs1-v1.5"
    hash: str | None = None
    mgf_hash: str | None = None

    def __post_init__(self) -> None:
        if self.name not in ("pkcs1-v1.5", "oaep"):
            raise BadFormError("padding", "is neither pkcs1-v1.5 nor oaep")
        if self.name == "oaep" and not (self.hash in OAEP_HASHES and self.mgf_hash in OAEP_HASHES):
            raise BadFormError("padding", f"oaep needs hash and mgfHash, each one of {', '.join(OAEP_HASHES)}")
        if self.name == "pkcs1-v1.5" and (self.hash or self.mgf_hash):
            raise BadFormError("padding", "pkcs1-v1.5 has no hash")

    @property
    def hashes(self) -> tuple[str, str]:
        """The two hashes of OAEP."""
        assert self.hash is not None
        assert self.mgf_hash is not None
        return self.hash, self.mgf_hash

    def longest(self, key: RsaKey) -> int:
        """Return how many bytes of message fit under a key; negative if not even an empty one does."""
        size = key.size_in_bytes()
        return size - PKCS1_OVERHEAD if self.hash is None else size - 2 * HASHES[self.hash].digest_size - 2

    def random_size(self, key: RsaKey, message: bytes) -> int:
        """Return how many random bytes an encryption consumes: the padding, or the seed of OAEP."""
        return key.size_in_bytes() - len(message) - 3 if self.hash is None else int(HASHES[self.hash].digest_size)


PKCS1: Final = Padding()


@dataclass(frozen=True, slots=True)
class EncryptInput:
    """A message and the public key. `random` fixes the padding bytes (or the seed of OAEP); None draws them."""

    public_key: RsaKey
    message: bytes = field(repr=False)
    padding: Padding = PKCS1
    random: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Encryption:
    """Every step from the message to the header value."""

    block: bytes = field(repr=False)
    ciphertext: bytes
    header: str


@dataclass(frozen=True, slots=True)
class DecryptInput:
    """A header value (Base64) and the private key."""

    private_key: RsaKey = field(repr=False)
    header: str
    padding: Padding = PKCS1


@dataclass(frozen=True, slots=True)
class Decryption:
    """Every step from the header value to the message."""

    ciphertext: bytes
    block: bytes = field(repr=False)
    message: bytes = field(repr=False)


def draw(size: int) -> bytes:
    """Draw `size` random bytes, none of them zero, as PKCS#1 v1.5 padding needs them."""
    drawn = b""
    while len(drawn) < size:
        drawn += get_random_bytes(size).replace(b"\0", b"")
    return drawn[:size]


def _replay(random: bytes) -> Callable[[int], bytes]:
    """Hand fixed bytes to the library, which asks for them piece by piece."""
    position = 0

    def take(count: int) -> bytes:
        nonlocal position
        position += count
        return random[position - count : position]

    return take


def _mgf(hash_name: str) -> Callable[[bytes, int], bytes]:
    return lambda seed, length: mgf1(seed, length, hash_name)


def encrypt(inputs: EncryptInput) -> Encryption:
    """Encrypt a message for the header X-Source-SecretKey.

    Raises:
        BadLengthError: the message does not fit under the key with that padding.
        BadFormError: fixed padding bytes are too few, too many, or hold a zero.
    """
    key, padding, message = inputs.public_key, inputs.padding, inputs.message
    if len(message) > padding.longest(key):
        limit = max(padding.longest(key), 0)
        raise BadLengthError(
            "message", f"has {len(message)} bytes; at most {limit} fit under a key of {key.size_in_bits()} bits"
        )
    size = padding.random_size(key, message)
    random = draw(size) if inputs.random is None else inputs.random
    if len(random) != size:
        raise BadFormError("random", f"has {len(random)} bytes; the padding takes {size}")
    if padding.hash is None:
        if 0 in random:
            raise BadFormError("random", "holds a zero byte, which would end the padding")
        block = pkcs1_block(message, random)
        ciphertext = PKCS1_v1_5.new(key, randfunc=_replay(random)).encrypt(message)
    else:
        hash_name, mgf_hash = padding.hashes
        block = oaep_block(key.size_in_bytes(), message, random, hash_name, mgf_hash)
        oaep = PKCS1_OAEP.new(key, hashAlgo=HASHES[hash_name], mgfunc=_mgf(mgf_hash), randfunc=_replay(random))
        ciphertext = oaep.encrypt(message)
    return Encryption(block, ciphertext, encode_base64(ciphertext))


def check_ciphertext(key: RsaKey, ciphertext: bytes) -> bytes:
    """Return a ciphertext that a key can decrypt (RFC 8017, 7.2.2 step 1).

    Raises:
        BadLengthError: it is not as long as the modulus, or not smaller than it.
    """
    if len(ciphertext) != key.size_in_bytes():
        raise BadLengthError("ciphertext", f"has {len(ciphertext)} bytes; the key has {key.size_in_bytes()}")
    if int.from_bytes(ciphertext, "big") >= key.n:
        raise BadLengthError("ciphertext", "is not smaller than the modulus")
    return ciphertext


def decrypt(inputs: DecryptInput) -> Decryption:
    """Decrypt a value of the header X-Source-SecretKey.

    Raises:
        BadEncodingError: the value is not strict Base64.
        BadLengthError: the ciphertext is not as long as the modulus, or not smaller than it.
        BadPaddingError: the block is not padded as `padding` says: another key, another padding, or damage.
    """
    key, padding = inputs.private_key, inputs.padding
    ciphertext = check_ciphertext(key, decode_base64(inputs.header, "ciphertext"))
    size = key.size_in_bytes()
    try:
        if padding.hash is None:
            # A message has at most size - 11 bytes, so a sentinel of the whole size cannot be mistaken for one.
            message = bytes(PKCS1_v1_5.new(key).decrypt(ciphertext, bytes(size)))
            if len(message) == size:
                raise BadPaddingError("ciphertext", "does not decrypt to a PKCS#1 v1.5 block")
        else:
            hash_name, mgf_hash = padding.hashes
            message = PKCS1_OAEP.new(key, hashAlgo=HASHES[hash_name], mgfunc=_mgf(mgf_hash)).decrypt(ciphertext)
    except ValueError:
        raise BadPaddingError("ciphertext", f"does not decrypt to a block padded by {padding.name}") from None
    return Decryption(ciphertext, raw_private(key, ciphertext), message)


def verify(inputs: DecryptInput, key: str) -> bool:
    """Tell whether a header value decrypts to the token Key.

    Raises:
        BadEncodingError, BadLengthError, BadPaddingError: as `decrypt`.
    """
    return hmac.compare_digest(decrypt(inputs).message, encode_utf8(key, "Key"))


def headers(key_id: str, key: str, public_key: RsaKey, padding: Padding = PKCS1) -> dict[str, str]:
    """Make both headers of a request: Key ID in clear, Key encrypted.

    Raises:
        BadLengthError, BadEncodingError: as `encrypt`.
    """
    value = encrypt(EncryptInput(public_key, encode_utf8(key, "Key"), padding)).header
    return {"X-Source-SecretId": key_id, "X-Source-SecretKey": value}


def diagnose(inputs: DecryptInput, message: bytes, observed: str) -> Mistake | None:
    """Name the classic mistake that explains a header value which does not decrypt to `message`.

    The value is random, so the mistake is recognised with the private key: the padding bytes found inside are fed to
    each wrong sender, which must then produce exactly the observed value. `inputs.header` is ignored.
    """
    from conformance.crypto.rsa_diagnosis import recognise_header

    return recognise_header(inputs.private_key, inputs.padding, message, observed)

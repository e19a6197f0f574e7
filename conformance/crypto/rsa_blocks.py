"""The padded blocks of RSA encryption (RFC 8017, sections 7.1.1 and 7.2.1), built and taken apart byte by byte.

Encrypting and decrypting is the library's task; these functions exist to show the block as an intermediate value, to
build the malformed blocks of the invalid vectors, and to recognise what a wrong sender did.
"""

from __future__ import annotations

from Crypto.PublicKey.RSA import RsaKey

from conformance.crypto.primitives import HASHES, digest


def mgf1(seed: bytes, length: int, hash_name: str) -> bytes:
    """Stretch `seed` to `length` bytes (RFC 8017, B.2.1)."""
    size = int(HASHES[hash_name].digest_size)
    chunks = (digest(hash_name, seed + counter.to_bytes(4, "big")) for counter in range(-(-length // size)))
    return b"".join(chunks)[:length]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def pkcs1_block(message: bytes, padding: bytes, block_type: int = 2) -> bytes:
    """Build 00, block type, padding, 00, message."""
    return bytes([0, block_type]) + padding + b"\0" + message


def oaep_block(size: int, message: bytes, seed: bytes, hash_name: str, mgf_hash: str) -> bytes:
    """Build an OAEP block of `size` bytes with an empty label."""
    label = digest(hash_name, b"")
    data = label + bytes(size - len(message) - 2 * len(label) - 2) + b"\1" + message
    return oaep_mask(data, seed, mgf_hash)


def oaep_mask(data: bytes, seed: bytes, mgf_hash: str) -> bytes:
    """Mask any data block and its seed: OAEP's last steps, for well-formed blocks and others."""
    masked = _xor(data, mgf1(seed, len(data), mgf_hash))
    return b"\0" + _xor(seed, mgf1(masked, len(seed), mgf_hash)) + masked


def oaep_unmask(block: bytes, hash_name: str, mgf_hash: str) -> tuple[bytes, bytes]:
    """Take the masks off a block; return its seed and data block, unchecked."""
    size = int(HASHES[hash_name].digest_size)
    masked_seed, masked = block[1 : 1 + size], block[1 + size :]
    seed = _xor(masked_seed, mgf1(masked, size, mgf_hash))
    return seed, _xor(masked, mgf1(seed, len(masked), mgf_hash))


def raw_public(key: RsaKey, block: bytes) -> bytes:
    """Apply the public key to a block as it stands."""
    return pow(int.from_bytes(block, "big"), key.e, key.n).to_bytes(key.size_in_bytes(), "big")


def raw_private(key: RsaKey, ciphertext: bytes) -> bytes:
    """Apply the private key to a ciphertext as it stands; not in constant time, for test keys and observed traffic."""
    number = int.from_bytes(ciphertext, "big")
    # The two halves of the Chinese remainder theorem: four times as fast as one exponentiation.
    p, q, d = int(key.p), int(key.q), int(key.d)
    of_p, of_q = pow(number, d % (p - 1), p), pow(number, d % (q - 1), q)
    message = of_q + q * ((of_p - of_q) * pow(q, -1, p) % p)
    return message.to_bytes(key.size_in_bytes(), "big")

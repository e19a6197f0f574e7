"""The named test keys, kept with the data so that generating again gives the same bytes."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from Crypto.PublicKey.RSA import RsaKey

from conformance.contract.datafile import read
from conformance.contract.location import vectors_root
from conformance.crypto import rsa_keys


@cache
def _keys() -> Any:
    return read(vectors_root() / "keys.json")


def text_key(kind: str, name: str) -> str:
    """Return a key that is text: kind `secretKey`, `deviceSecret` or `appSecret`."""
    return str(_keys()[kind][name])


def key_names(kind: str) -> tuple[str, ...]:
    """Return the names of the keys of a kind: `rsa`, `secretKey`, `deviceSecret` or `appSecret`."""
    return tuple(_keys()[kind])


def private_pem(name: str) -> str:
    """Return an RSA private key as PKCS#8 PEM."""
    return str(_keys()["rsa"][name]["privateKey"])


@cache
def rsa_key(name: str) -> RsaKey:
    """Return an RSA private key."""
    return rsa_keys.private_key(private_pem(name))


def stream(label: str, size: int) -> bytes:
    """Return `size` bytes without zeros that depend on the label alone: fixed padding, fillers, seeds."""
    made = b""
    counter = 0
    while len(made) < size:
        made += hashlib.sha256(f"{label} {counter}".encode()).digest().replace(b"\0", b"")
        counter += 1
    return made[:size]

"""Tokens as the console hands them out: Key ID, Key and public key (document: Token Encryption Process).

The platform keeps the private key. Keys are made at every start, and short: a reference on loopback guards nothing, and
a call is answered several times faster than with a key of a size that would.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.crypto.encoding import encode_base64
from conformance.crypto.errors import BadKeyError
from conformance.crypto.rsa_keys import private_key
from conformance.reference.given import gathered

if TYPE_CHECKING:
    from Crypto.PublicKey.RSA import RsaKey

ENVIRONMENT: Final = "NEURONCLOUD"
BITS: Final = 1024
_PREFIXES: Final = ("", "expired_")


@dataclass(frozen=True, eq=False)
class Token:
    """One token: what the caller downloads, and the private key that stays."""

    key_id: str
    key: str = field(repr=False)
    private_key: RsaKey = field(repr=False)
    expired: bool = False

    @cached_property
    def public_key(self) -> str:
        """The public key as the Base64 of its SPKI form, on one line: it fits into a file of settings."""
        return encode_base64(self.private_key.public_key().export_key("DER"))


@dataclass(frozen=True, repr=False)
class Credentials:
    """The tokens of the tenant: one that serves and one that has expired."""

    valid: Token
    expired: Token

    @classmethod
    def made(cls, given: Mapping[str, str] | None = None) -> Credentials:
        """Return tokens made of these texts, or of new ones.

        Raises:
            ValueError: a private key cannot be read.
        """
        texts = new() if given is None else given
        return cls(*(_token(prefix, texts) for prefix in _PREFIXES))

    @classmethod
    def gathered(cls, file: Path | None, environment: Mapping[str, str] = os.environ) -> Credentials:
        """Return tokens from a JSON file, else from NEURONCLOUD_* variables, else made anew.

        Known names are key_id, key and private_key (PEM or Base64), each also with `expired_` before it.

        Raises:
            ValueError: the file holds something else than an object of texts under the known names, or a bad key.
            OSError: the file cannot be read.
        """
        return cls.made(gathered(new(), ENVIRONMENT, file, environment))

    def as_dict(self) -> dict[str, str]:
        """Return what a caller needs, by the names of the IUT file."""
        return {
            prefix + name: value
            for prefix, token in zip(_PREFIXES, (self.valid, self.expired), strict=True)
            for name, value in (("key_id", token.key_id), ("key", token.key), ("public_key", token.public_key))
        }


def new() -> dict[str, str]:
    """Return the texts of tokens that nobody had before."""
    from Crypto.PublicKey import RSA

    return {
        prefix + name: text
        for prefix in _PREFIXES
        for name, text in (
            ("key_id", secrets.token_hex(8)),
            ("key", secrets.token_hex(24)),  # spells bytes in every encoding that a tester may tell
            ("private_key", RSA.generate(BITS).export_key().decode()),
        )
    }


def _token(prefix: str, texts: Mapping[str, str]) -> Token:
    try:
        pair = private_key(texts[f"{prefix}private_key"])
    except BadKeyError as error:
        raise ValueError(f"{prefix}private_key: {error}") from None
    return Token(texts[f"{prefix}key_id"], texts[f"{prefix}key"], pair, bool(prefix))

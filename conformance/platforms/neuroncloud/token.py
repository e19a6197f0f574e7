"""A token as the tester downloaded it, and its Key encrypted as the IUT file says.

Padding, hashes, the bytes of the Key and the Base64 variant are not in the document (erratum key-encryption): each is PIXIT.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from conformance.crypto.errors import BadKeyError
from conformance.crypto.rsa_keys import public_key
from conformance.crypto.rsa_token import PKCS1, EncryptInput, Padding, encrypt
from conformance.iut.errors import UsageError
from conformance.platforms.driver import Facts

if TYPE_CHECKING:
    from Crypto.PublicKey.RSA import RsaKey

URL_SAFE: Final = str.maketrans("+/", "-_")


@lru_cache(maxsize=8)
def _read(text: str, name: str) -> RsaKey:
    """Read a public key once per run: every request encrypts with it.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return public_key(text)
    except BadKeyError as error:
        raise UsageError(
            f"credentials.{name}: {error}; give the public key of the token as PEM or as the Base64 of its DER"
        ) from None


@dataclass(frozen=True)
class Token:
    """Key ID, Key and public key, and how the Key is encrypted."""

    key_id: str
    key: str = field(repr=False)
    public_key: RsaKey
    padding: Padding
    encoding: str
    """Which bytes of the Key are encrypted: those of its text (`utf-8`) or those that it spells (`hex`, `base64`)."""
    url_safe: bool

    @classmethod
    def of(cls, facts: Facts, prefix: str = "") -> Token:
        """Return the tester's token; with prefix `expired_` the one that has expired.

        Raises:
            Inconclusive: the IUT file does not give it.
            UsageError: what it gives cannot be used.
        """
        oaep = facts.pixit("rsa_padding") == "oaep"
        padding = Padding("oaep", facts.pixit("oaep_hash"), facts.pixit("oaep_mgf_hash")) if oaep else PKCS1
        name = f"{prefix}public_key"
        return cls(
            facts.credential(f"{prefix}key_id"),
            facts.credential(f"{prefix}key"),
            _read(facts.credential(name), name),
            padding,
            str(facts.pixit("key_encoding")),
            facts.pixit("base64_variant") == "url-safe",
        )

    @property
    def message(self) -> bytes:
        """The bytes of the Key that are encrypted.

        Raises:
            UsageError: the Key does not spell bytes in the encoding that the IUT file names.
        """
        try:
            match self.encoding:
                case "hex":
                    return bytes.fromhex(self.key)
                case "base64":
                    return base64.b64decode(self.key, validate=True)
        except (ValueError, binascii.Error):
            # `from None`: the cause may quote the Key.
            raise UsageError(
                f'credentials.key: is not {self.encoding}; correct it, or [pixit] key_encoding = "utf-8"'
            ) from None
        return self.key.encode()

    def written(self, data: bytes) -> str:
        """Return bytes as the header carries them."""
        text = base64.b64encode(data).decode("ascii")
        return text.translate(URL_SAFE) if self.url_safe else text

    def ciphertext(self, message: bytes | None = None, key: RsaKey | None = None) -> bytes:
        """Encrypt a message (unset: the Key) with a public key (unset: the token's), with fresh padding.

        Raises:
            BadLengthError: it does not fit under the key.
        """
        chosen = self.message if message is None else message
        return encrypt(EncryptInput(key or self.public_key, chosen, self.padding)).ciphertext

    def encrypted(self, message: bytes | None = None, key: RsaKey | None = None) -> str:
        """Return the text of X-Source-SecretKey; arguments and errors as `ciphertext`."""
        return self.written(self.ciphertext(message, key))

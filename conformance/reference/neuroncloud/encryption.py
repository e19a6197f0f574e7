"""How the Key is encrypted, of which the document says RSA and no more (erratum key-encryption): whoever starts us may tell."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.crypto.errors import BadFormError
from conformance.crypto.rsa_token import PKCS1, EncryptInput, Padding, encrypt

if TYPE_CHECKING:
    from Crypto.PublicKey.RSA import RsaKey

SETTINGS: Final[Mapping[str, str]] = {
    "rsa_padding": "pkcs1-v1.5",
    "oaep_hash": "SHA-256",
    "oaep_mgf_hash": "SHA-1",
    "key_encoding": "utf-8",
    "base64_variant": "standard",
}
"""The keys of the IUT file that say it, with what holds where nobody says anything."""
_URL_SAFE: Final = str.maketrans("+/", "-_")
_STANDARD: Final = str.maketrans("-_", "+/")


@dataclass(frozen=True)
class Encryption:
    """One way to encrypt a Key and to write it."""

    padding: Padding = PKCS1
    encoding: str = "utf-8"
    """Which bytes of the Key are encrypted: those of its text (`utf-8`) or those that it spells (`hex`, `base64`)."""
    url_safe: bool = False

    @classmethod
    def told(cls, given: Mapping[str, str]) -> Encryption:
        """Return what the keys of the IUT file say.

        Raises:
            ValueError: they say nothing that there is.
        """
        values = {**SETTINGS, **given}
        try:
            if values["rsa_padding"] == "oaep":
                padding = Padding("oaep", values["oaep_hash"], values["oaep_mgf_hash"])
            else:
                padding = Padding(values["rsa_padding"])
        except BadFormError as error:
            raise ValueError(str(error)) from None
        return cls(padding, values["key_encoding"], values["base64_variant"] == "url-safe")

    def message(self, key: str) -> bytes:
        """Return the bytes of a Key that are encrypted.

        Raises:
            ValueError: it does not spell any.
        """
        try:
            match self.encoding:
                case "hex":
                    return bytes.fromhex(key)
                case "base64":
                    return base64.b64decode(key, validate=True)
        except (ValueError, binascii.Error):
            # `from None`: the cause may quote the Key.
            raise ValueError(f"key: is not {self.encoding}, as key_encoding says") from None
        return key.encode()

    def header(self, key: str, public_key: RsaKey) -> str:
        """Return the text of X-Source-SecretKey for a Key."""
        text = encrypt(EncryptInput(public_key, self.message(key), self.padding)).header
        return text.translate(_URL_SAFE) if self.url_safe else text

    def standard(self, text: str) -> str:
        """Return the text of a header in the standard alphabet; what is of another than ours becomes no Base64."""
        return text.translate({**_STANDARD, **_URL_SAFE}) if self.url_safe else text

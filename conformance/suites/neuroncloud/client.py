"""Clients of NeuronCloud: the Key ID in clear and the Key encrypted, in two headers of every call.

The judge makes the key pair, so that it can decrypt what a client sends and say what is wrong with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from conformance.crypto.errors import CryptoError
from conformance.crypto.rsa_keys import private_key
from conformance.crypto.rsa_token import OAEP_HASHES, PKCS1, DecryptInput, Padding, decrypt
from conformance.iut.errors import UsageError
from conformance.platforms.driver import Facts
from conformance.platforms.neuroncloud.presenting import KEY, KEY_ID
from conformance.platforms.neuroncloud.token import URL_SAFE, Token
from conformance.suites.client.heard import Heard
from conformance.suites.client.listener import Breach, Listener
from conformance.suites.client.tokens import Ledger

if TYPE_CHECKING:
    from Crypto.PublicKey.RSA import RsaKey

BITS: Final = 1536
"""No longer than every reading needs (OAEP with SHA-512 takes 130 bytes): a key on loopback guards nothing."""
ENCODINGS: Final = ("utf-8", "hex", "base64")
PADDINGS: Final = (PKCS1, *(Padding("oaep", label, mgf) for label in OAEP_HASHES for mgf in OAEP_HASHES))
_STANDARD: Final = {new: old for old, new in URL_SAFE.items()}


@lru_cache(maxsize=4)
def _read(text: str) -> RsaKey:
    return private_key(text)


def _credentials(call: Heard, facts: Facts, ledger: Ledger) -> Breach | None:
    del ledger
    key_id, text = call.headers.get(KEY_ID.lower()), call.headers.get(KEY.lower())
    if key_id != facts.credential("key_id"):
        return Breach(f"{KEY_ID} with the Key ID", "absent" if key_id is None else "another text")
    expected = f"{KEY} with the Key, encrypted with the public key"
    if text is None:
        return Breach(expected, "absent")
    if text == facts.credential("key"):
        return Breach(expected, "the Key in clear")
    private, token = _read(facts.credential("private_key")), Token.of(facts)
    standard = text.translate(_STANDARD)
    try:
        message = decrypt(DecryptInput(private, standard, token.padding)).message
        told = text == (standard.translate(URL_SAFE) if token.url_safe else standard)
        if told and message == token.message:
            return None
        actual = f"the encryption of another text, of {len(message)} bytes"
    except CryptoError as error:
        actual = f"a text that does not decrypt: {error}"
    other = _other_reading(private, text, token)
    if other is None:
        return Breach(expected, actual)
    named = ", ".join(f'{name} = "{value}"' for name, value in other.items() if value != facts.pixit(name))
    return Breach(
        expected,
        f"the Key, encrypted by another reading (erratum key-encryption): {named}",
        note=f"the platform understands what the IUT file says; give [pixit] {named}",
        excused=True,
    )


def _other_reading(private: RsaKey, text: str, token: Token) -> dict[str, str] | None:
    """Return the settings of the IUT file by which a text is the encrypted Key; None where it is not by any."""
    standard = text.translate(_STANDARD)
    keys: dict[bytes, str] = {}
    for encoding in ENCODINGS:
        with suppress(UsageError):  # the Key spells no bytes in it
            keys.setdefault(replace(token, encoding=encoding).message, encoding)
    for padding in PADDINGS:
        try:
            message = decrypt(DecryptInput(private, standard, padding)).message
        except CryptoError:
            continue
        if message in keys:
            hashes = dict(zip(("oaep_hash", "oaep_mgf_hash"), padding.hashes, strict=True)) if padding.hash else {}
            variant = "standard" if text == standard else "url-safe"
            return {"rsa_padding": padding.name, **hashes, "key_encoding": keys[message], "base64_variant": variant}
    return None


def _made(given: Mapping[str, str]) -> Mapping[str, str]:
    if "private_key" in given:
        return given
    from Crypto.PublicKey import RSA

    return {
        "key_id": secrets.token_hex(8),
        "key": secrets.token_hex(24),  # spells bytes in every encoding
        "private_key": RSA.generate(BITS).export_key().decode(),
        **given,
    }


LISTENER: Final = Listener(credentials=_credentials, made=_made)

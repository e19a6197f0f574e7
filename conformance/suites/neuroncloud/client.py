"""Clients of NeuronCloud: the Key ID in clear and the Key encrypted, in two headers of every call.

The judge makes the key pair, so that it can decrypt what a client sends and say what is wrong with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from conformance.crypto.errors import CryptoError
from conformance.crypto.rsa_keys import private_key
from conformance.crypto.rsa_token import PKCS1, DecryptInput, Padding, decrypt
from conformance.platforms.driver import Facts
from conformance.platforms.neuroncloud.presenting import KEY, KEY_ID
from conformance.platforms.neuroncloud.token import URL_SAFE
from conformance.suites.client.heard import Heard
from conformance.suites.client.listener import Breach, Listener
from conformance.suites.client.tokens import Ledger

if TYPE_CHECKING:
    from Crypto.PublicKey.RSA import RsaKey

BITS: Final = 1024
"""As long as those of the embedded platform: a key on loopback guards nothing."""
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
    padding = PKCS1
    if facts.pixit("rsa_padding") == "oaep":
        padding = Padding("oaep", facts.pixit("oaep_hash"), facts.pixit("oaep_mgf_hash"))
    if facts.pixit("base64_variant") == "url-safe":
        text = text.translate(_STANDARD)
    try:
        message = decrypt(DecryptInput(_read(facts.credential("private_key")), text, padding)).message
    except CryptoError as error:
        return Breach(expected, f"a text that does not decrypt: {error}")
    if message == facts.credential("key").encode():
        return None
    return Breach(expected, f"the encryption of another text, of {len(message)} bytes")


def _made(given: Mapping[str, str]) -> Mapping[str, str]:
    if "private_key" in given:
        return given
    from Crypto.PublicKey import RSA

    return {
        "key_id": secrets.token_hex(8),
        "key": secrets.token_urlsafe(24),
        "private_key": RSA.generate(BITS).export_key().decode(),
        **given,
    }


LISTENER: Final = Listener(credentials=_credentials, made=_made)

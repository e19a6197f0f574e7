"""Letting callers in: the Key ID in clear, the Key encrypted with the public key of its token.

The suite's own routines decrypt (`conformance.crypto.rsa_token`), strict about Base64 and padding. They tell why a text does
not decrypt, and the log repeats it for whoever writes a client; a platform that guards something must not.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from conformance.crypto.encoding import decode_base64, encode_base64
from conformance.crypto.errors import BadEncodingError, BadLengthError, BadPaddingError
from conformance.crypto.rsa_token import DecryptInput, Padding, decrypt
from conformance.reference.calls import Call
from conformance.reference.neuroncloud.credentials import Token
from conformance.reference.neuroncloud.encryption import Encryption
from conformance.reference.neuroncloud.refusals import EXPIRED, NO_TENANT, Denied
from conformance.reference.switchboard import Quirks, Switchboard

KEY_ID: Final = "X-Source-SecretId"
KEY: Final = "X-Source-SecretKey"
OAEP: Final = Padding("oaep", "SHA-256", "SHA-1")
"""What the IUT file has by default where it says `oaep`."""
REMEMBERED: Final = 20_000
"""Encrypted Keys that are remembered: a whole run sends fewer."""


@lru_cache(maxsize=1024)
def _message(token: Token, text: str, padding: Padding) -> bytes:
    """Decrypt a header; remembered, because a caller may send one text with all of its calls and RSA is slow."""
    return decrypt(DecryptInput(token.private_key, text, padding)).message


class Gate:
    """Knows the tokens and lets calls in."""

    def __init__(
        self, tokens: Mapping[str, Token], faults: Switchboard, quirks: Quirks, encryption: Encryption
    ) -> None:
        self._tokens, self._encryption = tokens, encryption
        self._faults = faults
        self._quirks = quirks
        self._seen: dict[str, str] = {}
        """Key ID by encrypted Key, of the calls that were let in."""

    def admit(self, call: Call) -> None:
        """Let a call in by its two headers.

        Raises:
            Denied: `reason` is absent, wrong, or foreign (the Key of another token).
        """
        key_id, text = call.headers.get(KEY_ID.lower()), call.headers.get(KEY.lower())
        if key_id is None:
            raise Denied("absent", f"{KEY_ID} is missing")
        if text is None:
            raise Denied("absent", f"{KEY} is missing")
        text = self._encryption.standard(text)
        token = self._tokens.get(key_id)
        if token is None and self._faults.on("key-id-unchecked"):
            token = next(iter(self._tokens.values()))
        if token is None:
            raise Denied("wrong", f"{KEY_ID} is not the Key ID of a token", NO_TENANT, row="428")
        if not self._excused(token, text):
            self._check_key(token, text)
        if token.expired and not self._faults.on("expired-key-accepted"):
            raise Denied("wrong", "The token has expired", EXPIRED, row="401")
        self._check_replay(token, text)
        self._seen[text] = token.key_id
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def _check_key(self, token: Token, text: str) -> None:
        try:
            message = self._decrypted(token, text)
        except (BadEncodingError, BadLengthError, BadPaddingError) as error:
            if any(self._opens(other, text) for other in self._tokens.values() if other is not token):
                if self._faults.on("key-of-other-token-accepted"):
                    return
                raise Denied("foreign", f"{KEY} was encrypted for the token of another Key ID") from None
            raise Denied("wrong", f"{KEY}: {error}") from None
        if hmac.compare_digest(message, self._key_of(token)) or self._faults.on("wrong-key-accepted"):
            return
        raise Denied("wrong", f"{KEY} decrypts to another text than the Key of the token")

    def _decrypted(self, token: Token, text: str) -> bytes:
        padding = OAEP if self._quirks.on("key-encryption/as-the-iut-file-says") else self._encryption.padding
        return _message(token, text, padding)

    def _key_of(self, token: Token) -> bytes:
        return self._encryption.message(token.key)

    def _opens(self, token: Token, text: str) -> bool:
        try:
            return hmac.compare_digest(self._decrypted(token, text), self._key_of(token))
        except (BadEncodingError, BadLengthError, BadPaddingError):
            return False

    def _check_replay(self, token: Token, text: str) -> None:
        if text in self._seen and self._quirks.on("replay/refused"):
            raise Denied("wrong", f"{KEY} was sent before")
        other = next((seen for seen, key_id in self._seen.items() if key_id == token.key_id), text)
        if other != text and self._faults.on("fresh-encryption-refused"):
            raise Denied("wrong", f"{KEY} is not the text that was sent first")

    def _excused(self, token: Token, text: str) -> bool:
        """Tell whether a fault lets this text pass undecrypted."""
        faults = self._faults
        if not faults.active:
            return False
        size = token.private_key.size_in_bytes()
        if not text:
            return faults.on("empty-key-accepted")
        try:
            data = decode_base64(text, KEY)
        except BadEncodingError:
            in_clear = text == token.key
            return (in_clear and faults.on("plain-key-accepted")) or (not in_clear and faults.on("not-base64-accepted"))
        if text in (token.key, encode_base64(token.key.encode())):
            return faults.on("plain-key-accepted")
        if len(data) < size:
            return faults.on("truncated-key-accepted")
        if len(data) == size and faults.has("behaviour/padding-unchecked"):
            # What does not decrypt is let in: a text for another public key, or one that was changed on its way.
            try:
                self._decrypted(token, text)
            except (BadLengthError, BadPaddingError):
                return faults.on("padding-unchecked")
            return False
        return self._is_empty(token, text) and faults.on("empty-key-accepted")

    def _is_empty(self, token: Token, text: str) -> bool:
        try:
            return self._decrypted(token, text) == b""
        except (BadLengthError, BadPaddingError):
            return False

"""Base64 as RFC 4648 section 4 has it, read strictly.

Python's own decoder drops what it does not know, so that two different texts would count as the same signature; the
decoder here accepts exactly the one canonical text of each byte string and says what is wrong with every other.
"""

from __future__ import annotations

import base64
import re
from typing import Final

from conformance.crypto.errors import BadEncodingError

_ALPHABET: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}", re.ASCII)


def encode_base64(data: bytes) -> str:
    """Write bytes as Base64: standard alphabet, padded, one line."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str, part: str) -> bytes:
    """Read Base64 strictly.

    Raises:
        BadEncodingError: white space, another alphabet, missing padding or left-over bits; `part` opens the text.
    """
    if any(character.isspace() for character in text):
        raise BadEncodingError(part, "is not Base64: it contains white space")
    if not _ALPHABET.fullmatch(text):
        if re.fullmatch(r"[A-Za-z0-9_-]*={0,2}", text, re.ASCII):
            raise BadEncodingError(part, "is URL-safe Base64; the standard alphabet (+ and /) is meant")
        raise BadEncodingError(part, "is not Base64: it contains characters outside the alphabet")
    if len(text) % 4:
        raise BadEncodingError(part, f"is not Base64: its length {len(text)} is not a multiple of four")
    data = base64.b64decode(text)
    if encode_base64(data) != text:
        raise BadEncodingError(part, "is not canonical Base64: the last character has bits left over")
    return data


def decode_utf8(data: bytes, part: str) -> str:
    """Read UTF-8.

    Raises:
        BadEncodingError: the bytes are not UTF-8; the text names the position of the first wrong byte.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # `from None`: the cause would carry the bytes, which may be a secret.
        raise BadEncodingError(part, f"is not UTF-8 (byte {error.start} of {len(data)})") from None


def encode_utf8(text: str, part: str) -> bytes:
    """Write a text as UTF-8.

    Raises:
        BadEncodingError: the text holds a lone surrogate, which JSON can spell and UTF-8 cannot.
    """
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadEncodingError(part, f"is not a Unicode text (lone surrogate at {error.start})") from None

"""The classic mistakes with the envelope's encrypted body (document envelope.txt)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Final

from conformance.crypto import envelope, primitives
from conformance.crypto import mistakes as common
from conformance.crypto.encoding import decode_base64, decode_utf8, encode_base64
from conformance.crypto.envelope import DecryptInput, EncryptInput
from conformance.crypto.errors import BadPaddingError
from conformance.crypto.mistakes import Flag, Mistake

CBC_MODE: Final = Flag(
    "CbcMode",
    "WRONG_PRIMITIVE",
    "DES in CBC mode; the sample passes an initialisation vector that ECB has no use for.",
    "With a zero vector the first block agrees and short bodies work: the fault shows with longer ones.",
)
WRONG_PADDING: Final = Flag(
    "WrongPadding",
    "WRONG_PRIMITIVE",
    "The last block is filled by another rule than PKCS#5: zeros, blanks, a value off by one, or nothing when aligned.",
    "Works for some body lengths and fails for others, or yields bodies with rubbish at the end.",
)
PADDING_NOT_CHECKED: Final = Flag(
    "PaddingNotChecked",
    "MISSING_STEP",
    "After decrypting, the padding is cut off by its last byte without being checked.",
    "Damage and wrong keys go unnoticed, and part of the body is cut away.",
)
TRUNCATION_ACCEPTED: Final = Flag(
    "TruncationAccepted",
    "MISSING_STEP",
    "An incomplete last block of the ciphertext is ignored.",
    "A body cut off on the way is taken for a whole one.",
)
HEX_BODY: Final = Flag(
    "HexBody",
    "ENCODING",
    "The ciphertext is written in hexadecimal, as the comment in the document's sample says, while its code writes Base64.",
    "The receiver decodes it to something else or refuses it.",
)


def _encryptor(name: str, flag: Flag, right_up_to: str, then: str, rule: Callable[[bytes, bytes], str]) -> Mistake:
    def encrypt(inputs: EncryptInput) -> str:
        right = envelope.encrypt(inputs)
        return rule(inputs.secret_key.encode(), right.plaintext)

    return Mistake(name, flag, right_up_to, then, {"encrypt": encrypt})


def _ecb(key: bytes, padded: bytes) -> str:
    return encode_base64(primitives.des_ecb_encrypt(key, padded))


def _fill(data: bytes, filler: bytes, whole: bool) -> bytes:
    count = -len(data) % primitives.BLOCK or (primitives.BLOCK if whole else 0)
    return data + filler * count


def _off_by_one(data: bytes) -> bytes:
    padded = primitives.pad(data)
    count = padded[-1]
    return data + bytes([count - 1]) * count


def _decryptor(name: str, flag: Flag, right_up_to: str, then: str, rule: Callable[[bytes, str], bytes]) -> Mistake:
    def decrypt(inputs: DecryptInput) -> str:
        key = primitives.check_des_key(inputs.secret_key.encode(), "secretKey")
        return decode_utf8(rule(key, inputs.body), "body")

    return Mistake(name, flag, right_up_to, then, {"decrypt": decrypt})


def _blocks(body: str) -> bytes:
    return primitives.check_blocks(decode_base64(body, "body"), "body")


def _cut(key: bytes, body: str) -> bytes:
    padded = primitives.des_ecb_decrypt(key, _blocks(body))
    if not padded[-1]:
        raise BadPaddingError("body", "ends with zero")
    return padded[: -padded[-1]]


def _cut_if_plausible(key: bytes, body: str) -> bytes:
    padded = primitives.des_ecb_decrypt(key, _blocks(body))
    return padded[: -padded[-1]] if 1 <= padded[-1] <= primitives.BLOCK else padded


def _whole_blocks(key: bytes, body: str) -> bytes:
    data = decode_base64(body, "body")
    whole = primitives.check_blocks(data[: len(data) // primitives.BLOCK * primitives.BLOCK], "body")
    return primitives.unpad(primitives.des_ecb_decrypt(key, whole), "body")


def _lenient_base64(key: bytes, body: str, alphabet: str) -> bytes:
    text = body.translate(str.maketrans("-_", "+/")) if alphabet == "either" else re.sub("[^A-Za-z0-9+/]", "", body)
    text = text.rstrip("=")
    data = decode_base64(text + "=" * (-len(text) % 4), "body")
    return primitives.unpad(primitives.des_ecb_decrypt(key, primitives.check_blocks(data, "body")), "body")


def _mime(data: bytes) -> str:
    return base64.encodebytes(data).decode("ascii")


def _gbk(text: str) -> bytes:
    return text.encode("gb18030")


BODY_MISTAKES: Final[tuple[Mistake, ...]] = (
    _encryptor(
        "cbc-key-as-iv",
        CBC_MODE,
        "the padded text",
        "CBC with the key as initialisation vector",
        lambda key, plain: encode_base64(primitives.des_cbc_encrypt(key, key, primitives.pad(plain))),
    ),
    _encryptor(
        "cbc-zero-iv",
        CBC_MODE,
        "the first block",
        "CBC with a zero initialisation vector",
        lambda key, plain: encode_base64(primitives.des_cbc_encrypt(key, bytes(8), primitives.pad(plain))),
    ),
    _encryptor(
        "zero-padding",
        WRONG_PADDING,
        "the plain text",
        "padded with zeros",
        lambda key, plain: _ecb(key, _fill(plain, b"\0", False)),
    ),
    _encryptor(
        "blank-padding",
        WRONG_PADDING,
        "the plain text",
        "padded with blanks",
        lambda key, plain: _ecb(key, _fill(plain, b" ", False)),
    ),
    _encryptor(
        "padding-off-by-one",
        WRONG_PADDING,
        "the plain text",
        "padded with a value one too small",
        lambda key, plain: _ecb(key, _off_by_one(plain)),
    ),
    _encryptor(
        "aligned-not-padded",
        WRONG_PADDING,
        "the plain text",
        "not padded although it fills whole blocks",
        lambda key, plain: _ecb(key, plain if plain and not len(plain) % 8 else primitives.pad(plain)),
    ),
    _encryptor(
        "body-url-safe",
        common.URL_SAFE_BASE64,
        "the ciphertext",
        "written in URL-safe Base64",
        lambda key, plain: _ecb(key, primitives.pad(plain)).translate(str.maketrans("+/", "-_")),
    ),
    _encryptor(
        "body-unpadded-base64",
        common.URL_SAFE_BASE64,
        "the ciphertext",
        "written in Base64 without the = at its end",
        lambda key, plain: _ecb(key, primitives.pad(plain)).rstrip("="),
    ),
    _encryptor(
        "body-hex",
        HEX_BODY,
        "the ciphertext",
        "written in hexadecimal",
        lambda key, plain: primitives.des_ecb_encrypt(key, primitives.pad(plain)).hex(),
    ),
    _encryptor(
        "body-lines",
        common.LINE_BREAKS,
        "the ciphertext",
        "written in Base64 with line feeds",
        lambda key, plain: _mime(primitives.des_ecb_encrypt(key, primitives.pad(plain))),
    ),
    _encryptor(
        "body-gbk",
        common.OTHER_CHARSET,
        "the body",
        "turned into bytes as GBK",
        lambda key, plain: _ecb(key, primitives.pad(_gbk(plain.decode()))),
    ),
    _encryptor(
        "body-newline",
        common.NEWLINE_ADDED,
        "the body",
        "encrypted with a line feed at its end",
        lambda key, plain: _ecb(key, primitives.pad(plain + b"\n")),
    ),
    _decryptor("padding-cut", PADDING_NOT_CHECKED, "the padded text", "cut by its last byte", _cut),
    _decryptor(
        "padding-optional",
        PADDING_NOT_CHECKED,
        "the padded text",
        "left whole where it is not padded",
        _cut_if_plausible,
    ),
    _decryptor("partial-block", TRUNCATION_ACCEPTED, "the ciphertext", "its incomplete block ignored", _whole_blocks),
    _decryptor(
        "decrypt-cbc",
        CBC_MODE,
        "the ciphertext",
        "decrypted in CBC mode with a zero initialisation vector",
        lambda key, body: primitives.unpad(primitives.des_cbc_decrypt(key, bytes(8), _blocks(body)), "body"),
    ),
    _decryptor(
        "url-safe-accepted",
        common.URL_SAFE_BASE64,
        "the body",
        "read in either alphabet of Base64",
        lambda key, body: _lenient_base64(key, body, "either"),
    ),
    _decryptor(
        "junk-ignored",
        common.JUNK_IGNORED,
        "the body",
        "read as Base64 without the characters that are none",
        lambda key, body: _lenient_base64(key, body, "standard"),
    ),
)
"""In the order in which a diagnosis tries them: the likelier first."""

"""The classic mistakes with the encrypted token header (document neuroncloud.txt, Token Encryption).

Per operation, in the result type of an answer: `encrypt` and `encrypt-fixed` give the header value, `decrypt` the message.
"""

from __future__ import annotations

import base64
import dataclasses
import re
from collections.abc import Callable
from typing import Final

from conformance.crypto import mistakes as common
from conformance.crypto import rsa_blocks, rsa_token
from conformance.crypto.encoding import decode_base64, encode_base64
from conformance.crypto.errors import BadLengthError, BadPaddingError, CryptoError
from conformance.crypto.mistakes import Flag, Mistake
from conformance.crypto.rsa_token import DecryptInput, EncryptInput, Padding

HEX_CIPHERTEXT: Final = Flag(
    "HexCiphertext",
    "ENCODING",
    "The ciphertext is written in hexadecimal instead of Base64.",
    "The platform decodes it to something else and refuses every call.",
)
BASE64_TWICE: Final = Flag(
    "Base64Twice",
    "ENCODING",
    "The Base64 text is encoded once more.",
    "The platform decodes it to text instead of a ciphertext and refuses every call.",
)
KEY_DECODED: Final = Flag(
    "KeyDecoded",
    "ENCODING",
    "The token Key, which is a text, is decoded as Base64 before it is encrypted.",
    "The platform finds another key; refused.",
)
WRONG_BLOCK: Final = Flag(
    "WrongBlock",
    "WRONG_PRIMITIVE",
    "The message is not padded for encryption: block type 1, no padding at all, or zeros within the padding.",
    "Refused or cut short by the receiver; without padding equal keys give equal headers, and short keys can be computed.",
)
WRONG_PADDING_SCHEME: Final = Flag(
    "WrongPaddingScheme",
    "WRONG_PRIMITIVE",
    "OAEP where PKCS#1 v1.5 was agreed, or the other way round.",
    "The receiver cannot decrypt.",
)
OAEP_HASH_MISMATCH: Final = Flag(
    "OaepHashMismatch",
    "WRONG_PRIMITIVE",
    "One of OAEP's two hashes is not the agreed one: some libraries take SHA-1 for MGF1 whatever the label's hash is.",
    "The receiver cannot decrypt, and both sides believe to use the same padding.",
)
LEADING_ZERO_DROPPED: Final = Flag(
    "LeadingZeroDropped",
    "ENCODING",
    "A ciphertext that begins with zero is written as a shorter number.",
    "About one call in 256 fails.",
)
LITTLE_ENDIAN: Final = Flag(
    "LittleEndian",
    "ENCODING",
    "The ciphertext's bytes are in reverse order, as an old Windows interface delivers them.",
    "The receiver cannot decrypt.",
)
BLOCK_NOT_CHECKED: Final = Flag(
    "BlockNotChecked",
    "MISSING_STEP",
    "After decrypting, the block's first bytes or the length of its padding are not checked.",
    "Forged ciphertexts are accepted; the checks are what keeps forgeries rare.",
)
CIPHERTEXT_RANGE: Final = Flag(
    "CiphertextRange",
    "MISSING_STEP",
    "A ciphertext shorter than the modulus, or not smaller than it, is decrypted all the same.",
    "One key has several ciphertexts; the replay of a header is not recognised.",
)
OAEP_NOT_CHECKED: Final = Flag(
    "OaepNotChecked",
    "MISSING_STEP",
    "The hash of the label inside an OAEP block is not compared.",
    "Blocks that were padded otherwise, or damaged, yield a message.",
)

_Block = Callable[[EncryptInput], bytes]
_Write = Callable[[bytes], str]


def _random(inputs: EncryptInput, size: int) -> bytes:
    """Return `size` padding bytes: the fixed ones, repeated or cut, else drawn ones."""
    if inputs.random is None:
        return rsa_token.draw(size)
    return (inputs.random * (size // max(len(inputs.random), 1) + 1))[:size]


def _pkcs1(inputs: EncryptInput) -> bytes:
    size = Padding().random_size(inputs.public_key, inputs.message)
    if size < 8:
        raise BadLengthError("message", "is too long")
    return rsa_blocks.pkcs1_block(inputs.message, _random(inputs, size))


def _oaep(inputs: EncryptInput, hash_name: str, mgf_hash: str) -> bytes:
    padding = Padding("oaep", hash_name, mgf_hash)
    if len(inputs.message) > padding.longest(inputs.public_key):
        raise BadLengthError("message", "is too long")
    seed = _random(inputs, padding.random_size(inputs.public_key, inputs.message))
    return rsa_blocks.oaep_block(inputs.public_key.size_in_bytes(), inputs.message, seed, hash_name, mgf_hash)


def _right(inputs: EncryptInput) -> bytes:
    return _pkcs1(inputs) if inputs.padding.hash is None else _oaep(inputs, *inputs.padding.hashes)


def _sender(
    name: str, flag: Flag, right_up_to: str, then: str, *, block: _Block = _right, write: _Write = encode_base64
) -> Mistake:
    def encrypt(inputs: EncryptInput) -> str:
        return write(rsa_blocks.raw_public(inputs.public_key, block(inputs)))

    return Mistake(name, flag, right_up_to, then, {"encrypt": encrypt, "encrypt-fixed": encrypt})


def _with_message(change: Callable[[bytes], bytes]) -> _Block:
    return lambda inputs: _right(dataclasses.replace(inputs, message=change(inputs.message)))


def _decoded(message: bytes) -> bytes:
    try:
        return decode_base64(message.decode("ascii"), "message")
    except (CryptoError, UnicodeDecodeError):
        return message


def _type_1(inputs: EncryptInput) -> bytes:
    size = len(_pkcs1(inputs)) - len(inputs.message) - 3
    return rsa_blocks.pkcs1_block(inputs.message, b"\xff" * size, 1)


def _unpadded(inputs: EncryptInput) -> bytes:
    _right(inputs)
    return bytes(inputs.public_key.size_in_bytes() - len(inputs.message)) + inputs.message


def _zero_inside(inputs: EncryptInput) -> bytes:
    block = bytearray(_right(inputs))
    if inputs.padding.hash is None and len(block) - len(inputs.message) > 14:
        block[11] = 0
    return bytes(block)


def _other_scheme(inputs: EncryptInput) -> bytes:
    return _oaep(inputs, "SHA-1", "SHA-1") if inputs.padding.hash is None else _pkcs1(inputs)


def _mgf_sha1(inputs: EncryptInput) -> bytes:
    return _right(inputs) if inputs.padding.hash is None else _oaep(inputs, inputs.padding.hashes[0], "SHA-1")


def _mime(data: bytes) -> str:
    return base64.encodebytes(data).decode("ascii")


def _receiver(name: str, flag: Flag, right_up_to: str, then: str, rule: Callable[[DecryptInput], bytes]) -> Mistake:
    return Mistake(name, flag, right_up_to, then, {"decrypt": rule})


def _lax(pattern: bytes) -> Callable[[DecryptInput], bytes]:
    """Build a receiver that takes any PKCS#1 block of a pattern for right."""

    def decrypt(inputs: DecryptInput) -> bytes:
        if inputs.padding.hash is not None:
            return rsa_token.decrypt(inputs).message
        key = inputs.private_key
        ciphertext = rsa_token.check_ciphertext(key, decode_base64(inputs.header, "ciphertext"))
        found = re.fullmatch(pattern, rsa_blocks.raw_private(key, ciphertext), re.DOTALL)
        if found is None:
            raise BadPaddingError("ciphertext", "is not padded")
        return bytes(found[1])

    return decrypt


def _any_range(inputs: DecryptInput) -> bytes:
    key = inputs.private_key
    number = int.from_bytes(decode_base64(inputs.header, "ciphertext"), "big") % key.n
    header = encode_base64(number.to_bytes(key.size_in_bytes(), "big"))
    return rsa_token.decrypt(dataclasses.replace(inputs, header=header)).message


def _label_unchecked(inputs: DecryptInput) -> bytes:
    if inputs.padding.hash is None:
        return rsa_token.decrypt(inputs).message
    key = inputs.private_key
    ciphertext = rsa_token.check_ciphertext(key, decode_base64(inputs.header, "ciphertext"))
    _seed, data = rsa_blocks.oaep_unmask(rsa_blocks.raw_private(key, ciphertext), *inputs.padding.hashes)
    size = len(_seed)
    _zeros, one, message = data[size:].partition(b"\1")
    if not one:
        raise BadPaddingError("ciphertext", "has no separator")
    return message


def _respelt(change: Callable[[str], str]) -> Callable[[DecryptInput], bytes]:
    def decrypt(inputs: DecryptInput) -> bytes:
        text = change(inputs.header).rstrip("=")
        header = text + "=" * (-len(text) % 4)
        return rsa_token.decrypt(dataclasses.replace(inputs, header=header)).message

    return decrypt


MISTAKES: Final[tuple[Mistake, ...]] = (
    _sender(
        "url-safe",
        common.URL_SAFE_BASE64,
        "the ciphertext",
        "URL-safe Base64",
        write=lambda data: encode_base64(data).translate(str.maketrans("+/", "-_")),
    ),
    _sender("line-breaks", common.LINE_BREAKS, "the ciphertext", "Base64 with line feeds", write=_mime),
    _sender("hex", HEX_CIPHERTEXT, "the ciphertext", "hexadecimal instead of Base64", write=bytes.hex),
    _sender(
        "base64-twice",
        BASE64_TWICE,
        "the Base64",
        "encoded once more",
        write=lambda data: encode_base64(encode_base64(data).encode()),
    ),
    _sender(
        "leading-zero-dropped",
        LEADING_ZERO_DROPPED,
        "the ciphertext",
        "its leading zeros dropped",
        write=lambda data: encode_base64(data.lstrip(b"\0")),
    ),
    _sender(
        "little-endian",
        LITTLE_ENDIAN,
        "the ciphertext",
        "its bytes reversed",
        write=lambda data: encode_base64(data[::-1]),
    ),
    _sender(
        "key-decoded", KEY_DECODED, "the key", "decoded as Base64 before encryption", block=_with_message(_decoded)
    ),
    _sender(
        "key-newline",
        common.NEWLINE_ADDED,
        "the key",
        "encrypted with a line feed at its end",
        block=_with_message(lambda message: message + b"\n"),
    ),
    _sender("block-type-1", WRONG_BLOCK, "the message", "padded as for signing (block type 1)", block=_type_1),
    _sender("no-padding", WRONG_BLOCK, "the message", "encrypted without padding", block=_unpadded),
    _sender(
        "zero-in-padding", WRONG_BLOCK, "the message", "padded with bytes of which one is zero", block=_zero_inside
    ),
    _sender("other-scheme", WRONG_PADDING_SCHEME, "the message", "padded by the other scheme", block=_other_scheme),
    _sender("mgf-sha1", OAEP_HASH_MISMATCH, "the message", "masked with SHA-1 in MGF1", block=_mgf_sha1),
    _receiver(
        "first-byte-ignored", BLOCK_NOT_CHECKED, "the block", "its first byte ignored", _lax(rb".\x02[^\0]{8,}\0(.*)")
    ),
    _receiver(
        "block-type-ignored", BLOCK_NOT_CHECKED, "the block", "its type ignored", _lax(rb"\0[^\0][^\0]{8,}\0(.*)")
    ),
    _receiver("short-padding", BLOCK_NOT_CHECKED, "the block", "its padding not counted", _lax(rb"\0\x02[^\0]*\0(.*)")),
    _receiver("last-zero", BLOCK_NOT_CHECKED, "the block", "split at its last zero byte", _lax(rb"\0\x02.*\0([^\0]*)")),
    _receiver("any-range", CIPHERTEXT_RANGE, "the header", "decrypted whatever its length", _any_range),
    _receiver("oaep-label", OAEP_NOT_CHECKED, "the data block", "its label not compared", _label_unchecked),
    _receiver(
        "decrypt-mgf-sha1",
        OAEP_HASH_MISMATCH,
        "the block",
        "unmasked with SHA-1 in MGF1",
        lambda i: (
            rsa_token.decrypt(
                i
                if i.padding.hash is None
                else dataclasses.replace(i, padding=Padding("oaep", i.padding.hash, "SHA-1"))
            ).message
        ),
    ),
    _receiver(
        "url-safe-accepted",
        common.URL_SAFE_BASE64,
        "the header",
        "read in either alphabet of Base64",
        _respelt(lambda text: text.translate(str.maketrans("-_", "+/"))),
    ),
    _receiver(
        "junk-ignored",
        common.JUNK_IGNORED,
        "the header",
        "read as Base64 without the characters that are none",
        _respelt(lambda text: re.sub("[^A-Za-z0-9+/]", "", text)),
    ),
)
"""In the order in which a diagnosis tries them: the likelier first."""

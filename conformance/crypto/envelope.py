"""The envelope of document envelope.txt: DES-encrypted body and MD5 sign, the same for requests and responses.

With encryption, `body` is Base64(DES-ECB-PKCS5(plain text)) and `sign` is Base64(hex(MD5(body + timeStamp + pId +
secretKey))), where body is the Base64 text as transmitted; without it, `body` is the plain JSON value and `sign` is
Base64(hex(MD5(timeStamp + pId))) (heading "TimeStamp ... The signing rules are as follows"). A response carries neither
timeStamp nor pId: the request's are meant, because "whose rules are the same as the input data" leaves no other.

The document's sample passes an initialisation vector to DES in ECB mode, where it has no meaning; the module
follows the mode. It reads secretKey as the DES key in UTF-8, eight bytes, as that sample does.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.crypto import primitives
from conformance.crypto.encoding import decode_base64, decode_utf8, encode_base64, encode_utf8
from conformance.crypto.errors import BadKeyError

if TYPE_CHECKING:
    from conformance.crypto.mistakes import Mistake


@dataclass(frozen=True, slots=True)
class EncryptInput:
    """A plain body and the key to encrypt it with."""

    body: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Encryption:
    """Every step from the plain body to the transmitted one."""

    plaintext: bytes
    padded: bytes
    ciphertext: bytes
    body: str


@dataclass(frozen=True, slots=True)
class DecryptInput:
    """A transmitted body and the key to decrypt it with."""

    body: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Decryption:
    """Every step from the transmitted body to the plain one."""

    ciphertext: bytes
    padded: bytes
    plaintext: bytes
    body: str


@dataclass(frozen=True, slots=True)
class SignInput:
    """A message to be signed.

    `body` is the plain text of the body; with encryption `secret_key` is needed, without it neither matters. `time_stamp`
    is the text of the member timeStamp: Unix time in milliseconds. `des_key` encrypts the body where a platform has a key
    for that beside secretKey (the document's sample only says KEY).
    """

    encrypted: bool
    body: str
    time_stamp: str
    p_id: str
    secret_key: str | None = field(default=None, repr=False)
    des_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Signature:
    """Every step to a sign. `body` is what is transmitted: the Base64 ciphertext, or the plain text."""

    body: str
    string_to_sign: str = field(repr=False)
    digest: bytes
    hex: str
    sign: str


@dataclass(frozen=True, slots=True)
class VerifyInput:
    """A message as received: `body` is the Base64 ciphertext with encryption, else the plain text."""

    encrypted: bool
    body: str
    time_stamp: str
    p_id: str
    sign: str
    secret_key: str | None = field(default=None, repr=False)


def _des_key(secret_key: str) -> bytes:
    return primitives.check_des_key(encode_utf8(secret_key, "secretKey"), "secretKey")


def encrypt(inputs: EncryptInput) -> Encryption:
    """Encrypt a body ("Enable encryption: Base64 (DES (body plain text))").

    Raises:
        BadKeyError: secretKey does not have eight bytes.
        BadEncodingError: a text is not Unicode.
    """
    key = _des_key(inputs.secret_key)
    plaintext = encode_utf8(inputs.body, "body")
    padded = primitives.pad(plaintext)
    ciphertext = primitives.des_ecb_encrypt(key, padded)
    return Encryption(plaintext, padded, ciphertext, encode_base64(ciphertext))


def decrypt(inputs: DecryptInput) -> Decryption:
    """Decrypt a body.

    Raises:
        BadKeyError: secretKey does not have eight bytes.
        BadEncodingError: the body is not strict Base64, or the plain text is not UTF-8.
        BadLengthError: the ciphertext is empty or has an incomplete block.
        BadPaddingError: the padding is wrong: another key, or damage.
    """
    key = _des_key(inputs.secret_key)
    ciphertext = primitives.check_blocks(decode_base64(inputs.body, "body"), "body")
    padded = primitives.des_ecb_decrypt(key, ciphertext)
    plaintext = primitives.unpad(padded, "body")
    return Decryption(ciphertext, padded, plaintext, decode_utf8(plaintext, "body"))


def _signed(body: str, string_to_sign: str) -> Signature:
    digest = primitives.digest("MD5", encode_utf8(string_to_sign, "string to sign"))
    return Signature(body, string_to_sign, digest, digest.hex(), encode_base64(digest.hex().encode("ascii")))


def sign(inputs: SignInput) -> Signature:
    """Sign a message, encrypting its body first where encryption is on.

    Raises:
        BadKeyError: encryption is on and secretKey is missing, or the key that encrypts does not have eight bytes.
        BadEncodingError: a text is not Unicode.
    """
    if not inputs.encrypted:
        return _signed(inputs.body, inputs.time_stamp + inputs.p_id)
    if inputs.secret_key is None:
        raise BadKeyError("secretKey", "is missing; an encrypted message needs it")
    body = encrypt(EncryptInput(inputs.body, inputs.des_key or inputs.secret_key)).body
    return _signed(body, body + inputs.time_stamp + inputs.p_id + inputs.secret_key)


def sign_received(inputs: VerifyInput) -> Signature:
    """Compute the sign that a received message ought to carry.

    The body is taken as it is: whether it decrypts is another question, and a receiver answers this one first.

    Raises:
        BadKeyError: encryption is on and secretKey is missing.
        BadEncodingError: a text is not Unicode.
    """
    if not inputs.encrypted:
        return _signed(inputs.body, inputs.time_stamp + inputs.p_id)
    if inputs.secret_key is None:
        raise BadKeyError("secretKey", "is missing; the sign of an encrypted message covers it")
    return _signed(inputs.body, inputs.body + inputs.time_stamp + inputs.p_id + inputs.secret_key)


def verify(inputs: VerifyInput) -> bool:
    """Tell whether the sign of a received message is right.

    Raises:
        BadKeyError, BadEncodingError: as `sign_received`.
    """
    right = sign_received(inputs).sign.encode("ascii")
    return hmac.compare_digest(right, inputs.sign.encode("utf-8", "surrogatepass"))


def diagnose(inputs: SignInput, observed: str) -> Mistake | None:
    """Name the classic mistake that explains a wrong sign of a message whose plain body is known.

    Returns None for a right sign and for one that no listed mistake produces.
    """
    from conformance.crypto.envelope_mistakes import MISTAKES
    from conformance.crypto.mistakes import recognise

    return recognise(MISTAKES, "sign", inputs, observed, sign(inputs).sign)


def diagnose_body(inputs: EncryptInput, observed: str) -> Mistake | None:
    """Name the classic mistake that explains a wrong ciphertext of a known plain body."""
    from conformance.crypto.envelope_mistakes import MISTAKES
    from conformance.crypto.mistakes import recognise

    return recognise(MISTAKES, "encrypt", inputs, observed, encrypt(inputs).body)


def diagnose_received(inputs: VerifyInput) -> Mistake | None:
    """Name the classic mistake that explains the wrong sign of a received message.

    The body is decrypted where a mistake concerns the plain text. None for a right sign and for an unexplained one.

    Raises:
        BadKeyError, BadEncodingError: as `verify`.
    """
    from conformance.crypto.envelope_mistakes import MISTAKES
    from conformance.crypto.mistakes import recognise_received

    return None if verify(inputs) else recognise_received(MISTAKES, "sign", inputs)

"""Reading RSA keys in the forms in which portals hand them out.

Document neuroncloud.txt does not say how the public key is written, so all usual ones are read: SPKI (X.509) and PKCS#1,
PKCS#8 and PKCS#1 for the private half, each as PEM, as DER, or as the bare Base64 of the DER with or without line breaks.
"""

from __future__ import annotations

import binascii
import re

from Crypto.PublicKey import RSA
from Crypto.PublicKey.RSA import RsaKey

from conformance.crypto.encoding import decode_base64
from conformance.crypto.errors import BadEncodingError, BadKeyError


def _import(key: str | bytes, part: str) -> RsaKey:
    data: str | bytes = key
    if isinstance(key, str):
        text = key.strip()
        if not text:
            raise BadKeyError(part, "is empty")
        if text.startswith("-----BEGIN "):
            data = text
        else:
            try:
                data = decode_base64(re.sub(r"\s", "", text), part)
            except BadEncodingError as error:
                raise BadKeyError(part, f"is neither PEM nor the Base64 of a DER key ({error.problem})") from None
    try:
        return RSA.import_key(data)
    except (ValueError, IndexError, TypeError, binascii.Error):
        # `from None`: the library's text may quote the key.
        raise BadKeyError(part, "is not an RSA key in SPKI, PKCS#1 or PKCS#8 form") from None


def public_key(key: str | bytes) -> RsaKey:
    """Read a public key: PEM or bare Base64 as text, DER as bytes.

    Raises:
        BadKeyError: it is not an RSA public key; a private key is refused, for it has no business on the sending side.
    """
    read = _import(key, "publicKey")
    if read.has_private():
        raise BadKeyError("publicKey", "is a private key")
    return read


def private_key(key: str | bytes) -> RsaKey:
    """Read a private key without passphrase: PEM or bare Base64 as text, DER as bytes.

    Raises:
        BadKeyError: it is not an RSA private key.
    """
    read = _import(key, "privateKey")
    if not read.has_private():
        raise BadKeyError("privateKey", "is a public key")
    return read

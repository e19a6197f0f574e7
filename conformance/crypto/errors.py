"""What the schemes raise, so that a caller never has to catch a bare `ValueError`.

    CryptoError               wrong input; `part` says what, `problem` says why
     ├─ BadKeyError           a key is missing, malformed, of the wrong kind or of the wrong length
     ├─ BadEncodingError      text is not what it claims to be: Base64, hexadecimal, UTF-8, PEM
     ├─ BadLengthError        a message or ciphertext has a length that the scheme cannot have
     ├─ BadPaddingError       a ciphertext does not decrypt to a padded message
     └─ BadFormError          a structured text (client id, timestamp, header) has another form than the documented one

The text never contains the value itself, because values are keys, tokens and passwords: it names the part, lengths and
positions only. Comparing a signature is not an error: `verify` answers a truth value.
"""

from __future__ import annotations


class CryptoError(Exception):
    """Wrong input to a scheme.

    `part` is the name of the wrong input as the documents write it (`secretKey`, `body`, `clientId`, ...), `problem`
    a phrase that completes the sentence "<part> ...".
    """

    def __init__(self, part: str, problem: str) -> None:
        super().__init__(f"{part} {problem}")
        self.part = part
        self.problem = problem


class BadKeyError(CryptoError):
    """A key is missing, malformed, of the wrong kind or of the wrong length."""


class BadEncodingError(CryptoError):
    """A text is not the encoding that it claims to be."""


class BadLengthError(CryptoError):
    """A message or ciphertext has a length that the scheme cannot have."""


class BadPaddingError(CryptoError):
    """A ciphertext does not decrypt to a padded message."""


class BadFormError(CryptoError):
    """A structured text has another form than the documented one."""

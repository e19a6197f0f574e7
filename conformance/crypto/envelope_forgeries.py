"""What damage and forgery make of a right envelope, as data (document envelope.txt).

A classic mistake is made by an honest program; a forgery is made of a right message by somebody without the key, or by a
broken line. One list of each kind serves two readers, so that they cannot drift apart: the vector generator turns them
into vectors, and the platform's cases make them again of messages under the key of the platform that is judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from conformance.crypto import mistakes as common
from conformance.crypto.encoding import encode_base64
from conformance.crypto.envelope_body_mistakes import PADDING_NOT_CHECKED, TRUNCATION_ACCEPTED
from conformance.crypto.mistakes import Flag

SIGN_MODIFIED: Final = Flag(
    "SignModified",
    "AUTH_BYPASS",
    "The sign was changed, shortened or lengthened after it was made.",
    "Forged signs pass for right ones.",
)
BASE64_FORM: Final = Flag(
    "Base64Form",
    "ENCODING",
    "The body is not Base64 as RFC 4648 section 4 defines it.",
    "Damaged texts are read as something else, and one body has many spellings.",
)
BASE64_WHITE_SPACE: Final = Flag(
    "Base64WhiteSpace",
    "ENCODING",
    "White space within or around the Base64. RFC 4648 says to refuse it, common decoders skip it.",
    "Refusing and skipping both occur; what is skipped must not change the body.",
)
BASE64_TRAILING_BITS: Final = Flag(
    "Base64TrailingBits",
    "MALLEABILITY",
    "The last character has bits that no byte uses. RFC 4648 section 3.5 lets decoders refuse it.",
    "One body has several spellings, of which the sign covers one.",
)
BASE64_UNPADDED: Final = Flag(
    "Base64Unpadded",
    "ENCODING",
    "The = at the end of the Base64 is missing. RFC 4648 obliges the writer to it; some common decoders do without.",
    "Refusing and reading both occur; writing it so works with some peers only.",
)


@dataclass(frozen=True, slots=True)
class TextForgery:
    """A change of a right text: a sign, or the Base64 of a ciphertext.

    `disputed` tells that refusing and reading both occur, and neither breaks a sentence.
    """

    name: str
    comment: str
    flag: Flag
    change: Callable[[str], str] = field(repr=False)
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """A change of the bytes of a ciphertext."""

    name: str
    comment: str
    change: Callable[[bytes], bytes] = field(repr=False)
    flag: Flag = TRUNCATION_ACCEPTED


@dataclass(frozen=True, slots=True)
class BadEnding:
    """What stands at the end of the padded text in place of PKCS#5 padding."""

    name: str
    comment: str
    end: bytes


def _other_first(text: str) -> str:
    return ("Z" if text[0] != "Z" else "Y") + text[1:]


def _other_inside(text: str) -> str:
    return text[:4] + ("0" if text[4] != "0" else "1") + text[5:]


SIGN_FORGERIES: Final[tuple[TextForgery, ...]] = (
    TextForgery("empty", "No sign.", common.PREFIX_ACCEPTED, lambda _: ""),
    TextForgery(
        "one-character", "Only the first character of the sign.", common.PREFIX_ACCEPTED, lambda sign: sign[:1]
    ),
    TextForgery("half", "Half of the sign.", common.PREFIX_ACCEPTED, lambda sign: sign[:22]),
    TextForgery("without-equals", "The sign without its =.", common.PREFIX_ACCEPTED, lambda sign: sign[:-1]),
    TextForgery("one-more", "One character more.", SIGN_MODIFIED, lambda sign: sign + "A"),
    TextForgery("first-changed", "Another first character.", SIGN_MODIFIED, _other_first),
    TextForgery("middle-changed", "Another character inside.", SIGN_MODIFIED, _other_inside),
    TextForgery("upper-case", "All in upper case.", SIGN_MODIFIED, str.upper),
    TextForgery("zeros", "The sign of an all-zero digest.", SIGN_MODIFIED, lambda _: encode_base64(b"0" * 32)),
    TextForgery("null-after", "A null character after the sign.", SIGN_MODIFIED, lambda sign: sign + "\0"),
    TextForgery("twice", "The sign twice.", SIGN_MODIFIED, lambda sign: sign + sign),
)
"""Signs that are made of the right one."""


def _full_width(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if each.isalnum() else each for each in text)


def _percent(text: str) -> str:
    return text.replace("/", "%2F").replace("+", "%2B").replace("=", "%3D")


def _trailing_bits(text: str) -> str:
    last = text.rstrip("=")
    return last[:-1] + chr(ord(last[-1]) + 1) + "=" * (len(text) - len(last))


BASE64_FORGERIES: Final[tuple[TextForgery, ...]] = (
    TextForgery("equals-inside", "An = in the middle.", BASE64_FORM, lambda text: text[:8] + "=" + text[8:]),
    TextForgery("length-one-more", "One character more.", BASE64_FORM, lambda text: text + "A"),
    TextForgery("quoted", "In quotation marks.", BASE64_FORM, lambda text: f'"{text}"'),
    TextForgery("full-width", "Full-width letters.", BASE64_FORM, _full_width),
    TextForgery(
        "junk-inside",
        "Characters outside the alphabet in between.",
        common.JUNK_IGNORED,
        lambda text: text[:5] + "!*" + text[5:],
    ),
    TextForgery("null-at-end", "A null character at the end.", common.JUNK_IGNORED, lambda text: text + "\0"),
    TextForgery("line-feed-at-end", "White space in the Base64.", BASE64_WHITE_SPACE, lambda text: text + "\n", True),
    TextForgery("blank-before", "White space in the Base64.", BASE64_WHITE_SPACE, lambda text: " " + text, True),
    TextForgery(
        "lines", "White space in the Base64.", BASE64_WHITE_SPACE, lambda text: text[:20] + "\r\n" + text[20:], True
    ),
    TextForgery("tab", "White space in the Base64.", BASE64_WHITE_SPACE, lambda text: text[:4] + "\t" + text[4:], True),
)
"""Spellings of a ciphertext that any Base64 text has."""

PADDED_BASE64_FORGERIES: Final[tuple[TextForgery, ...]] = (
    TextForgery("one-equals-too-many", "One = too many.", BASE64_FORM, lambda text: text + "="),
    TextForgery("data-after-equals", "Characters after the =.", BASE64_FORM, lambda text: text + "AAAA"),
    TextForgery(
        "unpadded", "The = at the end is missing.", BASE64_UNPADDED, lambda text: text.rstrip("="), disputed=True
    ),
    TextForgery("trailing-bits", "Bits left over at the end.", BASE64_TRAILING_BITS, _trailing_bits, disputed=True),
)
"""Spellings that only a Base64 text has that ends in =."""

SPECIAL_BASE64_FORGERIES: Final[tuple[TextForgery, ...]] = (
    TextForgery(
        "url-safe",
        "In the URL-safe alphabet.",
        common.URL_SAFE_BASE64,
        lambda text: text.translate(str.maketrans("+/", "-_")),
    ),
    TextForgery("percent-encoded", "Percent-encoded.", BASE64_FORM, _percent),
)
"""Spellings that only a Base64 text has that holds + or /."""

CUTS: Final[tuple[Cut, ...]] = (
    Cut("empty", "No ciphertext at all.", lambda _: b""),
    Cut("one-byte", "One byte of ciphertext.", lambda data: data[:1]),
    Cut("less-than-block", "Seven bytes of ciphertext.", lambda data: data[:7]),
    Cut("last-byte-missing", "The last byte is missing.", lambda data: data[:-1]),
    Cut("last-block-missing", "The last block, the padding, is missing.", lambda data: data[:-8], PADDING_NOT_CHECKED),
    Cut("one-byte-more", "A byte after the last block.", lambda data: data + b"\0"),
    Cut("seven-bytes-more", "Seven bytes after the last block.", lambda data: data + data[:7]),
    Cut("first-byte-missing", "The first byte is missing.", lambda data: data[1:]),
)
"""Ciphertexts that are no whole text encrypted; `last-block-missing` where the last block is padding alone."""

_REPEATED: Final = {0: 1, 9: 9, 16: 16}
"""How often a wrong count stands at the end: 9 and 16 are consistent, and longer than PKCS#5 padding can be."""

BAD_ENDINGS: Final[tuple[BadEnding, ...]] = (
    *(
        BadEnding(
            f"last-byte-{value}",
            f"The last byte is {value}; the bytes before it are equal.",
            bytes([value]) * _REPEATED.get(value, 8),
        )
        for value in (0, 9, 16, 128, 255)
    ),
    *(
        BadEnding(
            f"one-of-{count}-differs",
            f"Of {count} padding bytes the first differs.",
            bytes([count ^ 1]) + bytes([count]) * (count - 1),
        )
        for count in range(2, 9)
    ),
    BadEnding("zeros", "Padded with zeros.", b"\0\0\0"),
    BadEnding("blanks", "Padded with blanks.", b"   "),
    BadEnding("x923", "Padded with zeros and a count (ANSI X9.23).", b"\0\0\3"),
    BadEnding("iso7816", "Padded with 80 and zeros (ISO 7816-4).", b"\x80\0\0"),
    BadEnding("iso10126", "Padded with random bytes and a count (ISO 10126).", b"\x5a\xc3\3"),
    BadEnding("value-one-too-large", "The padding's value is one more than its length.", b"\4\4\4"),
)
"""Endings that no PKCS#5 padding is."""

"""Flags of the envelope vectors that are not about a classic mistake (document envelope.txt)."""

from __future__ import annotations

from typing import Final

from conformance.crypto.mistakes import Flag

SOURCE: Final = "envelope.txt, The signing rules are as follows; Message Signing and Encryption Examples"

DOCUMENT_EXAMPLE: Final = Flag(
    "DocumentExample",
    "BASIC",
    "The values are printed in the document.",
    "Whoever fails here does not follow the document's own example.",
)
BODY_LENGTH: Final = Flag(
    "BodyLength",
    "BASIC",
    "Bodies of no byte, one byte, whole blocks, one more or less, many blocks.",
    "Faults at block boundaries show with some bodies only.",
)
LARGE_BODY: Final = Flag(
    "LargeBody",
    "RESOURCE",
    "A body of 64 KiB, more than small buffers hold.",
    "Fixed buffers overflow or cut the body.",
)
TEXT_CONTENT: Final = Flag(
    "TextContent",
    "ENCODING",
    "Bodies with characters that programs like to change: line ends, quotes, control characters, byte order marks.",
    "The receiver gets another body than was sent, or the sign does not match.",
)
UTF8_BODY: Final = Flag(
    "Utf8",
    "ENCODING",
    "Text outside ASCII, in UTF-8.",
    "Names in Chinese, accents or emoji arrive garbled.",
)
PADDING_LIKE: Final = Flag(
    "PaddingLike",
    "EDGE_CASE",
    "The plain text itself ends with bytes that look like padding.",
    "A program that strips too much cuts the body.",
)
WEAK_KEY: Final = Flag(
    "WeakKey",
    "EDGE_CASE",
    "A weak or semi-weak DES key. The document does not forbid them.",
    "Some libraries refuse them unasked, so that a portal may hand out a key that its client cannot use.",
)
PARITY: Final = Flag(
    "ParityIgnored",
    "EDGE_CASE",
    "The key's parity bits are wrong, or differ from another key that is otherwise the same; DES ignores them.",
    "Libraries that check parity refuse almost every textual key.",
)
KEY_LENGTH: Final = Flag(
    "KeyLength",
    "KEY_HANDLING",
    "A secretKey that is not eight bytes. Shorter ones cannot be DES keys; of longer ones the document says nothing: its "
    "sample refuses them, some libraries use the first eight bytes.",
    "Filling up a short key silently makes messages that only the same program can read.",
)
KEY_CHARSET: Final = Flag(
    "KeyCharset",
    "KEY_HANDLING",
    "A secretKey of eight bytes in UTF-8 that is not ASCII; the document's sample knows ASCII keys only.",
    "Programs with another charset encrypt with another key.",
)
WRONG_KEY: Final = Flag(
    "WrongKey",
    "KEY_HANDLING",
    "The body was encrypted with another key.",
    "Rubbish is taken for a body.",
)
NO_INTEGRITY: Final = Flag(
    "NoIntegrity",
    "MALLEABILITY",
    "Blocks of the ciphertext were exchanged; ECB decrypts them all the same.",
    "Only the sign protects the body: check it before decrypting.",
)

"""Flags of the RSA vectors that are not about a classic mistake (document neuroncloud.txt, Token Encryption)."""

from __future__ import annotations

from typing import Final

from conformance.crypto.mistakes import Flag

SOURCE: Final = "neuroncloud.txt, Token Encryption Transmission Guide; RFC 8017"

KEY_SIZE: Final = Flag(
    "KeySize",
    "BASIC",
    "Keys of 1024 to 4096 bits, among them one whose bits do not fill its bytes.",
    "A customer with another key size cannot connect.",
)
MESSAGE_LENGTH: Final = Flag(
    "MessageLength",
    "EDGE_CASE",
    "The empty message, one byte, and the longest that fits.",
    "Keys of certain lengths cannot be sent.",
)
TOO_LONG: Final = Flag(
    "TooLong",
    "RESOURCE",
    "The message is longer than fits under the key with that padding.",
    "Cutting it, or spreading it over blocks, makes a header that nobody else reads.",
)
MESSAGE_CONTENT: Final = Flag(
    "MessageContent",
    "ENCODING",
    "Messages with zeros, all byte values, blanks, text outside ASCII, or the look of Base64.",
    "Programs that take the message for a C string, trim it or decode it send another key.",
)
KEY_FORM: Final = Flag(
    "KeyForm",
    "KEY_HANDLING",
    "The key as SPKI, PKCS#8 or PKCS#1, in PEM or as bare Base64 in one line or several.",
    "The key that the portal hands out cannot be read.",
)
BAD_KEY: Final = Flag(
    "BadKey",
    "KEY_HANDLING",
    "What stands in place of the key is no RSA key of that kind.",
    "A program that goes on has nothing to encrypt with.",
)
PRIVATE_KEY_AS_PUBLIC: Final = Flag(
    "PrivateKeyAsPublic",
    "KEY_HANDLING",
    "The private key stands where the public one is expected. It contains the public one.",
    "Whoever accepts it helps to spread private keys.",
)
OAEP: Final = Flag(
    "Oaep",
    "BASIC",
    "OAEP with both hashes named, equal and different.",
    "Peers that agreed on OAEP cannot talk.",
)
FIXED_PADDING: Final = Flag(
    "FixedPadding",
    "BASIC",
    "Padding bytes (or OAEP's seed) are given, so that the ciphertext is determined to the byte.",
    "A difference here points at block or exponentiation.",
)
BAD_RANDOM: Final = Flag(
    "BadRandom",
    "WRONG_CONSTRUCTION",
    "The given padding bytes hold a zero, or are too few or too many.",
    "The block cannot be taken apart by the receiver.",
)
LEADING_ZERO: Final = Flag(
    "LeadingZero",
    "EDGE_CASE",
    "The ciphertext begins with a zero byte.",
    "About one call in 256 fails where numbers are written without leading zeros.",
)
SHORT_CIPHERTEXT: Final = Flag(
    "ShortCiphertext",
    "MALLEABILITY",
    "A leading zero byte of the ciphertext is missing. RFC 8017 refuses it; widely used libraries decrypt it.",
    "Refusing is strict, decrypting serves senders that drop zeros; one message has two ciphertexts.",
)
WRONG_KEY: Final = Flag(
    "WrongKey",
    "KEY_HANDLING",
    "The ciphertext was made for another key.",
    "Nothing, if the message does not come out.",
)
MODIFIED: Final = Flag(
    "ModifiedCiphertext",
    "MALLEABILITY",
    "Bits of the ciphertext were changed, or bytes removed or added.",
    "The message must not come out.",
)
BAD_PADDING: Final = Flag(
    "BadPadding",
    "MISSING_STEP",
    "The block inside is not padded as agreed. Libraries refuse it or answer random bytes; both are right here.",
    "Whoever yields the message inside accepts forgeries.",
)
BASE64_FORM: Final = Flag(
    "Base64Form",
    "ENCODING",
    "The header value is not Base64 as RFC 4648 section 4 defines it.",
    "Damaged values are read as something else.",
)
BASE64_UNPADDED: Final = Flag(
    "Base64Unpadded",
    "ENCODING",
    "The = at the end of the Base64 is missing. RFC 4648 obliges the writer to it; some common decoders do without.",
    "Refusing and reading both occur; writing it so works with some peers only.",
)
BASE64_WHITE_SPACE: Final = Flag(
    "Base64WhiteSpace",
    "ENCODING",
    "White space within or around the Base64. RFC 4648 says to refuse it, common decoders skip it.",
    "Refusing and skipping both occur; what is skipped must not change the message.",
)

"""What the classic mistakes with the API gateway's signature are about (field notes)."""

from __future__ import annotations

from typing import Final

from conformance.crypto.mistakes import Flag

HEX_SIGNATURE: Final = Flag(
    "HexSignature",
    "ENCODING",
    "The HMAC is written in hexadecimal, or the Base64 is taken of its hexadecimal digits.",
    "Every call is refused.",
)
HEX_CONTENT_MD5: Final = Flag(
    "HexContentMd5",
    "ENCODING",
    "Content-MD5 holds hexadecimal digits, or the Base64 of them, instead of the Base64 of the digest.",
    "Every call with a body is refused.",
)
CONTENT_MD5_LEFT_OUT: Final = Flag(
    "ContentMd5LeftOut",
    "MISSING_STEP",
    "The body's digest is not part of the string to sign.",
    "The body can be changed on the way.",
)
FORM_HANDLING: Final = Flag(
    "FormHandling",
    "WRONG_CONSTRUCTION",
    "The parameters of a form body are left out of the path, or the form gets a Content-MD5 like other bodies.",
    "Calls with a form are refused while calls with JSON work.",
)
QUERY_HANDLING: Final = Flag(
    "QueryHandling",
    "WRONG_CONSTRUCTION",
    "The query is left out, not sorted, not decoded, or an empty value is written with its equals sign.",
    "Calls with certain parameters are refused while others work.",
)
HEADERS_UNSORTED: Final = Flag(
    "HeadersUnsorted",
    "WRONG_CONSTRUCTION",
    "The signed headers stand in the order in which they were set instead of sorted.",
    "Works or fails with the order in which a program happens to set its headers.",
)
HEADER_LINES: Final = Flag(
    "HeaderLines",
    "WRONG_CONSTRUCTION",
    "The signed headers are written otherwise than name:value and a line feed, or their names are respelt.",
    "Every call is refused.",
)
LINES_LEFT_OUT: Final = Flag(
    "LinesLeftOut",
    "WRONG_CONSTRUCTION",
    "The line of an absent header is left out instead of empty, or a line feed is missing or too many.",
    "Refused whenever one of the four headers is absent, Date above all.",
)
METHOD_LOWER_CASE: Final = Flag(
    "MethodLowerCase",
    "WRONG_CONSTRUCTION",
    "The method is signed in lower case.",
    "Every call is refused.",
)
SECRET_SUFFIX: Final = Flag(
    "SecretSuffix",
    "WRONG_CONSTRUCTION",
    "An & is appended to the secret, as another signature of the same vendor does.",
    "Every call is refused.",
)
FIXED_HEADER_LEFT_OUT: Final = Flag(
    "FixedHeaderLeftOut",
    "MISSING_STEP",
    "Accept, Content-Type or Date is not signed although the request carries it.",
    "Every call with that header is refused.",
)
BODY_NOT_COMPARED: Final = Flag(
    "BodyNotCompared",
    "AUTH_BYPASS",
    "The gateway signs the Content-MD5 that the request brings, without comparing it with the body.",
    "The body can be changed on the way.",
)
MISSING_HEADER_IGNORED: Final = Flag(
    "MissingHeaderIgnored",
    "MISSING_STEP",
    "A header that is listed as signed but absent is skipped.",
    "Nobody notices when a signed header is removed together with the sender's mistake, or the list lies.",
)
OWN_HEADER_CHOICE: Final = Flag(
    "OwnHeaderChoice",
    "INTEROPERABILITY",
    "The checker signs all x-ca- headers that it sees instead of those that the request lists.",
    "Calls are refused as soon as a proxy or a newer client adds a header.",
)

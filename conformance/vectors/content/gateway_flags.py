"""Flags of the gateway vectors that are not about a classic mistake (field notes)."""

from __future__ import annotations

from typing import Final

from conformance.crypto.mistakes import Flag

SOURCE: Final = "field notes, Alibaba Cloud Living (the document does not mention the signature)"

CAPTURE: Final = Flag(
    "Capture",
    "BASIC",
    "Sent by a public client on the wire; key, secret and token are invented.",
    "No live call succeeds.",
)
METHOD: Final = Flag(
    "Method", "BASIC", "Other methods than POST, with and without body.", "Calls with that method are refused."
)
BODY: Final = Flag("Body", "BASIC", "Bodies of all kinds under Content-MD5.", "Calls with such bodies are refused.")
REPEATED: Final = Flag(
    "RepeatedParameter",
    "EDGE_CASE",
    "A parameter occurs twice; clients sign the first value, and nothing says that all do.",
    "Refused, or read differently by signer and application.",
)
SIGNED_LIST: Final = Flag(
    "SignedHeaderList",
    "BASIC",
    "Which headers are listed as signed: none, many, and those that have a line of their own.",
    "Calls are refused depending on the list.",
)
MODIFIED: Final = Flag(
    "RequestModified",
    "AUTH_BYPASS",
    "A part that the signature covers was changed after signing.",
    "Requests can be changed on the way.",
)
SIGNATURE_MODIFIED: Final = Flag(
    "SignatureModified",
    "AUTH_BYPASS",
    "The signature was changed, shortened or lengthened, or belongs to another secret.",
    "Forged signatures pass.",
)
HEADER_CASE: Final = Flag(
    "HeaderCase",
    "INTEROPERABILITY",
    "Headers arrive in another case or order than they were sent; HTTP allows both.",
    "Calls through a proxy are refused.",
)
SIGNATURE_MISSING: Final = Flag(
    "SignatureMissing",
    "AUTH_BYPASS",
    "The signature, or the list of what it covers, is missing.",
    "Unsigned calls pass.",
)
DIGEST_ABSENT: Final = Flag(
    "DigestAbsent",
    "INTEROPERABILITY",
    "A request with a body and without Content-MD5, rightly signed. Gateways are said to allow it; the body is unprotected.",
    "Refusing is safer, allowing serves more clients.",
)
EMPTY_SECRET: Final = Flag("EmptySecret", "KEY_HANDLING", "The secret is empty.", "Anybody can sign requests.")

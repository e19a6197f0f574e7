"""A classic mistake as data: what it is called, what it costs, and what a program that makes it answers.

One list per scheme serves three readers, so that they cannot drift apart: `diagnose` compares an observed value with
what each mistake would have produced; the vector generator turns each mistake into vectors that catch it; the tests
build a wrong implementation from each and prove that it is caught.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.crypto.errors import CryptoError

Answer = Callable[[Any], Any]
"""From the scheme's typed input of one operation to its typed result; may raise `CryptoError`."""


@dataclass(frozen=True, slots=True)
class Flag:
    """What a vector is about, explained once.

    `name` is in CamelCase as in Wycheproof, `bug_type` says what kind of defect the vector finds, `effect` what the
    defect costs in the field.
    """

    name: str
    bug_type: str
    description: str
    effect: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """One way to get a scheme wrong.

    `name` is unique within the scheme, `[a-z0-9-]+`; several mistakes may share a flag (every wrong order of a
    concatenation). `right_up_to` names the last intermediate value that is still right. `wrong` gives, per operation
    name, the answer of a program that makes the mistake; operations not listed are done right.
    """

    name: str
    flag: Flag
    right_up_to: str
    then: str
    wrong: Mapping[str, Answer] = field(repr=False)

    def __str__(self) -> str:
        return f"right up to {self.right_up_to}, then {self.then}"


def recognise(
    mistakes: Iterable[Mistake], operation: str, inputs: object, observed: object, right: object
) -> Mistake | None:
    """Return the first mistake of which `operation` on `inputs` yields `observed`, or None.

    None also when `observed` is `right`: a right value needs no diagnosis.
    """
    if observed == right:
        return None
    for mistake in mistakes:
        answer = mistake.wrong.get(operation)
        if answer is None:
            continue
        try:
            if answer(inputs) == observed:
                return mistake
        except CryptoError:
            continue
    return None


def recognise_received(mistakes: Iterable[Mistake], maker: str, inputs: object) -> Mistake | None:
    """Return the first mistake whose own check accepts a received message, or None.

    Only mistakes in making a value (operation `maker`) are asked: a check that is merely careless explains nothing.
    """
    for mistake in mistakes:
        if maker in mistake.wrong and "verify" in mistake.wrong:
            try:
                if mistake.wrong["verify"](inputs):
                    return mistake
            except CryptoError:
                continue
    return None


ACCEPTS_EVERYTHING = Flag(
    "AcceptsEverything",
    "AUTH_BYPASS",
    "The check answers yes without looking at the value.",
    "Anybody can send messages in anybody's name.",
)
REFUSES_EVERYTHING = Flag(
    "RefusesEverything",
    "INTEROPERABILITY",
    "The check answers no to right values too.",
    "No peer that follows the document can connect.",
)
PREFIX_ACCEPTED = Flag(
    "PrefixAccepted",
    "AUTH_BYPASS",
    "The comparison stops where the shorter of the two values ends, so that a prefix, or nothing at all, passes.",
    "A value can be guessed byte by byte, or left out.",
)
CASE_IGNORED = Flag(
    "CaseIgnored",
    "MALLEABILITY",
    "The comparison ignores the difference of upper and lower case.",
    "Values that the documented rule never produces are taken for right; peers with that defect go unnoticed.",
)
UPPER_CASE_HEX = Flag(
    "UpperCaseHex",
    "ENCODING",
    "The hexadecimal digits are written in upper case; the samples of the documents and every known peer use lower case.",
    "The peer computes another value and refuses each message.",
)
URL_SAFE_BASE64 = Flag(
    "UrlSafeBase64",
    "ENCODING",
    "Base64 in the URL-safe alphabet (- and _) or without padding, where the standard alphabet is meant.",
    "Works by chance for values without + and /, and fails for the others: an intermittent fault.",
)
LINE_BREAKS = Flag(
    "LineBreaks",
    "ENCODING",
    "Base64 broken into lines of 76 characters or ended by a line feed, as MIME encoders do.",
    "Breaks headers, and changes the text that a sign covers.",
)
JUNK_IGNORED = Flag(
    "JunkIgnored",
    "ENCODING",
    "The decoder skips characters that are not Base64 instead of refusing the text.",
    "Damaged or forged texts are read as something else, and one value has many spellings.",
)
SWAPPED_KEY_MESSAGE = Flag(
    "SwappedKeyMessage",
    "WRONG_PRIMITIVE",
    "HMAC is called with key and message in each other's place.",
    "Every value is wrong, although each has the right form.",
)
WRONG_HASH = Flag(
    "WrongHash",
    "WRONG_PRIMITIVE",
    "Another hash function than the documented one.",
    "Every value is wrong; some have a wrong length as well.",
)
OTHER_CHARSET = Flag(
    "OtherCharset",
    "ENCODING",
    "The text is turned into bytes by the platform's default charset (GBK) instead of UTF-8.",
    "Works until the first text that is not ASCII.",
)
NEWLINE_ADDED = Flag(
    "NewlineAdded",
    "ENCODING",
    "A line feed slips in at the end of the text, as with `echo` or a key file read whole.",
    "Every value is wrong and looks right.",
)

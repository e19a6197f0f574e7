"""Bodies that are not what the rule writes, under a right sign: of the classic mistakes, of forgeries, of bad endings.

The lists are those from which the known-answer vectors of decryption are made; here each is made of the tester's own probe
under the key of the IUT, so that nothing but the body's form can be the reason for a refusal. No sentence demands that
refusal: what is served is worth a warning. What common decoders read differently is told and not judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from conformance.crypto import primitives
from conformance.crypto.encoding import decode_base64, encode_base64
from conformance.crypto.envelope import EncryptInput
from conformance.crypto.envelope_forgeries import (
    BAD_ENDINGS,
    BASE64_FORGERIES,
    CUTS,
    PADDED_BASE64_FORGERIES,
    SPECIAL_BASE64_FORGERIES,
    BadEnding,
    Cut,
    TextForgery,
)
from conformance.crypto.envelope_mistakes import MISTAKES
from conformance.crypto.mistakes import Mistake
from conformance.crypto.primitives import BLOCK
from conformance.evidence.findings import Inconclusive
from conformance.platforms.envelope import sealing
from conformance.platforms.envelope.sealing import ENCRYPTED
from conformance.suites.case import Case, SkippedCell
from conformance.suites.context import Context
from conformance.suites.envelope.messages import composed, encrypted, in_mode, other_key, texts, with_body
from conformance.suites.judge import Stated
from conformance.suites.unstated import tells

FORM: Final = "encrypted-call/body-form"
SPELLING: Final = "encrypted-call/body-spelling"

DISPUTED: Final = frozenset({"body-lines", "body-unpadded-base64", "body-hex"})
"""Mistakes whose body common decoders read, or that the document's own comments suggest (erratum cipher-text-form)."""
NO_MISTAKE_HERE: Final = {
    "body-newline": "a line feed behind a JSON text is white space: the body means the same",
    "body-gbk": "shows only with a probe whose body is not ASCII, and is then another, valid text or none",
}

Make = Callable[[str, str], str]
"""Takes a plain text and the DES key; returns the transmitted body, the right one where nothing shows."""


@dataclass(frozen=True)
class WrongBody:
    """One wrong body."""

    name: str
    what: str
    make: Make
    disputed: bool = False


def _with_mistake(mistake: Mistake) -> Make:
    return lambda text, key: str(mistake.wrong["encrypt"](EncryptInput(text, key)))


def _respelt(forgery: TextForgery, ends: str = "", holds: str = "") -> Make:
    def make(text: str, key: str) -> str:
        right = encrypted(text, key)
        fits = right.endswith(ends) and (not holds or any(each in right for each in holds))
        return forgery.change(right) if fits else right

    return make


def _badly_ended(ending: BadEnding) -> Make:
    def make(text: str, key: str) -> str:
        data = text.encode()
        if (len(data) + len(ending.end)) % BLOCK:
            return encrypted(text, key)
        return encode_base64(primitives.des_ecb_encrypt(key.encode(), data + ending.end))

    return make


def _cut(cut: Cut) -> Make:
    def make(text: str, key: str) -> str:
        right = encrypted(text, key)
        if len(text.encode()) % BLOCK:
            return right  # the last block would hold text as well as padding
        return encode_base64(cut.change(decode_base64(right, "body")))

    return make


def wrong_bodies() -> Iterator[WrongBody | SkippedCell]:
    """Yield every wrong body, and why a mistake makes none."""
    for mistake in MISTAKES:
        if "encrypt" not in mistake.wrong:
            continue
        if mistake.name in NO_MISTAKE_HERE:
            yield SkippedCell(f"envelope/{ENCRYPTED}/body/{mistake.name}", NO_MISTAKE_HERE[mistake.name])
        else:
            what = f"that is {mistake}"
            yield WrongBody(mistake.name, what, _with_mistake(mistake), mistake.name in DISPUTED)
    for ending in BAD_ENDINGS:
        yield WrongBody(f"padding-{ending.name}", f"with a wrong end ({_told(ending.comment)})", _badly_ended(ending))
    for ends, holds, forgeries in (
        ("", "", BASE64_FORGERIES),
        ("=", "", PADDED_BASE64_FORGERIES),
        ("", "+/", SPECIAL_BASE64_FORGERIES),
    ):
        for forgery in forgeries:
            what = f"that is Base64 in no right form ({_told(forgery.comment)})"
            yield WrongBody(f"base64-{forgery.name}", what, _respelt(forgery, ends, holds), forgery.disputed)
    for cut in CUTS:
        yield WrongBody(f"cut-{cut.name}", f"that is cut ({_told(cut.comment)})", _cut(cut))
    yield WrongBody("other-key", "under another key", lambda text, key: encrypted(text, other_key(key)))
    yield WrongBody("plain", "that is the plain text", lambda text, _: text)


def _told(comment: str) -> str:
    return comment[0].lower() + comment[1:].rstrip(".")


def _case(wrong: WrongBody) -> Case:
    def body(context: Context, mode: str) -> None:
        draft = composed(context, mode)
        key = sealing.keys(context).des
        made = ((text, wrong.make(text, key)) for text in texts(draft))
        text, spoilt = next(((text, each) for text, each in made if each != encrypted(text, key)), ("", ""))
        if not text:
            raise Inconclusive("no spelling of the first probe's body shows it: give a probe with another body")
        answer = context.send(with_body(context, draft, spoilt, text))
        if wrong.disputed:
            tells(context, SPELLING, answer, f"a body {wrong.what}")
        else:
            context.refused(FORM, answer, Stated.CONSTRAINT, what=f"a refusal (a body {wrong.what})")

    ending = "is served or refused" if wrong.disputed else "is refused, although its sign is right"
    requirement = SPELLING if wrong.disputed else FORM
    return in_mode(ENCRYPTED, f"body/{wrong.name}", f"A body {wrong.what} {ending}.", [requirement], body)


def _every_length(context: Context, mode: str) -> None:
    key = sealing.keys(context).des
    for text in texts(composed(context, mode))[: BLOCK + 1]:
        draft = with_body(context, composed(context, mode), encrypted(text, key), text)
        context.served(draft.operation, context.send(draft), "encrypted-call/body-length")


_FOUND: Final = tuple(wrong_bodies())

CASES: Final[tuple[Case, ...]] = (
    *(_case(each) for each in _FOUND if isinstance(each, WrongBody)),
    in_mode(
        ENCRYPTED,
        "body-length",
        "Plain bodies of nine lengths in a row are served, one of whole blocks among them.",
        ["encrypted-call/body-length"],
        _every_length,
    ),
)
SKIPPED: Final = tuple(each for each in _FOUND if isinstance(each, SkippedCell))

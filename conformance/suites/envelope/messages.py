"""Right messages for the cases to spoil, and cases that hold for either mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from conformance.crypto import envelope
from conformance.crypto.envelope import EncryptInput
from conformance.crypto.primitives import BLOCK
from conformance.platforms.draft import Draft
from conformance.platforms.envelope import sealing
from conformance.platforms.envelope.sealing import ENCRYPTED, PLAIN, Keys
from conformance.suites.case import Case
from conformance.suites.context import Context

MODES: Final = (ENCRYPTED, PLAIN)

Body = Callable[[Context, str], None]
"""Takes the context and the mode, which is the subject."""


def in_mode(mode: str, purpose: str, title: str, requirements: Sequence[str], body: Body) -> Case:
    """Return a case about one mode; `requirements` are ids without the platform, {mode} stands for the mode."""
    return Case(
        id=f"envelope/{mode}/{purpose}",
        title=title,
        requirements=tuple(f"envelope/{each.format(mode=mode)}" for each in requirements),
        body=lambda context: body(context, mode),
        calls=(mode,),
    )


def in_each_mode(purpose: str, title: str, requirements: Sequence[str], body: Body) -> tuple[Case, ...]:
    """Return a case per mode."""
    return tuple(in_mode(mode, purpose, title, requirements, body) for mode in MODES)


def composed(context: Context, mode: str) -> Draft:
    """Return a right message whose members are all written, so that a case can change any of them.

    Raises:
        Inconclusive: the IUT file lacks a probe or a credential.
    """
    draft = context.draft(mode)
    sealing.seal(draft, context.token(draft.operation.credentials[0]), context)
    return draft


def keys(context: Context, mode: str) -> Keys | None:
    """Return the keys of a mode; None for the one that has none.

    Raises:
        Inconclusive: the IUT file lacks them.
    """
    return sealing.keys(context) if mode == ENCRYPTED else None


def signed(context: Context, draft: Draft) -> Draft:
    """Sign a message anew as it stands now, by the rule of its mode."""
    found = keys(context, draft.operation.subject)
    draft.body["sign"] = sealing.sign_of(draft.body, found.secret if found else None)
    return draft


def with_body(context: Context, draft: Draft, body: Any, plain: str | None = None) -> Draft:
    """Put another transmitted body into a message and sign it; `plain` is what it enciphers, for the evidence."""
    draft.body["body"] = body
    draft.plain = None if plain is None else plain.encode("utf-8", "surrogatepass")
    return signed(context, draft)


def plain_for_encrypted(context: Context) -> Draft:
    """Return a plain message, right by the plain rule, of the entry with encryption."""
    draft = composed(context, PLAIN)
    draft.body["pId"] = context.token("encrypted-entry")
    return signed(context, draft)


def texts(draft: Draft) -> list[str]:
    """Return spellings of the plain body that mean the same JSON value, by the white space behind them.

    They have every length for nine blocks, and several ciphertexts of each, so that a case finds one that shows what it is
    about: a ciphertext without + and / cannot be spelt in another alphabet.
    """
    text = sealing.written(draft.content)
    return [text + blank * number for blank in (" ", "\t", "\n") for number in range(9 * BLOCK)]


def encrypted(text: str, des_key: str) -> str:
    """Return the Base64 ciphertext of a text."""
    return envelope.encrypt(EncryptInput(text, des_key)).body


def other_key(key: str) -> str:
    """Return another key of the same length and alphabet."""
    changed = "".join("b" if each == "a" else "a" if each.isalnum() else each for each in key)
    # DES ignores the lowest bit of each byte: a and b differ in two.
    return changed if changed != key else key[::-1]

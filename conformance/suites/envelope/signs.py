"""Signs that the rule does not make: those of the classic mistakes and of forgeries, made anew with the keys of the IUT.

The lists are those from which the known-answer vectors of checking a sign are made (vectors/envelope-verify.json), so that
every kind of vector is replayed whatever key the IUT has. With encryption the sign is the caller's credential, and its
refusal is due; what merely spells the right digest in another way, and everything without encryption, where anybody can
make the sign, breaks a rule whose refusal no sentence demands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from conformance.crypto import envelope
from conformance.crypto.envelope import SignInput
from conformance.crypto.envelope_forgeries import SIGN_FORGERIES
from conformance.crypto.envelope_mistakes import MISTAKES
from conformance.crypto.mistakes import UPPER_CASE_HEX, Mistake
from conformance.evidence.findings import Inconclusive
from conformance.platforms.draft import Draft
from conformance.platforms.envelope import sealing
from conformance.platforms.envelope.sealing import ENCRYPTED
from conformance.suites.case import Case, SkippedCell
from conformance.suites.context import Context
from conformance.suites.envelope.messages import (
    MODES,
    composed,
    in_mode,
    keys,
    other_key,
    plain_for_encrypted,
)
from conformance.suites.judge import Says, Stated, says

SPELLINGS: Final = frozenset({"without-equals", "one-more", "null-after", "twice"})
"""Forgeries that hold the right digest, read by decoders that stop at the end of the Base64: nobody gains by them."""

Make = Callable[[Context, Draft], str]


@dataclass(frozen=True)
class WrongSign:
    """One wrong sign, and what its being accepted breaks."""

    name: str
    what: str
    requirement: str
    stated: Stated
    make: Make


def _with_mistake(mistake: Mistake, mode: str) -> Make:
    def make(context: Context, draft: Draft) -> str:
        inputs = sealing.input_of(draft.body, sealing.written(draft.content), keys(context, mode))
        return str(mistake.wrong["sign"](inputs))

    return make


def _sample(mode: str) -> SignInput:
    return SignInput(mode == ENCRYPTED, '{"deviceId":0}', "1689586062335", "31", "K7mR2xQ9-long", "t4Wz8LpC")


def wrong_signs(mode: str) -> Iterator[WrongSign | SkippedCell]:
    """Yield every wrong sign that a message of the mode can bear, and why a mistake shows in none."""
    usual = ("encrypted-call/sign", Stated.REFUSAL) if mode == ENCRYPTED else ("plain-call/sign", Stated.CONSTRAINT)
    seen: dict[str, str] = {}
    for mistake in MISTAKES:
        if "sign" not in mistake.wrong:
            continue
        shown = str(mistake.wrong["sign"](_sample(mode)))
        if shown == _right_sample(mode):
            reason = (
                "the mistake does not show in this mode, or only with a pId outside ASCII: the sign is the right one"
            )
            yield SkippedCell(f"envelope/{mode}/sign/{mistake.name}", reason)
        elif shown in seen:
            yield SkippedCell(f"envelope/{mode}/sign/{mistake.name}", f"makes the same sign as {seen[shown]}")
        else:
            seen[shown] = mistake.name
            upper = mistake.flag is UPPER_CASE_HEX
            requirement, stated = ("global/hex-case", Stated.CONSTRAINT) if upper else usual
            yield WrongSign(mistake.name, f"that is {mistake}", requirement, stated, _with_mistake(mistake, mode))
    for forgery in SIGN_FORGERIES:
        requirement, stated = usual
        if mode == ENCRYPTED and forgery.name in SPELLINGS:
            requirement, stated = "encrypted-call/sign-spelling", Stated.CONSTRAINT

        def forge(context: Context, draft: Draft, change: Callable[[str], str] = forgery.change) -> str:
            del context
            return change(str(draft.body["sign"]))

        told = forgery.comment.rstrip(".")
        yield WrongSign(
            f"forged-{forgery.name}", f"that is forged ({told[0].lower()}{told[1:]})", requirement, stated, forge
        )
    yield WrongSign("unrelated", "that has nothing to do with the message", *usual, lambda *_: "AAAA")
    if mode == ENCRYPTED:
        yield WrongSign("other-key", "that is made with another secretKey", *usual, _by_other_key)
    else:
        yield WrongSign("encrypted-rule", "that is made by the rule with encryption", *usual, _by_encrypted_rule)


def _right_sample(mode: str) -> str:
    return envelope.sign(_sample(mode)).sign


def _by_other_key(context: Context, draft: Draft) -> str:
    return sealing.sign_of(draft.body, other_key(sealing.keys(context).secret))


def _by_encrypted_rule(context: Context, draft: Draft) -> str:
    try:
        secret = sealing.keys(context).secret
    except Inconclusive:
        secret = "a-secret-of-nobody"  # noqa: S105 - without encryption there is none
    return sealing.sign_of(draft.body, secret)


def _case(mode: str, wrong: WrongSign) -> Case:
    def body(context: Context, mode: str) -> None:
        draft = composed(context, mode)
        draft.body["sign"] = wrong.make(context, draft)
        what = f"a refusal (a sign {wrong.what})"
        context.refused(wrong.requirement, context.send(draft), wrong.stated, what=what)

    return in_mode(mode, f"sign/{wrong.name}", f"A sign {wrong.what} is refused.", [wrong.requirement], body)


def _plain_rule(context: Context, mode: str) -> None:
    # Where the entry serves plain messages at all (erratum mode-of-entry), anybody's sign passes by its own rule.
    served = says(context.contract, context.send(plain_for_encrypted(context))) is Says.YES
    draft = composed(context, mode)
    draft.body["sign"] = sealing.sign_of(draft.body, None)
    answer = context.send(draft)
    if served:
        context.refused("encrypted-call/plain-rule", answer, Stated.NOTHING)
    else:
        context.refused(
            "encrypted-call/plain-rule", answer, Stated.REFUSAL, what="a refusal (the sign of the plain rule)"
        )


_FOUND: Final = [(mode, each) for mode in MODES for each in wrong_signs(mode)]

CASES: Final[tuple[Case, ...]] = (
    *(_case(mode, each) for mode, each in _FOUND if isinstance(each, WrongSign)),
    in_mode(
        ENCRYPTED,
        "sign/plain-rule",
        "With encryption a sign made by the rule without it is refused.",
        ["encrypted-call/plain-rule"],
        _plain_rule,
    ),
)
SKIPPED: Final = tuple(each for _, each in _FOUND if isinstance(each, SkippedCell))

"""What the sign covers, and what it does not: members changed after signing, members left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from conformance.platforms.draft import Draft
from conformance.platforms.envelope import sealing, unknown
from conformance.platforms.envelope.sealing import ENCRYPTED, PLAIN
from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.envelope.messages import (
    Body,
    composed,
    encrypted,
    in_mode,
    plain_for_encrypted,
)
from conformance.suites.judge import Says, Stated, says
from conformance.suites.unstated import tells


def _another_text(context: Context, draft: Draft) -> str:
    # The same JSON value: only the sign can be the reason for a refusal.
    return encrypted(sealing.written(draft.content) + " ", sealing.keys(context).des)


def _other_first(text: str) -> str:
    return ("A" if text[0] != "A" else "B") + text[1:]


Change = Callable[[Context, Draft], Mapping[str, Any]]

CHANGED: Final[Mapping[str, tuple[str, str, Stated, Change]]] = {
    "body": (
        "another ciphertext under the same key",
        "encrypted-call/signed-parts",
        Stated.REFUSAL,
        lambda context, draft: {"body": _another_text(context, draft)},
    ),
    "body-first-character": (
        "another first character of the body",
        "encrypted-call/signed-parts",
        Stated.REFUSAL,
        lambda _, draft: {"body": _other_first(draft.body["body"])},
    ),
    "body-case": (
        "a body in the other letter case",
        "encrypted-call/signed-parts",
        Stated.REFUSAL,
        lambda _, draft: {"body": draft.body["body"].swapcase()},
    ),
    # A server that trims texts as it reads them has checked the sign of what was sent: that nobody forbids.
    "body-line-feed": (
        "a line feed behind the body",
        "encrypted-call/sign-spelling",
        Stated.CONSTRAINT,
        lambda _, draft: {"body": draft.body["body"] + "\n"},
    ),
    "body-empty": (
        "an empty body",
        "encrypted-call/signed-parts",
        Stated.REFUSAL,
        lambda *_: {"body": ""},
    ),
    "timestamp": (
        "a timeStamp one millisecond later",
        "encrypted-call/signed-parts",
        Stated.REFUSAL,
        lambda _, draft: {"timeStamp": str(int(draft.body["timeStamp"]) + 1)},
    ),
    "pid": (
        "a pId that nobody has",
        "encrypted-call/credentials",
        Stated.REFUSAL,
        lambda _, draft: {"pId": unknown(draft.body["pId"])},
    ),
}
"""What is changed after signing: words, statement, what its being accepted is worth, and the members."""


def _changed(name: str) -> Case:
    what, requirement, stated, change = CHANGED[name]

    def body(context: Context, mode: str) -> None:
        draft = composed(context, mode)
        draft.body.update(change(context, draft))
        context.refused(requirement, context.send(draft), stated, what=f"a refusal ({what})")

    return in_mode(ENCRYPTED, f"changed/{name}", f"A message with {what} is refused.", [requirement], body)


def _plain_timestamp(context: Context, mode: str) -> None:
    draft = composed(context, mode)
    draft.body["timeStamp"] = str(int(draft.body["timeStamp"]) + 1)
    context.refused("plain-call/sign", context.send(draft), Stated.CONSTRAINT, what="a refusal (another timeStamp)")


def _plain_body(context: Context, mode: str) -> None:
    draft = composed(context, mode)
    answers = [context.send(draft)]
    if isinstance(draft.body["body"], dict):
        draft.body["body"] = {**draft.body["body"], "conformanceUnknown": 1}
        answers.append(context.send(draft))
    for probe in context.probes(draft.operation)[1:2]:
        other = draft.copy()
        other.probe, other.body["body"] = probe, probe.body
        answers.append(context.send(other))
    for answer in answers[1:]:
        tells(context, "plain-call/body-not-covered", answer, "another body under the same sign")
    said = [says(context.contract, each) for each in answers]
    context.check(
        "plain-call/body-not-covered",
        Says.NO not in said[1:],
        expected="served: the sign does not cover the body",
        actual=answers[-1].describe(),
    )


def _without(*names: str) -> Body:
    def body(context: Context, mode: str) -> None:
        draft = composed(context, mode)
        for name in names:
            del draft.body[name]
        what = f"a refusal (without {' and '.join(names)})"
        context.refused(f"{mode}/credentials", context.send(draft), Stated.REFUSAL, what=what)

    return body


def _plain_message(context: Context, mode: str) -> None:
    del mode
    answer = context.send(plain_for_encrypted(context))
    tells(context, "encrypted-call/plain-message", answer, "a plain message of the entry with encryption")


CASES: Final[tuple[Case, ...]] = (
    *map(_changed, CHANGED),
    in_mode(
        PLAIN,
        "changed/timestamp",
        "A plain message with a timeStamp one millisecond later than signed is refused.",
        ["plain-call/sign"],
        _plain_timestamp,
    ),
    in_mode(
        PLAIN,
        "changed/body",
        "A plain message whose body was changed after signing is served: the sign does not cover it.",
        ["plain-call/body-not-covered"],
        _plain_body,
    ),
    in_mode(
        ENCRYPTED,
        "without/pid",
        "With encryption a message without pId is refused, although it has a sign.",
        ["encrypted-call/credentials"],
        _without("pId"),
    ),
    in_mode(
        ENCRYPTED,
        "without/sign",
        "With encryption a message without sign is refused.",
        ["encrypted-call/credentials"],
        _without("sign"),
    ),
    in_mode(
        ENCRYPTED,
        "plain-message",
        "A plain message of an entry with encryption is served or refused.",
        ["encrypted-call/plain-message"],
        _plain_message,
    ),
)

"""timeStamp: what is no millisecond, what is long past, and what came before."""

from __future__ import annotations

from typing import Final

from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.envelope.messages import composed, in_each_mode, signed
from conformance.suites.judge import Stated
from conformance.suites.unstated import tells

AGES: Final = {"in the year 2001": "1000000000000", "in the year 2096": "4000000000000"}


def _other_units(context: Context, mode: str) -> None:
    for name in ("seconds", "microseconds"):
        draft = composed(context, mode)
        stamp = str(draft.body["timeStamp"])
        draft.body["timeStamp"] = stamp[:-3] if name == "seconds" else stamp + "000"
        answer = context.send(signed(context, draft))
        what = f"a refusal (a timeStamp in {name})"
        context.refused("global/timestamp-milliseconds", answer, Stated.CONSTRAINT, what=what)


def _ages(context: Context, mode: str) -> None:
    for name, stamp in AGES.items():
        draft = composed(context, mode)
        draft.body["timeStamp"] = stamp
        tells(context, "global/timestamp-age", context.send(signed(context, draft)), f"a timeStamp {name}")


def _again(context: Context, mode: str) -> None:
    draft = composed(context, mode)
    context.served(draft.operation, context.send(draft))
    tells(context, "global/repeated-message", context.send(draft), "the same message again")


CASES: Final[tuple[Case, ...]] = (
    *in_each_mode(
        "timestamp-unit",
        "A timeStamp that counts seconds or microseconds is refused, although its sign is right.",
        ["global/timestamp-milliseconds"],
        _other_units,
    ),
    *in_each_mode(
        "timestamp-age",
        "A message of long ago, and one of the far future, is served or refused.",
        ["global/timestamp-age"],
        _ages,
    ),
    *in_each_mode(
        "repeated",
        "A message that comes a second time is served or refused.",
        ["global/repeated-message", "{mode}/success"],
        _again,
    ),
)

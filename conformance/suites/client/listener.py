"""What a platform's module says of its clients beyond the contract's data: how credentials are shown, rules of its own."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from conformance.contract import Operation, Violation
from conformance.platforms.driver import Facts
from conformance.suites.client.heard import Heard, Mode
from conformance.suites.client.tokens import Ledger
from conformance.suites.judge import Observation

AT_MOST: Final = "a warning at most"
"""Begins the note of what is excused."""


@dataclass(frozen=True)
class Breach:
    """What is wrong with a call."""

    expected: str
    actual: str
    pointer: str = ""
    note: str = ""
    excused: bool = False
    """Worth a warning at most: an accepted reading has it so, or the judge cannot know."""

    def observed(self, requirement: str) -> Observation:
        """Return it as a breach of a statement."""
        note = f"{AT_MOST}: {self.note}" if self.excused else self.note
        return Observation(requirement, False, self.expected, self.actual, self.pointer, note, self.excused)


Judged = Iterator[tuple[Heard, Breach | None]]
"""Calls that a rule is about, each with what is wrong with it."""


@dataclass(frozen=True)
class Rule:
    """A statement that binds clients of this platform alone; one case."""

    subject: str
    purpose: str
    title: str
    requirement: str
    """Without the platform."""
    judge: Callable[[Sequence[Heard], Facts], Judged]


def each_call(
    check: Callable[[Heard, Facts], Breach | None], *subjects: str
) -> Callable[[Sequence[Heard], Facts], Judged]:
    """Return the judgement of a rule that looks at one call at a time, of these operations (none given: of all)."""

    def judged(calls: Sequence[Heard], facts: Facts) -> Judged:
        for call in calls:
            if call.operation is not None and (not subjects or call.subject in subjects):
                yield call, check(call, facts)

    return judged


@dataclass(frozen=True)
class Listener:
    """How the clients of one platform are understood."""

    credentials: Callable[[Heard, Facts, Ledger], Breach | None]
    """Tells what is wrong with the credentials of a call that needs some."""
    token: Callable[[Heard], str | None] = field(default=lambda _: None)
    """Returns the token that a call shows; None where it shows none."""
    rules: tuple[Rule, ...] = ()
    mode: Mode | None = None
    excuse: Callable[[Operation, Violation, Any], str | None] = field(default=lambda *_: None)
    """Returns why a breach of the request is worth a warning at most; None where nothing excuses it.

    Takes the body, or the text of the parameter of which the breach bears the name.
    """
    beside: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Members by operation that no table names and an accepted reading does."""
    made: Callable[[Mapping[str, str]], Mapping[str, str]] = field(default=dict)
    """Takes the credentials that the tester gives; returns them with those that the judge makes itself, because it needs
    more of them than the platform tells."""


def listener(platform: str) -> Listener | None:
    """Return the listener of a platform: `LISTENER` of `conformance.suites.<platform>.client`; None without it."""
    name = f"conformance.suites.{platform}.client"
    if importlib.util.find_spec(name) is None:
        return None
    return cast("Listener", importlib.import_module(name).LISTENER)


def bearer(call: Heard) -> str | None:
    """Return the token of `Authorization: Bearer ...`; the scheme's case means nothing (RFC 9110 11.1)."""
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" and value.strip() else None


def shown_token(call: Heard, ledger: Ledger, value: str | None) -> Breach | None:
    """Tell what is wrong with the token that a call shows: none, one that nobody gave, or one that had ended."""
    assert call.operation is not None
    if value is None:
        return Breach("Authorization: Bearer and an access token", _shown(call), note="no token was shown")
    moment = call.overheard.received_s
    token = ledger.find(value, call.operation.credentials)
    if token is None:
        other = ledger.find(value, {each.kind for each in ledger.tokens})
        actual = "a token of another kind" if other else "a token that no answer gave"
        expected = f"a token of kind {' or '.join(call.operation.credentials)} that was given before"
        if other is None and ledger.begins_after(moment, call.operation.credentials):
            return Breach(expected, actual, note="it may be kept from a former run; a sign-in follows", excused=True)
        return Breach(expected, actual)
    ended = ledger.successor(token, moment)
    if ended is not None:
        return Breach(
            "the token that was given last", f"a token that the sign-in {ended.given.answer.evidence} had ended"
        )
    return None


def _shown(call: Heard) -> str:
    value = call.headers.get("authorization")
    return "no Authorization header" if value is None else f"Authorization: {value.partition(' ')[0]} …"

"""What a judge can provoke: a documented refusal or another shape of answers, to see how a client takes it.

A provocation is named by the command line (`--provoke`) and concerns a platform where its contract has the statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from conformance.contract import Contract


@dataclass(frozen=True)
class Provocation:
    """One way to try a client."""

    name: str
    told: str
    """What happens, for help texts."""
    statement: str
    """The statement that it tries: without it in its contract a platform's clients are not tried."""
    title: str
    """Title of the case."""
    quirks: tuple[str, ...] = ()
    """Variants of the reference that are on while it lasts."""
    unconcerned: str = ""
    """Why it does not concern a platform whose contract lacks the statement."""


PROVOCATIONS: Final = {
    each.name: each
    for each in (
        Provocation(
            "expired-token",
            "the access token is refused at its second use",
            "client/expired-token",
            "A client whose token is refused gets a new one and goes on with it.",
            unconcerned="no documented call gives a token that expires",
        ),
        Provocation(
            "throttle",
            "one call is refused as one too many",
            "client/back-off",
            "A client that was refused for calling too often waits before it repeats the call.",
            unconcerned="the document describes no refusal of callers who call too often",
        ),
        Provocation(
            "unknown-members",
            "every object of an answer has a member that no document names",
            "client/new-members",
            "A client takes answers with members that the document does not name.",
            ("shape/unknown-members",),
        ),
        Provocation(
            "other-form",
            "answers are indented, their members in reverse order, their media type with a charset",
            "client/other-form",
            "A client takes answers in every form that means the same.",
            ("shape/key-order", "shape/pretty-print", "shape/charset"),
        ),
    )
}


def concerning(contract: Contract) -> tuple[Provocation, ...]:
    """Return the provocations that a platform's clients can be tried with."""
    return tuple(
        each for each in PROVOCATIONS.values() if f"{contract.platform}/{each.statement}" in contract.requirements
    )

"""Cases about provocations: how a client takes a refusal or another shape of answers. Subject `provoked`.

A client that the suite starts runs without provocations first, so that a difference is due to them. One that somebody else
runs is judged by the calls that came afterwards, where they tell something.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from conformance.evidence.exchange import Request
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Body
from conformance.suites.client.context import ClientContext
from conformance.suites.client.environment import Pass
from conformance.suites.client.heard import Heard
from conformance.suites.client.listener import Breach

PATIENCE: Final = 3
"""Calls with a refused token that may come after a new one was given and its grace: repetitions of what was refused."""
UNTOLD: Final = (
    "the suite did not start the client, and its calls do not tell how it took the answers; whoever runs it sees that"
)
"""Why another shape of answers is left open where nobody tells how the client ended."""


def _passes(context: ClientContext, name: str) -> Iterator[tuple[Pass, Sequence[Heard]]]:
    """Yield the passes in which a provocation was in force."""
    return ((each, calls) for each, calls in context.environment.by_pass if name in each.provoked)


def _expired_token(context: ClientContext) -> None:
    requirement = f"{context.contract.platform}/client/expired-token"
    environment = context.environment
    for each, calls in _passes(context, "expired-token"):
        shown = environment.listener.token
        refused = next((call for call in calls if call.overheard.provoked == "expired-token"), None)
        if refused is None:
            raise Inconclusive("the client never used a token a second time, so that none could expire")
        moment = refused.overheard.answered_s
        later = [call for call in calls if call.overheard.received_s > moment]
        fresh = {token.value: token.given_s for token in reversed(environment.ledger.tokens) if token.given_s > moment}
        again = [call for call in later if shown(call) == shown(refused)]
        # While a sign-in is under way, threads that know of nothing else repeat their calls as they like.
        known_s = min(fresh.values(), default=moment) + environment.ledger.grace_s
        stubborn = [call for call in again if fresh and call.overheard.received_s > known_s]
        used = any(shown(call) in fresh for call in later)
        went_on = used and len(stubborn) <= PATIENCE
        if not went_on and each.ended is None and not again:
            raise Inconclusive("no call came after the refusal")
        signed_in = any(environment.ledger.gives(call.subject) for call in later)
        actual = "it signed in again" if signed_in else "it never signed in again"
        actual += " and made no call with the new token" if signed_in and not used else ""
        if again:
            when = " after a new one was given" if stubborn else ""
            actual += f"; {len(stubborn or again)} more calls with the refused token{when}"
        if each.ended is not None:
            actual += f"; {each.ended.describe()}"
        breach = None if went_on else Breach("a sign-in, then calls with the new token", actual)
        context.broken(requirement, breach, refused)


def _throttle(context: ClientContext) -> None:
    requirement = f"{context.contract.platform}/client/back-off"
    limit = float(context.pixit("backoff_s"))
    for each, calls in _passes(context, "throttle"):
        refused = next((call for call in calls if call.overheard.provoked == "throttle"), None)
        if refused is None:
            raise Inconclusive("the client made too few calls to be refused")
        moment = refused.overheard.answered_s
        again = next(
            (
                call
                for call in calls
                if call is not refused and call.overheard.received_s >= moment and _same(call.request, refused.request)
            ),
            None,
        )
        waited = again.overheard.received_s - moment if again else limit
        breach = None
        if waited < limit:
            breach = Breach(f"the call again after {limit:g} s or more", f"the call again after {waited * 1000:.0f} ms")
        elif each.ended is not None and not each.ended.well:
            context.notes.append(f"after the refusal {each.ended.describe()}")
        context.broken(requirement, breach, refused)


def _same(one: Request, other: Request) -> bool:
    """Tell whether two requests ask for the same: other headers, a new token say, make no other call."""
    return (one.method, one.url, one.body) == (other.method, other.url, other.body)


def _taken(name: str, statement: str) -> Body:
    """Return the body of a case about another shape of answers."""

    def body(context: ClientContext) -> None:
        requirement = f"{context.contract.platform}/client/{statement}"
        first, plainly = context.environment.by_pass[0]
        for each, calls in _passes(context, name):
            if not calls:
                raise Inconclusive("the client made no call")
            if each.ended is None:
                # A client that chokes on an answer may well go on with the next call, and one that does not may stop.
                raise Inconclusive(UNTOLD)
            assert first.ended is not None
            if not first.ended.well:
                raise Inconclusive(f"the client does not end well without it either: {first.ended.describe()}")
            breach = Breach("the client ends as it does without it, with status 0", each.ended.describe())
            context.broken(requirement, None if each.ended.well else breach, calls[-1])
            missing = [call.subject for call in plainly if call.subject not in {other.subject for other in calls}]
            missing = [subject for subject in dict.fromkeys(missing) if subject and not _gives(context, subject)]
            if each.ended.well and missing:
                raise Inconclusive(
                    f"the client did not call {missing[0]}, which it calls without it; it ended with status 0"
                )

    return body


def _gives(context: ClientContext, subject: str) -> bool:
    return context.environment.ledger.gives(subject)


BODIES: Final[dict[str, Body]] = {
    "expired-token": _expired_token,
    "throttle": _throttle,
    "unknown-members": _taken("unknown-members", "new-members"),
    "other-form": _taken("other-form", "other-form"),
}
"""Body by provocation."""

"""Clients of Huawei: the application's id and a bearer token in every call; tokens are fetched one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from conformance.contract import Operation, Violation
from conformance.contract.members import locate
from conformance.evidence.exchange import at
from conformance.platforms.driver import Facts
from conformance.platforms.huawei import APP_KEY
from conformance.suites.client.heard import Heard
from conformance.suites.client.listener import Breach, Judged, Listener, Rule, bearer, in_the_field, shown_token
from conformance.suites.client.tokens import Ledger

TOKENS: Final = frozenset({"login", "token-refresh"})
REGISTRATION: Final = "device-register-code"


def _credentials(call: Heard, facts: Facts, ledger: Ledger) -> Breach | None:
    given = call.headers.get(APP_KEY)
    if given is None:
        return Breach(f"{APP_KEY} with the application's id", f"no {APP_KEY} header")
    if given != facts.credential("app_id"):
        return Breach(f"{APP_KEY} with the application's id", "another text")
    return shown_token(call, ledger, bearer(call))


def _one_after_another(calls: Sequence[Heard], facts: Facts) -> Judged:
    """Tell of every fetching of a token whether another one was under way when it began."""
    del facts
    fetching = sorted((call for call in calls if call.subject in TOKENS), key=lambda call: call.overheard.received_s)
    until, before = 0.0, ""
    for call in fetching:
        breach = None
        if call.overheard.received_s < until:
            late = f"a call of {call.subject} while {before} was under way"
            breach = Breach("a token is fetched when the former fetching has been answered", late)
        yield call, breach
        if call.overheard.answered_s > until:
            until, before = call.overheard.answered_s, call.answer.evidence


def _excuse(operation: Operation, violation: Violation, body: Any) -> str | None:
    """Excuse what clients are known for: members that are not set as null, a device without a product."""
    if operation.request is None:
        return None
    named = next((each for each in operation.request.members if each.name == violation.member), None)
    optional = violation.keyword != "required" and named is not None and bool(named.path) and not named.required
    if optional and at(body, violation.pointer) is None:
        return in_the_field("null-for-unset")
    if operation.subject == REGISTRATION and (violation.member, violation.keyword) == ("body", "anyOf"):
        return (
            None if any(True for _ in locate(body, ("deviceInfo",))) else in_the_field("registration-without-product")
        )
    return None


LISTENER: Final = Listener(
    credentials=_credentials,
    token=bearer,
    rules=(
        Rule(
            "any",
            "not-concurrent",
            "Access tokens are fetched one after another.",
            "1.4.1/not-concurrent",
            _one_after_another,
        ),
    ),
    excuse=_excuse,
)

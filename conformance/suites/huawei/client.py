"""Clients of Huawei: the application's id and a bearer token in every call; tokens are fetched one after another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from conformance.contract import Operation, Violation
from conformance.contract.members import locate
from conformance.evidence.exchange import at
from conformance.platforms.driver import Facts
from conformance.platforms.huawei import APP_KEY
from conformance.suites.client.excuses import in_the_field
from conformance.suites.client.heard import Heard
from conformance.suites.client.listener import AT_MOST, Breach, Judged, Listener, Rule, bearer, shown_token
from conformance.suites.client.tokens import Ledger

TOKENS: Final = frozenset({"login", "token-refresh"})
REGISTRATION: Final = "device-register-code"
_NO_SECONDS: Final = re.compile(r"[0-9]{8}T[0-9]{4}Z", re.ASCII)


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
    """Excuse a device without a product, and times as the document's own examples have them."""
    if (
        violation.keyword == "pattern"
        and isinstance(value := _value(body, violation), str)
        and _NO_SECONDS.fullmatch(value)
    ):
        return f"{AT_MOST}: examples of the document are written so (erratum time-example-without-seconds)"
    if operation.subject == REGISTRATION and (violation.member, violation.keyword) == ("body", "anyOf"):
        return (
            None if any(True for _ in locate(body, ("deviceInfo",))) else in_the_field("registration-without-product")
        )
    return None


def _value(body: Any, violation: Violation) -> Any:
    return body if ":" in violation.member else at(body, violation.pointer)


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
    beside={"package-list": frozenset({"query:manufactureName"})},  # erratum manufacturer-query-name
)

"""Cases about a client as a whole; subject `any`. Each is there where its statement is in the contract."""

from __future__ import annotations

from typing import Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Body
from conformance.suites.client.context import ClientContext


def _documented(context: ClientContext) -> None:
    environment = context.environment
    for call in context.calls():
        methods = environment.understanding.methods(call.request.url) if call.operation is None else ()
        context.all_of([environment.judge.documented(call, methods)], call)


def _undocumented(context: ClientContext) -> None:
    for call in context.calls():
        context.all_of(context.environment.judge.undocumented(call), call)


def _content_type(context: ClientContext) -> None:
    for call in context.calls():
        context.all_of(context.environment.judge.content_type(call), call)


def _secrets(context: ClientContext) -> None:
    environment = context.environment
    for call in context.calls():
        context.all_of([environment.judge.secrets_in_address(call, environment.secrets)], call)


def _token_life(context: ClientContext) -> None:
    environment = context.environment
    for call in context.calls():
        context.all_of(environment.judge.token_life(call, environment.ledger), call)


def _ends(context: ClientContext) -> None:
    requirement = f"{context.contract.platform}/client/ends"
    first = context.environment.passes[0].ended
    assert first is not None
    limit = float(context.pixit("client_timeout_s"))
    expected = f"the program ends within {limit:g} s, with status 0"
    if not context.check(requirement, first.well, expected=expected, actual=first.describe()):
        raise Inconclusive(f"what the client would have called is unjudged: {first.describe()}")


CASES: Final[dict[str, tuple[str, str, Body]]] = {
    "documented-calls": ("Every call is of a documented operation.", "documented-calls", _documented),
    "undocumented-members": ("No call has a member that no document names.", "undocumented-members", _undocumented),
    "content-type": ("Every call with a body names its media type.", "content-type", _content_type),
    "secrets-in-address": ("No secret stands in an address.", "secrets-in-address", _secrets),
    "token-life": ("No call shows a token whose time is over.", "token-life", _token_life),
    "ends": ("The program of the client ends well.", "ends", _ends),
}
"""Title, statement (without `client/`) and body by purpose."""

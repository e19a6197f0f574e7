"""Clients of ThingsCloud: a bearer token in every call."""

from __future__ import annotations

from typing import Final

from conformance.platforms.driver import Facts
from conformance.suites.client.heard import Heard
from conformance.suites.client.listener import Breach, Listener, bearer, shown_token
from conformance.suites.client.tokens import Ledger


def _credentials(call: Heard, facts: Facts, ledger: Ledger) -> Breach | None:
    del facts
    return shown_token(call, ledger, bearer(call))


LISTENER: Final = Listener(credentials=_credentials, token=bearer)

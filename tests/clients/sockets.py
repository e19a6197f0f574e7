"""A trial of a reference client over a real socket, in each way that HTTP leaves to a client."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from conformance.evidence.exchange import Answer, Request
from conformance.iut.relay import Relay
from conformance.runner.execute import Outcome
from conformance.runner.trial import Trial
from tests.clients.bench import client, tour_of


@dataclass(frozen=True)
class Way:
    """How calls go over connections."""

    anew: bool = False
    """A connection for each call."""
    chunked: bool = False
    """The body in chunks, without its length (RFC 9112 7.1)."""
    whole: bool = False
    """The whole address in the first line (RFC 9112 3.2.2)."""


WAYS: Final[Mapping[str, Way]] = {
    "connection/kept": Way(),
    "connection/anew": Way(anew=True),
    "connection/chunked": Way(chunked=True),
    "connection/whole-address": Way(whole=True),
}


def judged(platform: str, way: Way) -> dict[str, Outcome]:
    """What each case comes to about a plain reference client."""
    trials: list[Trial] = []

    def serve(request: Request) -> tuple[Answer, float]:
        return trials[0].serve(request), 0.0

    with ExitStack() as stack:
        relay = stack.enter_context(Relay(serve))
        trial = Trial(platform, url=relay.own_url, gateway=platform == "living")
        trials.append(trial)
        connection = stack.enter_context(closing(_Connection(relay.own_url, way)))
        trial.desk.begin()
        tour_of(platform)(client(trial, platform, connect=lambda: connection))
        if relay.error is not None:
            raise relay.error
        trial.desk.end()
    return {each.case.id: each for each in trial.judged()}


class _Connection(http.client.HTTPConnection):
    def __init__(self, url: str, way: Way) -> None:
        parts = urlsplit(url)
        super().__init__(parts.hostname or "", parts.port, timeout=10)
        self._url, self._way = url, way

    def request(
        self, method: str, url: str, body: Any = None, headers: Mapping[str, Any] = MappingProxyType({}), **more: Any
    ) -> None:
        sent = {**headers, **({"Connection": "close"} if self._way.anew else {})}
        target = self._url + url if self._way.whole else url
        pieces = iter([body[:7], body[7:]]) if self._way.chunked and body else body
        super().request(method, target, pieces, sent, encode_chunked=pieces is not body, **more)

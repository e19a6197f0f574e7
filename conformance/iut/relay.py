"""A server that a client calls in place of a platform: each call is handed to somebody who says what it is answered.

Calls of several connections are handed over at the same time, each in a thread of its own, so that what a client does
concurrently stays concurrent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from conformance.crypto.certificates import Certificate
from conformance.evidence.exchange import Answer, Request, end_to_end
from conformance.iut.callbacks import Arrival, Reply
from conformance.iut.receiver import Receiver

TOO_LARGE: Final = 413
"""The status for a body of which a part had to be dropped: half a message is no message of the client's."""

Serve = Callable[[Request], tuple[Answer, float]]
"""Takes a call; returns its answer, and for how many seconds to hold it back."""


class Relay(Receiver):
    """Listens from `start` (or `with`) to `close`."""

    WHERE = "the address for the client"
    REMEDY = "give another --port"

    def __init__(
        self, serve: Serve, *, host: str = "127.0.0.1", port: int = 0, certificate: Certificate | None = None
    ) -> None:
        super().__init__(host=host, port=port, certificate=certificate)
        self._serve = serve
        self.error: Exception | None = None
        """The first mistake of ours while a call was served; whoever judges raises it."""
        self.unread: list[str] = []
        """What came and could not be kept whole, in words: nobody can judge it."""

    def _deliver(self, connection: int, arrival: Arrival) -> Awaitable[Reply]:
        del connection
        return self._passed(arrival)

    async def _passed(self, arrival: Arrival) -> Reply:
        if arrival.problem:
            self.unread.append(
                f"{arrival.method} {_path(arrival.target)}: {arrival.problem}; refused with 413 and unjudged"
            )
            return Reply(TOO_LARGE)
        request = Request(arrival.method, self.own_url + _path(arrival.target), arrival.headers, arrival.body or None)
        try:
            answer, hold_s = await asyncio.to_thread(self._serve, request)
        except Exception as error:
            self.error = self.error or error
            return Reply(500)
        if answer.failure is not None:
            return Reply(close=True, delay_s=hold_s)
        headers = end_to_end(answer.headers, "content-encoding")  # the body has been decompressed
        return Reply(answer.status, hold_s, body=b"" if arrival.method == "HEAD" else answer.body, headers=headers)


def _path(target: str) -> str:
    """Return path and query of a request target, which may be a whole address (RFC 9112 3.2.2) or no address at all."""
    if target.startswith("/"):
        return target
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    path = f"/{parts.path.lstrip('/')}"
    return f"{path}?{parts.query}" if parts.query else path

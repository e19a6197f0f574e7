"""Pushing messages to callback addresses: in the background, in order per address, never waiting for a slow receiver.

Each address with something to send has a lane: a bounded queue and, while it is not empty, one thread. A receiver that
answers late or never holds up its own lane alone; whoever pushes never waits. Nothing is sent twice: the documents are silent
on retries.
"""

from __future__ import annotations

import http.client
import ssl
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

TIMEOUT_S: Final = 5.0
"""How long a receiver may take to accept and to answer; on loopback a healthy one takes milliseconds."""
QUEUED_AT_MOST: Final = 1000
"""Messages that wait for one address; further ones are dropped."""
LANES_AT_MOST: Final = 64
"""Addresses that are served at a time; messages for further ones are dropped."""


@dataclass(frozen=True)
class Push:
    """One message on its way."""

    url: str
    body: bytes
    method: str = "POST"
    content_type: str = "application/json"


@dataclass
class _Lane:
    waiting: deque[Push] = field(default_factory=deque)
    busy: bool = False


class Pusher:
    """Sends what it is given."""

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self.dropped = 0
        """Messages that were not sent because too many waited."""
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._lanes: dict[str, _Lane] = {}

    def push(self, push: Push, *, lane: str | None = None) -> None:
        """Send a message as soon as those before it on its lane are answered; returns at once.

        Args:
            push: the message.
            lane: what it queues behind; unset: the messages for the same address.
        """
        name = push.url if lane is None else lane
        with self._lock:
            if name not in self._lanes and len(self._lanes) >= LANES_AT_MOST:
                self.dropped += 1
                return
            served = self._lanes.setdefault(name, _Lane())
            if len(served.waiting) >= QUEUED_AT_MOST:
                self.dropped += 1
                return
            served.waiting.append(push)
            if served.busy:
                return
            served.busy = True
        threading.Thread(target=self._drain, args=(name, served), name="push", daemon=True).start()

    def _drain(self, name: str, lane: _Lane) -> None:
        while True:
            with self._lock:
                if not lane.waiting:
                    del self._lanes[name]
                    return
                push = lane.waiting.popleft()
            # An address where nobody listens, or somebody who speaks no HTTP, has missed its message.
            with suppress(OSError, http.client.HTTPException, ValueError):
                send(push, self._timeout_s)


def send(push: Push, timeout_s: float) -> int:
    """Send one message over a connection of its own and return the status; no redirect is followed.

    Raises:
        OSError, HTTPException, ValueError: it did not arrive, or was not answered.
    """
    parts = urlsplit(push.url)
    host, port = parts.hostname or "", parts.port
    connection = (
        http.client.HTTPSConnection(host, port, timeout=timeout_s, context=_trusting())
        if parts.scheme.lower() == "https"
        else http.client.HTTPConnection(host, port, timeout=timeout_s)
    )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(push.method, target, push.body, {"Content-Type": push.content_type})
        return connection.getresponse().status
    finally:
        connection.close()


def _trusting() -> ssl.SSLContext:
    """Trust every receiver: a platform is told its applications' authorities by hand, and this one knows none."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context

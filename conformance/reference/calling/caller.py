"""A plain client: one connection, JSON or forms, a new token where the old one is refused, a pause where it calls too often.

What a wrong client does stands in a table of faults: some change a message before it goes out, others are asked for by their
name where the conduct is.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
PAUSE_S: Final = 0.15
"""How long it waits after it was told that it calls too often."""


@dataclass
class Outgoing:
    """A call before it is sent."""

    subject: str
    method: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    form: bool = False
    raw: bytes | None = None
    """Bytes in place of the body."""

    def content(self) -> bytes | None:
        """Return the body as it goes out."""
        if self.raw is not None or self.body is None:
            return self.raw
        return urlencode(self.body).encode() if self.form else json.dumps(self.body, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Fault:
    """One way to be a wrong client."""

    description: str
    change: Callable[[Outgoing], object] | None = None
    """Changes a message before it goes out; None: the conduct asks for the fault by its name."""
    subject: str = ""
    """The operation whose messages are changed; empty: all."""


CONDUCT: Final = {
    "ends-on-new-members": Fault("ends where an answer has a member that it does not know"),
    "reads-as-text": Fault("ends where an answer is written otherwise than it is used to"),
    "ends-badly": Fault("ends with status 1 after its last call"),
    "hangs": Fault("does not end"),
}
"""Faults that every client has."""


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    text: bytes

    @property
    def value(self) -> Any:
        """The body as JSON; None where it is empty."""
        return json.loads(self.text) if self.text else None


class Caller:
    """Calls a platform."""

    known: Collection[str] = ()
    """Members that answers have at their top, for the client that knows no others."""
    strict: Collection[str] = ()
    """Operations whose answers such a client looks at; empty: all."""

    def __init__(self, url: str, ca_file: str, facts: Mapping[str, str], faults: Mapping[str, Fault]) -> None:
        self._parts = urlsplit(url)
        self._ca_file = ca_file
        self.facts, self._faults = facts, faults
        self._connection: http.client.HTTPConnection | None = None

    # What a platform's client says.

    def present(self, call: Outgoing) -> None:
        """Put credentials onto a call."""

    def is_expired(self, reply: Reply) -> bool:
        """Tell whether a call was refused for its token."""
        del reply
        return False

    def is_throttled(self, reply: Reply) -> bool:
        """Tell whether a call was refused as one too many."""
        del reply
        return False

    def renew(self) -> None:
        """Get a new token."""

    # What all do.

    def on(self, name: str) -> bool:
        """Tell whether a fault is on."""
        return name in self._faults

    def call(self, subject: str, method: str, path: str, **parts: Any) -> Any:
        """Call an operation and return the JSON value of its answer; `parts` are those of `Outgoing`."""
        reply = self._once(subject, method, path, parts)
        if self.is_throttled(reply):
            if not self.on("retries-at-once"):
                time.sleep(PAUSE_S)
            reply = self._once(subject, method, path, parts)
        if self.is_expired(reply) and not self.on("never-renews"):
            self.renew()
            reply = self._once(subject, method, path, parts)
        return self._read(subject, reply)

    def _once(self, subject: str, method: str, path: str, parts: Mapping[str, Any]) -> Reply:
        call = Outgoing(subject, method, path, **parts)
        call.query, call.headers = dict(call.query), dict(call.headers)
        call.body = json.loads(json.dumps(call.body))  # a fault that changes it leaves the caller's alone
        if call.body is not None:
            call.headers["Content-Type"] = FORM if call.form else JSON
        self.present(call)
        for fault in self._faults.values():
            if fault.change is not None and fault.subject in {"", subject}:
                fault.change(call)
        return self.send(call)

    def send(self, call: Outgoing) -> Reply:
        """Send a call as it stands."""
        target = f"{call.path}?{urlencode(call.query)}" if call.query else call.path
        if self._connection is None:
            self._connection = self.connect()
        self._connection.request(call.method, target, call.content(), call.headers)
        answer = self._connection.getresponse()
        return Reply(answer.status, answer.read())

    def connect(self) -> http.client.HTTPConnection:
        """Return a new connection."""
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme != "https":
            return http.client.HTTPConnection(host, port, timeout=10)
        context = ssl.create_default_context(cafile=self._ca_file or None)
        return http.client.HTTPSConnection(host, port, timeout=10, context=context)

    def _read(self, subject: str, reply: Reply) -> Any:
        if self.on("reads-as-text") and reply.text and not reply.text.startswith(b'{"'):
            raise ValueError("the answer does not begin as it always did")
        value = reply.value
        looks = self.on("ends-on-new-members") and (not self.strict or subject in self.strict)
        if looks and isinstance(value, dict) and not value.keys() <= set(self.known):
            raise TypeError(f"unexpected members {sorted(value.keys() - set(self.known))}")
        return value

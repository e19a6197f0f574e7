"""One HTTP call as a reference sees it, without a transport: the core answers a `Call` with a `Reply`.

The core is synchronous and knows no sockets, so that thousands of fault tests run in one process in seconds; `asgi`
puts it on the wire.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.contract import Operation

JSON_TYPE: Final = "application/json"
FORM_TYPE: Final = "application/x-www-form-urlencoded"
NO_CONTENT: Final = 204


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came; header names are in lower case, the path is still percent-encoded."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    connection: Any = None
    """What it came over (`asyncio.Transport`): for servers whose faults are about connections; None without a transport."""


@dataclass(slots=True)
class Request:
    """A call that was understood: routed, its parameters typed, its body parsed and judged."""

    operation: Operation
    call: Call
    path: dict[str, Any]
    query: dict[str, Any]
    body: Any


class Refused(Exception):  # noqa: N818 - it names what happens, and is no error of ours
    """The platform says no; a platform's envelope turns it into its refusal.

    `kind` is one of invalid, credentials, unknown-object, unknown-path, malformed-json, conflict, throttled;
    a platform behind a gateway adds gateway: the call was turned away before it; one whose messages carry something adds
    invalid-content: what a message carries is not what the interface takes. `reason` refines `credentials` into
    absent, wrong or foreign (genuine, but not for this operation).
    """

    def __init__(
        self, kind: str, message: str, *, errors: tuple[Mapping[str, str], ...] = (), reason: str | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.errors = errors
        self.reason = reason
        self.call: Call | None = None
        """The call that was refused; the service tells it, for envelopes that repeat something of the request."""
        self.operation: Operation | None = None
        """The operation that was called, if any; the service tells it, for platforms whose rows differ by operation."""

    @property
    def told(self) -> str:
        """The reason as one line for the log: names of members and rules, never a value that was sent."""
        rules = ", ".join(f"{each.get('member')} {each.get('rule')}" for each in self.errors)
        return f"{self.message}: {rules}" if rules else self.message


@dataclass(slots=True)
class Reply:
    """An answer before it is put on the wire."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": JSON_TYPE})
    row: str | None = None
    """The contract's error row that this answer follows, if any."""
    refused: str | None = None
    """Why the call was refused; None where it succeeded."""
    raw: bytes | None = None
    """Bytes that replace the serialised body."""
    transport: str | None = None
    """Name of the transport fault with which the answer is to be spoilt."""
    frame: str | None = None
    """Name of the benign variant (`framing`) as which the answer is to be sent."""
    faults: list[str] = field(default_factory=list)
    """Ids of the faults that really had a part in this answer."""

    def content(self) -> bytes:
        """Return the bytes of the body; JSON is compact UTF-8."""
        if self.raw is not None:
            return self.raw
        if self.status == NO_CONTENT:
            return b""
        try:
            return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:
            # A lone surrogate that a caller sent as \ud800 has no UTF-8 form; escaped it survives the round trip.
            return json.dumps(self.body, separators=(",", ":")).encode()

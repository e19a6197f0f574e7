"""What went out and what came back: the raw material of every finding.

An answer is kept as bytes. Reading it as JSON is bounded and never raises: what hinders it is told in words, because a
hostile or broken answer is a fact about the IUT and not an accident of ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

MAX_DEPTH: Final = 100
"""Deepest JSON nesting that is read. Documented messages stay under ten; Python's reader fails near a thousand."""
OF_CONNECTION: Final = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "content-length"}
)
"""Headers of one connection (RFC 9110 7.6.1), and the length that goes with them."""


@dataclass(frozen=True)
class Request:
    """One HTTP request as it is sent."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    raw: bytes | None = None
    """The exact bytes on the wire where the request is deliberately malformed; the other members then describe it."""
    plain: bytes | None = None
    """What was enciphered into the body, for the evidence."""


@dataclass(frozen=True)
class Failure:
    """Why no valid HTTP answer came."""

    kind: str
    """refused | reset | timeout | protocol | too-large | decoding | tls | resolve"""
    text: str


class HttpMessage:
    """What an answer and a request that came to us share: headers, and a body that may be JSON."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first header of that name, compared without case; None where it is absent."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def media_type(self) -> str | None:
        """The media type without parameters, in lower case; None where no Content-Type came."""
        value = self.header("content-type")
        return None if value is None else value.partition(";")[0].strip().lower()

    @cached_property
    def _parsed(self) -> tuple[Any, str | None]:
        return read_json(self.body)

    @property
    def json(self) -> Any:
        """The body as JSON; None where it is none (then `json_problem` says why)."""
        return self._parsed[0]

    @property
    def json_problem(self) -> str | None:
        """Why the body is not JSON; None where it is."""
        return self._parsed[1]

    def at(self, pointer: str) -> Any:
        """Return the value at a JSON pointer in the body; None where nothing is there."""
        return at(self.json, pointer)


@dataclass(frozen=True)
class Answer(HttpMessage):
    """One HTTP answer, or why there is none."""

    request: Request
    status: int = 0
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    failure: Failure | None = None
    duration_ms: float = 0.0
    evidence: str = ""
    """Id of the evidence record."""
    notes: tuple[str, ...] = field(default=())
    content: Any = None
    """What the answer carries, where the protocol wraps it (JSON, or text that is none); None where it does not."""
    plain: bytes | None = None
    """What was deciphered of the body, for the evidence."""

    def describe(self) -> str:
        """Return the answer as one short line for a person."""
        if self.failure is not None:
            return f"no answer: {self.failure.text}"
        text = self.body[:160].decode("utf-8", "replace")
        more = "…" if len(self.body) > 160 else ""
        return f"HTTP {self.status} {text}{more}".rstrip()


def end_to_end(headers: Iterable[tuple[str, str]], *others: str) -> tuple[tuple[str, str], ...]:
    """Return headers without those of one connection, and without `others` (in lower case)."""
    return tuple((name, value) for name, value in headers if name.lower() not in OF_CONNECTION.union(others))


def at(value: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer (RFC 6901); None where nothing is there."""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def _depth(text: str) -> int:
    """Return how deep brackets nest outside strings; cheap enough to run before a recursive reader does."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    inside = escaped = False
    for character in text:
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return depth
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _not_json(literal: str) -> Any:
    raise ValueError(f"{literal} is not JSON")


def read_json(body: bytes) -> tuple[Any, str | None]:
    """Read a body as JSON.

    Returns:
        The value and None, or None and the reason why it is no JSON text (RFC 8259).
    """
    if not body:
        return None, "the body is empty"
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, f"the body is not UTF-8 (byte {error.start})"
    if _depth(text) > MAX_DEPTH:
        return None, f"the body nests deeper than {MAX_DEPTH} levels"
    try:
        return json.loads(text, parse_constant=_not_json), None
    except (ValueError, RecursionError) as error:
        return None, f"the body is not JSON: {str(error)[:120]}"

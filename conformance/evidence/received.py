"""A request that the implementation under test sent to us: the raw material of findings about what it pushes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conformance.evidence.exchange import at, read_json


@dataclass(frozen=True)
class Received:
    """One HTTP request that came to the callback receiver, and what it was answered."""

    number: int
    """Counts the requests of one receiver from 1, in the order in which they were complete."""
    connection: int
    """Counts the connections of one receiver from 1."""
    method: str
    url: str
    """As the sender may have called it: our own address and the request target."""
    path: str
    """The path of the target as it was sent, without the query."""
    headers: tuple[tuple[str, str], ...]
    body: bytes
    received_s: float
    """When it was complete (`time.monotonic`)."""
    status: int
    """What it is answered with; 0 where the connection is closed without an answer."""
    problem: str = ""
    """Why the body is not all of it, where it is not."""
    evidence: str = ""
    """Id of the evidence record; empty until somebody looks."""

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
        return self.problem or self._parsed[1]

    def at(self, pointer: str) -> Any:
        """Return the value at a JSON pointer in the body; None where nothing is there."""
        return at(self.json, pointer)

    def describe(self) -> str:
        """Return it as one short line for a person."""
        text = self.body[:160].decode("utf-8", "replace")
        return f"{self.method} {self.path} {text}{'…' if len(self.body) > 160 else ''}".rstrip()

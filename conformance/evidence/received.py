"""A request that the implementation under test sent to us: the raw material of findings about what it pushes."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.evidence.exchange import HttpMessage


@dataclass(frozen=True)
class Received(HttpMessage):
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

    @property
    def json_problem(self) -> str | None:
        """Why the body is not JSON; None where it is."""
        return self.problem or super().json_problem

    def describe(self) -> str:
        """Return it as one short line for a person."""
        text = self.body[:160].decode("utf-8", "replace")
        return f"{self.method} {self.path} {text}{'…' if len(self.body) > 160 else ''}".rstrip()

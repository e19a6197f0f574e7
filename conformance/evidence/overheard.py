"""A call that passed between a client and a platform: the raw material of findings about what a client sends."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.evidence.exchange import Answer, Request


@dataclass(frozen=True)
class Overheard:
    """One call and its answer, as whoever stands between client and platform saw them."""

    number: int
    """Counts the calls of a run from 1, in the order in which they were answered."""
    answer: Answer
    """What the client was answered; it holds the request as the client sent it."""
    received_s: float
    """When the request was complete (`time.monotonic`)."""
    answered_s: float
    """When the answer went out."""
    provoked: str = ""
    """The provocation that brought the answer about; empty where the call was answered as it always would be."""

    @property
    def request(self) -> Request:
        """The request as the client sent it."""
        return self.answer.request

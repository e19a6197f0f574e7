"""An IUT that is busy answers nothing that was asked: it is asked again a few times, after a pause, and never blamed."""

from __future__ import annotations

from typing import Final

from conformance.contract import Contract
from conformance.evidence.exchange import Answer
from conformance.suites.judge import row_matches

PAUSES_S: Final = (1.0, 2.0, 4.0)
"""Pauses before it is asked again: long enough for a moment of load, and one case waits no longer than 7 s in all."""
LONGEST_S: Final = 10.0
"""Longest pause that a Retry-After header (RFC 9110 10.2.3) is followed for."""


def says_busy(contract: Contract, answer: Answer) -> bool:
    """Tell whether an answer is a row by which the document says that the service is busy."""
    return answer.failure is None and any(row_matches(row, answer) for row in contract.busy)


def pause_s(answer: Answer, otherwise: float) -> float:
    """Return how long to wait before asking again, in seconds: as the IUT says, within limits, else `otherwise`."""
    said = (answer.header("retry-after") or "").strip()
    return min(float(said), LONGEST_S) if said.isascii() and said.isdigit() else otherwise

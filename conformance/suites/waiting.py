"""Waiting for what an IUT takes in late: the only place where the suites let time pass.

A live platform answers an update before every view shows it. A case that reads back asks again until the view shows what is
expected or the tester's `[pixit] ingest_delay_s` is over; only then may it blame. Nothing here waits for a fixed time, and
with a delay of 0 everything is asked once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Stop
from conformance.suites.context import Context
from conformance.suites.judge import Says, says

_LOOKS: Final = 5
"""Into how many pauses the delay is divided: a view that is late by a moment costs a moment."""
_SHORTEST_S: Final = 0.05
_LONGEST_S: Final = 2.0


def eventually(
    context: Context,
    look: Callable[[], bool],
    *,
    at_least: int = 1,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> bool:
    """Look until it is true or the IUT's ingest delay is over; tell whether it became true.

    Args:
        context: the case under way; its `[pixit] ingest_delay_s` is the limit.
        look: asks the IUT; the last look begins when the delay is over.
        at_least: looks to take even where the delay is over sooner (what others may disturb is looked at twice).
        clock: seconds that only grow.
        pause: waits for so many seconds.
    """
    delay_s = float(context.pixit("ingest_delay_s") or 0)
    deadline = clock() + delay_s
    interval = min(_LONGEST_S, max(_SHORTEST_S, delay_s / _LOOKS))
    looks = 0
    while True:
        late = clock() >= deadline
        if look():
            return True
        looks += 1
        if late and looks >= at_least:
            return False
        if not late:
            pause(max(0.0, min(interval, deadline - clock())))


def observe(
    context: Context,
    subject: str,
    holds: Callable[[Any], bool],
    *,
    requirement: str | None = None,
    within: str = "/info",
    **parameters: Any,
) -> Answer:
    """Ask a read operation until what it tells is as expected or the delay is over; return the last answer.

    Args:
        context: the case under way.
        subject: a read-only operation.
        holds: tells whether it is as expected; the caller judges the last answer member by member.
        requirement: the statement that demands that the call is served; unset: the operation's own `success`.
        within: where the answer tells it (a JSON pointer; empty for the whole body).
        parameters: parameters of the call by name.

    Raises:
        Stop: the last call was not served; the finding is recorded.
        Inconclusive: the call could not be sent.
    """
    seen: list[Answer] = []

    def look() -> bool:
        seen[:] = [context.call(subject, **parameters)]
        return says(context.contract, seen[0]) is Says.YES and holds(seen[0].at(within))

    eventually(context, look)
    if not context.served(context.operation(subject), seen[0], requirement):
        raise Stop
    return seen[0]


def refused_in_the_end(context: Context, subject: str, **parameters: Any) -> Answer:
    """Ask until the IUT refuses or the delay is over; return the last answer, for the caller to judge."""
    seen: list[Answer] = []

    def look() -> bool:
        seen[:] = [context.call(subject, **parameters)]
        return says(context.contract, seen[0]) is Says.NO

    eventually(context, look)
    return seen[0]

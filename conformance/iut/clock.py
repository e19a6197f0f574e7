"""How far the IUT's clock is from ours, as far as an answer tells."""

from __future__ import annotations

import datetime as dt
import email.utils

from conformance.evidence.exchange import Answer


def offset_ms(answer: Answer, now: dt.datetime | None = None) -> int | None:
    """Return the IUT's clock minus ours from a Date header (resolution one second); None where it tells nothing."""
    value = answer.header("date")
    if value is None:
        return None
    try:
        theirs = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if theirs.tzinfo is None:
        return None
    now = now or dt.datetime.now(dt.UTC)
    # The header is truncated to seconds: the middle of that second is the best guess.
    return round(((theirs - now).total_seconds() + 0.5) * 1000)

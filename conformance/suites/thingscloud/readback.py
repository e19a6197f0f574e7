"""Holding what an answer shows against what was given.

No member of an answer but the identifying ones is marked as required, so a member that an answer does not show (absent or
null) breaks no sentence; it decides nothing either, and the case says so instead of passing. What has no value may be shown
as an empty text, an empty object, null, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.context import Context, json_equal

_NOTHING: Final[tuple[Any, ...]] = (None, "", {})


def same(shown: Any, given: Any) -> bool:
    """Tell whether a shown value is the given one; of an object, whether every given member is there as given."""
    if given in _NOTHING and shown in _NOTHING:
        return True
    if isinstance(given, Mapping) and isinstance(shown, Mapping):
        return all(key in shown and json_equal(shown[key], value) for key, value in given.items())
    return json_equal(shown, given)


def shows(info: Any, given: Mapping[str, Any]) -> bool:
    """Tell whether an object shows every member as given."""
    return isinstance(info, Mapping) and all(same(info.get(name), value) for name, value in given.items())


def compare(
    context: Context,
    requirement: str,
    info: Any,
    given: Mapping[str, Any],
    *,
    pointer: str = "/info",
    answer: Answer | None = None,
) -> list[str]:
    """Check each member that is shown; return the names of those that are not."""
    hidden = []
    for name, value in given.items():
        shown = info.get(name) if isinstance(info, Mapping) else None
        if shown is None and value not in _NOTHING:
            hidden.append(name)
            continue
        holds = same(shown, value)
        context.check(
            requirement, holds, expected=value, actual=shown, pointer=f"{pointer}/{name}", note=name, answer=answer
        )
    return hidden


def conclude(hidden: Iterable[str]) -> None:
    """End a case that compared members.

    Raises:
        Inconclusive: some were not shown, so nothing is known of them.
    """
    names = ", ".join(dict.fromkeys(hidden))
    if names:
        raise Inconclusive(f"not shown by the platform, so not judged: {names}")


def milliseconds(ts: Any) -> float | None:
    """Return a time of an answer in milliseconds (erratum time-unit: it may be in seconds); None for no number."""
    if isinstance(ts, bool) or not isinstance(ts, int | float):
        return None
    return ts if ts >= _FIRST_MILLISECOND else ts * 1000


_FIRST_MILLISECOND: Final = 100_000_000_000
"""Smaller numbers are seconds: as milliseconds they would lie before 1974 (errata.yaml, time-unit)."""

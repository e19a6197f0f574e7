"""Words and values made fit to be read.

What an implementation under test answers is printed on terminals, in XML, in Markdown and in HTML. It may hold control
characters, half surrogates and marks that turn the reading direction; a report that passed them on could be made to lie.
So every report spells them out, in one way, here. This module must not know any output format: escaping stays with the
module that writes the format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

# C0 and C1 without tab and line feed, zero-width and direction marks, line separators, the half surrogates and the
# code points that XML 1.0 forbids.
_UNREADABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Return the text with every character spelled out that cannot be seen.

    It becomes its escape, as JSON writes it. Tab and line feed stay. The result is legal in XML 1.0 and encodes as
    UTF-8.
    """
    return _UNREADABLE.sub(_spell, text)


def _spell(match: re.Match[str]) -> str:
    character = match.group()
    # Not Unicode's control pictures: many fonts lack them.
    return "\\r" if character == "\r" else f"\\u{ord(character):04x}"


def visible_in(value: Any) -> Any:
    """Return a JSON value whose strings, the names of members included, are `visible`."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {visible(str(key)): visible_in(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [visible_in(item) for item in value]
    return value


def in_words(value: Any) -> str:
    """Return an expectation or an observation for reading: a string as it is, any other value as JSON."""
    if isinstance(value, str):
        return visible(value)
    compact = json.dumps(value, ensure_ascii=False)
    if len(compact) > 72:  # a line of a terminal beside its label
        compact = json.dumps(value, ensure_ascii=False, indent=2)
    return visible(compact)


def one_line(text: str, limit: int | None = None) -> str:
    """Return the visible text on one line, cut at `limit` characters with an ellipsis."""
    line = " ".join(visible(text).split())
    return line if limit is None or len(line) <= limit else f"{line[: limit - 1]}…"


def amount(number: int, singular: str, plural: str | None = None) -> str:
    """Return `1 case`, `1,034 cases`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def duration(milliseconds: float) -> str:
    """Return a duration for reading: `740 ms`, `12.4 s`, `4 min 05 s`, `2 h 03 min`."""
    seconds = milliseconds / 1000
    if seconds < 1:
        return f"{milliseconds:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def listed(items: Iterable[str]) -> str:
    """Return `a`, `a and b` or `a, b and c`."""
    *head, last = list(items) or [""]
    return f"{', '.join(head)} and {last}" if head else last

"""Parameters are texts on the wire; their schemas speak of numbers and booleans. Here a text becomes what it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_INTEGER: Final = re.compile(r"([-+]?[0-9]{1,18})(?:\.0{1,18})?", re.ASCII)
_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,2})?", re.ASCII)


def kinds(schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the types that a schema names, those of its alternatives included; none where it names none."""
    named = schema.get("type", ())
    found = {named} if isinstance(named, str) else set(named)
    for word in ("anyOf", "oneOf"):
        for branch in schema.get(word, ()):
            found |= kinds(branch)
    return frozenset(found)


def typed(text: str, named: frozenset[str]) -> Any:
    """Read the text of a parameter as one of the types that its schema names; text that is none of them stays text.

    No document says how numbers and booleans are written in an address: 1.0 is an integer, and True is a boolean.
    """
    if "string" in named or not named:
        return text
    if whole := _INTEGER.fullmatch(text):
        return int(whole[1])
    if "number" in named and _NUMBER.fullmatch(text):
        return float(text)
    if "boolean" in named and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return text

"""Parameters of commands, drawn from a product model by Hypothesis: what a platform could well send."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

from conformance.iut.product_model import Command, Value

_UNBOUNDED: Final = 2**31
"""Numbers for which the model gives no bound stay within what 32 bits hold."""
_LONGEST: Final = 256
"""Longest text that is drawn, whatever the model allows."""


def paras(command: Command) -> st.SearchStrategy[dict[str, Any]]:
    """Return the parameters of a command, each within what the model says of it, its bounds among them."""
    return st.fixed_dictionaries({each.name: value(each) for each in command.paras})


def value(described: Value) -> st.SearchStrategy[Any]:
    """Return values of a parameter; of what a model leaves open (objects, lists) the empty one."""
    schema = described.schema
    if schema.get("enum"):
        return st.sampled_from(list(schema["enum"]))
    bounds = st.sampled_from(described.bounds)
    match schema["type"]:
        case "integer":
            least, greatest = _range(schema)
            return bounds | st.integers(math.ceil(least), math.floor(greatest))
        case "number":
            least, greatest = _range(schema)
            return bounds | st.floats(least, greatest, allow_nan=False, allow_subnormal=False)
        case "string":
            # Surrogates are no characters, and no platform means to send control characters.
            written = st.characters(exclude_categories=("Cs", "Cc"))
            return bounds | st.text(written, max_size=min(_LONGEST, int(schema.get("maxLength", _LONGEST))))
    return bounds


def _range(schema: Mapping[str, Any]) -> tuple[float, float]:
    least, greatest = schema.get("minimum"), schema.get("maximum")
    if least is None:
        least = -_UNBOUNDED if greatest is None else min(-_UNBOUNDED, greatest)
    if greatest is None:
        greatest = max(_UNBOUNDED - 1, least)
    return least, greatest

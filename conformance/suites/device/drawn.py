"""Parameters of commands, drawn from a product model by Hypothesis: what a platform could well send."""

from __future__ import annotations

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
    least, greatest = schema.get("minimum"), schema.get("maximum")
    match schema["type"]:
        case "integer":
            return bounds | st.integers(
                -_UNBOUNDED if least is None else int(least), _UNBOUNDED - 1 if greatest is None else int(greatest)
            )
        case "number":
            return bounds | st.floats(
                -_UNBOUNDED if least is None else least,
                _UNBOUNDED if greatest is None else greatest,
                allow_nan=False,
                allow_subnormal=False,
            )
        case "string":
            # Surrogates are no characters, and no platform means to send control characters.
            written = st.characters(exclude_categories=("Cs", "Cc"))
            return bounds | st.text(written, max_size=min(_LONGEST, int(schema.get("maxLength", _LONGEST))))
    return bounds

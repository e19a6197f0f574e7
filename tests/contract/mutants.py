"""Wrong instances made from right ones: what an implementation that errs in one place would send.

Every mutant differs from a stored example in one place. The values come from a palette of all JSON types and from the
schema's own numbers, so that each bound is tried just inside and just outside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conformance.contract.members import Schema

from .data import nodes

PALETTE: tuple[Any, ...] = (None, True, False, 0, 1.5, -1, 10**30, "", "x", [], {}, [None], {"x": None})
EXTRA = "x-undocumented"
EXTRA_VALUES: tuple[Any, ...] = (None, 1, "x", {})
LONGEST = 20_000
"""Bounds above this many characters or elements would make the tests slow; none of the documents has one."""


def canonical(instance: Any) -> str:
    """Text that two instances share if and only if they are the same, types included (1, 1.0 and true differ)."""
    return json.dumps(instance, sort_keys=True)


def pool(schema: Schema, examples: Sequence[Any]) -> list[Any]:
    """The examples and all their mutants, each once."""
    values = [*PALETTE, *_values(schema)]
    lengths = sorted(_lengths(schema))
    found: dict[str, Any] = {}
    for example in examples:
        found.setdefault(canonical(example), example)
        for mutant in _everywhere(example, values, lengths):
            found.setdefault(canonical(mutant), mutant)
    return list(found.values())


def _everywhere(instance: Any, values: Sequence[Any], lengths: Sequence[int]) -> Iterator[Any]:
    """Mutants of `instance` and of everything in it."""
    yield from values
    yield from _here(instance, lengths)
    if isinstance(instance, Mapping):
        for key, child in instance.items():
            for mutant in _everywhere(child, values, lengths):
                yield {**instance, key: mutant}
    elif isinstance(instance, list):
        for number, child in enumerate(instance):
            for mutant in _everywhere(child, values, lengths):
                yield [*instance[:number], mutant, *instance[number + 1 :]]


def _here(value: Any, lengths: Sequence[int]) -> Iterator[Any]:
    """Mutants that keep the type of `value`."""
    if isinstance(value, Mapping):
        for key in value:
            yield {name: child for name, child in value.items() if name != key}
            yield {key: value[key]}
        for key in (EXTRA, ""):
            yield from ({**value, key: extra} for extra in EXTRA_VALUES)
        for length in lengths:
            yield dict([*value.items(), *((f"{EXTRA}-{n}", "x") for n in range(length))][:length])
    elif isinstance(value, list):
        for length in {0, 1, 2, *lengths}:
            yield [value[n % len(value)] for n in range(length)] if value else [None] * length
            if all(isinstance(each, str) for each in value):
                yield [f"x{n}" for n in range(length)]
    elif isinstance(value, str):
        # The last two tell readers of patterns apart: a digit of another script, a trailing newline.
        yield from (f"{value} ", value.upper(), value[:-1], value * 2, f"{value}\u0663", f"{value}\n")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from (float(value), -value, value + 1, str(value))


def _values(schema: Schema) -> Iterator[Any]:
    """Values around every bound and enumeration of the schema."""
    for _, node in nodes(schema):
        for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
            if isinstance(node.get(key), int | float):
                yield from (node[key] + step for step in (-1, -0.5, 0, 0.5, 1))
        for length in _lengths_of(node, ("minLength", "maxLength")):
            yield from ("a" * length, "\U0001f600" * length)
        yield from node.get("enum", ())
        if "const" in node:
            yield node["const"]


def _lengths(schema: Schema) -> set[int]:
    counts = ("minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains")
    return {length for _, node in nodes(schema) for length in _lengths_of(node, counts)}


def _lengths_of(node: Schema, keys: Sequence[str]) -> Iterator[int]:
    for key in keys:
        if isinstance(node.get(key), int) and node[key] <= LONGEST:
            yield from (max(0, node[key] + step) for step in (-1, 0, 1))

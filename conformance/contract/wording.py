"""The validator that words a refusal; it must never come to another verdict than the one that judged.

jsonschema reads patterns as Python does (digits of every script are digits, `$` also stands before a trailing newline) and
knows weaker formats. Both are therefore asked of jsonschema-rs, which reads patterns as ECMA-262 does, as JSON
Schema demands. jsonschema's own format libraries (its extra `format-nongpl`) are therefore not needed, and not wanted: one
of them compiles a grammar for over a second whenever jsonschema is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs

from conformance.contract.members import Schema


@cache
def _judge(keyword: str, value: str) -> Callable[[Any], bool]:
    return jsonschema_rs.validator_for({keyword: value}, validate_formats=True).is_valid


def _fulfils(keyword: str, value: str, text: str) -> bool:
    # A lone surrogate does not cross into Rust; as any other character outside of the pattern it stands for itself.
    return _judge(keyword, value)(text.encode("utf-8", "replace").decode())


def _pattern(_: Any, pattern: str, instance: Any, __: Schema) -> Iterator[jsonschema.ValidationError]:
    if isinstance(instance, str) and not _fulfils("pattern", pattern, instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


def _format(_: Any, name: str, instance: Any, __: Schema) -> Iterator[jsonschema.ValidationError]:
    if isinstance(instance, str) and not _fulfils("format", name, instance):
        yield jsonschema.ValidationError(f"{instance!r} is not a {name!r}")


_Worded: type[jsonschema.protocols.Validator] = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator, {"pattern": _pattern, "format": _format}
)


def validator(schema: Schema) -> jsonschema.protocols.Validator:
    """Return the wording validator of a self-contained schema."""
    return _Worded(schema)

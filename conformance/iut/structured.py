"""Values of the IUT file that are lists or tables: judged by the JSON Schema of their key, told in one line.

The key's schema (`schema` in iut.yaml) is the only description; what a mistake is called follows from it. Two words mean
more here than in a message: `x-unique` on a member of the elements of a list (no two elements share it), and `format:
json-schema` (the value is itself a JSON Schema, without references that lead elsewhere).
"""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import jsonschema

from conformance.contract import IutKey
from conformance.contract.members import ELEMENT, locate, resolve
from conformance.contract.messages import Violation, shorten
from conformance.iut.errors import UsageError

SCHEMA_FORMAT: Final = "json-schema"


def check(place: str, value: Any, key: IutKey) -> None:
    """Refuse a value that is not as its key describes it; a key without `schema` takes any JSON value.

    Raises:
        UsageError: one line with the place, what stands there and the remedy.
    """
    for pointer, problem in _not_json(value):
        raise UsageError(f"{_named(place, pointer)}: {problem}")
    if key.schema is None:
        return
    for violation in key.schema.violations(value):
        raise UsageError(_told(place, violation, key))
    for member in key.schema.members:
        if member.annotation("x-unique") and ELEMENT in member.path:
            _check_unique(place, member.path, value)
        if member.annotation("format") == SCHEMA_FORMAT:
            for each in locate(value, member.path):
                _check_schema(f"{place}: {member.path[-1]}", each)


def _not_json(value: Any, pointer: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what TOML can say and JSON cannot: dates, times, infinite numbers."""
    if isinstance(value, Mapping):
        for name, child in value.items():
            yield from _not_json(child, (*pointer, str(name)))
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _not_json(child, (*pointer, str(number)))
    elif isinstance(value, float) and not math.isfinite(value):
        yield pointer, f"{value!r} is not a JSON number; write a finite one"
    elif not isinstance(value, str | int | float | bool):
        yield pointer, f"{value} is not a JSON value; write a date or time in quotes"


def _named(place: str, pointer: tuple[str, ...]) -> str:
    """Return a place as a person counts: the first element of a list is number 1."""
    text = place
    for number, token in enumerate(pointer):
        if token.isdecimal():
            text += f" {int(token) + 1}" if number == 0 else f"[{int(token) + 1}]"
        else:
            text += f": {token}" if number == 1 and pointer[0].isdecimal() else f".{token}"
    return text


def _told(place: str, violation: Violation, key: IutKey) -> str:
    assert key.schema is not None
    pointer = tuple(token.replace("~1", "/").replace("~0", "~") for token in violation.pointer.split("/")[1:])
    where = _named(place, pointer)
    holder = next((each for each in key.schema.members if each.name == violation.member), None)
    known = sorted(holder.schema.get("properties", ())) if holder else []
    if violation.keyword == "required":
        return f"{where}: {violation.member.rpartition('.')[2]} is missing; {_purpose(key, violation.member)}"
    if violation.keyword == "additionalProperties":
        given = json.loads(violation.actual) if violation.actual.endswith("}") else {}
        unknown = next((name for name in given if name not in known), "a key")
        near = difflib.get_close_matches(unknown, known, 1)
        remedy = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
        return f"{where}: {unknown}: unknown key; {remedy}"
    return f"{where} = {violation.actual}: expected {violation.expected}; {_purpose(key, violation.member)}"


def _purpose(key: IutKey, member: str) -> str:
    """Return what the nearest described member is for."""
    assert key.schema is not None
    described = (each.schema.get("description") for each in key.schema.members if each.name == member)
    return str(next(filter(None, described), key.question))


def _check_unique(place: str, path: tuple[str, ...], value: Any) -> None:
    seen: list[Any] = []
    for number, each in enumerate(locate(value, path), 1):
        if each in seen:
            raise UsageError(f"{place} {number}: {path[-1]} = {shorten(each)}: stands twice; each has its own")
        seen.append(each)


def _check_schema(place: str, schema: Any) -> None:
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        where = "/".join(map(str, error.absolute_path)) or "it"
        raise UsageError(f"{place}: not a JSON Schema: {where}: {shorten(error.message)}") from None
    for reference in _references(schema):
        if reference != "#" and not reference.startswith("#/"):
            raise UsageError(f"{place}: the reference {reference!r} leads elsewhere; write the whole schema here")
        try:
            resolve({"$ref": reference} if reference != "#" else {}, schema)
        except (LookupError, TypeError):
            raise UsageError(f"{place}: the reference {reference!r} leads nowhere; correct it") from None


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for name in ("$ref", "$dynamicRef"):
            if isinstance(schema.get(name), str):
                yield schema[name]
        for child in schema.values():
            yield from _references(child)
    elif isinstance(schema, list):
        for child in schema:
            yield from _references(child)

"""Drawing messages with Schemathesis.

It is given a minimal OpenAPI 3.1 document of one operation: body and query only, because paths hold ids that the suite must
choose and headers hold credentials. For valid messages the schema is narrowed to what is *plausible*: the document says
"string" and means a name that a person would type; a platform that refuses control characters breaks no sentence. Nor does
one that refuses a request which asks for nothing. Nothing is narrowed for invalid messages.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.contract import Operation, Parameter
from conformance.contract.members import Schema
from conformance.contract.openapi import Components
from conformance.platforms.draft import ABSENT, Draft

_LETTERS: Final = "A-Za-z0-9设备温度传感器测试门锁"
"""A dozen Chinese characters stand for all: Hypothesis counts out every character of a range, which takes seconds."""
PLAUSIBLE_TEXT: Final = f"^[{_LETTERS}][{_LETTERS} _.-]{{0,30}}[{_LETTERS}]$"
"""Letters, digits, Chinese characters, no blank at either end; `x-plausible` on a member replaces it."""
PLAUSIBLE_KEY: Final = "^[a-z][a-z0-9_]{0,15}$"
LARGEST: Final = 2**31 - 1
"""Numbers without documented bounds stay within 32 bits: wider ones are a property of the platform's language."""


@dataclass(frozen=True)
class Drawn:
    """A drawn message."""

    body: Any = ABSENT
    query: Mapping[str, Any] = field(default_factory=dict)

    def on(self, base: Draft) -> Draft:
        """Return `base` with this message in it."""
        draft = base.copy()
        drawn = {each.name for each in drawn_parameters(base.operation)}
        draft.query = {**{name: value for name, value in base.query.items() if name not in drawn}, **self.query}
        if isinstance(self.body, bytes):
            draft.payload = self.body
        else:
            draft.body = _kept(base, self.body)
        return draft


def _kept(base: Draft, body: Any) -> Any:
    """Return a drawn body whose members that nobody judges (`x-unjudged`) have the values of the valid request: what such a
    member says, whom a message reaches for one, is not left to chance.
    """
    request = base.operation.request
    fixed = request.annotated("x-unjudged") if request and isinstance(body, dict) else ()
    result = copy.deepcopy(body) if fixed else body
    for member in fixed:
        holder, value = result, base.get(member.path)
        for token in member.path[:-1]:
            holder = holder.get(token) if isinstance(holder, dict) else None
        if isinstance(holder, dict) and value is not None:
            holder[member.path[-1]] = copy.deepcopy(value)
    return result


def drawn_parameters(operation: Operation) -> tuple[Parameter, ...]:
    """Return the query parameters whose values may be anything: no ids, no times, nothing that only the tester knows."""
    kept = ("x-conditional", "x-pixit", "x-time")
    return tuple(
        each
        for each in operation.parameters
        if each.location == "query"
        and each.member not in operation.needs
        and not any(each.schema.get(name) is not None for name in kept)
    )


def plausible(schema: Schema, keys: Mapping[str, str] | None = None, most: int = LARGEST) -> dict[str, Any]:
    """Return a schema whose instances are valid and such as a person would send.

    Args:
        schema: a self-contained message schema.
        keys: names to use in a free map that is marked `x-keys`.
        most: the largest amount of irreversible objects (`x-amount`).
    """
    narrowed: dict[str, Any] = _narrow(copy.deepcopy(dict(schema)), keys or {}, most)
    return narrowed


def _narrow(schema: Any, keys: Mapping[str, str], most: int) -> Any:
    if not isinstance(schema, dict):
        return schema
    schema.pop("examples", None)
    properties = schema.get("properties")
    if isinstance(properties, dict):
        schema["properties"] = {
            name: child
            for name, child in properties.items()
            if not (isinstance(child, dict) and child.get("x-conditional"))
        }
    kinds = schema.get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if "x-plausible" in schema and "string" in kinds:
        schema["type"], kinds = "string", ("string",)
    if "string" in kinds and ("x-plausible" in schema or not {"enum", "const", "pattern", "format"} & schema.keys()):
        schema["pattern"] = schema.get("x-plausible", _sized(schema))
    if schema.get("x-amount") and "array" not in kinds:
        schema.setdefault("minimum", 1)
        schema["maximum"] = min(schema.get("maximum", most), most)
    if {"integer", "number"} & set(kinds) and "enum" not in schema:
        schema.setdefault("minimum", -LARGEST)
        schema.setdefault("maximum", LARGEST)
    if "object" in kinds:
        if "x-keys" in schema:
            schema["properties"] = {
                name: {"type": "number", "minimum": -1000, "maximum": 1000} for name in keys.values()
            }
            schema.update(minProperties=1, additionalProperties=False)
        elif schema.get("properties"):
            schema["additionalProperties"] = False
        else:
            text = {"type": "string", "pattern": PLAUSIBLE_TEXT}
            given = schema.get("additionalProperties")
            schema["additionalProperties"] = _narrow(given, keys, most) if isinstance(given, dict) else text
            schema["propertyNames"] = {"pattern": PLAUSIBLE_KEY}
            schema["maxProperties"] = min(4, schema.get("maxProperties", 4))
    for name in schema.get("required", ()):
        if _is_map(child := schema.get("properties", {}).get(name)):
            child.setdefault("minProperties", 1)  # without an entry it asks for nothing
    for place in ("properties", "$defs"):
        for name, child in schema.get(place, {}).items():
            schema[place][name] = _narrow(child, keys, most)
    if isinstance(schema.get("items"), dict):
        schema["items"] = _narrow(schema["items"], keys, most)
        schema["maxItems"] = min(schema.get("maxItems", 5), 5, most)
        schema.setdefault("minItems", 1)
        schema.setdefault("uniqueItems", bool(schema.get("x-amount")))
    return schema


def _is_map(schema: Any) -> bool:
    """Tell whether a schema describes an object whose names are the sender's choice."""
    return isinstance(schema, dict) and "object" in schema.get("type", ()) and not schema.get("properties")


def _sized(schema: Mapping[str, Any]) -> str:
    longest = schema.get("maxLength")
    if isinstance(longest, int) and longest < 32:
        return f"^[A-Za-z0-9]{{{max(1, schema.get('minLength', 1))},{max(1, longest)}}}$"
    return PLAUSIBLE_TEXT


def _document(operation: Operation, body: Schema | None, *, narrow: bool = False) -> dict[str, Any]:
    query = [
        {
            "name": each.name,
            "in": "query",
            "required": each.required or bool(each.schema.get("x-always")),
            "schema": plausible(each.schema) if narrow else dict(each.schema),
        }
        for each in drawn_parameters(operation)
    ]
    described: dict[str, Any] = {"operationId": operation.subject, "responses": {"200": {"description": "any"}}}
    if query:
        described["parameters"] = query
    components = Components()
    if body is not None:
        schema = components.add("message", body)
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    method = "post" if body is not None else "get"
    return {
        "openapi": "3.1.0",
        "info": {"title": operation.subject, "version": "1"},
        "paths": {"/x": {method: described}},
        "components": {"schemas": components.schemas},
    }


def _api_operation(operation: Operation, body: Schema | None, *, narrow: bool = False) -> Any:
    import schemathesis

    schema = schemathesis.openapi.from_dict(_document(operation, body, narrow=narrow))
    return schema["/x"]["POST" if body is not None else "GET"]


def _drawn(case: Any) -> Drawn:
    from schemathesis.core import NOT_SET

    body = ABSENT if case.body is NOT_SET else case.body
    return Drawn(body, dict(case.query or {}))


def strategy(operation: Operation, *, valid: bool, keys: Mapping[str, str] | None = None, most: int = LARGEST) -> Any:
    """Return a Hypothesis strategy of drawn messages."""
    from schemathesis import GenerationMode

    body = operation.request.schema if operation.request else None
    if valid and operation.request is not None:
        body = plausible(operation.request.schema, keys, most)
        if operation.request.minimal and operation.request.is_valid({}):
            body.setdefault("minProperties", 1)  # the least example holds something: nothing at all may be refused
    mode = GenerationMode.POSITIVE if valid else GenerationMode.NEGATIVE
    return _api_operation(operation, body, narrow=valid).as_strategy(generation_mode=mode).map(_drawn)


_DATUM: Final = {"type": ["string", "integer", "boolean"]}
"""What a device reports under a name of its own."""


def _filled(schema: Any, *, within: bool = False) -> Any:
    """Return a schema in which what may be anything is an object of plain values, or one such value within an object."""
    if not isinstance(schema, dict):
        return schema
    if not schema.keys() - {"description", "title"}:
        return dict(_DATUM) if within else {"type": "object", "additionalProperties": dict(_DATUM)}
    filled = {**schema, **({"items": _filled(schema["items"])} if "items" in schema else {})}
    if "properties" in schema:
        filled["properties"] = {name: _filled(child) for name, child in schema["properties"].items()}
    elif "object" in schema.get("type", ()):
        filled["additionalProperties"] = _filled(schema.get("additionalProperties", {}), within=True)
    return filled


def messages(name: str, schema: Schema) -> Any:
    """Return a Hypothesis strategy of valid, plausible JSON messages of a schema without references."""
    import schemathesis
    from schemathesis import GenerationMode

    content = {"application/json": {"schema": plausible(_filled(schema))}}
    described = {"requestBody": {"required": True, "content": content}, "responses": {"200": {"description": "any"}}}
    document = {"openapi": "3.1.0", "info": {"title": name, "version": "1"}, "paths": {"/x": {"post": described}}}
    operation = schemathesis.openapi.from_dict(document)["/x"]["POST"]
    return operation.as_strategy(generation_mode=GenerationMode.POSITIVE).map(lambda case: case.body)


def coverage(operation: Operation) -> Iterator[Drawn]:
    """Yield the messages of Schemathesis' coverage phase: each keyword's boundary values, valid and invalid."""
    from schemathesis import GenerationMode

    described = _api_operation(operation, operation.request.schema if operation.request else None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = described.schema.iter_coverage_cases(
            described,
            generation_modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE],
            generation_config=described.schema.config.generation_for(operation=described),
        )
        for case in cases:
            if case.method.upper() == described.method.upper():
                yield _drawn(case)

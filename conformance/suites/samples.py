"""Valid values for the members of a request, from the contract alone."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from conformance.contract import Operation, Parameter
from conformance.contract.members import Schema, replaced
from conformance.platforms.draft import ABSENT, SEALED, Draft


def parameter_value(schema: Schema) -> Any:
    """Return a valid value for a parameter: its example, its default, a value of its enum, or one at its lower bound."""
    for place in ("examples", "enum"):
        if schema.get(place):
            return schema[place][0]
    for place in ("example", "default", "const", "minimum"):
        if place in schema:
            return schema[place]
    kind = schema.get("type", "string")
    return {"integer": 1, "number": 1, "boolean": True}.get(kind if isinstance(kind, str) else kind[0], "conformance")


def skeleton(operation: Operation, *, full: bool) -> Draft:
    """Return a request of the documented example values: every documented member, or only the required ones."""
    draft = Draft(operation)
    holders: dict[str, dict[str, Any]] = {"path": draft.path, "query": draft.query, "header": draft.headers}
    for parameter in operation.parameters:
        if parameter.schema.get("x-credential"):
            continue  # the driver's business
        if parameter.required or (full and sent_by_default(parameter)):
            holders[parameter.location][parameter.name] = parameter_value(parameter.schema)
    if operation.request is not None:
        draft.body = copy.deepcopy(operation.request.full if full else operation.request.minimal)
    return draft


def sent_by_default(parameter: Parameter) -> bool:
    """Tell whether the suite writes this parameter (credential headers are the driver's business)."""
    return parameter.location in {"path", "query"} or parameter.required


def seal(draft: Draft) -> None:
    """Leave the members marked `x-sealed` to the driver, which writes them as the message goes out."""
    for member in draft.operation.request.annotated("x-sealed") if draft.operation.request else ():
        if draft.get(member.path) is not None:
            draft.set(member.path, SEALED)


def make_unique(draft: Draft, unique: Callable[[], str]) -> None:
    """Replace members that must differ for each object made (`x-unique`) by a fresh text of the same form."""
    operation = draft.operation
    if operation.request is None or draft.body is ABSENT:
        return
    for member in operation.request.annotated("x-unique"):
        ending = "@example.com" if member.schema.get("format") == "email" else ""
        draft.body = replaced(draft.body, member.path, lambda _, ending=ending: unique() + ending)  # type: ignore[misc]


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return a body in which names (of members, and texts that name them) are replaced by the tester's."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [renamed(each, names) for each in value]
    if isinstance(value, dict):
        return {names.get(key, key): renamed(child, names) for key, child in value.items()}
    return value

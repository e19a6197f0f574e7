"""Valid values for the members of a request, from the contract alone."""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from conformance.contract import Message, Operation, Parameter
from conformance.contract.members import DROP, Schema, altered, present, replaced
from conformance.platforms.draft import ABSENT, SEALED, Draft

_LAST_NUMBER: Final = re.compile(r"[0-9]+$")
_NO_LETTER_OR_DIGIT: Final = re.compile(r"[^A-Za-z0-9]")
_LAST_DIGITS: Final = re.compile(r"[0-9]{1,8}$")
_SHORT: Final = 10
"""Length of the shortest fresh text: a letter, and as many hexadecimal digits as two texts hardly share."""
_ADDRESS: Final = "@example.com"
"""Ends mail addresses that reach nobody (RFC 2606)."""
_PLACE: Final = re.compile(r"\{(unique|pixit:[a-z0-9_]+)\}")


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


def skeleton(operation: Operation, *, full: bool, having: tuple[str, ...] = ()) -> Draft:
    """Return a request of the documented example values.

    Args:
        operation: the operation.
        full: every documented member, or only the required ones.
        having: a member of the body that must be there; the example with the most members that has it is taken.
    """
    draft = Draft(operation)
    holders: dict[str, dict[str, Any]] = {"path": draft.path, "query": draft.query, "header": draft.headers}
    for parameter in operation.parameters:
        if parameter.schema.get("x-credential"):
            continue  # the driver's business
        always = parameter.required or bool(parameter.schema.get("x-always"))
        if always or (full and sent_by_default(parameter)):
            holders[parameter.location][parameter.name] = parameter_value(parameter.schema)
    if operation.request is not None:
        draft.body = _example(operation.request, full=full, having=having)
        for member in operation.request.annotated("x-conditional"):
            draft.body = altered(draft.body, member.path, lambda _: DROP)
    return draft


def _example(request: Message, *, full: bool, having: tuple[str, ...]) -> Any:
    example = request.full if full else request.minimal
    if having and not present(example, having):
        example = max((each for each in request.examples if present(each, having)), key=_size, default=example)
    return copy.deepcopy(example)


def _size(value: Any) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_size, children))


def sent_by_default(parameter: Parameter) -> bool:
    """Tell whether the suite writes this parameter (credential headers are the driver's business)."""
    if parameter.schema.get("x-conditional"):
        return False  # only behaviour cases know when it means something
    return parameter.location in {"path", "query"} or parameter.required


def seal(draft: Draft) -> None:
    """Leave the members marked `x-sealed` to the driver, which writes them as the message goes out."""
    for member in draft.operation.request.annotated("x-sealed") if draft.operation.request else ():
        if draft.get(member.path) is not None:
            draft.set(member.path, SEALED)


def make_unique(draft: Draft, unique: Callable[[], str], told: Callable[[str], Any] = lambda key: f"{{{key}}}") -> None:
    """Replace members that must differ for each object made (`x-unique`) by a fresh text of the same form, or a number by
    one that is larger by the count of fresh texts. A template may name what the tester told (`told`).
    """
    operation = draft.operation
    if operation.request is None or draft.body is ABSENT:
        return

    def fresh(schema: Schema, value: Any) -> Any:
        if isinstance(value, str):
            return _formed(schema, value, unique(), told)
        return value if isinstance(value, bool) else value + int(_LAST_NUMBER.search(unique())[0])  # type: ignore[index]

    for member in operation.request.annotated("x-unique"):
        draft.body = replaced(draft.body, member.path, partial(fresh, member.schema))


def _formed(schema: Schema, example: str, text: str, told: Callable[[str], Any]) -> str:
    """Return a fresh text in the form of a member: its template, or what pattern, length and `x-plausible` let stand."""
    template = schema["x-unique"]
    if isinstance(template, str):
        return _PLACE.sub(lambda place: text if place[1] == "unique" else str(told(place[1][6:])), template)
    asked = {key: value for key, value in schema.items() if key in {"pattern", "minLength", "maxLength"}}
    demanded = Message("fresh", asked)
    plausible = Message("fresh", {"allOf": [asked, {"pattern": schema.get("x-plausible", "")}]})
    digest = hashlib.sha256(text.encode()).hexdigest()
    forms: tuple[str, ...] = (
        text,
        _NO_LETTER_OR_DIGIT.sub("", text),
        f"c{digest[: _SHORT - 1]}",
        digest[: len(example)],
        digest[: len(example)].upper(),
        _LAST_DIGITS.sub(lambda last: _digits(text)[-len(last[0]) :], example),
    )
    if "@" in example:
        forms = tuple(f"{each}{_ADDRESS}" for each in forms)
    fitting = (each for judge in (plausible, demanded) for each in forms if judge.is_valid(each))
    return next(fitting, text)


def _digits(text: str) -> str:
    """Return eight digits for a fresh text: four that its run has, and its count in it."""
    count = _LAST_NUMBER.search(text)
    run = int(hashlib.sha256(text[: count.start() if count else None].encode()).hexdigest(), 16)
    return f"{run % 10_000:04}{int(count[0]) % 10_000 if count else 0:04}"


def names_in(value: Any) -> set[str]:
    """Return the names of members and the texts that a body holds, at any depth."""
    if isinstance(value, str):
        return {value}
    children = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    return set().union(value if isinstance(value, dict) else (), *map(names_in, children))


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return a body in which names (of members, and texts that name them) are replaced by the tester's."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [renamed(each, names) for each in value]
    if isinstance(value, dict):
        return {names.get(key, key): renamed(child, names) for key, child in value.items()}
    return value

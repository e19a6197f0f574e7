"""Spoiling one member of an answer: the value alone, nothing about messages or faults.

A replacement is chosen by asking the member's own schema, so that `retyped` is really forbidden and `falsified` really
allowed; a member for which no such value exists has no such fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.contract import Member, Message
from conformance.contract.members import DROP, altered

__all__ = ["DROP", "MemberJudge", "altered", "can_falsify", "falsified", "out_of_range", "retyped"]

_ABSENT: Final = object()
_OTHER_TYPES: Final[tuple[Any, ...]] = ("text", 7, True, [], {}, 7.5)


class MemberJudge:
    """Tells whether a value may stand at a member of a message."""

    def __init__(self, message: Message, member: Member) -> None:
        self.schema = member.schema
        self.message = message
        self._message = Message(member.name, {**member.schema, "$defs": message.schema.get("$defs", {})})

    def allows(self, value: Any) -> bool:
        """Tell whether the member's schema accepts the value."""
        return self._message.is_valid(value)


def retyped(judge: MemberJudge) -> Any:
    """Return a value of a type that the member forbids, or DROP where every type is allowed."""
    return next((value for value in _OTHER_TYPES if not judge.allows(value)), DROP)


def falsified(judge: MemberJudge, value: Any) -> Any:
    """Return another value of the same type, allowed where the schema leaves a choice; the same where there is none."""
    candidates = [other for other in _others(value, judge.schema) if other != value]
    return next((other for other in candidates if judge.allows(other)), candidates[0] if candidates else value)


def _others(value: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
    yield from schema.get("enum", ())
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
            yield value - 1
        case float():
            yield value + 1.5
            yield value - 1.5
        case str():
            yield f"{value}-falsified"
        case list():
            yield value[:-1]
        case dict() if "properties" not in schema:
            yield {**value, "falsified": "falsified"}


def can_falsify(schema: Mapping[str, Any]) -> bool:
    """Tell whether a member carries a value of its own (an object with named members only holds them)."""
    return not (schema.get("properties") and "object" in _types(schema))


def _types(schema: Mapping[str, Any]) -> set[str]:
    kinds = schema.get("type", ())
    return {kinds} if isinstance(kinds, str) else set(kinds)


def out_of_range(judge: MemberJudge) -> Any:
    """Return a value of the right type beyond one of the member's bounds, or DROP where it has none."""
    for keyword, value in judge.schema.items():
        other = _beyond(keyword, value)
        if other is not _ABSENT and not judge.allows(other):
            return other
    return DROP


def _beyond(keyword: str, bound: Any) -> Any:
    match keyword:
        case "enum":
            numeric = all(isinstance(each, (int, float)) for each in bound if each is not None)
            return max(each for each in bound if each is not None) + 1000 if numeric else "undocumented"
        case "minLength":
            return "x" * (bound - 1)
        case "maxLength":
            return "x" * (bound + 1)
        case "minimum":
            return bound - 1
        case "maximum":
            return bound + 1
        case "exclusiveMinimum" | "exclusiveMaximum":
            return bound
        case "pattern" | "format":
            return "\u00a1not it!"
        case _:
            return _ABSENT

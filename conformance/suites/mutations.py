"""Values just inside and just outside a constraint, from the schema alone.

Every value comes with a label that names the case (`maximum`, `type`, `enum/custom`); a constraint for which no value can be
made on the wire (a query parameter of type string cannot be anything else) says so in a reason, which is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from conformance.contract import Constraint, Member
from conformance.contract.derive import unbreakable
from conformance.contract.members import BODY
from conformance.contract.messages import Message

WRONG_TYPE: Final[dict[str, Any]] = {
    "string": 12345,
    "integer": "not-a-number",
    "number": "not-a-number",
    "boolean": "not-a-boolean",
    "array": "not-a-list",
    "object": "not-an-object",
    "null": "not-null",
}


@dataclass(frozen=True)
class Value:
    """A value to try in the place of a member; `absent` leaves the member out."""

    label: str
    value: Any = None
    absent: bool = False


@dataclass(frozen=True)
class Impossible:
    """Why no value can be made."""

    reason: str


def outside(member: Member, constraint: Constraint, current: Any) -> Iterator[Value | Impossible]:
    """Yield values that break exactly this constraint, as far as the schema tells."""
    word, bound = constraint.keyword, constraint.value
    reason = unbreakable(member, constraint)
    if reason is not None:
        yield Impossible(reason)
    elif word == "required":
        yield Value("required", absent=True)
    elif word == "type":
        yield _wrong_type(member)
    elif word == "enum":
        yield _foreign(member, bound)
    elif word in {"minimum", "exclusiveMinimum"}:
        yield Value(word, bound - (1 if word == "minimum" else 0))
    elif word in {"maximum", "exclusiveMaximum"}:
        yield Value(word, bound + (1 if word == "maximum" else 0))
    elif word == "minLength":
        yield Value(word, "a" * (bound - 1)) if bound else Impossible("no text is shorter than nothing")
    elif word == "maxLength":
        yield Value(word, _text(current, bound + 1))
    elif word == "minItems":
        yield Value(word, _list(current, bound - 1)) if bound else Impossible("no list is shorter than nothing")
    elif word == "maxItems":
        yield Value(word, _list(current, bound + 1))
    elif word in {"pattern", "format"}:
        yield Value(word, "  not in this form  ")
    elif word == "anyOf" and isinstance(current, dict):
        names = {name for branch in bound for name in branch.get("required", ())}
        yield Value(word, {key: value for key, value in current.items() if key not in names})
    else:
        yield Impossible(f"no violation of {word} is made by the suite")


def inside(member: Member, constraint: Constraint, current: Any) -> Iterator[Value]:
    """Yield valid values on the very bound of this constraint."""
    word, bound = constraint.keyword, constraint.value
    if unbreakable(member, constraint) is not None:
        return
    if word == "enum":
        for each in bound:
            if each is not None:
                yield Value(f"{word}/{each}", each)
    elif word in {"minimum", "maximum"}:
        yield Value(word, bound)
    elif word in {"minLength", "maxLength"} and bound:
        yield Value(word, _text(current, bound))
    elif word in {"minItems", "maxItems"} and bound:
        yield Value(word, _list(current, bound))
    elif word == "anyOf" and member.name == BODY and isinstance(current, dict):
        for branch in bound:
            kept = set(branch.get("required", ()))
            names = {name for each in bound for name in each.get("required", ())} - kept
            reduced = {key: value for key, value in current.items() if key not in names}
            if kept <= set(reduced):
                yield Value(f"{word}/{'+'.join(sorted(kept))}", reduced)


def really_breaks(message: Message, body: Any) -> bool:
    """Tell whether a body is invalid as a whole: a violation that another reading allows proves nothing."""
    return not message.is_valid(body)


def _wrong_type(member: Member) -> Value | Impossible:
    kinds = member.schema["type"]
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    for kind in kinds:
        wrong = WRONG_TYPE[kind]
        other = {str: "string", int: "integer"}[type(wrong)]
        if other not in kinds and not (other == "integer" and "number" in kinds):
            return Value("type", wrong)
    return Impossible("every JSON type is allowed")


def _foreign(member: Member, allowed: list[Any]) -> Value:
    del member
    if all(isinstance(each, int) for each in allowed):
        return Value("enum", max(allowed) + 1)
    return Value("enum", "conformance-none-of-these")


def _text(current: Any, length: int) -> str:
    seed = current if isinstance(current, str) and current else "a"
    return (seed + "a" * length)[:length] if len(seed) <= length else seed[:length]


def _list(current: Any, length: int) -> list[Any]:
    first = current[0] if isinstance(current, list) and current else "a"
    return [f"{first}{number}" if isinstance(first, str) else first for number in range(length)]

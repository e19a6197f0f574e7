"""Benign variants of a right answer: free choices of shape that the contract allows.

A judge that complains about one of them is wrong. The accepted readings of errata live in the reference that shows
them; here are the variants that hold for every contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.contract import Contract, Member, Message, Operation
from conformance.reference.alterations import DROP, MemberJudge, altered
from conformance.reference.switchboard import Quirks

SHAPES: Final[Mapping[str, str]] = {
    "shape/null-unset": "members without a value (empty text, empty object) are null",
    "shape/absent-unset": "members without a value (empty text, empty object) are left out",
    "shape/null-optional": "every member that may be absent and may be null is null",
    "shape/absent-optional": "every member that is not required is left out",
    "shape/absent-leaf": "what is not required and documents no member of its own is left out; what holds it stays",
    "shape/unknown-members": "every object with documented members holds one more",
    "shape/key-order": "the members of every object come in reversed order",
    "shape/pretty-print": "the JSON text is indented",
    "shape/charset": "the Content-Type carries a charset parameter, in capitals",
}
UNKNOWN_MEMBER: Final = {"x_undocumented": {"since": "later edition"}}


def absences(contract: Contract) -> dict[str, str]:
    """Return the variants that leave out one optional member of one answer or pushed message alone, with their meaning."""
    answers = (operation.response for operation in contract.operations.values())
    pushed = (notification.message for notification in contract.notifications.values())
    return {
        _absence(message, member): f"{member.name} of {message.name} is left out"
        for message in (*answers, *pushed)
        for member in message.members
        if member.path and not member.required and member.path[-1] not in {"[]", "{}"}
    }


def _absence(message: Message, member: Member) -> str:
    return f"absent/{message.name}/{member.name}"


class Shaper:
    """Gives the answers of one reference, and what it pushes, another allowed shape."""

    def __init__(self, quirks: Quirks) -> None:
        self._quirks = quirks
        self._optional: dict[str, tuple[tuple[Member, bool], ...]] = {}

    def shape(self, operation: Operation, body: Any) -> Any:
        """Return the body of a success in the shape that is asked for."""
        return self.shaped(operation.response, body)

    def shaped(self, message: Message, body: Any) -> Any:
        """Return an instance of a message in the shape that is asked for."""
        on = self._quirks.on
        for member, nullable in self._members(message):
            # An entry of a list or a free map is data somebody stored, which no shape may change to null.
            named = member.path[-1] not in {"[]", "{}"}
            if nullable and named and on("shape/null-optional"):
                body = _if_valid(message, altered(body, member.path, lambda _: None), body)
            if nullable and on("shape/null-unset"):
                body = altered(body, member.path, lambda value: None if value in ("", {}) else value)
            if named:
                if (
                    on("shape/absent-optional")
                    or (on("shape/absent-leaf") and _is_leaf(message, member))
                    or on(_absence(message, member))
                ):
                    body = _if_valid(message, altered(body, member.path, lambda _: DROP), body)
                if on("shape/absent-unset"):
                    body = altered(body, member.path, lambda value: DROP if value in ("", {}) else value)
        if on("shape/unknown-members"):
            for member in reversed(message.members):
                if member.schema.get("properties"):
                    body = altered(body, member.path, _extended)
        if on("shape/key-order"):
            body = _reversed(body)
        return body

    def _members(self, message: Message) -> tuple[tuple[Member, bool], ...]:
        """Return the members that are not required, children first, each with whether it may be null."""
        if message.name not in self._optional:
            self._optional[message.name] = tuple(
                (member, MemberJudge(message, member).allows(None))
                for member in reversed(message.members)
                if member.path and not member.required
            )
        return self._optional[message.name]


def _is_leaf(message: Message, member: Member) -> bool:
    """Tell whether no member with a name of its own is documented below this one."""
    depth = len(member.path)
    below = (each.path[depth:] for each in message.members if each.path[:depth] == member.path)
    return not any(set(path) - {"[]", "{}"} for path in below)


def _if_valid(message: Message, less: Any, body: Any) -> Any:
    """Return the lesser shape, or the body where members may be unset each, but not all: then the first stay."""
    return less if message.is_valid(less) else body


def _extended(value: Any) -> Any:
    return {**value, **UNKNOWN_MEMBER} if isinstance(value, dict) else value


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(value)}
    return [_reversed(each) for each in value] if isinstance(value, list) else value

"""Looking at a message that came: which notification it is, and what the document says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.contract import Contract, Notification, Violation
from conformance.contract.members import Schema, inlined

KIND: Final = "notifyType"
"""The member that tells the kind, where a message has one."""


@dataclass(frozen=True)
class Seen:
    """What was found in a body."""

    notification: Notification | None = None
    message: Any = None
    problem: str = ""
    """Why it is no documented notification; empty where it is one."""
    violations: tuple[Violation, ...] = ()
    new_members: tuple[str, ...] = field(default=())

    def describe(self) -> str:
        """Return one line for whoever watches: names of members and rules, never a value that was sent."""
        if self.problem:
            return self.problem
        assert self.notification is not None
        new = f"; not in the document: {', '.join(self.new_members)}" if self.new_members else ""
        broken = ", ".join(f"{each.member} {each.keyword}" for each in self.violations)
        return f"{self.notification.section} {'not valid: ' + broken if broken else 'valid'}{new}"


class Desk:
    """Tells the notifications of one contract apart."""

    def __init__(self, contract: Contract) -> None:
        self._by_kind = {each.notify_type: each for each in contract.notifications.values() if each.notify_type}
        self._without_kind = [each for each in contract.notifications.values() if not each.notify_type]
        self._schemas = {each.subject: inlined(each.message.schema) for each in contract.notifications.values()}

    def look(self, body: bytes) -> Seen:
        """Return what a body is; never raises."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            return Seen(problem="no JSON")
        if not isinstance(message, dict):
            return Seen(message=message, problem="no JSON object")
        notification = self._which(message)
        if notification is None:
            return Seen(message=message, problem="a kind that the document does not have")
        violations = notification.message.violations(message)
        new = tuple(new_members(message, self._schemas[notification.subject]))
        return Seen(notification, message, violations=violations, new_members=new)

    def _which(self, message: Mapping[str, Any]) -> Notification | None:
        kind = message.get(KIND)
        if isinstance(kind, str):
            return self._by_kind.get(kind)
        fitting = (each for each in self._without_kind if each.message.is_valid(message))
        named = (each for each in self._without_kind if message.keys() & set(each.message.schema.get("required", ())))
        return next(fitting, next(named, None)) if kind is None else None


def new_members(value: Any, schema: Schema, place: str = "") -> Iterator[str]:
    """Yield the names of members that a schema does not name, where it names any."""
    if isinstance(value, list):
        for element in value:
            yield from new_members(element, schema.get("items", {}), f"{place}[]")
    properties = schema.get("properties")
    if not isinstance(value, dict) or not properties:
        return
    for name, child in value.items():
        inner = f"{place}.{name}" if place else name
        if name in properties:
            yield from new_members(child, properties[name], inner)
        else:
            yield inner


def members_of(value: Any, place: str = "") -> Iterator[str]:
    """Yield the names of all members of a message."""
    if isinstance(value, list):
        for element in value:
            yield from members_of(element, f"{place}[]")
    elif isinstance(value, dict):
        for name, child in value.items():
            inner = f"{place}.{name}" if place else name
            yield inner
            yield from members_of(child, inner)


def has_null(value: Any) -> bool:
    """Tell whether a message has null anywhere."""
    if isinstance(value, dict):
        return any(map(has_null, value.values()))
    return any(map(has_null, value)) if isinstance(value, list) else value is None

"""A notification: what a platform pushes to an application when something happens, as the OpenAPI `webhooks` tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conformance.contract.members import Constraint
from conformance.contract.messages import Message


@dataclass(frozen=True)
class Notification:
    """One documented message from platform to application; the answer is judged by its status alone."""

    platform: str
    subject: str
    section: str
    heading: str
    summary: str
    message: Message
    notify_type: str | None
    """The kind that a subscription names and the message repeats; None where the message tells no kind."""
    subscribed_by: str
    """Operation whose request names the address that gets it."""
    statuses: tuple[int, ...]
    """Statuses with which the application says that it has received it."""
    media_type: str
    raw: Mapping[str, Any] = field(repr=False)

    def requirement(self, tail: str) -> str:
        """Return the full id of one of this notification's requirements."""
        return f"{self.platform}/{self.section}/{tail}"

    @cached_property
    def statements(self) -> tuple[tuple[str, tuple[str, ...], Constraint], ...]:
        """The derived statements about its message: requirement id, place of the member, constraint."""
        return tuple(
            (self.requirement(f"message/{constraint.key}"), member.path, constraint)
            for member in self.message.members
            for constraint in member.constraints
        )

"""A fault as data: one way to be wrong, with the statement that it breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from conformance.contract import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to be wrong."""

    id: str
    kind: str
    """The first part of the id."""
    description: str
    action: str
    """The last part of the id."""
    subject: str | None = None
    row: str | None = None
    member: str | None = None
    keyword: str | None = None
    requirement: str | None = None
    """Full id of the derived requirement that the fault breaks; None where it breaks a written one, or none."""


class Behaviour(NamedTuple):
    """A behaviour fault that a reference registers by name."""

    requirement: str | None
    """The written requirement (requirements.yaml) that it breaks."""
    description: str


def simple(kind: str, operation: Operation, table: Mapping[str, str], requirement: str | None) -> Iterator[Fault]:
    """Yield the faults of one kind that an operation has by a table of actions and words."""
    for action, description in table.items():
        yield Fault(
            id=f"{kind}/{operation.subject}/{action}",
            kind=kind,
            description=f"{operation.subject}: {description}",
            action=action,
            subject=operation.subject,
            requirement=requirement,
        )

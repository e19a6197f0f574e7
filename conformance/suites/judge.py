"""Judging an answer by the contract: what it says (yes, no, neither), and what every answer owes at any time.

The answer table of the design stands here once: what an answer to an invalid request is worth depends on what the document
states about it, never on what the suite would like.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from conformance.contract import (
    Constraint,
    Contract,
    Erratum,
    ErrorRow,
    Message,
    Notification,
    Operation,
    Requirement,
    Violation,
)
from conformance.contract.members import tries
from conformance.evidence.exchange import Answer


class Says(Enum):
    """What an answer says."""

    YES = auto()
    NO = auto()
    NEITHER = auto()
    """No documented way to say either: a server error, a hang, a broken connection, no valid message."""


class Stated(Enum):
    """What the document states about an invalid request."""

    REFUSAL = auto()
    CONSTRAINT = auto()
    NOTHING = auto()


def exchange(answer: Answer) -> dict[str, Any]:
    """Return the answer as the exchange that rules in the contract speak of."""
    return {"status": answer.status, "body": answer.json}


def says(contract: Contract, answer: Answer) -> Says:
    """Tell what an answer says, by the platform's own way to refuse."""
    if answer.failure is not None:
        return Says.NEITHER
    seen = exchange(answer)
    if contract.refusal.is_valid(seen):
        return Says.NO
    return Says.YES if contract.success.is_valid(seen) else Says.NEITHER


@dataclass(frozen=True)
class Observation:
    """One statement held against one answer, before anybody decides what it is worth."""

    requirement: str
    holds: bool
    expected: str = ""
    actual: str = ""
    pointer: str = ""
    note: str = ""
    in_the_field: bool = False
    """Live platforms break the statement in this way (a field erratum): a warning, whatever its level."""


def answer_shape(
    contract: Contract, operation: Operation, answer: Answer, known: Container[str] = ()
) -> Iterator[Observation]:
    """Yield what any answer of the operation owes: documented members of the right kind, a refusal of the right shape.

    Statements in `known` were seen to hold in this case; that they hold once more is not repeated.
    """
    if answer.failure is not None:
        return
    said = says(contract, answer)
    if said is Says.YES:
        yield from _success(contract, operation, answer, known)
    elif said is Says.NO and contract.failure_shape is not None:
        yield from _refusal(contract, answer)
    if said is not Says.NEITHER:
        yield from _media_type(contract, answer)


def message_shape(
    contract: Contract, notification: Notification, message: Any, known: Container[str] = ()
) -> Iterator[Observation]:
    """Yield what any message of a notification owes: documented members of the right kind.

    Statements in `known` were seen to hold in this case; that they hold once more is not repeated.
    """
    whole = _Whole(
        notification.message, message, notification.requirement("message/"), notification.requirement("sent")
    )
    yield from _shape(contract, whole, {}, notification.statements, known)


def _success(contract: Contract, operation: Operation, answer: Answer, known: Container[str]) -> Iterator[Observation]:
    message = operation.response
    whole = _Whole(message, answer.json, operation.requirement("response/"), operation.requirement("success"))
    yield from _shape(contract, whole, {"exchange": exchange(answer)}, operation.response_statements, known)


@dataclass(frozen=True)
class _Whole:
    """An instance of a message, and where the statements about its members stand."""

    message: Message
    instance: Any
    prefix: str
    """Begins the ids of the derived statements."""
    otherwise: str
    """The statement that a breach falls under for which none is derived."""


def _shape(
    contract: Contract,
    whole: _Whole,
    besides: Mapping[str, Any],
    statements: Iterable[tuple[str, tuple[str, ...], Constraint]],
    known: Container[str],
) -> Iterator[Observation]:
    """Yield what the members of an instance owe; readings of errata may be about something `besides` it, by its name."""
    violations = whole.message.violations(whole.instance)
    broken = {violation.key for violation in violations}
    seen = {**besides, whole.message.name: whole.instance}
    for violation in violations:
        identity = f"{whole.prefix}{violation.key}"
        erratum = _field_erratum(contract, whole.message, violation, seen)
        note = f"known in the field (erratum {erratum.id})" if erratum else ""
        if identity not in contract.requirements:
            identity, note = whole.otherwise, f"breaks {violation.key} of the documented message"
        yield Observation(
            identity, False, violation.expected, violation.actual, violation.pointer, note, erratum is not None
        )
    for identity, path, constraint in statements:
        if identity not in known and constraint.key not in broken and tries(constraint, path, whole.instance):
            yield Observation(identity, True)


def _field_erratum(
    contract: Contract, message: Message, violation: Violation, seen: Mapping[str, Any]
) -> Erratum | None:
    """Return the field erratum that describes a breach; None where none does. `seen`: what its readings may be about."""
    member = next((each for each in message.members if each.name == violation.member), None)
    erratum = contract.errata.get(member.annotation("x-erratum") or "") if member else None
    if erratum is None or erratum.kind != "field":
        return None
    described = any(reading.schema.is_valid(seen[reading.of]) for reading in erratum.readings if reading.of in seen)
    return erratum if described else None


def _refusal(contract: Contract, answer: Answer) -> Iterator[Observation]:
    assert contract.failure_shape is not None
    assert contract.failure is not None
    violations = contract.failure.violations(exchange(answer))
    for violation in violations:
        yield Observation(
            contract.failure_shape, False, violation.expected, violation.actual, violation.pointer, answer.describe()
        )
    if not violations:
        yield Observation(contract.failure_shape, True)


def _media_type(contract: Contract, answer: Answer) -> Iterator[Observation]:
    if contract.media_type is None or not answer.body:
        return  # nothing has no media type
    if contract.failure is not None and contract.failure.is_valid({"status": answer.status}):
        return  # refused by its status, whatever the body
    requirement, documented = contract.media_type
    seen = answer.media_type
    yield Observation(
        requirement, seen == documented, f"Content-Type: {documented}", f"Content-Type: {seen or 'absent'}"
    )


def row_matches(row: ErrorRow, answer: Answer) -> bool:
    """Tell whether a refusal is the documented row."""
    return row.answer.is_valid(exchange(answer))


def circumstance(contract: Contract, operation: Operation, answer: Answer) -> ErrorRow | None:
    """Return the row of a refusal that a valid request may meet because of what else lives on the IUT; None where it is
    no such refusal.
    """
    if says(contract, answer) is not Says.NO:
        return None
    rows = (contract.rows[use.key] for use in operation.errors if use.circumstance)
    return next((row for row in rows if row_matches(row, answer)), None)


def refusal_read(contract: Contract, operation: Operation, answer: Answer) -> Erratum | None:
    """Return the erratum by a reading of which a valid request may be refused as it was; None where there is none.

    The contract names it at the success of the operation and nowhere else (`x-erratum` of the response), and one of its
    readings is a success, another a refusal.
    """
    if says(contract, answer) is not Says.NO:
        return None
    named: dict[str, set[bool]] = {}
    for status, response in operation.raw["responses"].items():
        if isinstance(response, Mapping) and "x-erratum" in response:
            succeeds = str(status).isdigit() and int(status) in operation.statuses
            named.setdefault(response["x-erratum"], set()).add(succeeds)
    for name in (name for name, places in named.items() if places == {True}):
        erratum = contract.errata[name]
        readings = [reading for reading in erratum.readings if reading.of == "exchange"]
        refusals = [reading for reading in readings if contract.refusal.is_valid(reading.example)]
        either = erratum.kind == "document" and 0 < len(refusals) < len(readings)
        if either and any(reading.schema.is_valid(exchange(answer)) for reading in refusals):
            return erratum
    return None


def level_of(stated: Stated, requirement: Requirement) -> Requirement:
    """Return the requirement as the answer table grades it: a mere constraint is worth a warning at most."""
    from dataclasses import replace

    from conformance.contract import Level

    if stated is Stated.CONSTRAINT and requirement.level is Level.MUST:
        return replace(requirement, level=Level.SHOULD)
    return requirement

"""Each documented error row is provoked: rows of an operation there, rows of the platform once."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract import Contract, ErrorRow, Operation
from conformance.suites.case import Body, Case, SkippedCell
from conformance.suites.context import Context
from conformance.suites.generic.provocations import Provocation, provocation
from conformance.suites.generic.valid import makers
from conformance.suites.judge import Stated


def platform_cells(contract: Contract) -> Iterator[Case | SkippedCell]:
    """Yield the cells of rows that hold for the whole platform."""
    for row in contract.rows.values():
        if row.scope == "platform":
            yield _cell(contract, row, None)


def cells(contract: Contract, operation: Operation) -> Iterator[Case | SkippedCell]:
    """Yield the cells of one operation's own rows."""
    for key in operation.errors:
        yield _cell(contract, contract.rows[key], operation)


def _cell(contract: Contract, row: ErrorRow, operation: Operation | None) -> Case | SkippedCell:
    subject = operation.subject if operation else "global"
    cell = f"{contract.platform}/{subject}/error/{row.key}"
    if row.unreachable:
        return SkippedCell(cell, row.unreachable)
    provoke = provocation(contract.platform, row.provoke)
    if provoke is None:
        return SkippedCell(cell, f"no provocation named {row.provoke!r} is known")
    requirement = operation.requirement(f"error/{row.key}") if operation else row.requirement
    calls = (operation.subject, *makers(contract, operation)) if operation else ()
    return Case(
        cell,
        f"The refusal {row.key} is given when it is due.",
        (requirement,),
        _body(row, operation, requirement, provoke),
        calls,
    )


def _body(row: ErrorRow, operation: Operation | None, requirement: str, provoke: Provocation) -> Body:
    def body(context: Context) -> None:
        answer = provoke(context, operation)
        context.refused(requirement, answer, Stated.REFUSAL, row=row, what=f"the refusal {row.key}")

    return body

"""Each documented error row is provoked: rows of an operation there, rows of the platform once.

Rows of one operation that share a cause are one case: the document leaves open which of them is given, so either passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.contract import Contract, ErrorRow, Operation, RowUse
from conformance.contract.derive import unprovoked
from conformance.evidence.exchange import Answer
from conformance.suites import judge
from conformance.suites.case import Body, Case, SkippedCell
from conformance.suites.context import Context
from conformance.suites.generic.changed import MEMBERS, changed, kinds_in
from conformance.suites.generic.provocations import provocation, provocation_class
from conformance.suites.generic.valid import makers, makers_of
from conformance.suites.judge import Stated

Cause = Callable[[Context], Answer]


def platform_cells(contract: Contract) -> Iterator[Case | SkippedCell]:
    """Yield the cells of rows that hold for the whole platform."""
    for row in contract.rows.values():
        if row.scope == "platform":
            yield _platform_cell(contract, row)


def cells(contract: Contract, operation: Operation) -> Iterator[Case | SkippedCell]:
    """Yield the cells of one operation's own rows."""
    for use in operation.errors:
        yield _cell(contract, operation, use)


def _platform_cell(contract: Contract, row: ErrorRow) -> Case | SkippedCell:
    cell = f"{contract.platform}/global/error/{row.key}"
    if row.unreachable:
        return SkippedCell(cell, row.unreachable)
    cause = _cause(contract, None, row.provoke, {})
    if cause is None:
        return SkippedCell(cell, f"no provocation named {row.provoke!r} is known")
    title = f"The refusal {row.key} is given when it is due."
    call_class = provocation_class(row.provoke)
    return Case(cell, title, (row.requirement,), _body((row,), (row.requirement,), cause), call_class=call_class)


def _cell(contract: Contract, operation: Operation, use: RowUse) -> Case | SkippedCell:
    row = contract.rows[use.key]
    cell = f"{contract.platform}/{operation.subject}/error/{row.key}"
    reason = unprovoked(use, row)
    if reason is not None:
        return SkippedCell(cell, reason)
    if use.same_as:
        others = " and ".join(use.same_as)
        return SkippedCell(cell, f"it has the cause of {others}; the case about that row accepts and cites both")
    name, values = (use.provoke, use.values) if use.provoke is not None else (row.provoke, row.values)
    cause = _cause(contract, operation, name, values)
    if cause is None:
        return SkippedCell(cell, f"no provocation named {name!r} is known")
    keys = (use.key, *(other.key for other in operation.errors if use.key in other.same_as))
    requirements = tuple(operation.requirement(f"error/{key}") for key in keys)
    calls = dict.fromkeys((operation.subject, *makers(contract, operation), *makers_of(contract, kinds_in(values))))
    rows = tuple(contract.rows[key] for key in (*keys, *use.fitting))
    title = f"The refusal {' or '.join(keys)} is given when it is due."
    return Case(cell, title, requirements, _body(rows, requirements, cause), tuple(calls))


def _cause(
    contract: Contract, operation: Operation | None, name: str | None, values: Mapping[str, Any]
) -> Cause | None:
    """Return what brings a refusal about; None where this version knows no such provocation."""
    if name == MEMBERS and operation is not None:
        return lambda context: context.send(changed(context, operation, values))
    provoke = provocation(contract.platform, name)
    return None if provoke is None else lambda context: provoke(context, operation)


def _body(rows: tuple[ErrorRow, ...], requirements: tuple[str, ...], cause: Cause) -> Body:
    def body(context: Context) -> None:
        answer = cause(context)
        given = next((row for row in rows if judge.row_matches(row, answer)), rows[0])
        what = f"the refusal {' or '.join(row.key for row in rows)}: {rows[0].text}"
        for requirement in requirements:
            if not context.refused(requirement, answer, Stated.REFUSAL, row=given, what=what):
                return

    return body

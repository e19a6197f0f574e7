"""The error rows of Huawei's tables: all are listed, most are provoked, the others say why they cannot be."""

from __future__ import annotations

from conformance.contract import load
from conformance.contract.derive import unprovoked
from conformance.suites.registry import suite

CONTRACT = load("huawei")
USES = [(operation, use) for operation in CONTRACT.operations.values() for use in operation.errors]
CASES = {case.id for case in suite("huawei").cases}
REASONS = {cell.cell: cell.reason for cell in suite("huawei").skipped}


def test_every_operation_of_the_document_is_there() -> None:
    assert len(CONTRACT.operations) == 52


def test_every_listed_row_is_a_case_or_says_why_not() -> None:
    for operation, use in USES:
        cell = f"huawei/{operation.subject}/error/{use.key}"
        assert (cell in CASES) != (cell in REASONS), cell
        statement = CONTRACT.requirements[operation.requirement(f"error/{use.key}")]
        shown = [case for case in suite("huawei").cases if statement.id in case.requirements]
        assert bool(shown) != bool(statement.untestable), statement.id


def test_most_rows_of_operations_outside_the_server_errors_are_provoked() -> None:
    rows = [
        unprovoked(use, CONTRACT.rows[use.key]) is None
        for _, use in USES
        if CONTRACT.rows[use.key].scope == "operation" and not use.key.startswith("5")
    ]
    assert len(rows) > 200
    assert sum(rows) / len(rows) >= 0.8


def test_rows_of_the_platform_are_provoked_once_or_say_why_not() -> None:
    for row in CONTRACT.rows.values():
        if row.scope == "platform":
            cell = f"huawei/global/error/{row.key}"
            assert (cell in CASES) != (cell in REASONS), cell

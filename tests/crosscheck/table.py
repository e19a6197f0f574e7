"""Comparing the code bases and printing the comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from conformance.vectors import Unsupported, VectorFile, VectorTest, judge, load, own_implementation

from .second_reader import Des, SecondReader
from .tasks import Check, Task, checks_of


class Provider(Protocol):
    """A code base that computes primitives."""

    name: str

    def run(self, tasks: list[Task]) -> dict[Task, bytes | None]:
        """Return the result of each task; None for a refusal."""
        ...


@dataclass(slots=True)
class Row:
    """The vectors of one file: how many each code base confirms of those it has an opinion on."""

    scheme: str
    operation: str
    vectors: int
    confirmed: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    unconfirmed: list[str] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)

    def count(self, reader: str, test: VectorTest, agrees: bool) -> None:
        """Count one opinion."""
        self.asked[reader] = self.asked.get(reader, 0) + 1
        self.confirmed[reader] = self.confirmed.get(reader, 0) + agrees
        if not agrees:
            self.disagreements.append(f"{reader} disagrees with {test.id}")


def _des(results: dict[Task, bytes | None], provider: Provider) -> Des:
    def encrypt(key: bytes, data: bytes) -> bytes:
        task = Task("des-encrypt", (key, data))
        if task not in results:
            results.update(provider.run([task]))
        result = results[task]
        assert result is not None
        return result

    return encrypt


def _row(
    file: VectorFile, checks: dict[str, list[Check]], results: dict[str, dict[Task, bytes | None]], reader: SecondReader
) -> Row:
    row = Row(file.scheme, file.operation, len(file.tests))
    own = own_implementation()
    for test in file.tests:
        row.count("pycryptodome", test, judge(test, own).ok)
        opinions = 0
        for name, found in results.items():
            if checks[test.id]:
                opinions += 1
                row.count(name, test, all(check.agrees(found[check.task]) for check in checks[test.id]))
        try:
            row.count("second reader", test, judge(test, reader).ok)
            opinions += 1
        except Unsupported:
            pass
        if not opinions:
            row.unconfirmed.append(test.id)
    return row


def compare(providers: Sequence[Provider]) -> list[Row]:
    """Let every code base compute every vector; the first provider lends its DES to the second reader."""
    files = load()
    checks = {test.id: checks_of(test) for file in files for test in file.tests}
    tasks = list(dict.fromkeys(check.task for found in checks.values() for check in found))
    results = {provider.name: provider.run(tasks) for provider in providers}
    reader = SecondReader(_des(dict(results[providers[0].name]), providers[0]))
    return [_row(file, checks, results, reader) for file in files]


def _cells(row: Row, readers: Sequence[str]) -> list[str]:
    counts = [f"{row.confirmed.get(name, 0)}/{row.asked[name]}" if name in row.asked else "-" for name in readers]
    return [row.scheme, row.operation, str(row.vectors), *counts, str(len(row.unconfirmed))]


def render(rows: Sequence[Row], readers: Sequence[str]) -> str:
    """Write the table: confirmed of asked per code base, and vectors that only one code base can judge."""
    head = ["scheme", "operation", "vectors", *readers, "one reader only"]
    total = Row("total", "", sum(row.vectors for row in rows))
    for name in readers:
        total.asked[name] = sum(row.asked.get(name, 0) for row in rows)
        total.confirmed[name] = sum(row.confirmed.get(name, 0) for row in rows)
    total.unconfirmed = [identifier for row in rows for identifier in row.unconfirmed]
    lines = [head, *(_cells(row, readers) for row in (*rows, total))]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    found = [text for row in rows for text in row.disagreements]
    return "\n".join([*table, "", *(found or ["All agree."])])

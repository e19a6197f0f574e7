"""`iot-conformance list` and `show`: what the suite knows, printed from the registry and the contracts."""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import click

from conformance.contract import Role, platforms
from conformance.iut.errors import UsageError
from conformance.suites import crypto
from conformance.suites.registry import contract_of, names, suite
from conformance.vectors import VectorTest, load

Row = dict[str, Any]


def operations(platform: str) -> Iterator[Row]:
    """Yield the documented operations of a platform."""
    for each in contract_of(platform).operations.values():
        yield {
            "subject": each.subject,
            "platform": platform,
            "section": each.section,
            "heading": each.heading,
            "method": each.method,
            "path": each.path,
            "class": each.call_class.value,
            "summary": each.summary,
        }


def notifications(platform: str) -> Iterator[Row]:
    """Yield what the platform pushes to applications."""
    for each in contract_of(platform).notifications.values():
        yield {
            "subject": each.subject,
            "platform": platform,
            "section": each.section,
            "heading": each.heading,
            "kind": each.notify_type or "",
            "subscribed by": each.subscribed_by,
            "summary": each.summary,
        }


def requirements(platform: str) -> Iterator[Row]:
    """Yield the statements of a platform, with the cases that cite each."""
    citing: dict[str, list[str]] = {}
    for case in suite(platform).cases if platform in names() else ():
        for identity in case.requirements:
            citing.setdefault(identity, []).append(case.id)
    long = suite(platform).only_soaked
    for each in contract_of(platform).requirements.values():
        yield {
            "id": each.id,
            "platform": platform,
            "section": each.section,
            "heading": each.heading,
            "level": each.level.value,
            "source": each.source.value,
            "role": each.role.value,
            "statement": each.statement,
            "untestable": each.untestable,
            "strict": each.strict,
            "soak": each.id in long,
            "cases": citing.get(each.id, []),
        }


def cases(platform: str) -> Iterator[Row]:
    """Yield the cases of a platform."""
    for each in suite(platform).cases:
        yield {
            "id": each.id,
            "platform": platform,
            "role": each.role.value,
            "title": each.title,
            "level": "strict" if each.strict else "core",
            "soak": each.soak,
            "requirements": list(each.requirements),
        }


def vectors(platform: str) -> Iterator[Row]:
    """Yield the known-answer vectors."""
    if platform != crypto.NAME:
        return
    for file in load():
        for each in file.tests:
            yield {
                "id": each.id,
                "scheme": each.scheme,
                "operation": each.operation,
                "result": each.result,
                "comment": each.comment,
                "flags": list(each.flags),
            }


def errata(platform: str) -> Iterator[Row]:
    """Yield the places where the document of a platform is unclear or broken by live traffic, with the accepted readings."""
    for each in contract_of(platform).errata.values():
        yield {
            "id": f"{platform}/{each.id}",
            "platform": platform,
            "kind": each.kind,
            "heading": each.heading,
            "question": each.question,
            "readings": [f"{reading.id}: {reading.text}" for reading in each.readings],
        }


_KINDS = {
    "cases": (cases, ("id", "title")),
    "requirements": (requirements, ("id", "level", "statement")),
    "operations": (operations, ("section", "method", "path")),
    "notifications": (notifications, ("section", "subject", "kind")),
    "errata": (errata, ("id", "kind", "question")),
    "vectors": (vectors, ("id", "result", "comment")),
}


@click.command("list")
@click.argument("kind", type=click.Choice([*_KINDS]), metavar="KIND")
@click.option("--platform", "chosen", metavar="P", help="Only this platform.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with every member.")
def list_(kind: str, chosen: str | None, as_json: bool) -> None:
    """List what KIND says: cases, requirements, operations, notifications, errata or vectors."""
    known = tuple(dict.fromkeys((*names(), *platforms())))
    if chosen is not None and chosen not in known:
        raise UsageError(f"--platform {chosen!r}: not known in this version; one of {', '.join(known)}")
    source, columns = _KINDS[kind]
    rows = [row for platform in ((chosen,) if chosen else names()) for row in source(platform)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for line in _told(rows, columns) if kind in {"operations", "notifications"} else _paired(rows, columns):
        click.echo(line)
    click.echo(f"{len(rows)} {kind}")


def _told(rows: Sequence[Row], columns: tuple[str, ...]) -> Iterator[str]:
    """Yield rows as aligned columns; each fits a terminal of 80."""
    widths = [max((len(str(row[column])) for row in rows), default=0) for column in columns]
    for row in rows:
        yield "  ".join(str(row[column]).ljust(width) for column, width in zip(columns, widths, strict=True)).rstrip()


def _paired(rows: Sequence[Row], columns: tuple[str, ...]) -> Iterator[str]:
    """Yield each row as its id, alone on a line so that it can be copied, and what it says below."""
    for row in rows:
        yield " ".join(str(row[column]) for column in columns[:-1])
        yield textwrap.fill(str(row[columns[-1]]), 80, initial_indent="    ", subsequent_indent="    ")


@click.command()
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one case, requirement, operation or erratum: what it says and what cites it."""
    for platform in names():
        for case in suite(platform).cases:
            if case.id == identity:
                _show_case(platform, identity)
                return
        row = next((row for row in requirements(platform) if row["id"] == identity), None)
        described = (*operations(platform), *notifications(platform))
        row = row or next((row for row in described if f"{platform}/{row['subject']}" == identity), None)
        if row is not None:
            _print_row(row)
            return
        for cell in suite(platform).skipped:
            if cell.cell == identity:
                click.echo(f"{identity} is no case: {cell.reason}")
                return
    _show_erratum(identity)


def _show_erratum(identity: str) -> None:
    """Show an erratum, by PLATFORM/ERRATUM or, where one platform alone has it, by its own id.

    Raises:
        UsageError: nothing, or more than one thing, bears the id.
    """
    rows = [row for platform in names() for row in errata(platform)]
    found = [row for row in rows if identity in {row["id"], str(row["id"]).partition("/")[2]}]
    if len(found) == 1:
        _print_row(found[0])
        return
    if found:
        raise UsageError(
            f"{identity!r}: an erratum of more than one platform; write {' or '.join(row['id'] for row in found)}"
        )
    raise UsageError(f"{identity!r}: no case, requirement, operation or erratum; see: iot-conformance list cases")


def _show_case(platform: str, identity: str) -> None:
    case = next(case for case in suite(platform).cases if case.id == identity)
    contract = contract_of(platform)
    click.echo(f"{case.id}\n{case.title}\n")
    told = inspect.getdoc(case.body)
    if told and told.partition("\n")[2].strip():
        click.echo(told.partition("\n")[2].strip() + "\n")
    vector = next((test for file in load() for test in file.tests if test.id == identity), None)
    if case.role is Role.CRYPTO and vector is not None:
        _show_vector(vector)
    click.echo("checks:")
    for each in case.requirements:
        requirement = contract.requirements[each]
        click.echo(f"  {requirement.id} ({requirement.level}, {requirement.source})\n    {requirement.statement}")
    if case.calls:
        click.echo(f"calls: {', '.join(case.calls)}")
    more = (" --soak 5" if case.soak else "") + (" --level strict" if case.strict else "")
    click.echo(f"run it: iot-conformance run{more} --only '{case.id}'")


def _show_vector(test: VectorTest) -> None:
    for name in ("inputs", "expected", "intermediates"):
        value = json.dumps(dict(getattr(test, name)), ensure_ascii=False, indent=2)
        click.echo(f"{name}: {value}")
    for note in test.notes:
        click.echo(f"{note}")
    click.echo()


def _print_row(row: Row) -> None:
    for name, value in row.items():
        if isinstance(value, list):
            click.echo(f"{name}:")
            for each in value:
                click.echo(f"  {each}")
        elif value is True:
            click.echo(f"{name}: yes")
        elif value is not None and value is not False:
            click.echo(f"{name}: {value}")

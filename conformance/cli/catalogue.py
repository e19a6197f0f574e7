"""`iot-conformance list` and `show`: what the suite knows, printed from the registry and the contracts."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from conformance.contract import load, platforms
from conformance.iut.errors import UsageError
from conformance.suites.registry import suite

Row = dict[str, Any]


def operations(platform: str) -> Iterator[Row]:
    """Yield the documented operations of a platform."""
    for each in load(platform).operations.values():
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


def requirements(platform: str) -> Iterator[Row]:
    """Yield the statements of a platform, with the cases that cite each."""
    citing: dict[str, list[str]] = {}
    for case in suite(platform).cases:
        for identity in case.requirements:
            citing.setdefault(identity, []).append(case.id)
    for each in load(platform).requirements.values():
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
            "requirements": list(each.requirements),
        }


_KINDS = {
    "operations": (operations, ("section", "method", "path")),
    "requirements": (requirements, ("id", "level", "statement")),
    "cases": (cases, ("id", "title")),
}


@click.command("list")
@click.argument("kind", type=click.Choice([*_KINDS]), metavar="operations|requirements|cases")
@click.option("--platform", "chosen", metavar="P", help="Only this platform.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with every member.")
def list_(kind: str, chosen: str | None, as_json: bool) -> None:
    """List the documented operations, the requirements or the cases."""
    if chosen is not None and chosen not in platforms():
        raise UsageError(f"--platform {chosen!r}: not known in this version; one of {', '.join(platforms())}")
    source, columns = _KINDS[kind]
    rows = [row for platform in ((chosen,) if chosen else platforms()) for row in source(platform)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table(box=None, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in {"level", "method"})
    for row in rows:
        table.add_row(*(str(row[column]) for column in columns))
    console = Console(highlight=False, markup=False)
    console.print(table)
    console.print(f"{len(rows)} {kind}")


@click.command()
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one requirement, case or operation: what it says and what cites it."""
    for platform in platforms():
        for case in suite(platform).cases:
            if case.id == identity:
                _show_case(platform, identity)
                return
        row = next((row for row in requirements(platform) if row["id"] == identity), None)
        row = row or next((row for row in operations(platform) if f"{platform}/{row['subject']}" == identity), None)
        if row is not None:
            _print_row(row)
            return
        for cell in suite(platform).skipped:
            if cell.cell == identity:
                click.echo(f"{identity} is no case: {cell.reason}")
                return
    raise UsageError(f"{identity!r}: no case, requirement or operation; see: iot-conformance list cases")


def _show_case(platform: str, identity: str) -> None:
    case = next(case for case in suite(platform).cases if case.id == identity)
    contract = load(platform)
    click.echo(f"{case.id}\n{case.title}\n")
    told = inspect.getdoc(case.body)
    if told and told.partition("\n")[2].strip():
        click.echo(told.partition("\n")[2].strip() + "\n")
    click.echo("checks:")
    for each in case.requirements:
        requirement = contract.requirements[each]
        click.echo(f"  {requirement.id} ({requirement.level}, {requirement.source})\n    {requirement.statement}")
    if case.calls:
        click.echo(f"calls: {', '.join(case.calls)}")
    click.echo(f"run it: iot-conformance run --only '{case.id}'")


def _print_row(row: Row) -> None:
    for name, value in row.items():
        if isinstance(value, list):
            click.echo(f"{name}:")
            for each in value:
                click.echo(f"  {each}")
        elif value is not None:
            click.echo(f"{name}: {value}")

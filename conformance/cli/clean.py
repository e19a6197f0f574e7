"""`iot-conformance clean`: delete what a killed run left on an IUT."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from conformance.evidence.exchange import at
from conformance.evidence.findings import Inconclusive
from conformance.evidence.recorder import Recorder
from conformance.iut import config
from conformance.iut.errors import UsageError
from conformance.iut.journal import Entry, Journal, read
from conformance.runner.session import Options, redactor_for, session
from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.objects import Made, is_id

NOT_ALLOWED: Final = (401, 403)
"""Statuses of refusals that tell of the caller and nothing of the object."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("conformance-results"), metavar="[DIR]")
@click.option("--allow-literal-secrets", is_flag=True, help="Accept secrets written into the IUT file itself.")
@click.pass_context
def clean(context: click.Context, folder: Path, allow_literal_secrets: bool) -> None:
    """Delete what killed runs left on their IUT, by the journals below DIR [conformance-results]."""
    if not folder.is_dir() and context.get_parameter_source("folder") is not click.core.ParameterSource.DEFAULT:
        raise UsageError(f"{folder}: no such folder; give the folder of a run, or one above it")
    journals = sorted(folder.rglob("journal.ndjson"))
    if not journals:
        click.echo(f"{folder}: holds no journal of a run against a url; nothing to clean")
    left = 0
    for path in journals:
        left += _clean(path, allow_literal_secrets=allow_literal_secrets)
    context.exit(1 if left else 0)


def _clean(path: Path, *, allow_literal_secrets: bool) -> int:
    """Clean up after one run; return how many objects are still there."""
    head, entries = read(path)
    if not entries:
        click.echo(f"{path.parent}: nothing left")
        return 0
    if not head.get("iut"):
        raise UsageError(f"{path}: does not say which IUT file the run used; delete by hand: {_names(entries)}")
    iut = config.read(Path(head["iut"]), allow_literal_secrets=allow_literal_secrets)
    redactor = redactor_for([iut.platform] if iut.platform else [])
    left = 0
    with session(
        iut, Options(run_id=head.get("run", "clean")), recorder=Recorder(None, redactor), redactor=redactor
    ) as environment:
        environment.journal = Journal(path, head)
        case = Case(f"{iut.platform}/clean/left-behind", "clean", (), lambda _: None)
        context = Context(environment, case)
        for entry in entries:
            try:
                was_there = _delete(context, entry)
            except Inconclusive as error:
                left += 1
                click.echo(
                    f"{path.parent}: {entry.kind} {entry.name} is still there: {redactor.text(str(error))}", err=True
                )
            else:
                done = "deleted" if was_there else "was not there:"
                click.echo(f"{path.parent}: {done} {entry.kind} {entry.name}")
        environment.journal.close()
    return left


def _delete(context: Context, entry: Entry) -> bool:
    """Delete what an entry names; return whether it was there.

    Raises:
        Inconclusive: it cannot be told, or could not be deleted.
    """
    identity = entry.id or _find(context, entry)
    if identity is None:  # the call never arrived
        context.journal.gone(entry.kind, entry.name)
        return False
    answer = context.environment.objects.delete(context, Made(entry.kind, identity, entry.name, entry.parents))
    if says(context.contract, answer) is Says.NEITHER or answer.status in NOT_ALLOWED:
        raise Inconclusive(answer.describe())
    return says(context.contract, answer) is Says.YES


def _find(context: Context, entry: Entry) -> str | None:
    """Look for an object by the name it was to get; the run was killed before it learnt the id."""
    find = context.contract.objects[entry.kind].find
    if find is None or find.name is None:
        raise Inconclusive("its id is not known and no list shows it")
    for page in range(1, 1001):
        operation = context.operation(find.operation)
        paged = any(parameter.name == "page" for parameter in operation.parameters)
        members: dict[str, Any] = {"page": page} if paged else {}
        answer = context.send(context.draft(find.operation, **members))
        items = at(answer.json, find.items)
        if not isinstance(items, list) or not items:
            return None
        for item in items:
            if at(item, find.name) == entry.name and is_id(identity := at(item, find.id)):
                return str(identity)
        if not paged:
            return None
    return None


def _names(entries: list[Entry]) -> str:
    return ", ".join(f"{entry.kind} {entry.name} ({entry.id})" for entry in entries[:20])

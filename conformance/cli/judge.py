"""`iot-conformance serve PLATFORM --judge`: a reference in a platform's place that judges what a client calls."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from conformance.cli.init import toml
from conformance.cli.run import judge, prepare, provocations
from conformance.contract import Role, load
from conformance.iut.config import Iut
from conformance.runner.client_judging import Address, Judging
from conformance.runner.clients import chosen
from conformance.runner.run import Plan, new_run_id
from conformance.runner.selection import Filters


def listen(platform: str, out: Path | None, *, provoke: str | None, lenient: bool, port: int, plain_http: bool) -> int:
    """Serve until Ctrl-C or SIGTERM, then judge, write the artefacts and return the exit status of the verdict.

    Raises:
        UsageError: an option cannot be used.
    """
    run_id = new_run_id()
    folder = out or Path("conformance-results") / run_id
    judging = Judging(
        provoke=provocations(provoke),
        lenient=lenient,
        port=port,
        plain_http=plain_http,
        until=lambda address: _until_stopped(platform, address),
        told=_told,
    )
    iut = Iut(f"a client of {platform}", "unstated", Role.CLIENT, platform)
    chosen(iut, judging, load(platform))
    plan = Plan((iut,), Filters(platforms=(platform,), roles=(Role.CLIENT.value,)), out=folder, judging=judging)
    prepare(folder)
    return judge(plan, run_id, folder, jobs=1, verbose=False)


def _until_stopped(platform: str, address: Address) -> None:
    click.echo(f"judging clients of {platform} at {address.url}  (Ctrl-C ends it, judges and writes the reports)")
    if address.ca_file is not None:
        click.echo(f"  ca_file = {toml(str(address.ca_file))}")
    for table in (address.credentials, address.pixit):
        for name, value in table.items():
            click.echo("\n".join(f"  {line}" for line in f"{name} = {toml(value)}".split("\n")))
    stopped = threading.Event()
    former = {number: signal.signal(number, lambda *_: stopped.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        stopped.wait()
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    click.echo("\nstopped; judging")


def _told(call: Any, broken: list[Any]) -> None:
    """Print one line for a call: time, method, path, operation, status, and what is wrong with it by itself."""
    path = urlsplit(call.request.url).path.encode("ascii", "backslashreplace").decode()
    provoked = f" (provoked: {call.overheard.provoked})" if call.overheard.provoked else ""
    wrong = ", ".join(dict.fromkeys(each.requirement.partition("/")[2] for each in broken))
    subject, status = call.subject or "-", call.answer.status
    click.echo(
        f"{time.strftime('%H:%M:%S')} {call.request.method:<6} {path}  {subject}  {status}{provoked}  {wrong or 'ok'}"
    )

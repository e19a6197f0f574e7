"""`iot-conformance serve`: keep an embedded reference up for people who write clients."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from conformance.cli.init import text, toml, write_new
from conformance.contract import Role, load, platforms
from conformance.iut.errors import StartError, UsageError
from conformance.iut.process import bound_to_us
from conformance.runner.embedded import module_of
from conformance.suites.client.provocations import PROVOCATIONS


@click.command()
@click.argument("platform", metavar="PLATFORM")
@click.option("--role", default="platform", show_default=True, metavar="R", help="Role that the reference plays.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on. [a free one]")
@click.option(
    "--device-port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port for devices, where the platform takes any. [a free one]",
)
@click.option(
    "--write-iut",
    "iut_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write an IUT file that reaches it.",
)
@click.option("--plain-http", is_flag=True, help="Serve plain HTTP also where the document demands HTTPS.")
@click.option("--judge", is_flag=True, help="Judge what a client calls, and write the artefacts of a run at Ctrl-C.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="With --judge: folder for the artefacts. [conformance-results/RUN]",
)
@click.option(
    "--provoke", metavar="LIST", help=f"With --judge: provoke, separated by commas: {', '.join(PROVOCATIONS)}."
)
@click.option("--lenient", is_flag=True, help="With --judge: answer calls that break a constraint as if they did not.")
@click.pass_context
def serve(
    context: click.Context,
    platform: str,
    role: str,
    port: int,
    device_port: int,
    iut_file: Path | None,
    plain_http: bool,
    judge: bool,
    out: Path | None,
    provoke: str | None,
    lenient: bool,
) -> None:
    """Serve a strict, honest reference on loopback until Ctrl-C; prints address and credentials.

    With --judge it judges what the client calls, and ends with the verdict as its exit status.
    """
    if platform not in platforms():
        raise UsageError(f"PLATFORM {platform!r}: not known in this version; one of {', '.join(platforms())}")
    if role not in set(Role) or (module := module_of(platform, Role(role))) is None:
        raise UsageError(f"--role {role!r}: there is no embedded reference for it in this version")
    if role == Role.CLIENT:
        raise UsageError(
            f"--role client: a client serves nothing; to judge one: iot-conformance serve {platform} --judge"
        )
    if role == Role.DEVICE:
        raise UsageError("--role device: a device serves nothing; python -m " + module + " --help starts it by itself")
    if device_port and (role != Role.PLATFORM or not load(platform).channels or plain_http):
        raise UsageError(f"--device-port {device_port}: no devices are taken here; leave it out")
    if iut_file is not None and iut_file.exists():
        raise UsageError(f"{iut_file}: exists already; give another name (nothing was overwritten)")
    if iut_file is not None and not (iut_file.parent.is_dir() and os.access(iut_file.parent, os.W_OK)):
        raise UsageError(
            f"--write-iut {iut_file}: no folder that can be written; make {iut_file.parent}, or give another"
        )
    if judge:
        from conformance.cli.judge import listen

        if iut_file is not None or role != Role.PLATFORM:
            raise UsageError("--judge listens to clients; leave --write-iut and --role out")
        context.exit(listen(platform, out, provoke=provoke, lenient=lenient, port=port, plain_http=plain_http))
    if out is not None or provoke is not None or lenient:
        raise UsageError("--out, --provoke and --lenient belong to --judge; add it, or leave them out")
    command = [sys.executable, "-m", module, "--port", str(port), "--log", *bound_to_us()]
    if device_port:
        command += ["--device-port", str(device_port)]
    if plain_http:
        command.append("--plain-http")
    # Whoever stops it with SIGTERM (a script, in whose background SIGINT is ignored) has it end as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:  # noqa: S603 - our own module
        assert child.stdout is not None
        try:
            told = _introduction(child.stdout.readline(), child)
            with TemporaryDirectory(prefix="iot-conformance-") as folder:
                _introduce(platform, role, told, Path(folder))
                if iut_file is not None:
                    _write(iut_file, platform, Role(role), told)
                for line in child.stdout:
                    click.echo(line.rstrip("\n"))
        except KeyboardInterrupt:
            click.echo("\nstopped")
        finally:
            child.send_signal(signal.SIGTERM)


def _introduction(line: str, child: subprocess.Popen[str]) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        child.terminate()
        raise StartError(
            f"the reference did not start: {line.strip() or 'it printed nothing'}; is the port free?"
        ) from None
    assert isinstance(told, dict)
    return told


def _introduce(platform: str, role: str, told: dict[str, Any], folder: Path) -> None:
    """Print address, credentials and what else a caller needs, as an IUT file has it."""
    click.echo(f"{platform} {'reference' if role == Role.PLATFORM else role} at {told['url']}  (Ctrl-C stops it)")
    if "ca" in told:  # there as long as it is served
        authority = folder / "ca.pem"
        authority.write_text(told["ca"], encoding="ascii")
        click.echo(f"  ca_file = {toml(str(authority))}")
    for table in ("credentials", "pixit"):
        for name, value in told.get(table, {}).items():
            click.echo("\n".join(f"  {line}" for line in f"{name} = {toml(value)}".split("\n")))


def _write(file: Path, platform: str, role: Role, told: dict[str, Any]) -> None:
    """Write an IUT file; the credentials go into files of their own beside it, readable by their owner only."""
    folder = file.with_name(f"{file.stem}.secrets")
    if told["credentials"] or "ca" in told:
        folder.mkdir(mode=0o700, exist_ok=True)
    given: dict[str, Any] = {
        "iut.name": f"{platform} {'reference' if role is Role.PLATFORM else role}",
        "iut.url": told["url"],
    }
    if "ca" in told:
        (folder / "ca.pem").write_text(told["ca"], encoding="ascii")
        given["iut.ca_file"] = f"{folder.name}/ca.pem"
    for name, value in told["credentials"].items():
        secret = folder / name
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            stream.write(str(value))
        given[f"credentials.{name}"] = f"file:{folder.name}/{name}"
    given.update({f"pixit.{name}": value for name, value in told.get("pixit", {}).items()})
    given.update({f"pics.{key.name}": True for key in load(platform).keys_of("pics") if key.role in {role, "any"}})
    write_new(file, text(load(platform), role, given))
    click.echo(f"wrote {file}; in another terminal: iot-conformance run --iut {file}", err=False)

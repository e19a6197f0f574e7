"""Entry point: the commands, and how mistakes of use are told (one line, exit status 2, no traceback)."""

from __future__ import annotations

import sys
from typing import Any

import click

from conformance import __version__
from conformance.iut.errors import UsageError

_COMMANDS = {
    "run": ("conformance.cli.run", "run", "Judge an implementation, and write the artefacts."),
    "check": ("conformance.cli.check", "check", "Try an IUT file without running cases."),
    "serve": ("conformance.cli.serve", "serve", "Serve a reference on loopback, or judge who calls it."),
    "init": ("conformance.cli.init", "init", "Write an IUT file with comments, to be filled in."),
    "list": ("conformance.cli.catalogue", "list_", "List cases, requirements, operations, errata and more."),
    "show": ("conformance.cli.catalogue", "show", "Show one of these: what it says and what cites it."),
    "vectors": ("conformance.cli.vectors", "vectors", "Export the known-answer vectors."),
    "diff": ("conformance.cli.artefacts", "diff", "Compare two runs; status 1 where anything got worse."),
    "report": ("conformance.cli.artefacts", "report", "Write the reports of a finished run again."),
    "clean": ("conformance.cli.clean", "clean", "Delete what killed runs left on their IUT."),
}
"""Module and name of each command, and its line in the help, which fits a terminal of 80."""


class _Lazy(click.Group):
    """Imports a command only when it is called: `--help` and `list` do not wait for the engine."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        import importlib

        module, name, line = _COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        command.short_help = line
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UsageError as error:
            raise _Mistake(str(error)) from error


class _Mistake(click.ClickException):
    """One line on standard error, exit status 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"iot-conformance: {self.format_message()}", file=file or sys.stderr)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="iot-conformance")
def main() -> None:
    """Judge implementations of documented IoT protocols, clause by clause.

    Without an IUT file, `iot-conformance run` judges the embedded references: that shows what a run looks like. To judge
    your own platform, write a file with `iot-conformance init platform PLATFORM`, fill it in, try it with `check`, then `run`.

    Exit status: 0 PASS or WARN, 1 FAIL, 2 mistake in use, 3 INCONCLUSIVE or nothing ran, 4 ERROR, 130 interrupted.
    """

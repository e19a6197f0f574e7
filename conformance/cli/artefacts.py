"""`iot-conformance report` and `diff`: what finished runs say, read from their artefacts alone."""

from __future__ import annotations

import json
from pathlib import Path

import click

from conformance.contract.location import schemas_root
from conformance.contract.messages import Message
from conformance.evidence.results import Results
from conformance.iut.errors import UsageError


def read_results(path: Path) -> Results:
    """Read the results of a run from its folder or its results.json.

    Raises:
        UsageError: there are none, or they are not results of this suite.
    """
    file = path / "results.json" if path.is_dir() else path
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"{file}: no such file; give the folder of a run (conformance-results/RUN)") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: cannot be read as results ({error}); give the folder of a run") from error
    schema = json.loads((schemas_root() / "suite" / "results.json").read_text(encoding="utf-8"))
    violations = Message("results", schema).violations(data)
    if violations:
        first = violations[0]
        raise UsageError(
            f"{file}: not results of this suite: {first.pointer or '/'} is {first.actual}, not {first.expected}"
        )
    results: Results = data
    return results


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def report(folder: Path) -> None:
    """Write the reports of a finished run again, and show its summary."""
    from conformance.report import print_summary, write_reports

    results = read_results(folder)
    target = folder if folder.is_dir() else folder.parent
    write_reports(results, target)
    print_summary(results, target)


@click.command()
@click.argument("old", type=click.Path(path_type=Path), metavar="OLD")
@click.argument("new", type=click.Path(path_type=Path), metavar="NEW")
@click.pass_context
def diff(context: click.Context, old: Path, new: Path) -> None:
    """Compare two runs; exit status 1 where anything got worse."""
    from conformance.report import compare, print_difference

    difference = compare(read_results(old), read_results(new))
    print_difference(difference)
    context.exit(1 if difference.got_worse else 0)

"""`iot-conformance run`: judge an implementation under test."""

from __future__ import annotations

import contextlib
import signal
import sys
from pathlib import Path

import click

from conformance.cli.progress import LiveProgress, PlainProgress
from conformance.contract import CallClass, Role, load
from conformance.evidence.results import Results
from conformance.iut import config, journal
from conformance.iut.errors import UsageError
from conformance.iut.interruption import interruptible
from conformance.report.text import amount
from conformance.runner.client_judging import Judging
from conformance.runner.clients import chosen as chosen_provocations
from conformance.runner.crew import cores
from conformance.runner.embedded import everything
from conformance.runner.run import Plan, Run, new_run_id
from conformance.runner.selection import Filters
from conformance.runner.watcher import Watcher
from conformance.suites.client.provocations import PROVOCATIONS
from conformance.suites.registry import judged

_BEFORE_CASES = ("journal.ndjson", "device-setting.txt", "device-ca.pem")
"""What a run writes before anything is judged."""
ALLOWABLE = tuple(each.value for each in (CallClass.DESTRUCTIVE, CallClass.IRREVERSIBLE, CallClass.THROTTLE))


@click.command(epilog="Patterns are fnmatch on case ids: thingscloud/device-*/generated/*. Quote them for your shell.")
@click.option(
    "--iut",
    "iut_file",
    type=click.Path(path_type=Path),
    help="IUT file; without it the embedded references are judged.",
)
@click.option("--platform", "chosen", multiple=True, metavar="P", help="Only this platform (repeatable).")
@click.option(
    "--role", "roles", multiple=True, metavar="R", help="Only this role: platform, device, application, client, crypto."
)
@click.option(
    "--level", type=click.Choice(["core", "strict"]), default="core", show_default=True, help="strict adds warnings."
)
@click.option("--only", multiple=True, metavar="PATTERN", help="Only cases whose id matches (repeatable).")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Not the cases whose id matches (repeatable).")
@click.option(
    "--allow", multiple=True, type=click.Choice(ALLOWABLE), help="Send calls of this class to a live url (repeatable)."
)
@click.option(
    "--plan",
    "plan_only",
    is_flag=True,
    help="Send nothing; print calls by class, minutes, and what keys leave unjudged.",
)
@click.option("--max-calls", type=click.IntRange(min=1), metavar="N", help="Stop judging after N calls.")
@click.option(
    "--max-time", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Stop judging after S seconds."
)
@click.option(
    "--soak",
    "soak_min",
    type=click.FloatRange(min=0, min_open=True),
    metavar="MINUTES",
    help="Role device: also leave the device alone and watch it for so long.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of generated messages.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the artefacts. [conformance-results/RUN]",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Judge embedded references in N processes. [one per core]",
)
@click.option(
    "--provoke",
    metavar="LIST",
    help=f"Role client: provoke, separated by commas: {', '.join(PROVOCATIONS)}. The client runs once more with them.",
)
@click.option("--lenient", is_flag=True, help="Role client: answer calls that break a constraint as if they did not.")
@click.option("--allow-literal-secrets", is_flag=True, help="Accept secrets written into the IUT file itself.")
@click.option("-v", "--verbose", is_flag=True, help="A line for every case.")
@click.pass_context
def run(
    context: click.Context,
    iut_file: Path | None,
    chosen: tuple[str, ...],
    roles: tuple[str, ...],
    level: str,
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    allow: tuple[str, ...],
    plan_only: bool,
    max_calls: int | None,
    max_time: float | None,
    soak_min: float | None,
    seed: int,
    out: Path | None,
    jobs: int | None,
    provoke: str | None,
    lenient: bool,
    allow_literal_secrets: bool,
    verbose: bool,
) -> None:
    """Judge an implementation under test and write the artefacts of the run."""
    _known("--platform", chosen, judged())
    _known("--role", roles, tuple(Role))
    if iut_file is None:
        iuts = everything(chosen, tuple(Role(each) for each in roles))
    else:
        iut = config.read(iut_file, allow_literal_secrets=allow_literal_secrets)
        if chosen and chosen != (iut.platform,):
            raise UsageError(
                f"--platform {chosen[0]} contradicts {iut_file}: iut.platform = {iut.platform!r}; leave one out"
            )
        if roles and roles != (iut.role.value,):
            raise UsageError(f"--role {roles[0]} contradicts {iut_file}: iut.role = {iut.role.value!r}; leave one out")
        iuts = (iut,)
    judging = Judging(provoke=provocations(provoke), lenient=lenient)
    if (provoke is not None or lenient) and all(iut.role is not Role.CLIENT for iut in iuts):
        raise UsageError("--provoke and --lenient concern role client; add --role client, or leave them out")
    for iut in iuts:
        if iut.role is Role.CLIENT and iut.platform is not None:
            chosen_provocations(iut, judging, load(iut.platform))
    run_id = new_run_id()
    folder = out or Path("conformance-results") / run_id
    plan = Plan(
        iuts=iuts,
        filters=Filters(only, exclude, level, soak_min, chosen, roles),
        allowed=frozenset(CallClass(each) for each in allow),
        seed=seed,
        out=None if plan_only else folder,
        max_calls=max_calls,
        max_time_s=max_time,
        judging=judging,
    )
    if plan_only:
        from conformance.cli.plan import print_plan

        print_plan(plan)
        return
    plan.selected()  # a pattern that matches nothing is told before anything is written
    prepare(folder)
    context.exit(judge(plan, run_id, folder, jobs=jobs or cores(), verbose=verbose))


def prepare(folder: Path) -> None:
    """Make the folder of a run.

    Raises:
        UsageError: it cannot be made, or holds a run already.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Evidence is empty where an IUT could not be reached: that was no run. A killed run may have left it in parts.
        if (folder / "results.json").exists() or any(each.stat().st_size for each in folder.glob("evidence*.ndjson")):
            raise UsageError(f"--out {folder}: holds a run already; give another folder (nothing was overwritten)")
    except OSError as error:
        raise UsageError(
            f"--out {folder}: cannot be used ({error.strerror}); give a folder that can be written"
        ) from error


def judge(plan: Plan, run_id: str, folder: Path, *, jobs: int, verbose: bool) -> int:
    """Run the plan, write the artefacts, show the summary; return the exit status."""
    from conformance.report import print_summary, write_reports

    watcher: Watcher = LiveProgress() if sys.stdout.isatty() and not verbose else PlainProgress(verbose=verbose)
    job = Run(plan, run_id, watcher)
    interrupted = False
    try:
        # One in the background of a shell ignores Ctrl-C; SIGTERM comes from CI (a job that takes too long) and from managers.
        ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        with interruptible([signal.SIGTERM] if ignored else [signal.SIGTERM, signal.SIGINT]):
            job.execute(jobs)
    except KeyboardInterrupt:
        interrupted = True
        click.echo("\ninterrupted; cleaned up, writing what was judged so far", err=True)
    except UsageError:
        if not any(outcome.exchanges for outcome in job.collected.outcomes):
            _forget(folder)
        raise
    finally:
        watcher.finished()
    results: Results = job.results()
    if interrupted:
        results["run"]["exit"] = 130
    for key, value in write_reports(results, folder).items():
        results["artefacts"][key] = value
    print_summary(results, folder)
    _tell_leftovers(folder)
    return results["run"]["exit"]


def _forget(folder: Path) -> None:
    """Take away what a run wrote that could not begin, and its folder where nothing else is in it."""
    for each in (*folder.glob("evidence*.ndjson"), *(folder / name for name in _BEFORE_CASES)):
        each.unlink(missing_ok=True)
    for each in (folder, Path("conformance-results")):
        with contextlib.suppress(OSError):  # not there, or it holds something
            each.rmdir()


def _tell_leftovers(folder: Path) -> None:
    """Tell what the run could not delete again, and how to."""
    file = folder / "journal.ndjson"
    left = journal.read(file)[1] if file.is_file() else []
    if left:
        still = f"{amount(len(left), 'object')} {'is' if len(left) == 1 else 'are'} still on the platform"
        click.echo(f"{still}; delete with: iot-conformance clean {folder}")


def provocations(text: str | None) -> tuple[str, ...] | None:
    """Return the provocations that a list names; None where none is given.

    Raises:
        UsageError: one of them is not known.
    """
    if text is None:
        return None
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    _known("--provoke", names or (text,), tuple(PROVOCATIONS))
    return names


def _known(option: str, given: tuple[str, ...], known: tuple[str, ...]) -> None:
    for each in given:
        if each not in known:
            raise UsageError(f"{option} {each!r}: not known in this version; one of {', '.join(known)}")

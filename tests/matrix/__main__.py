"""Judge every fault that the contracts give: `python -m tests.matrix`.

Exit 1 where a fault survives without a reason, or a right implementation is blamed; 2 on a mistake in the use.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from conformance.runner.crew import cores

from . import benign, crew, proof, report, roles, sample, survivors
from .falling import falls
from .progress import Progress
from .state import State, StateError, digest
from .wrong import Judged, Wrong

STATE = Path(".tox") / "kill-matrix.ndjson"
USAGE_ERROR = 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.matrix",
        description="Judge wrong implementations: every fault that the contracts give, by the cases that can see it. "
        "A whole run with --benign writes docs/kill-matrix.json.",
    )
    parser.add_argument("--role", action="append", choices=roles.names(), help="this role alone (may be repeated)")
    parser.add_argument("--platform", action="append", metavar="NAME", help="this platform, or crypto scheme, alone")
    parser.add_argument("--only", action="append", metavar="PATTERN", help="faults role/platform/id that fit alone")
    parser.add_argument("--sample", type=int, metavar="N", help="about N faults, some of every kind of every platform")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which sample is drawn (default: 0)")
    parser.add_argument("--benign", action="store_true", help="judge every way of being right as well")
    parser.add_argument(
        "--without",
        action="append",
        metavar="CASE",
        help="take these cases (a pattern) out and tell what falls with them",
    )
    parser.add_argument("--jobs", type=int, default=cores(), metavar="N", help="processes (default: one per core)")
    parser.add_argument("--resume", action="store_true", help="go on with the run that --state tells of")
    parser.add_argument("--state", type=Path, default=STATE, metavar="FILE", help=f"default: {STATE}")
    parser.add_argument(
        "--list", action="store_true", help="print the faults with the number of their cases; judge nothing"
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge, print, and return the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.jobs < 1:
        parser.error(f"--jobs {options.jobs}: give at least 1")
    if options.sample is not None and options.sample < 1:
        parser.error(f"--sample {options.sample}: give at least 1")
    grounds = [
        ground
        for ground in roles.grounds()
        if (not options.role or ground[0] in options.role) and (not options.platform or ground[1] in options.platform)
    ]
    if not grounds:
        known = ", ".join(sorted({platform for _, platform in roles.grounds()}))
        parser.error(
            f"--platform {' '.join(options.platform or ())}: no such platform in these roles; there are {known}"
        )
    every = [wrong for ground in grounds for wrong in roles.wrongs(*ground)]
    chosen = [each for each in every if not options.only or any(fnmatchcase(each.key, one) for one in options.only)]
    if not chosen:
        parser.error(f"--only {' '.join(options.only)}: fits no fault; --list prints them")
    if options.sample is not None:
        chosen = list(sample.drawn(chosen, options.sample, options.seed))
    if options.list:
        print("\n".join(f"{each.key}  {len(each.cases)} cases" for each in chosen))
        return 0
    if options.without:
        return _without(chosen, options.without, options.jobs)
    whole = not (options.role or options.platform or options.only or options.sample)
    state = State(options.state, digest(chosen))
    try:
        before = state.read() if options.resume else ([], [])
    except StateError as error:
        print(error, file=sys.stderr)
        return USAGE_ERROR
    if not options.resume:
        state.begin()
    judged = _judged(chosen, state, before[0], options.jobs)
    tried = benign.run(grounds, options.jobs, before[1], state.add) if options.benign else None
    return told(report.Matrix(chosen, judged, tried), [each.key for each in every], options.seed, whole=whole)


def _judged(chosen: Sequence[Wrong], state: State, known: Sequence[Judged], jobs: int) -> dict[str, Judged]:
    """Judge the faults that the state does not know yet; return all in the order of the contract."""
    found = {each.key: each for each in known}
    left = [each for each in chosen if each.key not in found]
    progress = Progress(len(left), "faults")
    for each in crew.work(left, jobs):
        state.add(each)
        found[each.key] = each
        progress.step(odd=each.by is None)
    progress.end()
    return {each.key: found[each.key] for each in chosen}


def told(matrix: report.Matrix, every: Sequence[str], seed: int, *, whole: bool) -> int:
    """Print what came of it, write it where it is the whole, and return the exit status."""
    print(report.table(matrix))
    shown = proof.sound([each for each in matrix.wrongs if matrix.judged[each.key].by is None], seed)
    print(shown.told)
    print(report.summary(matrix))
    account = survivors.account({key: each.by is not None for key, each in matrix.judged.items()}, every)
    wrong = [f"survives without a reason: {key}" for key in account.unexplained]
    wrong += [f"{survivors.FILE.name} says that it survives, and it is killed: {key}" for key in account.killed]
    if whole:
        wrong += [f"{survivors.FILE.name}: fits no fault: {pattern}" for pattern in account.idle]
    wrong += [f"no kill of {key}: {each.doubted}" for key, each in matrix.judged.items() if each.doubted]
    wrong += [f"the selection misses a case: {each}" for each in shown.missed]
    if matrix.benign is not None:
        wrong += [each.told for each in matrix.benign.blamed]
        wrong += [f"judged by no case: {each.told}" for each in matrix.benign.unjudged]
    if whole and matrix.rate < report.DEMANDED_RATE:
        wrong.append(f"{matrix.rate} % are killed; {report.DEMANDED_RATE} % are demanded")
    print("\n".join(wrong), end="\n" if wrong else "")
    if whole and matrix.benign is not None and not wrong:
        report.write(matrix)
        print(f"written: docs/{report.FILE.name}")
    return 1 if wrong else 0


def _without(chosen: Sequence[Wrong], patterns: Sequence[str], jobs: int) -> int:
    fallen = falls(chosen, patterns, jobs)
    for each in fallen:
        print(each.told)
    print(f"without {', '.join(patterns)}: {len(fallen)} faults fall")
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())

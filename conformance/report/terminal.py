"""The summary of a finished run on a terminal of 80 columns, in colour only where a person looks at it.

It answers in this order: what came out, of what, what is broken and how to see it again, what is not known and why,
what to do next and where the files are. What came from outside is never read as markup or as an escape sequence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from conformance.evidence.results import CaseResult, FindingRecord, Results
from conformance.report.statement import Reason, Statement, make_statement
from conformance.report.text import amount, duration, in_words, one_line, visible
from conformance.report.verdicts import NAMES, OF_CASES

STYLES: Mapping[str, str] = {
    "PASS": "green",
    "WARN": "yellow",
    "INCONCLUSIVE": "blue",
    "FAIL": "red",
    "ERROR": "magenta",
    "NOT_APPLICABLE": "dim",
}

_MOST_FAILURES = 10
"""Broken requirements printed in full; the first ten fill two screens, and the report has all."""

_MOST_REASONS = 6
_LONGEST_VALUE = 400
"""Characters of an expected or actual value; five lines."""


class _Whole(Text):
    """A line that is neither cut nor folded by us, so that it can be copied; the terminal may wrap it."""


def print_summary(results: Results, out: Path, console: Console | None = None) -> None:
    """Print the summary of a finished run whose artefacts lie in `out`."""
    console = console or Console()
    statement = make_statement(results)
    parts: list[RenderableType] = [*_banner(results, statement), *_table(statement)]
    parts += _broken(results)
    parts += _reasons("Not judged", statement.unjudged_cases)
    parts += _reservations(results, statement)
    parts += _entries("Waived", [_waiver(case) for case in statement.waived])
    parts += _entries("Remarks", [("", note) for note in statement.notes])
    parts += _next(results, statement, out)
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, _Whole), highlight=False)


def _banner(results: Results, statement: Statement) -> Iterable[RenderableType]:
    style = STYLES["WARN" if statement.faulty_waivers and statement.verdict == "PASS" else statement.verdict]
    banner = Text()
    banner.append(f" {statement.verdict} ", style=f"bold reverse {style}")
    banner.append(f"  {one_line(statement.title)}", style="bold")
    yield Text()
    yield banner
    yield Text(f"{one_line(statement.sentence)} {_took(results)}")
    for caveat in statement.caveats:
        yield Text(one_line(caveat), style="yellow")


def _took(results: Results) -> str:
    ran = sum(case["verdict"] != "NOT_APPLICABLE" for case in results["cases"])
    return f"{amount(ran, 'case')} ran in {duration(results['run']['duration_ms'])}."


def _table(statement: Statement) -> Iterable[RenderableType]:
    if not statement.tallies:
        return
    headings = {"INCONCLUSIVE": "Inconcl.", "NOT_APPLICABLE": "N/A"}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    table.add_column("Platform", overflow="fold")
    table.add_column("Role", no_wrap=True)
    for verdict in OF_CASES:
        table.add_column(headings.get(verdict, NAMES[verdict]), justify="right", no_wrap=True)
    waived = any(tally.waived for tally in statement.tallies)
    if waived:  # without it the table has room in 80 columns for the longest names
        table.add_column("Waived", justify="right", no_wrap=True)
    for tally in statement.tallies:
        cells = [_number(tally.counts.get(verdict, 0), STYLES[verdict]) for verdict in OF_CASES]
        if waived:
            cells.append(_number(tally.waived, "yellow"))
        table.add_row(Text(visible(tally.platform)), Text(visible(tally.role)), *cells)
    yield Text()
    yield table


def _number(count: int, style: str) -> Text:
    return Text(f"{count:,}", style=style if count else "dim")


def _broken(results: Results) -> Iterable[RenderableType]:
    failing = [case for case in results["cases"] if case["verdict"] == "FAIL" and case["waived"] is None]
    shown: dict[str, tuple[FindingRecord, list[CaseResult]]] = {}
    silent: list[CaseResult] = []
    for case in failing:
        findings = [finding for finding in case["findings"] if finding["verdict"] == "FAIL"]
        for finding in findings:
            cases = shown.setdefault(finding["requirement"], (finding, []))[1]
            if case not in cases[-1:]:
                cases.append(case)
        if not findings:
            silent.append(case)
    if not failing:
        return
    yield _heading("Broken", "red")
    for finding, cases in list(shown.values())[:_MOST_FAILURES]:
        yield from _finding(finding, cases)
    for case in silent[: max(0, _MOST_FAILURES - len(shown))]:
        yield Text(one_line(case["id"]), style="bold red")
        yield Padding(Text(_cut(visible(case["message"]))), (0, 0, 0, 2))
        yield from _repeat(case)
    rest = len(shown) + len(silent) - _MOST_FAILURES
    if rest > 0:
        yield Text()
        yield Text(f"and {amount(rest, 'broken requirement')} more in the report.")


def _finding(finding: FindingRecord, cases: Sequence[CaseResult]) -> Iterable[RenderableType]:
    yield Text(one_line(finding["requirement"]), style="bold red")
    yield Padding(Text(one_line(finding["statement"])), (0, 0, 0, 2))
    grid = _seen(finding)
    if len(cases) > 1:
        grid.add_row("cases", Text(f"{len(cases):,}, the first is {one_line(cases[0]['id'])}"))
    yield Padding(grid, (0, 0, 0, 2))
    yield from _repeat(cases[0])


def _reservations(results: Results, statement: Statement) -> Iterable[RenderableType]:
    """Return the statements that are worth a warning, each with what was seen first."""
    if not statement.reservations:
        return
    yield _heading("Reservations", "yellow")
    seen: dict[str, FindingRecord] = {}
    for finding in (finding for case in results["cases"] for finding in case["findings"]):
        if finding["verdict"] == "WARN":
            seen.setdefault(finding["requirement"], finding)
    for row in statement.reservations[:_MOST_REASONS]:
        yield Text(one_line(row["id"]))
        yield Padding(Text(_cut(one_line(row["statement"]))), (0, 0, 0, 2))
        if row["id"] in seen:
            yield Padding(_seen(seen[row["id"]]), (0, 0, 0, 2))
    if len(statement.reservations) > _MOST_REASONS:
        yield Text(f"and {len(statement.reservations) - _MOST_REASONS:,} more in the report.", style="dim")


def _seen(finding: FindingRecord) -> Table:
    """Return what was expected and what came."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="dim", no_wrap=True, width=9)
    grid.add_column(overflow="fold")
    grid.add_row("expected", Text(_cut(in_words(finding["expected"]))))
    grid.add_row("actual", Text(_cut(in_words(finding["actual"]))))
    if finding["pointer"] is not None:
        grid.add_row("at", Text(one_line(finding["pointer"]) or "the whole message"))
    if finding["note"]:
        grid.add_row("note", Text(one_line(finding["note"])))
    return grid


def _repeat(case: CaseResult) -> Iterable[RenderableType]:
    yield _Whole.assemble(("  repeat    ", "dim"), (one_line(case["reproduce"]), "cyan"))
    yield Text()


def _reasons(title: str, reasons: Sequence[Reason]) -> Iterable[RenderableType]:
    if not reasons:
        return
    yield _heading(title, "blue")
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for reason in reasons[:_MOST_REASONS]:
        first = "" if len(reason.ids) == 1 else "the first: "
        text = Text("suite error: ", style="magenta") if reason.verdict == "ERROR" else Text()
        text.append(_cut(reason.text))
        text.append(f"\n{first}{one_line(reason.ids[0])}", style="dim")
        grid.add_row(f"{len(reason.ids):,}", text)
    if len(reasons) > _MOST_REASONS:
        grid.add_row("", f"and {amount(len(reasons) - _MOST_REASONS, 'reason')} more in the report")
    yield grid


def _entries(title: str, entries: Sequence[tuple[str, str]]) -> Iterable[RenderableType]:
    if not entries:
        return
    yield _heading(title, "yellow")
    for name, words in entries[:_MOST_REASONS]:
        if name:
            yield Text(one_line(name))
        yield Padding(Text(_cut(one_line(words))), (0, 0, 0, 2 if name else 0))
    if len(entries) > _MOST_REASONS:
        yield Text(f"and {len(entries) - _MOST_REASONS:,} more in the report.", style="dim")


def _waiver(case: CaseResult) -> tuple[str, str]:
    waiver = case["waived"]
    assert waiver is not None
    until = f" until {waiver['expires']}" if waiver["expires"] else ""
    return case["id"], f"{case['verdict']}, waived{until}: {waiver['reason']}"


def _next(results: Results, statement: Statement, out: Path) -> Iterable[RenderableType]:
    yield _heading("Next", "")
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for step in _steps(results, statement):
        grid.add_row("-", Text(step))
    yield grid
    yield Text()
    yield _Whole(f"{visible(str(out))}/", style="bold")
    yield Text("  report.html     the statement to sign, every case and exchange")
    yield Text("  summary.md      the same in short      junit.xml     for CI")
    yield Text("  results.json    all verdicts           evidence.ndjson")
    yield Text(f"exit status {results['run']['exit']}", style="dim")


def _steps(results: Results, statement: Statement) -> Iterable[str]:
    failing = [case for case in results["cases"] if case["verdict"] == "FAIL" and case["waived"] is None]
    if failing:
        requirement = next((f["requirement"] for f in failing[0]["findings"]), failing[0]["id"])
        yield "Open report.html#verdict=FAIL: each failed case shows its exchange."
        yield f"Read the clause: iot-conformance show {one_line(requirement)}"
    if any(reason.verdict == "ERROR" for reason in statement.unjudged_cases):
        yield "A suite error is a fault of the suite: report it with evidence.ndjson."
    if any(reason.verdict == "INCONCLUSIVE" for reason in statement.unjudged_cases):
        yield "Remove the reasons under 'Not judged', then run again; until then those clauses are open."
    if statement.faulty_waivers:
        yield "Correct the waivers in the IUT file; see above."
    if not results["run"]["complete"]:
        yield "Run again to the end: this result covers a part of the cases."
    if not results["cases"]:
        yield "No case was selected: widen --only, --platform or --role."
    if results["verdict"] == "WARN":
        yield "Read the reservations in report.html#verdict=WARN; they do not fail a run."
    if results["verdict"] == "PASS" and not statement.faulty_waivers:
        yield "Open report.html: it begins with the statement to sign."
    yield "Compare with an earlier run: iot-conformance diff OLD NEW"


def _heading(title: str, style: str) -> Text:
    return Text(f"\n{title}", style=f"bold {style}".strip())


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"

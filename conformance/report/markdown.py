"""summary.md: the statement for a merge request or a job summary, in the Markdown that GitHub and GitLab read.

Its length is bounded whatever the run holds (a job summary of GitHub takes 1 MiB): long lists end with where the rest
is. Everything that came from outside is escaped or stands in a code span whose fence it cannot close.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from conformance.evidence.results import CaseResult, FindingRecord, Results
from conformance.report.statement import DISCLAIMER, SIGNATURES, Reason, Statement, make_statement
from conformance.report.text import amount, in_words, one_line, visible
from conformance.report.verdicts import NAMES, OF_CASES, OF_REQUIREMENTS

_MOST = 50
"""Entries of one list; a reader of a summary scrolls no further."""

_LONGEST = 1200
"""Characters of one expected or actual value."""

_LINE = r"\_" * 30
"""A line to sign on; underscores alone would be emphasis."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+.!|~$^-])")


def escape(text: str) -> str:
    """Return the text on one line with nothing left that Markdown or the HTML in it would act on."""
    plain = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", plain)


def code(text: str) -> str:
    """Return the text on one line as a code span that nothing in it can close, fit for a table's cell."""
    line = one_line(text)
    if not line:
        return ""
    fence = "`" * (_longest_run(line) + 1)
    # A blank inside the fence is taken away by the reader; a pipe would end the cell even within code.
    inner = f" {line} " if "`" in line else line
    return f"{fence}{inner}{fence}".replace("|", "\\|")


def block(text: str) -> list[str]:
    """Return the text as the lines of a fenced code block that nothing in it can close."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return [f"{fence}text", *visible(text).splitlines(), fence]


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def render_markdown(results: Results) -> str:
    """Return `summary.md`."""
    statement = make_statement(results)
    parts = [
        _head(statement),
        _table(statement),
        _clauses(statement),
        _broken(results),
        _reasons("Not judged", statement.unjudged or statement.unjudged_cases, "requirement"),
        _reasons("Not supported, hence not applicable", statement.unsupported, "requirement"),
        _reasons("Cannot be tested from outside", statement.untestable, "requirement"),
        _waived(statement),
        _bullets("Remarks of the run", statement.notes),
        ["## How to repeat it", "", *block(statement.repeat)],
        ["## Signatures", "", *(line for who in SIGNATURES for line in (f"{who}: {_LINE} Date: {_LINE[:24]}", ""))],
    ]
    return "\n\n".join("\n".join(part).rstrip() for part in parts if part) + "\n"


def _head(statement: Statement) -> list[str]:
    lines = [f"# {NAMES[statement.verdict]}: {escape(statement.title)}", "", f"**{escape(statement.sentence)}**", ""]
    lines += [f"> {escape(caveat)}\n" for caveat in statement.caveats]
    lines += [f"{escape(DISCLAIMER)}", "", "| | |", "|---|---|"]
    lines += [f"| {fact.label} | {code(fact.value) if fact.code else escape(fact.value)} |" for fact in statement.facts]
    return lines


def _table(statement: Statement) -> list[str]:
    if not statement.tallies:
        return []
    lines = ["## Cases", "", f"| Platform | Role | {' | '.join(NAMES[verdict] for verdict in OF_CASES)} | Waived |"]
    lines.append(f"|---|---|{'---:|' * (len(OF_CASES) + 1)}")
    for tally in statement.tallies:
        numbers = " | ".join(f"{tally.counts.get(verdict, 0):,}" for verdict in OF_CASES)
        lines.append(f"| {escape(tally.platform)} | {escape(tally.role)} | {numbers} | {tally.waived:,} |")
    return lines


def _clauses(statement: Statement) -> list[str]:
    if not statement.clauses:
        return []
    lines = ["## Clause by clause", "", "| Section | Heading | Verdict | Requirements |", "|---|---|---|---|"]
    for clause in statement.clauses[: 4 * _MOST]:
        counts = ", ".join(f"{number:,} {OF_REQUIREMENTS[verdict]}" for verdict, number in clause.counts.items())
        section = code(f"{clause.platform}/{clause.section}")
        lines.append(f"| {section} | {escape(clause.heading)} | {NAMES[clause.verdict]} | {counts} |")
    rest = len(statement.clauses) - 4 * _MOST
    return [*lines, "", f"… and {amount(rest, 'section')} more in report.html."] if rest > 0 else lines


def _broken(results: Results) -> list[str]:
    failing = [case for case in results["cases"] if case["verdict"] == "FAIL" and case["waived"] is None]
    if not failing:
        return []
    lines = ["## What failed", ""]
    for case in failing[:_MOST]:
        lines += _failure(case)
    if len(failing) > _MOST:
        lines.append(f"… and {amount(len(failing) - _MOST, 'case')} more in report.html.")
    return lines


def _failure(case: CaseResult) -> list[str]:
    lines: list[str] = []
    for finding in case["findings"] or ():
        lines += _finding(finding)
    if not lines:
        lines = [f"### {code(case['id'])}", "", *block(case["message"][:_LONGEST])]
    return [*lines, "", f"Case {code(case['id'])}, repeat it with:", "", *block(case["reproduce"]), ""]


def _finding(finding: FindingRecord) -> list[str]:
    where = f" at {code(finding['pointer'])}" if finding["pointer"] else ""
    note = [escape(finding["note"]), ""] if finding["note"] else []
    return [
        f"### {code(finding['requirement'])}",
        "",
        escape(finding["statement"]),
        "",
        *note,
        "Expected:",
        "",
        *block(_cut(in_words(finding["expected"]))),
        "",
        f"Actual{where}:",
        "",
        *block(_cut(in_words(finding["actual"]))),
        "",
    ]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… (whole in report.html)"


def _reasons(heading: str, reasons: Sequence[Reason], what: str) -> list[str]:
    def line(reason: Reason) -> str:
        named = ", ".join(code(identifier) for identifier in reason.ids[:3])
        more = f" and {len(reason.ids) - 3:,} more" if len(reason.ids) > 3 else ""
        verdict = "suite error: " if reason.verdict == "ERROR" else ""
        return f"- {verdict}{escape(one_line(reason.text, 400))}: {amount(len(reason.ids), what)} ({named}{more})"

    return _bullets(heading, [line(reason) for reason in reasons], escaped=True)


def _waived(statement: Statement) -> list[str]:
    def line(case: CaseResult) -> str:
        waiver = case["waived"]
        assert waiver is not None
        until = f" until {waiver['expires']}" if waiver["expires"] else ""
        return f"- {code(case['id'])}: {NAMES[case['verdict']]}, waived{escape(until)}: {escape(waiver['reason'])}"

    return _bullets("Waived by the tester", [line(case) for case in statement.waived], escaped=True)


def _bullets(heading: str, entries: Iterable[str], *, escaped: bool = False) -> list[str]:
    lines = [entry if escaped else f"- {escape(entry)}" for entry in entries]
    if not lines:
        return []
    rest = [f"- … and {len(lines) - _MOST:,} more in report.html"] if len(lines) > _MOST else []
    return [f"## {heading}", "", *lines[:_MOST], *rest]

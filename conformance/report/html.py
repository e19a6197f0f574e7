"""report.html: the statement to sign, and behind it every case down to the bytes, in one file that loads nothing.

The statement and the table of requirements are plain HTML and need no script. The cases are data in the page, of which
a small script draws what is asked for; it writes text nodes only. A content security policy names the digest of that
script and of the style sheet: what an implementation under test smuggled into an answer could not run even if an
escape were forgotten. This module must not compute a verdict.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.evidence.results import CaseResult, EvidenceRecord, Results
from conformance.report.statement import DISCLAIMER, SIGNATURES, make_statement
from conformance.report.text import amount, duration, in_words, visible, visible_in
from conformance.report.verdicts import MEANINGS, NAMES, OF_CASES, OF_REQUIREMENTS, WORST_FIRST, rank

EVIDENCE_BUDGET = 10 * 1024 * 1024
"""Bytes of embedded evidence above which that of passing cases stays in evidence.ndjson: beyond it the page takes
seconds to open and mail servers refuse it."""

_TEMPLATES = Path(__file__).parent / "templates"


def render_html(results: Results, evidence: Iterable[EvidenceRecord], *, budget: int = EVIDENCE_BUDGET) -> str:
    """Return the page.

    `evidence` is read once, in its order. What belongs to a case that neither passed nor was inapplicable is always
    embedded; the rest as long as everything together stays within `budget` bytes, otherwise none of it.
    """
    telling = {key for case in results["cases"] if _tells(case) for key in case["exchanges"]}
    embedded, left_out = _choose(evidence, telling, budget)
    statement = make_statement(results)
    style, script = _source("report.css"), _source("report.js")
    page = _environment().get_template("report.html.j2")
    return page.render(
        statement=statement,
        results=results,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        style_digest=_digest(style),
        script_digest=_digest(script),
        data=_embeddable(_data(results)),
        evidence=_embedded_object(embedded),
        left_out=left_out,
        signatures=SIGNATURES,
        disclaimer=DISCLAIMER,
        verdicts=WORST_FIRST,
        case_verdicts=OF_CASES,
        platforms=list(dict.fromkeys(case["platform"] for case in results["cases"])),
    )


def _tells(case: CaseResult) -> bool:
    return case["verdict"] not in ("PASS", "NOT_APPLICABLE")


def _choose(evidence: Iterable[EvidenceRecord], telling: set[str], budget: int) -> tuple[dict[str, str], int]:
    """Return the records to embed as JSON text by id, and how many passing ones were left out."""
    kept: dict[str, str] = {}
    spare: dict[str, str] = {}
    size = left_out = 0
    for record in evidence:
        key = record["id"]
        if key not in telling and left_out:
            left_out += 1  # already beyond the budget: not worth the work of writing it
            continue
        text = _embeddable(record)
        size += len(text)
        (kept if key in telling else spare)[key] = text
        if size > budget and spare:
            left_out += len(spare)
            size -= sum(map(len, spare.values()))
            spare.clear()
    return kept | spare, left_out


def _data(results: Results) -> dict[str, Any]:
    """Return what the script draws the cases from; members that say nothing are left out to keep the page small."""
    cases = sorted(results["cases"], key=lambda case: (case["waived"] is not None, rank(case["verdict"])))
    return {
        "cases": [_case(case) for case in cases],
        "requirements": {
            row["id"]: {
                name: value
                for name, value in row.items()
                if name in ("section", "heading", "level", "source", "statement", "verdict", "reason") and value
            }
            for row in results["requirements"]
        },
        "names": NAMES,
        "meanings": MEANINGS,
    }


def _case(case: CaseResult) -> dict[str, Any]:
    findings = [
        {**finding, "expected": in_words(finding["expected"]), "actual": in_words(finding["actual"])}
        for finding in case["findings"]
    ]
    members = {**case, "findings": findings, "took": duration(case["duration_ms"])}
    return {name: value for name, value in members.items() if value not in (None, "", [])}


def _embeddable(value: Any) -> Markup:
    """Return a value as JSON that can stand inside a script element: nothing in it can end the element."""
    text = json.dumps(visible_in(value), ensure_ascii=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - the three characters that HTML acts on are gone


def _embedded_object(members: dict[str, str]) -> Markup:
    """Join ready JSON texts to one object, one member a line."""
    lines = (f"{_embeddable(key)}:{text}" for key, text in members.items())
    return Markup("{" + ",\n".join(lines) + "}")  # noqa: S704 - keys and texts come out of `_embeddable`


@cache
def _source(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _digest(source: str) -> str:
    return base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_readable,
    )
    filters: dict[str, Callable[..., Any]] = {
        "amount": amount,
        "duration": duration,
        "words": in_words,
        "name": lambda verdict: NAMES.get(verdict, verdict),
        "says": lambda verdict: OF_REQUIREMENTS.get(verdict, verdict),
        "meaning": lambda verdict: MEANINGS.get(verdict, ""),
        "tone": lambda verdict: verdict.lower().replace("_", "-") if verdict in NAMES else "untestable",
        "answer": lambda value: (
            {None: "unset", True: "yes", False: "no"}[value]
            if value is None or isinstance(value, bool)
            else in_words(value)
        ),
        "number": lambda value: f"{value:,}",
        "chinese": lambda text: any("\u2e80" <= character <= "\u9fff" for character in text),
    }
    environment.filters.update(filters)
    return environment


def _readable(value: Any) -> Any:
    """Spell out unreadable characters in everything that the template prints, before it is escaped."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

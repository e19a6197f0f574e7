"""Reports of a finished run: terminal, JUnit, Markdown, HTML, and the difference of two runs.

They read `results.json` and `evidence.ndjson` and nothing else, so that `iot-conformance report DIR` says years later
what the run said on its day. They must not judge: a number in a report is counted, a verdict is copied.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.evidence.results import EvidenceRecord, Results, read_evidence
from conformance.report.difference import Difference, compare, print_difference
from conformance.report.html import render_html
from conformance.report.junit import render_junit
from conformance.report.markdown import render_markdown
from conformance.report.terminal import print_summary

__all__ = ["Difference", "compare", "print_difference", "print_summary", "write_reports"]

EVIDENCE = "evidence.ndjson"
"""Written by the run as things happen; the reports only read it and record its digest."""


def write_reports(results: Results, out: Path) -> dict[str, str]:
    """Write junit.xml, summary.md, report.html and, last, results.json into `out`.

    Each file is written beside its place and moved there, so that a reader never meets half of one. results.json comes
    last because its `artefacts` hold the SHA-256 of the others: where it stands, the rest is complete. What `results`
    holds under `artefacts` is replaced in the file. Damage inside evidence.ndjson becomes a remark of the run.

    Returns:
        `artefacts`: the SHA-256 by file name; evidence.ndjson is among them where it exists.

    Raises:
        OSError: a file cannot be read or written.
    """
    out.mkdir(parents=True, exist_ok=True)
    evidence = out / EVIDENCE
    damage: list[str] = []
    page = render_html(results, _records(evidence, damage))
    if damage:  # the verdicts stand; the reader must know that what shows them is not whole
        notes = list(dict.fromkeys([*results["run"]["notes"], *damage]))  # once, however often it is reported anew
        results = {**results, "run": {**results["run"], "notes": notes}}
        page = render_html(results, _records(evidence, []))
    files = {
        "junit.xml": render_junit(results),
        "summary.md": _encoded(render_markdown(results)),
        "report.html": _encoded(page),
    }
    artefacts: dict[str, str] = {}
    if evidence.exists():
        with evidence.open("rb") as stream:
            artefacts[EVIDENCE] = hashlib.file_digest(stream, "sha256").hexdigest()
    for name, content in files.items():
        _replace(out / name, content)
        artefacts[name] = hashlib.sha256(content).hexdigest()
    complete: Results = {**results, "artefacts": artefacts}
    _replace(out / "results.json", _json(complete))
    return artefacts


def _records(path: Path, damage: list[str]) -> Iterator[EvidenceRecord]:
    """Yield what can be read of the evidence; append to `damage` what ended the reading."""
    if not path.exists():
        return
    try:
        yield from read_evidence(path)
    except ValueError as error:
        damage.append(f"The evidence is damaged, what follows is not shown. {error}")


def _json(results: Results) -> bytes:
    try:
        text = json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False)
    except ValueError:  # an answer held NaN or Infinity, which Python reads but JSON does not have
        text = json.dumps(_finite(results), ensure_ascii=False, indent=1, allow_nan=False)
    return _encoded(text) + b"\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: _finite(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value


def _encoded(text: str) -> bytes:
    # Half a surrogate has no UTF-8; written as `\ud800` it is JSON's own escape for it, and readable elsewhere.
    return text.encode("utf-8", "backslashreplace")


def _replace(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)  # mkstemp's 0600 would keep a CI server from publishing the file
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise

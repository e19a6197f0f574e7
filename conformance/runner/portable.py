"""What passes between the processes of a run: plain records, with cases and requirements by name.

Both sides read the same schemas and suites, so a name says it all; a case is a function, which cannot travel.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from conformance.contract import Requirement
from conformance.evidence.redaction import Redactor
from conformance.iut.config import Iut
from conformance.runner.execute import Outcome
from conformance.runner.session import Options
from conformance.suites.case import Case
from conformance.suites.registry import contract_of, suite


@dataclass(frozen=True)
class Task:
    """Cases of one IUT that a worker is to judge."""

    job: int
    part: int
    """Places in the order of the run: that of the IUT, and that among the parts of its cases."""
    iut: Iut
    cases: tuple[Case, ...]
    options: Options
    evidence: Path | None
    """File for the evidence of these cases alone, numbered from one."""
    started_s: float
    """Monotonic time of the run's start, from which the evidence counts."""


@dataclass(frozen=True)
class Notice:
    """The tester is to know something before it happens."""

    text: str


@dataclass(frozen=True)
class Begins:
    """A case begins."""

    case: Case


@dataclass(frozen=True)
class Ended:
    """What a case came to."""

    outcome: Outcome


@dataclass(frozen=True)
class Finished:
    """No more will come of a task."""

    iut: Iut | None = None
    """The IUT with what starting it told; None where it was not reached."""
    clock_offset_ms: int | None = None
    records: int = 0
    """How many records of evidence were numbered."""
    interrupted: bool = False
    mistake: str = ""
    """Why the IUT could not be reached."""


def packed(thing: Any) -> bytes:
    """Return a record as bytes for another process of the same run."""
    stream = io.BytesIO()
    _Packer(stream, protocol=pickle.HIGHEST_PROTOCOL).dump(thing)
    return stream.getvalue()


def unpacked(data: bytes) -> Any:
    """Return a record from the bytes of `packed`; never of anything from outside the run."""
    return _Unpacker(io.BytesIO(data)).load()


def without_secrets(thing: Outcome, redactor: Redactor) -> Outcome:
    """Return an outcome whose texts hold pseudonyms already: what a worker has learnt, nobody else knows."""
    clean = redactor.text
    return replace(
        thing,
        reason=clean(thing.reason),
        findings=tuple(
            replace(
                finding,
                expected=clean(finding.expected),
                actual=clean(finding.actual),
                pointer=clean(finding.pointer),
                note=clean(finding.note),
            )
            if not finding.holds
            else finding
            for finding in thing.findings
        ),
        notes=tuple(clean(note) for note in thing.notes),
    )


def renumbered(thing: Outcome, offset: int) -> Outcome:
    """Return an outcome whose exchanges are numbered behind those of other tasks."""
    if not offset:
        return thing
    return replace(
        thing,
        findings=tuple(replace(each, exchange=shifted(each.exchange, offset)) for each in thing.findings),
        exchanges=tuple(shifted(each, offset) for each in thing.exchanges),
    )


def shifted(identity: str, offset: int) -> str:
    """Return the id of a record of evidence behind `offset` others; empty stays empty."""
    return f"x{int(identity[1:]) + offset}" if identity else ""


class _Packer(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        if isinstance(obj, Case) and _cases(obj.platform).get(obj.id) is obj:
            return "case", obj.platform, obj.id
        if isinstance(obj, Requirement):
            platform = obj.id.split("/", 1)[0]
            if contract_of(platform).requirements.get(obj.id) is obj:
                return "requirement", platform, obj.id
        return None


class _Unpacker(pickle.Unpickler):
    def persistent_load(self, pid: Any) -> Any:
        kind, platform, name = pid
        return _cases(platform)[name] if kind == "case" else contract_of(platform).requirements[name]


@cache
def _cases(platform: str) -> Mapping[str, Case]:
    return {case.id: case for case in suite(platform).cases}

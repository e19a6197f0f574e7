"""What a kill is: a FAIL, or a WARN where no more is allowed, that names the broken subject or a statement about it, by a case
that passes where no fault is on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from enum import IntEnum

from conformance.contract import Requirement
from conformance.evidence.findings import Finding
from conformance.evidence.verdict import Verdict, worst
from conformance.suites.case import Case

from .control import Controls
from .wrong import Ground, Judged, Seen, Wrong

GRADED = ("known in the field", "a warning at most", "in answer to a request that breaks")
"""Begin the notes of findings that are warnings whatever their statement: live platforms are known for it (field erratum), an
accepted reading of the document has it so, or it states nothing of such a request (the answer table).
"""


class Kill(IntEnum):
    """How well a case caught a fault."""

    NONE = 0
    SUBJECT = 1
    """It names the broken subject."""
    STATEMENT = 2
    """It names the statement that is broken."""


def weigh(wrong: Wrong, case: Case, seen: Seen, statements: Callable[[str], Requirement]) -> Kill:
    """Tell how well a case caught a fault; `statements` gives a requirement of the contract by its id."""
    if seen.verdict not in {Verdict.FAIL, Verdict.WARN}:
        return Kill.NONE
    return max((_finding(wrong, case, each, statements) for each in seen.broken), default=Kill.NONE)


def _finding(wrong: Wrong, case: Case, finding: Finding, statements: Callable[[str], Requirement]) -> Kill:
    identity = finding.requirement.id
    tabled = case.id in wrong.told and identity in case.requirements
    if finding.verdict is Verdict.WARN and not _no_more_than_a_warning(wrong, finding, statements, tabled=tabled):
        return Kill.NONE
    if identity == wrong.requirement:
        return Kill.STATEMENT
    # An answer of no documented shape is a finding about that shape, which tells the statement that the request broke.
    beside = wrong.requirement is not None and finding.note.endswith(wrong.requirement)
    return Kill.SUBJECT if tabled or beside or identity.startswith(wrong.sections) else Kill.NONE


def _no_more_than_a_warning(
    wrong: Wrong, finding: Finding, statements: Callable[[str], Requirement], *, tabled: bool
) -> bool:
    """Tell whether a warning is all that the fault can get: by the answer table, or by the level of what it breaks.

    A fault that breaks a MUST is not caught by the warning about some SHOULD beside it. Where the case names that very
    statement, or a table names the case, the case may have graded what it cites, as the answer table has it where a mere
    constraint is stated.
    """
    cited = finding.requirement
    graded = tabled and cited.level is not statements(cited.id).level
    broken = cited if graded or cited.id == wrong.requirement else statements(wrong.requirement or cited.id)
    return wrong.warns or finding.note.startswith(GRADED) or worst(broken.source, broken.level) is not Verdict.FAIL


def judge(
    wrong: Wrong,
    ground: Ground,
    statements: Callable[[str], Requirement],
    controls: Controls,
    without: Iterable[str] = (),
) -> Judged:
    """Run the cases of a fault until one names its statement; where none does, the first that names its subject counts.

    Once the subject is named only cases that cite the statement are tried further: no other can name it. A case that does not
    pass without the fault kills nothing, and that is told.
    """
    began, tried, left_out = time.monotonic(), 0, frozenset(without)
    by: str | None = None
    doubted = ""
    for name in wrong.cases:
        if name in left_out or (by is not None and wrong.requirement not in ground.cases[name].requirements):
            continue
        tried += 1
        kill = weigh(wrong, ground.cases[name], ground.judge(name, wrong), statements)
        if kill is not Kill.NONE and (doubt := controls.doubt(name)):
            doubted = doubted or f"{name} without the fault: {doubt}"
            continue
        if kill is Kill.STATEMENT:
            return Judged(wrong.key, name, True, tried, time.monotonic() - began, doubted)
        if kill is Kill.SUBJECT and by is None:
            by = name
            if wrong.requirement is None:
                break
    return Judged(wrong.key, by, False, tried, time.monotonic() - began, doubted)

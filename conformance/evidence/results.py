"""What a run leaves behind, as types: `results.json` and the lines of `evidence.ndjson`.

Everything that comes after a run (reports, `diff`, somebody else's dashboard) reads these two files and nothing else,
so their shape is a promise: `schemas/suite/results.json` and `schemas/suite/evidence.json` say the same to other
languages, and a test holds both against these types. This module must not judge: it stores verdicts that others
computed. Secrets are pseudonyms long before a value arrives here.

Times are milliseconds; `*_ms` counted from the start of the run unless the name says duration; `started` and `finished`
are RFC 3339 in UTC.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NotRequired, TypedDict, cast

CaseVerdict = Literal["PASS", "WARN", "INCONCLUSIVE", "FAIL", "ERROR", "NOT_APPLICABLE"]
"""What became of a case."""

RequirementVerdict = Literal["PASS", "WARN", "INCONCLUSIVE", "FAIL", "ERROR", "NOT_APPLICABLE", "UNTESTABLE"]
"""What became of a statement; UNTESTABLE where the contract itself says that no case can show it."""

FindingVerdict = Literal["WARN", "FAIL"]
"""What one finding is worth; nothing else than a finding makes a case WARN or FAIL."""

RunVerdict = Literal["PASS", "WARN", "INCONCLUSIVE", "FAIL", "ERROR"]
"""The maximum over executed, unwaived cases; INCONCLUSIVE also where nothing ran."""

WaiverState = Literal["used", "stale", "expired", "unmatched"]
"""`used`: it excused a case. The others are mistakes in the IUT file: the case no longer has the verdict, the date has
passed, or no case bears the name."""

EvidenceKind = Literal["http", "raw", "mqtt", "process", "line", "note", "callback"]
"""`raw` is bytes on a socket that are not HTTP as a client would send it; `line` is one to a program and its reply; `note`
is the suite's own remark; `callback` is a request that the implementation sent to us (`in`) and what we answered (`out`).
"""


class ContractInfo(TypedDict):
    """Which document was judged against: its title, and the digest of the contract made from it."""

    document: str
    digest: str


class SuiteInfo(TypedDict):
    """Which suite judged."""

    name: str
    version: str
    contracts: dict[str, ContractInfo]


class IutInfo(TypedDict):
    """What was judged. Role and platform are null where the run covered several (embedded references)."""

    name: str
    version: str
    role: str | None
    platform: str | None
    url: NotRequired[str]
    command: NotRequired[str]
    embedded: bool
    file: str | None


class Filters(TypedDict):
    """What narrowed the selection; an empty list did not."""

    platforms: list[str]
    roles: list[str]
    only: list[str]
    exclude: list[str]
    soak_min: float | None


class SkippedCell(TypedDict):
    """One cell subject × purpose × target of the contract that is no case, and why."""

    cell: str
    reason: str


class RunInfo(TypedDict):
    """How it was judged. `complete` is false where the run was stopped before its last case."""

    id: str
    started: str
    finished: str | None
    duration_ms: float
    seed: int
    level: str
    filters: Filters
    allowed: list[str]
    complete: bool
    exit: int
    clock_offset_ms: float | None
    reproduce: str
    notes: list[str]
    skipped_cells: list[SkippedCell]


class FindingRecord(TypedDict):
    """One statement that did not hold. `expected` and `actual` are words where they are strings, else JSON values.

    `pointer` is a JSON pointer into the judged message; `exchange` the id of the evidence that shows it.
    """

    requirement: str
    statement: str
    verdict: FindingVerdict
    expected: Any
    actual: Any
    pointer: str | None
    note: str | None
    exchange: str | None


class AppliedWaiver(TypedDict):
    """The waiver that excuses a case: the verdict it excuses, why, and until which day (null: no end)."""

    reason: str
    expires: str | None
    verdict: str


class WaiverRecord(TypedDict):
    """One `[[waiver]]` of the IUT file, and the ids of the cases that it excused."""

    case: str
    verdict: str
    reason: str
    expires: str | None
    state: WaiverState
    cases: list[str]


class CaseResult(TypedDict):
    """One case. `message` is the failure text, or the reason where the case was not judged or not applicable; `reason` is
    that reason alone, which older results lack.
    """

    id: str
    platform: str
    role: str
    title: str
    section: str
    subject: str
    purpose: str
    requirements: list[str]
    verdict: CaseVerdict
    message: str
    reason: NotRequired[str]
    findings: list[FindingRecord]
    reproduce: str
    waived: AppliedWaiver | None
    started_ms: float
    duration_ms: float
    exchanges: list[str]


class RequirementResult(TypedDict):
    """One statement of a document and what the run says of it. `reason` tells why it is not judged, else empty."""

    id: str
    platform: str
    section: str
    heading: str
    level: str
    source: str
    role: str
    statement: str
    verdict: RequirementVerdict
    reason: str
    cases: list[str]


class Summary(TypedDict):
    """Cases by verdict. Waived cases are not in it: they are shown apart and do not count."""

    PASS: int
    WARN: int
    INCONCLUSIVE: int
    FAIL: int
    ERROR: int
    NOT_APPLICABLE: int


class Results(TypedDict):
    """`results.json`. `artefacts` gives the SHA-256 of every other file of the run."""

    suite: SuiteInfo
    iut: IutInfo
    run: RunInfo
    pics: dict[str, dict[str, Any]]
    pixit: dict[str, dict[str, Any]]
    waivers: list[WaiverRecord]
    verdict: RunVerdict
    summary: Summary
    requirements: list[RequirementResult]
    cases: list[CaseResult]
    artefacts: dict[str, str]


class Body(TypedDict):
    """Bytes that went over the wire: their head as text, or as Base64 where they are not UTF-8; all of their length."""

    text: NotRequired[str]
    base64: NotRequired[str]
    length: int
    sha256: str


class HttpOut(TypedDict):
    """A request as it was sent."""

    method: str
    url: str
    headers: list[list[str]]
    body: Body | None
    plain: NotRequired[Body | None]
    """What was enciphered into the body, where the protocol enciphers."""


class HttpIn(TypedDict, total=False):
    """What came back: an answer, an `error` in words, or the beginning of an answer and the error that ended it."""

    status: int
    reason: str
    headers: list[list[str]]
    body: Body | None
    plain: Body | None
    error: str


class RawOut(TypedDict):
    """Bytes written to a socket, and to which."""

    address: str
    body: Body | None


class RawIn(TypedDict, total=False):
    """Bytes read from the socket, or the `error` in words."""

    body: Body | None
    error: str


class MqttViolation(TypedDict):
    """A statement of MQTT 3.1.1 that a packet violates, and what was seen."""

    statement: str
    seen: str


class MqttPacket(TypedDict):
    """One MQTT packet, or one event of a connection (`packet` null, `body` null).

    `text` says in words what it is, `session` which connection it belongs to. A secret is replaced in `body`, which may
    then no longer parse; its length and digest are those of the true bytes. `payload` is that of a PUBLISH.
    """

    session: str
    packet: str | None
    text: str
    body: Body | None
    payload: NotRequired[Body]
    violations: list[MqttViolation]


class ProcessOut(TypedDict):
    """A child process as it was started."""

    argv: list[str]
    stdin: Body | None


class ProcessIn(TypedDict, total=False):
    """What the child left: `exit` null where it had to be stopped."""

    exit: int | None
    stdout: Body | None
    stderr: Body | None
    error: str


class LineOut(TypedDict):
    """A line written to a program's standard input."""

    body: Body | None


class LineIn(TypedDict, total=False):
    """The line that came, null where none did; the error says what was wrong with it."""

    body: Body | None
    error: str


class NoteOut(TypedDict):
    """A remark of the suite in the order of events."""

    text: str


class CallbackOut(TypedDict, total=False):
    """What the callback receiver answered: a status, or the `error` in words where it closed the connection."""

    status: int
    error: str


class CallbackIn(TypedDict):
    """A request of the implementation to the callback receiver."""

    method: str
    url: str
    headers: list[list[str]]
    body: Body | None


EvidenceRecord = TypedDict(
    "EvidenceRecord",
    {
        "id": str,
        "case": str | None,
        "t_ms": float,
        "duration_ms": float,
        "kind": EvidenceKind,
        "out": HttpOut | RawOut | MqttPacket | ProcessOut | LineOut | NoteOut | CallbackOut | None,
        "in": HttpIn | RawIn | MqttPacket | ProcessIn | LineIn | CallbackIn | None,
        "truncated": bool,
    },
)
"""One line of `evidence.ndjson`. `case` is null for what belongs to the run; `truncated`: a body's tail is not kept."""


def count_cases(cases: list[CaseResult]) -> Summary:
    """Count the cases by verdict, leaving out the waived ones as results.json does."""
    summary: Summary = {"PASS": 0, "WARN": 0, "INCONCLUSIVE": 0, "FAIL": 0, "ERROR": 0, "NOT_APPLICABLE": 0}
    for case in cases:
        if case["waived"] is None:
            summary[case["verdict"]] += 1
    return summary


def read_results(path: Path) -> Results:
    """Read a `results.json`.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not JSON, or not the result of a run.
    """
    try:
        data = json.loads(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    missing = sorted(Results.__required_keys__ - data.keys()) if isinstance(data, dict) else ["an object"]
    if missing:
        raise ValueError(f"{path} is not a results.json of iot-conformance: it lacks {', '.join(missing)}")
    return cast("Results", data)


def read_evidence(path: Path) -> Iterator[EvidenceRecord]:
    """Yield the records of an `evidence.ndjson` in their order.

    The file is appended to as things happen, so that a run that was killed leaves it readable: a last line that was
    only half written is passed over. Anything else that is no record is damage and is said.

    Raises:
        OSError: the file cannot be read.
        ValueError: a line before the last is not a JSON object; names the line.
    """
    with path.open("rb") as lines:
        broken: tuple[int, str] | None = None
        for number, line in enumerate(lines, start=1):
            if broken is not None:
                raise ValueError(f"{path}, line {broken[0]}: {broken[1]}")
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                broken = (number, f"not JSON: {error}")
                continue
            if not isinstance(record, dict) or "id" not in record:
                broken = (number, "not an evidence record")
                continue
            yield cast("EvidenceRecord", record)
        if broken is not None and line.endswith(b"\n"):
            raise ValueError(f"{path}, line {broken[0]}: {broken[1]}")

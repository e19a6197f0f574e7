"""The statement: what an acceptance tester signs, as data that every report renders in its own way.

It says what was judged, against which document, what holds clause by clause, what is unjudged and why, what is not
claimed or waived, and how to repeat it. It must not say more than the run showed: a conformance run finds differences
from a document, it certifies nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conformance.evidence.results import CaseResult, RequirementResult, Results, WaiverRecord
from conformance.report.text import amount, duration, listed, one_line
from conformance.report.verdicts import WORST_FIRST, rank

SIGNATURES = ("Tested by", "Accepted by")
"""Who signs: the one who ran the suite, and the one who takes the result."""

DISCLAIMER = (
    "This statement reports what one run of a test suite observed. It covers the named version and the scope below, "
    "and is not a certificate."
)

JUDGED = ("PASS", "WARN", "FAIL")
"""Verdicts after which something is known about a statement."""


@dataclass(frozen=True)
class Fact:
    """One line of the statement's head: a label, its value, and whether the value is a name or code to be copied."""

    label: str
    value: str
    code: bool = False


@dataclass(frozen=True)
class Tally:
    """The cases of one platform and role by verdict, waived ones apart."""

    platform: str
    role: str
    counts: Mapping[str, int]
    waived: int


@dataclass(frozen=True)
class Clause:
    """One section of a document in one role, with its statements in the order of the contract."""

    platform: str
    role: str
    section: str
    heading: str
    requirements: tuple[RequirementResult, ...]
    counts: Mapping[str, int]

    @property
    def verdict(self) -> str:
        """The verdict of the section: the worst of its statements, in the order of the reports."""
        return min(self.counts, key=rank)


@dataclass(frozen=True)
class Reason:
    """One reason, and everything that it holds for: ids of requirements, cases or cells."""

    text: str
    verdict: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """The content of the statement; see the module's docstring. Lists are empty where there is nothing to say."""

    title: str
    verdict: str
    sentence: str
    caveats: tuple[str, ...]
    facts: tuple[Fact, ...]
    tallies: tuple[Tally, ...]
    requirement_counts: Mapping[str, int]
    clauses: tuple[Clause, ...]
    broken: tuple[RequirementResult, ...]
    reservations: tuple[RequirementResult, ...]
    unjudged: tuple[Reason, ...]
    unjudged_cases: tuple[Reason, ...]
    untestable: tuple[Reason, ...]
    unsupported: tuple[Reason, ...]
    skipped: tuple[Reason, ...]
    waived: tuple[CaseResult, ...]
    faulty_waivers: tuple[WaiverRecord, ...]
    notes: tuple[str, ...]
    repeat: str


def make_statement(results: Results) -> Statement:
    """Draw the statement from the results of a run."""
    requirements, cases, run = results["requirements"], results["cases"], results["run"]
    of_verdict: dict[str, list[RequirementResult]] = defaultdict(list)
    for requirement in requirements:
        of_verdict[requirement["verdict"]].append(requirement)
    cases_of: dict[str, list[CaseResult]] = defaultdict(list)
    for case in cases:
        if case["waived"] is None:
            cases_of[case["verdict"]].append(case)
    unknown = of_verdict["ERROR"] + of_verdict["INCONCLUSIVE"]
    return Statement(
        title=_named(results),
        verdict=results["verdict"],
        sentence=_corrected(results) + _sentence(results, of_verdict, cases_of),
        caveats=tuple(_caveats(results)),
        facts=tuple(_facts(results)),
        tallies=tuple(_tallies(cases)),
        requirement_counts=_counted(requirement["verdict"] for requirement in requirements),
        clauses=tuple(_clauses(requirements)),
        broken=tuple(of_verdict["FAIL"]),
        reservations=tuple(of_verdict["WARN"]),
        unjudged=_grouped((row["reason"], row["verdict"], row["id"]) for row in unknown),
        unjudged_cases=_grouped(
            (case.get("reason") or case["message"], case["verdict"], case["id"])
            for case in cases_of["ERROR"] + cases_of["INCONCLUSIVE"]
        ),
        untestable=_grouped((row["reason"], "UNTESTABLE", row["id"]) for row in of_verdict["UNTESTABLE"]),
        unsupported=_grouped((row["reason"], "NOT_APPLICABLE", row["id"]) for row in of_verdict["NOT_APPLICABLE"]),
        skipped=_grouped((cell["reason"], "NOT_APPLICABLE", cell["cell"]) for cell in run["skipped_cells"]),
        waived=tuple(case for case in cases if case["waived"] is not None),
        faulty_waivers=tuple(waiver for waiver in results["waivers"] if waiver["state"] != "used"),
        notes=tuple(run["notes"]),
        repeat=run["reproduce"],
    )


def _named(results: Results) -> str:
    """Return name and version of what was judged."""
    iut = results["iut"]
    return (
        f"{iut['name']}, version unstated"
        if iut["version"] == "unstated"
        else f"{iut['name']} {iut['version']}".strip()
    )


def _corrected(results: Results) -> str:
    """Return what stands before the sentence where waivers alone make a run fail."""
    faulty = sum(waiver["state"] != "used" for waiver in results["waivers"])
    if not faulty or results["verdict"] not in {"PASS", "WARN"}:
        return ""
    what = "a waiver" if faulty == 1 else f"{faulty:,} waivers"
    return f"{results['verdict']}, but {what} must be corrected, and until then the run fails. "


def _sentence(
    results: Results, of_verdict: Mapping[str, list[RequirementResult]], cases_of: Mapping[str, list[CaseResult]]
) -> str:
    judged = sum(len(of_verdict[verdict]) for verdict in JUDGED)
    if results["verdict"] == "FAIL":
        if of_verdict["FAIL"]:
            count = len(of_verdict["FAIL"])
            return f"{count:,} of {amount(judged, 'judged requirement')} {'is' if count == 1 else 'are'} broken."
        return f"{amount(len(cases_of['FAIL']), 'case')} failed."
    if results["verdict"] == "ERROR":
        return f"The suite itself failed in {amount(len(cases_of['ERROR']), 'case')}; no final verdict is possible."
    if of_verdict["FAIL"]:  # a waiver takes a case out of the verdict; what it showed stays shown
        count = len(of_verdict["FAIL"])
        verb = "is" if count == 1 else "are"
        return f"No case that counts failed, but {amount(count, 'requirement')} {verb} broken under a waiver."
    if results["verdict"] == "INCONCLUSIVE":
        count = len(cases_of["INCONCLUSIVE"])
        if not count:
            return "Nothing was judged."
        return f"Nothing judged was found broken, but {amount(count, 'case')} could not be judged."
    if results["verdict"] == "WARN":
        count = len(of_verdict["WARN"])
        return f"{amount(judged, 'requirement')} judged; none is broken, {count:,} with a reservation."
    if judged == 1:
        return "The one requirement that could be judged holds."
    return f"All {judged:,} requirements that could be judged hold."


def _caveats(results: Results) -> Iterable[str]:
    if not results["run"]["complete"]:
        yield "The run was stopped before its end. Only the cases that had ended by then are covered."
    narrowed = [f"{name} {listed(values)}" for name, values in _filters(results) if values]
    if narrowed:
        yield f"The selection was narrowed: {'; '.join(narrowed)}. What was left out is not judged."
    waived = sum(case["waived"] is not None for case in results["cases"])
    if waived:
        yield f"{amount(waived, 'case')} waived by the tester: shown apart, not counted in the verdict."
    for waiver in results["waivers"]:
        if waiver["state"] != "used":
            yield f"The waiver for {one_line(waiver['case'], 80)} is {waiver['state']}; remove or renew it."


def _filters(results: Results) -> list[tuple[str, list[str]]]:
    """Return what narrowed the selection; naming the platform and role that the IUT has anyway narrows nothing."""
    filters, iut = results["run"]["filters"], results["iut"]
    return [
        ("platforms", [each for each in filters["platforms"] if each != iut["platform"]]),
        ("roles", [each for each in filters["roles"] if iut["embedded"] or each != iut["role"]]),
        ("only", filters["only"]),
        ("without", filters["exclude"]),
    ]


def _facts(results: Results) -> Iterable[Fact]:
    iut, run, suite = results["iut"], results["run"], results["suite"]
    yield Fact("Implementation", _named(results))
    yield Fact("Role", iut["role"] or listed(dict.fromkeys(case["role"] for case in results["cases"])) or "none")
    if iut["embedded"]:
        yield Fact("Reached as", "embedded reference, started by the suite")
    elif "url" in iut:
        yield Fact("Reached at", iut["url"], code=True)
    elif "command" in iut:
        yield Fact("Started by", iut["command"], code=True)
    if iut["file"]:
        yield Fact("IUT file", iut["file"], code=True)
    for platform, contract in suite["contracts"].items():
        yield Fact("Judged against", f"{contract['document']} ({platform})")
        yield Fact("Contract digest", contract["digest"], code=True)
    yield Fact("Suite", f"{suite['name']} {suite['version']}, level {run['level']}")
    yield Fact("Run", run["id"], code=True)
    yield Fact("Date", f"{run['started']}, took {duration(run['duration_ms'])}")
    yield Fact("Seed", str(run["seed"]), code=True)
    yield Fact("Allowed calls", listed(["read-only", "mutating", *run["allowed"]]))
    if run["clock_offset_ms"] is not None:
        yield Fact("Clock offset", f"{run['clock_offset_ms']:+.0f} ms against the suite's clock")


def _counted(verdicts: Iterable[str]) -> dict[str, int]:
    counts = Counter(verdicts)
    return {verdict: counts[verdict] for verdict in WORST_FIRST if counts[verdict]}


def _tallies(cases: Iterable[CaseResult]) -> Iterable[Tally]:
    groups: dict[tuple[str, str], list[CaseResult]] = defaultdict(list)
    for case in cases:
        groups[case["platform"], case["role"]].append(case)
    for (platform, role), members in sorted(groups.items()):
        counts = _counted(case["verdict"] for case in members if case["waived"] is None)
        yield Tally(platform, role, counts, sum(case["waived"] is not None for case in members))


def _clauses(requirements: Iterable[RequirementResult]) -> Iterable[Clause]:
    groups: dict[tuple[str, str, str], list[RequirementResult]] = defaultdict(list)
    for row in requirements:
        groups[row["platform"], row["role"], row["section"]].append(row)
    # A platform's and role's sections stay together, in the order in which the contract brings them.
    order = {key: place for place, key in enumerate(dict.fromkeys(key[:2] for key in groups))}
    for key in sorted(groups, key=lambda key: order[key[:2]]):
        rows = groups[key]
        yield Clause(*key, rows[0]["heading"], tuple(rows), _counted(row["verdict"] for row in rows))


def _grouped(rows: Iterable[tuple[str, str, str]]) -> tuple[Reason, ...]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for text, verdict, identifier in rows:
        groups[one_line(text) or "no reason was recorded", verdict].append(identifier)
    reasons = [Reason(text, verdict, tuple(ids)) for (text, verdict), ids in groups.items()]
    return tuple(sorted(reasons, key=lambda reason: (rank(reason.verdict), -len(reason.ids), reason.text)))

"""From outcomes to results: every requirement gets its verdict from the findings that cite it, and from nothing else."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from conformance import __version__
from conformance.contract import Contract, Requirement, Role
from conformance.evidence.redaction import Redactor
from conformance.evidence.results import (
    AppliedWaiver,
    CaseResult,
    FindingRecord,
    IutInfo,
    RequirementResult,
    Results,
    RunInfo,
    Summary,
    WaiverRecord,
)
from conformance.evidence.verdict import Verdict, combine
from conformance.iut.config import Iut
from conformance.iut.waivers import Waiver, state_of
from conformance.runner import wording
from conformance.runner.client_judging import Judging
from conformance.runner.execute import Outcome
from conformance.runner.selection import Filters
from conformance.suites.registry import contract_of, suite


@dataclass
class Collected:
    """What a run has gathered so far."""

    iuts: list[Iut]
    run: RunInfo
    redactor: Redactor
    started_s: float
    outcomes: list[Outcome] = field(default_factory=list)
    judging: Judging = field(default_factory=Judging)

    def results(self, *, today: dt.date) -> Results:
        """Return the results as far as the run has come."""
        contracts = {name: contract_of(name) for name in dict.fromkeys(iut.suite for iut in self.iuts)}
        waivers = [waiver for iut in self.iuts for waiver in iut.waivers]
        cases = [self._case(outcome, waivers, today) for outcome in self.outcomes]
        counted = [case for case in cases if case["waived"] is None]
        executed = [Verdict(case["verdict"]) for case in counted if case["verdict"] != Verdict.NOT_APPLICABLE]
        verdict = combine(executed) if executed or any(case["waived"] for case in cases) else Verdict.INCONCLUSIVE
        summary = {each.value: sum(case["verdict"] == each for case in counted) for each in Verdict}
        return Results(
            suite={
                "name": "iot-conformance",
                "version": __version__,
                "contracts": {
                    name: {"document": contract.title, "digest": contract.digest}
                    for name, contract in contracts.items()
                },
            },
            iut=self._iut(),
            run=self.run,
            pics=self._of_suites(lambda iut: iut.pics),
            pixit=self.redactor.value(self._of_suites(lambda iut: iut.pixit)),
            waivers=list(self._waivers(waivers, cases, today)),
            verdict=cast("Any", verdict.value),
            summary=cast("Summary", summary),
            requirements=[row for contract in contracts.values() for row in self._requirements(contract)],
            cases=cases,
            artefacts={},
        )

    def _of_suites(self, facts: Callable[[Iut], Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Return facts by suite, those of all roles of a platform together."""
        found: dict[str, dict[str, Any]] = {}
        for iut in self.iuts:
            found.setdefault(iut.suite, {}).update(facts(iut))
        return found

    def _iut(self) -> IutInfo:
        first = self.iuts[0]
        same = len(self.iuts) == 1
        info = IutInfo(
            name=first.name if same else "embedded references",
            version=first.version,
            role=first.role.value if len({iut.role for iut in self.iuts}) == 1 else None,
            platform=first.platform if same else None,
            embedded=first.embedded,
            file=str(first.file) if first.file else None,
        )
        if first.url and same:
            info["url"] = first.url
        if first.command and same:
            info["command"] = first.command
        return info

    def _case(self, outcome: Outcome, waivers: Iterable[Waiver], today: dt.date) -> CaseResult:
        case = outcome.case
        repeat = self.reproduce(outcome)
        declared = dict.fromkeys((*case.requirements, *(finding.requirement.id for finding in outcome.findings)))
        contract = contract_of(case.platform)
        about = contract.operations.get(case.subject) or contract.notifications.get(case.subject)
        return CaseResult(
            id=case.id,
            platform=case.platform,
            role=case.role.value,
            title=case.title,
            section=about.section if about else case.subject,
            subject=case.subject,
            purpose=case.purpose,
            requirements=list(declared),
            verdict=cast("Any", outcome.verdict.value),
            message=wording.message(outcome, repeat, self.redactor),
            reason=self.redactor.text(outcome.reason),
            findings=[self._finding(finding) for finding in outcome.broken],
            reproduce=repeat,
            waived=_applied(outcome, waivers, today),
            started_ms=round((outcome.started_s - self.started_s) * 1000, 1) if outcome.started_s else 0.0,
            duration_ms=round(outcome.duration_s * 1000, 1),
            exchanges=list(outcome.exchanges),
        )

    def reproduce(self, outcome: Outcome) -> str:
        """Return the command line that repeats a case."""
        iut = next((each for each in self.iuts if each.suite == outcome.case.platform), self.iuts[0])
        return wording.reproduce(
            outcome.case.id,
            file=str(iut.file) if iut.file else None,
            platform=iut.platform,
            role=iut.role.value if iut.platform is None or outcome.case.role is Role.CLIENT else None,
            seed=self.run["seed"],
            level=self.run["level"],
            allowed=self.run["allowed"],
            soak_min=self.run["filters"]["soak_min"] if outcome.case.soak else None,
            judging=self.judging if outcome.case.role is Role.CLIENT else None,
        )

    def _finding(self, finding: Any) -> FindingRecord:
        return FindingRecord(
            requirement=finding.requirement.id,
            statement=finding.requirement.statement,
            verdict=finding.verdict.value,
            expected=self.redactor.text(finding.expected),
            actual=self.redactor.text(finding.actual),
            pointer=self.redactor.text(finding.pointer) or None,
            note=self.redactor.text(finding.note) or None,
            exchange=finding.exchange or None,
        )

    @property
    def known(self) -> Mapping[str, bool]:
        """Every case of the IUTs by its id, with whether a run of this level takes it where nobody narrows it."""
        unnarrowed = Filters(level=self.run["level"], soak_min=self.run["filters"]["soak_min"])
        return {
            case.id: unnarrowed.takes(case)
            for iut in self.iuts
            for case in suite(iut.suite).cases
            if case.role is iut.role
        }

    def _waivers(self, waivers: list[Waiver], cases: list[CaseResult], today: dt.date) -> Iterable[WaiverRecord]:
        """Yield the waivers of which the run says anything, and what."""
        verdicts = {case["id"]: Verdict(case["verdict"]) for case in cases}
        known = self.known if waivers else {}
        for waiver in waivers:
            state = state_of(waiver, verdicts, today, known)
            if state is not None:
                yield WaiverRecord(
                    case=waiver.case,
                    verdict=waiver.verdict.value,
                    reason=waiver.reason,
                    expires=waiver.expires.isoformat(),
                    state=state,
                    cases=[case["id"] for case in cases if waiver.covers(case["id"]) and case["waived"] is not None],
                )

    def _requirements(self, contract: Contract) -> Iterable[RequirementResult]:
        found: dict[str, list[Verdict]] = defaultdict(list)
        citing: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in self.outcomes:
            if outcome.case.platform != contract.platform:
                continue
            for finding in outcome.findings:
                found[finding.requirement.id].append(finding.verdict)
            for identity in dict.fromkeys(
                (*outcome.case.requirements, *(finding.requirement.id for finding in outcome.findings))
            ):
                citing[identity].append(outcome)
        # What another role owes belongs to its own run; what no role is judged for is always told, with its reason.
        here = {iut.role for iut in self.iuts if iut.suite == contract.platform}
        elsewhere = {case.role for case in suite(contract.platform).cases} - here
        asked = self.run["filters"]["soak_min"] is not None
        unasked = frozenset() if asked else suite(contract.platform).only_soaked
        for requirement in contract.requirements.values():
            if requirement.role in elsewhere or (requirement.strict and self.run["level"] != "strict"):
                continue
            if requirement.id in unasked:
                continue
            yield _requirement(contract, requirement, found[requirement.id], citing[requirement.id])


def _applied(outcome: Outcome, waivers: Iterable[Waiver], today: dt.date) -> AppliedWaiver | None:
    for waiver in waivers:
        if waiver.covers(outcome.case.id) and waiver.verdict is outcome.verdict and waiver.expires >= today:
            return AppliedWaiver(reason=waiver.reason, expires=waiver.expires.isoformat(), verdict=waiver.verdict.value)
    return None


def _requirement(
    contract: Contract, requirement: Requirement, verdicts: list[Verdict], citing: list[Outcome]
) -> RequirementResult:
    verdict, reason = _judged(requirement, verdicts, citing)
    return RequirementResult(
        id=requirement.id,
        platform=contract.platform,
        section=requirement.section,
        heading=requirement.heading,
        level=requirement.level.value,
        source=requirement.source.value,
        role=requirement.role.value,
        statement=requirement.statement,
        verdict=cast("Any", verdict),
        reason=reason,
        cases=[outcome.case.id for outcome in citing],
    )


def _judged(requirement: Requirement, verdicts: list[Verdict], citing: list[Outcome]) -> tuple[str, str]:
    if verdicts:
        return combine(verdicts).value, ""
    if requirement.untestable:
        return "UNTESTABLE", requirement.untestable
    if requirement.conditional:
        return Verdict.NOT_APPLICABLE.value, f"no answer of this run had it: {requirement.conditional}"
    ran = [outcome for outcome in citing if outcome.verdict in {Verdict.PASS, Verdict.WARN, Verdict.FAIL}]
    if requirement.role is Role.CLIENT and ran:
        return Verdict.NOT_APPLICABLE.value, "the client sent nothing that it is about"
    if not citing:
        return Verdict.INCONCLUSIVE.value, "no case of this run is about it"
    skipped = [outcome for outcome in citing if outcome.verdict is Verdict.NOT_APPLICABLE]
    # Cases about an application as a whole cite every notification, and push those that it is subscribed to.
    if len(skipped) == len(citing) or (requirement.role is Role.APPLICATION and skipped):
        return Verdict.NOT_APPLICABLE.value, skipped[0].reason
    reasons: Mapping[str, None] = dict.fromkeys(outcome.reason for outcome in citing if outcome.reason)
    return Verdict.INCONCLUSIVE.value, next(iter(reasons), "no answer of this run had what the statement is about")

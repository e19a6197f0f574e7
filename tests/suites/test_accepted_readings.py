"""A platform that reads an unclear sentence otherwise is not blamed: the judged suite against the reference in each reading.

Each reading is shown alone, with what a tester of such a platform would write into the IUT file. Left out are the cases whose
requests depend on no reading, and cost most: generated messages and boundary values drawn from schemas (their answers are
judged by the same shapes as those of the cases here), and pushes of a thousand records. Refusals of requests that break a
constraint look alike whatever the reading is about; they are tried in the readings about refusals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from conformance.contract import Role, load
from conformance.evidence.verdict import Verdict
from conformance.reference.neuroncloud import readings
from conformance.runner.execute import Outcome, execute
from conformance.runner.selection import Claims
from conformance.suites.case import Case
from conformance.suites.moments import Moments
from conformance.suites.objects import Objects
from tests.faults.bench import Bench, bench
from tests.faults.share import share
from tests.matrix.ways import Told
from tests.matrix.ways.neuroncloud import TOLD

PLATFORM = "neuroncloud"
CONTRACT = load(PLATFORM)


UNJUDGED = {
    ("same-path/dataset-records", "neuroncloud/dataset-query/*"): (
        "records in members of their own have no time and no point that could be judged"
    ),
}
"""Cases that a reading leaves INCONCLUSIVE, and why."""
ABOUT_REFUSALS = (
    "code-placement",
    "undocumented-code",
    "credential-code",
    "code-or-flag",
    "partial-push",
    "parameter-location",
)
REFUSALS = ("outside", "omitted", "credentials")
COSTLY = ("*/generated/*", "*/coverage", "*thousand*", "*/maxItems", "*/documented-members")


@pytest.fixture(scope="module")
def warm() -> Iterator[Bench]:
    with bench(PLATFORM) as started:
        yield started


def _readings() -> list[str]:
    return sorted(f"{erratum.id}/{reading.id}" for erratum in CONTRACT.errata.values() for reading in erratum.readings)


AS_BUILT = "as built"
"""Stands for all readings that the reference shows unasked: asking for one of them changes nothing."""
SHOWN = [AS_BUILT, *(each for each in _readings() if each not in readings.AS_BUILT)]


def _cases(bench: Bench, reading: str) -> list[Case]:
    """Return the cases to try; those whose values get the time of their arrival come last, so that nobody waits for it."""
    refusals = reading.startswith(ABOUT_REFUSALS)
    chosen = [
        each
        for each in bench.cases.values()
        if each.role is Role.PLATFORM
        and not any(fnmatchcase(each.id, pattern) for pattern in COSTLY)
        and (refusals or each.purpose.split("/")[0] not in REFUSALS)
    ]
    return sorted(chosen, key=lambda each: each.purpose in {"minimal", "maximal"})


@pytest.fixture
def judged_in(warm: Bench) -> Iterator[Callable[[str], list[Outcome]]]:
    given = warm.environment.iut

    def judge(reading: str) -> list[Outcome]:
        told = TOLD.get(reading, Told())
        environment = warm.environment
        environment.iut = replace(given, pixit={**given.pixit, **told.pixit}, pics={**given.pics, **told.pics})
        environment.objects, environment.moments = Objects(), Moments()
        warm.control("POST", "reset")
        warm.control("PUT", "quirks", [] if reading == AS_BUILT else [reading])
        claims = Claims(CONTRACT, dict(environment.iut.pics), None, environment.iut.pixit)
        return [execute(environment, case) for case in _cases(warm, reading) if claims.verdict(case) is None]

    yield judge
    warm.control("PUT", "quirks", [])
    warm.environment.iut = given


def _unjudged(reading: str, case: str) -> bool:
    return any(reading == of and fnmatchcase(case, pattern) for of, pattern in UNJUDGED)


def test_excuses_and_settings_name_readings() -> None:
    assert {*TOLD, *(reading for reading, _ in UNJUDGED)} <= set(SHOWN)
    assert all(any(each.startswith(name) for each in _readings()) for name in ABOUT_REFUSALS)


@pytest.mark.parametrize("reading", share(SHOWN, str))
def test_platform_with_this_reading_passes(judged_in: Callable[[str], list[Outcome]], reading: str) -> None:
    outcomes = judged_in(reading)
    assert len(outcomes) > 90
    excused = {each.case.id for each in outcomes if _unjudged(reading, each.case.id)}
    blamed = {
        each.case.id: (each.verdict, each.reason, each.broken)
        for each in outcomes
        if each.verdict is not Verdict.PASS and not (each.case.id in excused and each.verdict is Verdict.INCONCLUSIVE)
    }
    assert blamed == {}
    needed = {pattern for of, pattern in UNJUDGED if of == reading}
    inconclusive = {each.case.id for each in outcomes if each.verdict is Verdict.INCONCLUSIVE}
    assert all(any(fnmatchcase(case, pattern) for case in inconclusive) for pattern in needed), (
        "an excuse is not needed"
    )


def test_shown_otherwise_no_member_that_may_be_absent_is_blamed(judged_in: Callable[[str], list[Outcome]]) -> None:
    """Answers that leave out whatever they may: nothing is broken, and what cannot be told is said to be unjudged."""
    for shape in ("shape/absent-optional", "shape/absent-leaf", "shape/null-optional", "shape/unknown-members"):
        blamed = [each for each in judged_in(shape) if each.verdict in {Verdict.FAIL, Verdict.ERROR}]
        assert [(each.case.id, each.reason, each.broken) for each in blamed] == []


def test_code_of_a_refused_duplicate_is_judged(warm: Bench) -> None:
    """No platform as built refuses duplicates, so the fault in their code needs the reading in which they are refused."""
    warm.control("PUT", "quirks", ["duplicate-data/refused"])
    try:
        outcome = warm.judge("neuroncloud/data-push/duplicate", ["behaviour/duplicate-code"])
    finally:
        warm.control("PUT", "quirks", [])
    assert outcome.verdict is Verdict.FAIL
    assert {each.requirement.id for each in outcome.broken} == {"neuroncloud/data-push/duplicate-code"}

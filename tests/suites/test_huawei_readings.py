"""A Huawei platform that reads an unclear sentence otherwise is not blamed: the suite against the reference in each reading.

Each reading is shown alone. It is held against the cases of the chapters whose module of the reference shows it, without
those that depend on no reading and cost most: generated messages and single broken constraints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

import pytest

from conformance.contract import Role, load
from conformance.evidence.verdict import Verdict
from conformance.reference.huawei.chapters import CHAPTERS
from conformance.reference.huawei.readings import AS_BUILT, ON_DEMAND
from conformance.runner.execute import Outcome, execute
from conformance.suites.case import Case
from conformance.suites.moments import Moments
from conformance.suites.objects import Objects
from tests.faults.bench import Bench, bench

PLATFORM: Final = "huawei"
CONTRACT: Final = load(PLATFORM)
UNTOUCHED: Final = ("*/generated/*", "*/coverage", "*/inside/*", "*/outside/*", "*/omitted/*", "*/documented-members")
"""Cases whose requests depend on no reading; their answers have the shapes of the other cases'."""
SHAPES: Final = ("shape/absent-optional", "shape/null-optional", "shape/unknown-members")
NOTIFICATIONS: Final = "notifications"
UNJUDGED: Final[Mapping[tuple[str, str], str]] = {}
"""Cases that a reading leaves INCONCLUSIVE, and why."""


def _tags() -> dict[str, set[str]]:
    """Return by reading the document's chapters that it is about; none for one of them all."""
    found: dict[str, set[str]] = {reading: set() for reading in ON_DEMAND}
    for chapter in CHAPTERS:
        # What serves no call pushes notifications.
        tags = {CONTRACT.operations[subject].chapter for subject in chapter.handlers} or {NOTIFICATIONS}
        for reading in chapter.on_demand:
            found.setdefault(reading, set()).update(tags)
    return found


TAGS: Final = _tags()


@pytest.fixture(scope="module")
def warm() -> Iterator[Bench]:
    with bench(PLATFORM) as started:
        yield started


def _cases(warm: Bench, reading: str) -> list[Case]:
    """Return the cases to try in a reading."""
    tags = TAGS.get(reading, set())
    return [
        case
        for case in warm.cases.values()
        if not case.strict
        and case.role is Role.PLATFORM
        and not any(fnmatchcase(case.id, pattern) for pattern in UNTOUCHED)
        and (
            not tags
            or any(
                CONTRACT.operations[call].chapter in tags
                for call in (*case.calls[:1], case.subject)
                if call in CONTRACT.operations
            )
            or (NOTIFICATIONS in tags and case.subject in CONTRACT.notifications)
        )
    ]


@pytest.fixture
def judged_in(warm: Bench) -> Iterator[Callable[[str], list[Outcome]]]:
    def judge(reading: str) -> list[Outcome]:
        environment = warm.environment
        environment.objects, environment.moments = Objects(), Moments()
        warm.control("POST", "reset")
        warm.control("PUT", "quirks", [reading])
        return [execute(environment, case) for case in _cases(warm, reading)]

    yield judge
    warm.control("PUT", "quirks", [])


def _excused(reading: str, case: str) -> bool:
    return any(reading == of and fnmatchcase(case, pattern) for of, pattern in UNJUDGED)


def test_every_reading_is_shown_or_was_built_in_or_says_nothing_to_show() -> None:
    known = {f"{erratum.id}/{reading.id}" for erratum in CONTRACT.errata.values() for reading in erratum.readings}
    built = {*AS_BUILT, *(reading for chapter in CHAPTERS for reading in chapter.as_built)}
    assert not built & TAGS.keys()
    assert built | TAGS.keys() <= known


@pytest.mark.parametrize("reading", sorted(TAGS))
def test_platform_with_this_reading_passes(judged_in: Callable[[str], list[Outcome]], reading: str) -> None:
    outcomes = judged_in(reading)
    assert len(outcomes) > 10
    blamed = {
        each.case.id: (each.verdict, each.reason, each.broken)
        for each in outcomes
        if each.verdict is not Verdict.PASS
        and not (each.verdict is Verdict.INCONCLUSIVE and _excused(reading, each.case.id))
    }
    assert blamed == {}


@pytest.mark.parametrize("shape", SHAPES)
def test_answer_that_leaves_out_what_it_may_is_not_blamed(
    judged_in: Callable[[str], list[Outcome]], shape: str
) -> None:
    blamed = [each for each in judged_in(shape) if each.verdict in {Verdict.FAIL, Verdict.ERROR}]
    assert [(each.case.id, each.reason, each.broken) for each in blamed] == []

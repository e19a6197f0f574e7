"""A Huawei platform that reads an unclear sentence otherwise is not blamed: the suite against the reference in each reading.

Each reading is shown alone. It is held against the cases about the operations whose module of the reference shows it, without
those that depend on no reading and cost most: generated messages and single broken constraints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

import pytest

from conformance.contract import Role
from conformance.evidence.verdict import Verdict
from conformance.reference.huawei.chapters import CHAPTERS
from conformance.reference.huawei.readings import AS_BUILT
from conformance.runner.execute import Outcome, execute
from conformance.suites.case import Case
from conformance.suites.moments import Moments
from conformance.suites.objects import Objects
from tests.faults.bench import Bench, bench
from tests.faults.share import share
from tests.matrix.ways.huawei import CONTRACT, SUBJECTS, concerned

PLATFORM: Final = "huawei"
SHAPES: Final = ("shape/absent-optional", "shape/absent-leaf", "shape/null-optional", "shape/unknown-members")
UNJUDGED: Final[Mapping[tuple[str, str], str]] = {
    (
        "refresh-token-null/not-given",
        "huawei/token-refresh/*",
    ): "a platform that gives no refresh token cannot be refreshed",
    (
        "command-for-offline-device/failed",
        "huawei/command-send/error/200-100428",
    ): "a platform that takes the command and says that it failed shows no row",
}
"""Cases that a reading leaves INCONCLUSIVE, and why."""


@pytest.fixture(scope="module")
def warm() -> Iterator[Bench]:
    with bench(PLATFORM) as started:
        yield started


def _cases(warm: Bench, reading: str) -> list[Case]:
    """Return the cases to try in a reading, or with answers of a shape."""
    return [
        case
        for case in warm.cases.values()
        if not case.strict and case.role is Role.PLATFORM and concerned(reading, case)
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
    assert not built & SUBJECTS.keys()
    assert built | SUBJECTS.keys() <= known


@pytest.mark.parametrize("reading", share(sorted(SUBJECTS), str))
def test_platform_with_this_reading_passes(judged_in: Callable[[str], list[Outcome]], reading: str) -> None:
    outcomes = judged_in(reading)
    assert len(outcomes) > 4
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
    blamed = {each.case.id: each for each in judged_in(shape) if each.verdict in {Verdict.FAIL, Verdict.ERROR}}
    assert {
        name: [(one.requirement.id, str(one.expected), str(one.actual)) for one in each.broken] or each.reason
        for name, each in blamed.items()
    } == {}

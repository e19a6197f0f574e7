"""Of an answer or a pushed message, the members that may be absent are left out, few at once: no case blames the platform.

All of them at once (`shape/absent-optional`) hides much: a list that is left out takes with it what its entries lack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fnmatch import fnmatchcase
from functools import cache
from itertools import groupby
from typing import Final

import pytest

from conformance.contract import Role, load
from conformance.evidence.verdict import Verdict
from conformance.reference.quirks import absences
from conformance.runner.execute import Outcome, execute
from conformance.suites.case import Case
from conformance.suites.moments import Moments
from conformance.suites.objects import Objects
from conformance.suites.registry import suite
from tests.faults.bench import Bench, bench
from tests.faults.share import share

PLATFORMS: Final = ("huawei", "living", "neuroncloud", "thingscloud")
"""Without the envelope, whose only optional member is the body that its probes promise."""
WIDE: Final = frozenset({"living", "neuroncloud"})
"""Where every case that makes the call is tried, not only those about it: there they tell of each other's calls."""
ROUNDS: Final = 3
"""In so many sets the members of a message are left out; of the neighbours in one object the others are then shown."""
UNTOUCHED: Final = (
    *("*/generated/*", "*/coverage", "*/minimal", "*/maximal", "*/inside/*", "*/outside/*", "*/omitted/*"),
    *("*/type/*", "*/enum/*", "*/error/*", "*/credentials/*", "*/media-type/*"),
)
"""Cases that look at answers only as the contract does."""


def _by_message() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield platform, subject and the absences of its message."""
    for platform in PLATFORMS:
        contract = load(platform)
        subjects = {operation.response.name: subject for subject, operation in contract.operations.items()}
        subjects |= {each.message.name: subject for subject, each in contract.notifications.items()}
        for message, names in groupby(absences(contract), key=lambda name: name.split("/")[1]):
            yield platform, subjects[message], tuple(names)


def _cases(platform: str, subject: str) -> list[Case]:
    """Return the cases that may miss a member of the message of a subject."""
    return [
        case
        for case in suite(platform).cases
        if case.role is Role.PLATFORM
        and not case.strict
        and not any(fnmatchcase(case.id, pattern) for pattern in UNTOUCHED)
        and (case.subject == subject or (platform in WIDE and subject in case.calls))
    ]


MESSAGES: Final = [each for each in _by_message() if _cases(*each[:2])]
"""Those that some case looks at closely; for the others there are the ways of being right in tests/matrix."""


@pytest.fixture(scope="module")
def warm() -> Iterator[Callable[[str], Bench]]:
    """One reference for all messages of a platform."""
    with ExitStack() as stack:
        yield cache(lambda platform: stack.enter_context(bench(platform)))


@pytest.mark.parametrize(
    ("platform", "subject", "names"),
    [
        pytest.param(*each, id=f"{each[0]}/{each[1]}")
        for each in share(MESSAGES, lambda message: f"{message[0]}/{message[1]}")
    ],
)
def test_member_that_may_be_absent_is_not_missed(
    warm: Callable[[str], Bench], platform: str, subject: str, names: tuple[str, ...]
) -> None:
    started = warm(platform)
    cases = _cases(platform, subject)
    assert cases
    blamed: dict[tuple[tuple[str, ...], str], Outcome] = {}
    try:
        for absent in filter(None, (names[start::ROUNDS] for start in range(ROUNDS))):
            started.environment.objects, started.environment.moments = Objects(), Moments()
            started.control("POST", "reset")
            started.control("PUT", "quirks", absent)
            for case in cases:
                outcome = execute(started.environment, case)
                if outcome.verdict in {Verdict.FAIL, Verdict.ERROR}:
                    blamed[absent, case.id] = outcome
    finally:
        started.control("PUT", "quirks", [])
    assert {key: (each.reason, each.broken) for key, each in blamed.items()} == {}

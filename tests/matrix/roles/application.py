"""Role application: the embedded application with the mistakes that real receivers make, as far as a sentence forbids them.

What a receiver is warned of for robustness alone is a mistake that no sentence speaks of, and no fault here; that each is
warned of is shown in tests/faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from conformance.contract import Requirement, Role, load
from conformance.runner.execute import Outcome
from tests.faults.bench import ApplicationBench, application_bench
from tests.faults.test_application import FAILS, PLATFORMS, TABLE
from tests.matrix.wrong import Ground, Wrong


def platforms() -> tuple[str, ...]:
    """Return the platforms that push notifications."""
    return tuple(PLATFORMS)


def wrongs(platform: str) -> tuple[Wrong, ...]:
    """Return each mistake with each message in which a table says that a case must fail it."""
    found: dict[tuple[str, str], list[str]] = {}
    for each, case, fault in TABLE:
        if each == platform and case.purpose in FAILS:
            found.setdefault((case.subject, fault), []).append(case.id)
    return tuple(
        Wrong(
            role=Role.APPLICATION.value,
            platform=platform,
            fault=f"{subject}/{fault}",
            kind="application",
            requirement=None,
            cases=tuple(cases),
            told=frozenset(cases),
            sections=_sections(platform, subject),
        )
        for (subject, fault), cases in sorted(found.items())
    )


def _sections(platform: str, subject: str) -> tuple[str, ...]:
    notification = load(platform).notifications.get(subject)
    return (f"{platform}/{notification.section}/",) if notification else ()


class Application:
    """A warm embedded application."""

    def __init__(self, warm: ApplicationBench) -> None:
        self.bench = warm
        self.cases = warm.cases

    def judge(self, case: str, wrong: Wrong | None) -> Outcome:
        """Run a case while the mistake is on."""
        return self.bench.judge(case, [wrong.fault.rpartition("/")[2]] if wrong else [])


@contextmanager
def ground(platform: str) -> Iterator[Ground]:
    """Start the embedded application."""
    with application_bench(platform) as warm:
        yield Application(warm)


def statement(platform: str, identity: str) -> Requirement:
    """Return a requirement of the contract."""
    return load(platform).requirements[identity]

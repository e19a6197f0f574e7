"""Role application: the embedded application with the mistakes that real receivers make."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from conformance.contract import Requirement, Role, load
from conformance.reference.receiving.faults import WRONG
from conformance.runner.execute import Outcome
from tests.faults.bench import ApplicationBench, application_bench
from tests.faults.test_application import FAILS, PLATFORMS, TABLE
from tests.matrix.wrong import Ground, Wrong


def platforms() -> tuple[str, ...]:
    """Return the platforms that push notifications."""
    return tuple(PLATFORMS)


def wrongs(platform: str) -> tuple[Wrong, ...]:
    """Return each mistake with each message in which a table says that it must be noticed."""
    found: dict[tuple[str, str], list[str]] = {}
    for each, case, fault in TABLE:
        if each == platform:
            found.setdefault((case.subject, fault), []).append(case.id)
    purposes = {case.id: case.purpose for each, case, _ in TABLE if each == platform}
    known = {case.id: case for each, case, _ in TABLE if each == platform}
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
            warns=not any(purposes[case] in FAILS for case in cases),
        )
        for (subject, fault), cases in sorted(found.items())
        if all(case in known for case in cases) and fault in WRONG
    )


def _sections(platform: str, subject: str) -> tuple[str, ...]:
    notification = load(platform).notifications.get(subject)
    return (f"{platform}/{notification.section}/",) if notification else ()


class Application:
    """A warm embedded application."""

    def __init__(self, warm: ApplicationBench) -> None:
        self.bench = warm
        self.cases = warm.cases

    def judge(self, case: str, wrong: Wrong) -> Outcome:
        """Run a case while the mistake is on."""
        return self.bench.judge(case, [wrong.fault.rpartition("/")[2]])


@contextmanager
def ground(platform: str) -> Iterator[Ground]:
    """Start the embedded application."""
    with application_bench(platform) as warm:
        yield Application(warm)


def statement(platform: str, identity: str) -> Requirement:
    """Return a requirement of the contract."""
    return load(platform).requirements[identity]

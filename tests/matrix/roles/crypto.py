"""Role crypto: a routine for every mistake of the lists, judged by the known-answer vectors in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from conformance.contract import Requirement, Role
from conformance.crypto.mistakes import Mistake
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.runner.embedded import own_routines
from conformance.runner.execute import Outcome, execute
from conformance.suites import crypto
from conformance.vectors import load
from conformance.vectors.operations import OPERATIONS, mistakes_of
from conformance.vectors.own import own_implementation, wrong_implementation
from conformance.vectors.protocol import Adapter
from tests.matrix.wrong import Ground, Wrong


def platforms() -> tuple[str, ...]:
    """Return the schemes that have a list of mistakes; they stand in the place of platforms."""
    return tuple(scheme for scheme in dict.fromkeys(scheme for scheme, _ in OPERATIONS) if _mistakes(scheme))


def _mistakes(scheme: str) -> tuple[Mistake, ...]:
    try:
        return mistakes_of(scheme)
    except KeyError:
        return ()


def wrongs(platform: str) -> tuple[Wrong, ...]:
    """Return each mistake with the vectors of the operations that it concerns, those that bear its flag first."""
    return tuple(_wrong(platform, mistake) for mistake in _mistakes(platform))


def _wrong(scheme: str, mistake: Mistake) -> Wrong:
    concerned = [file for file in load() if file.scheme == scheme and file.operation in mistake.wrong]
    tests = sorted(
        (test for file in concerned for test in file.tests), key=lambda test: mistake.flag.name not in test.flags
    )
    statements = [f"{crypto.NAME}/{scheme}/{file.operation}" for file in concerned]
    known = {case.id: case.requirements[0] for case in crypto.cases() if case.requirements}
    # What the vectors with its flag are about, where that is one thing: it may be worth a warning at most.
    own = {known[test.id] for test in tests if mistake.flag.name in test.flags}
    broken = own if len(own) == 1 else set(statements)
    return Wrong(
        role=Role.CRYPTO.value,
        platform=scheme,
        fault=mistake.name,
        kind="mistake",
        requirement=min(broken) if len(broken) == 1 else None,
        cases=tuple(test.id for test in tests),
        sections=tuple(statements),
    )


class Routines:
    """Judges wrong routines as the adapter protocol would, without a process between."""

    def __init__(self) -> None:
        self.cases = {case.id: case for case in crypto.cases()}
        self._redactor = Redactor()

    def judge(self, case: str, wrong: Wrong | None) -> Outcome:
        """Put one vector to a routine that makes the mistake."""
        if wrong is None:
            return self.run(case, cast("Adapter", own_implementation()))
        mistake = next(each for each in mistakes_of(wrong.platform) if each.name == wrong.fault)
        return self.run(case, cast("Adapter", wrong_implementation(mistake)))

    def run(self, case: str, adapter: Adapter) -> Outcome:
        """Put one vector to a routine."""
        routine = crypto.Routine(
            iut=own_routines(),
            contract=crypto.contract(),
            recorder=Recorder(None, self._redactor),
            redactor=self._redactor,
            seed=0,
            level="core",
            adapter=adapter,
        )
        return execute(routine, self.cases[case])


@contextmanager
def ground(platform: str) -> Iterator[Ground]:
    """Need no process."""
    del platform
    yield Routines()


def statement(platform: str, identity: str) -> Requirement:
    """Return a requirement of the vector files."""
    del platform
    return crypto.contract().requirements[identity]

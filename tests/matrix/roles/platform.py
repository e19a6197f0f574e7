"""Role platform: the faults of the embedded platforms, derived from their contracts and registered by name."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from conformance.contract import Requirement, Role, load
from conformance.reference.faults import Fault
from conformance.runner.execute import Outcome
from conformance.suites.registry import judged
from tests.faults.bench import bench
from tests.matrix.candidates import Candidates
from tests.matrix.wrong import Ground, Wrong

WARNED = frozenset({"unenforced", "lax-by-one"})
"""Kinds that break a mere constraint: the answer table allows a warning."""


def platforms() -> tuple[str, ...]:
    """Return the platforms that are judged."""
    return judged()


def faults(platform: str) -> tuple[Fault, ...]:
    """Return every fault that the reference knows."""
    started = importlib.import_module(f"conformance.reference.{platform}.start").start(None)
    return tuple(started.service.faults.known.values())


@cache
def wrongs(platform: str) -> tuple[Wrong, ...]:
    """Return the faults that a sentence speaks against; a change that breaks no statement is a variant and none."""
    candidates = Candidates(load(platform))
    return tuple(
        Wrong(
            role=Role.PLATFORM.value,
            platform=platform,
            fault=fault.id,
            kind=fault.kind,
            requirement=fault.requirement,
            cases=candidates.of(fault),
            sections=candidates.sections(fault),
            told=candidates.told(fault),
            warns=fault.kind in WARNED,
        )
        for fault in faults(platform)
        if candidates.demanded(fault)
    )


class Platform:
    """A warm embedded platform."""

    def __init__(self, platform: str) -> None:
        self._context = bench(platform)
        self.bench = self._context.__enter__()
        self.cases = self.bench.cases

    def judge(self, case: str, wrong: Wrong | None) -> Outcome:
        """Run a case while the fault is on."""
        self.bench.environment.gone_since = None
        return self.bench.judge(case, [wrong.fault] if wrong else [])

    def close(self) -> None:
        """Stop the platform."""
        self._context.__exit__(None, None, None)


@contextmanager
def ground(platform: str) -> Iterator[Ground]:
    """Start the embedded platform."""
    started = Platform(platform)
    try:
        yield started
    finally:
        started.close()


def statement(platform: str, identity: str) -> Requirement:
    """Return a requirement of the contract."""
    return load(platform).requirements[identity]

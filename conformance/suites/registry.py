"""Every case of a platform, for all roles: the generic purposes of its contract and the behaviour of its chapters.

Ids are unique and stable; a cell of the contract that is no case stands here with its reason. Completeness is a test.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache

from conformance.contract import Contract, load, platforms
from conformance.platforms.driver import driver, is_spoken
from conformance.suites import application, client, crypto, device
from conformance.suites.case import Case, SkippedCell
from conformance.suites.generic import claims, constraints, credentials, documented, errors, generated, valid


@dataclass(frozen=True)
class Suite:
    """The cases of one platform, in the order in which they run, and the cells that are none."""

    cases: tuple[Case, ...]
    skipped: tuple[SkippedCell, ...]

    @property
    def only_soaked(self) -> frozenset[str]:
        """Requirements that long checks alone are about: without `--soak` nobody asks about them."""
        long, short = (
            {each for case in self.cases if case.soak is soak for each in case.requirements} for soak in (True, False)
        )
        return frozenset(long - short)


@cache
def suite(platform: str) -> Suite:
    """Return the cases of a platform, or of role crypto.

    Raises:
        UsageError: this version does not judge the platform.
        ValueError: two cases have the same id (a mistake of the suite).
    """
    if platform == crypto.NAME:
        return Suite(crypto.cases(), ())
    driver(platform)
    contract = load(platform)
    found = [
        *generic(contract),
        *behaviour(platform),
        *not_behaviour(platform),
        *device.cases(platform),
        *application.cells(contract),
        *client.cells(contract),
    ]
    cases = tuple(each for each in found if isinstance(each, Case))
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise ValueError(f"two cases are named {case.id}")
        seen.add(case.id)
    return Suite(cases, tuple(each for each in found if isinstance(each, SkippedCell)))


def contract_of(name: str) -> Contract:
    """Return the contract that the cases of a suite cite: a platform's, or the vectors'."""
    return crypto.contract() if name == crypto.NAME else load(name)


def names() -> tuple[str, ...]:
    """Return the names of all suites: the platforms that are judged, and `crypto`."""
    return (*judged(), crypto.NAME)


def judged() -> tuple[str, ...]:
    """Return the platforms that this version can judge: those whose contract it has and whose protocol it speaks."""
    return tuple(platform for platform in platforms() if is_spoken(platform))


def generic(contract: Contract) -> list[Case | SkippedCell]:
    """Return every cell subject × purpose × target."""
    cells: list[Case | SkippedCell] = [*claims.cells(contract)]
    for operation in contract.operations.values():
        for purpose in (valid, documented, credentials, constraints, errors, generated):
            cells.extend(purpose.cells(contract, operation))
    cells.extend(errors.platform_cells(contract))
    return cells


def behaviour(platform: str) -> tuple[Case, ...]:
    """Return the behaviour cases: `CASES` of `conformance.suites.<platform>`."""
    module = importlib.import_module(f"conformance.suites.{platform}")
    return tuple(module.CASES)


def not_behaviour(platform: str) -> tuple[SkippedCell, ...]:
    """Return what one would look for among the behaviour cases and why it is none: `SKIPPED` of the same module, if any."""
    module = importlib.import_module(f"conformance.suites.{platform}")
    return tuple(getattr(module, "SKIPPED", ()))

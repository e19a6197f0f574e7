"""Role application: receivers that answer in other forms, and one that searches the text for the kind, as many do."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract import Role
from conformance.reference.framing import FRAMES
from conformance.reference.receiving.service import ANSWERS
from conformance.runner.execute import Outcome
from tests.faults.test_application import FAILS, cases
from tests.matrix.right import AS_BUILT
from tests.matrix.roles.application import Application

SEARCHING = "text-search"
"""A receiver that looks for the kind in the text without blanks; its mistake shows only where blanks are the purpose."""

COSTLY = frozenset({"generated", "burst", "huge"})
"""Purposes that send much: what a receiver answers does not hang on it."""


def variants(platform: str) -> tuple[str, ...]:
    """Return what the embedded application can show."""
    del platform
    return (AS_BUILT, *ANSWERS, *FRAMES, SEARCHING)


def shown(platform: str, variant: str) -> Iterator[tuple[str, Outcome]]:
    """Run every case against the warm embedded application in a variant."""
    from tests.matrix import crew

    ground = crew.warm(Role.APPLICATION.value, platform)
    assert isinstance(ground, Application)
    faults = [SEARCHING] if variant == SEARCHING else []
    ground.bench.control("PUT", "quirks", [variant] if variant in ANSWERS or variant in FRAMES else [])
    try:
        for case in cases(platform):
            if case.purpose not in COSTLY and (variant != SEARCHING or case.purpose in FAILS):
                yield case.id, ground.bench.judge(case.id, faults)
    finally:
        ground.bench.control("PUT", "quirks", [])

"""Role platform: shapes, texts and frames of answers, readings of errata, and members that are left out."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache

from conformance.contract import Role, load
from conformance.reference.framing import FRAMES, TEXTS
from conformance.reference.quirks import SHAPES, absences
from conformance.runner.execute import Outcome, execute
from conformance.runner.selection import Claims
from conformance.suites.case import Case
from conformance.suites.moments import Moments
from conformance.suites.objects import Objects
from conformance.suites.registry import behaviour
from tests.matrix.right import AS_BUILT
from tests.matrix.roles.platform import Platform
from tests.matrix.ways import Told, ways

ABSENT = "absent"
ROUNDS = 3
"""In so many sets the members that may be absent are left out; of the neighbours in one object the others are then shown."""
DRAWN = ("*/generated/*", "*/coverage")
"""Cases that draw messages: they look at answers only as the contract does, as all others do."""
SERVED = "*/generated/valid"
"""Of those, the ones that are to be served: what is drawn must be nothing that an accepted reading refuses."""
SINGLE = ("*/inside/*", "*/outside/*", "*thousand*")
"""Cases about one bound each: no reading hangs on which, and `omitted` has as many refusals."""
SUCCESSES = ("*/minimal", "*/maximal", "*/sent", "*/model")
"""With the behaviour cases, those that look at answers whose shape is another."""
FRAMED = ("*/minimal", "*/global/*", "*/sent", "*/paging", "*/pages")
"""Cases for how answers are written and sent, which does not hang on the operation: one call of each, and the general ones."""


@cache
def variants(platform: str) -> tuple[str, ...]:
    """Return what the embedded platform can show: all of it alone, and members that may be absent in a few sets."""
    started = importlib.import_module(f"conformance.reference.{platform}.start").start(None)
    single = absences(load(platform)).keys()
    unasked = importlib.import_module(f"conformance.reference.{platform}.readings").AS_BUILT
    named = [name for name in started.service.quirks.known if name not in single and name not in unasked]
    sets = [f"{ABSENT}/{number}" for number in range(ROUNDS)] if len(single) >= ROUNDS else []
    left_out = ways(platform).left_out
    return tuple(
        name for name in (AS_BUILT, *named, *sets) if name not in left_out and name.partition("/")[0] not in left_out
    )


def shown(platform: str, variant: str) -> Iterator[tuple[str, Outcome]]:
    """Run the cases against the warm embedded platform in a variant."""
    from tests.matrix import crew

    ground = crew.warm(Role.PLATFORM.value, platform)
    assert isinstance(ground, Platform)
    bench, environment = ground.bench, ground.bench.environment
    given, told = environment.iut, ways(platform).told.get(variant, Told())
    environment.iut = replace(given, pixit={**given.pixit, **told.pixit}, pics={**given.pics, **told.pics})
    environment.objects, environment.moments, environment.gone_since = Objects(), Moments(), None
    environment.prefix = f"conf-b{abs(hash(variant)) % 10**6}-"
    bench.control("POST", "reset")
    bench.control("PUT", "quirks", _quirks(platform, variant))
    try:
        claims = Claims(environment.contract, dict(environment.iut.pics), None, environment.iut.pixit)
        for case in bench.cases.values():
            chosen = case.role is Role.PLATFORM and not case.strict and _worthwhile(platform, variant, case)
            if chosen and claims.verdict(case) is None:
                yield case.id, execute(environment, case)
    finally:
        bench.control("PUT", "quirks", [])
        environment.iut = given


def _quirks(platform: str, variant: str) -> list[str]:
    kind, _, number = variant.partition("/")
    if variant == AS_BUILT:
        return []
    return sorted(absences(load(platform)))[int(number) :: ROUNDS] if kind == ABSENT else [variant]


def _worthwhile(platform: str, variant: str, case: Case) -> bool:
    if any(fnmatchcase(case.id, pattern) for pattern in DRAWN):
        return variant in _refusing(platform) and fnmatchcase(case.id, SERVED)
    if any(fnmatchcase(case.id, pattern) for pattern in SINGLE):
        return False
    if variant == AS_BUILT:
        return True
    if variant in FRAMES or variant in TEXTS:
        return any(fnmatchcase(case.id, pattern) for pattern in FRAMED)
    if variant in SHAPES or variant.startswith(ABSENT):
        return case.id in _behaviour(platform) or any(fnmatchcase(case.id, pattern) for pattern in SUCCESSES)
    return ways(platform).concerned(variant, case)


@cache
def _refusing(platform: str) -> frozenset[str]:
    """Return the readings of which the example is a refusal."""
    contract = load(platform)
    return frozenset(
        f"{erratum.id}/{reading.id}"
        for erratum in contract.errata.values()
        for reading in erratum.readings
        if reading.of == "exchange" and contract.refusal.is_valid(reading.example)
    )


@cache
def _behaviour(platform: str) -> frozenset[str]:
    return frozenset(case.id for case in behaviour(platform))

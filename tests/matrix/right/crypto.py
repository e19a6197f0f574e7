"""Role crypto: our own routines, and those that refuse, or take, whatever a vector leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from conformance.runner.execute import Outcome
from conformance.vectors import load
from conformance.vectors.judge import Implementation, Refused
from conformance.vectors.model import Json
from conformance.vectors.own import own_implementation
from conformance.vectors.protocol import Adapter
from tests.matrix.right import AS_BUILT
from tests.matrix.roles.crypto import Routines

REFUSING = "refuses what is acceptable"
TALKATIVE = "answers more than is asked"


def variants(platform: str) -> tuple[str, ...]:
    """Return the ways of being right."""
    del platform
    return (AS_BUILT, REFUSING, TALKATIVE)


@dataclass(frozen=True)
class Otherwise:
    """A right routine that differs where vectors leave it open."""

    variant: str

    def perform(self, scheme: str, operation: str, inputs: Json) -> Mapping[str, Any]:
        """Perform one operation; see `Implementation`."""
        answer = own_implementation().perform(scheme, operation, inputs)
        if self.variant == REFUSING and _acceptable(scheme, operation, inputs):
            raise Refused("left open")
        return {**answer, "took_ms": 1} if self.variant == TALKATIVE else answer


def _acceptable(scheme: str, operation: str, inputs: Json) -> bool:
    return any(
        test.result == "acceptable" and test.inputs == inputs
        for file in load()
        if (file.scheme, file.operation) == (scheme, operation)
        for test in file.tests
    )


def shown(platform: str, variant: str) -> Iterator[tuple[str, Outcome]]:
    """Put every vector of a scheme to the routine."""
    routines = Routines()
    implementation: Implementation = Otherwise(variant)
    for file in load():
        if file.scheme == platform:
            for test in file.tests:
                yield test.id, routines.run(test.id, cast("Adapter", implementation))

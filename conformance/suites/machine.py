"""Model machines: a lifecycle on the IUT held against a model of it; one case per lifecycle.

A machine's rules are steps: they call the IUT, compare with the model, and cite what they show. Hypothesis chooses their
order; a step that breaks a statement ends the sequence, and the shortest sequence found that still breaks it is reported.
A requirement counts as checked only if a step that cites it was really taken.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import hypothesis
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from conformance.evidence.findings import Inconclusive
from conformance.suites.context import Context
from conformance.suites.property import Examples, profile

STEPS = 12
"""Longest sequence: long enough to create, change twice, remove and look again."""


class Lifecycle(RuleBasedStateMachine):
    """Base of the machines; `context` is the case's.

    Each sequence begins with nothing: what a sequence made is removed when it ends, so that neither a hundred sequences nor
    a shrinking one fill the IUT. Once the IUT can no longer be asked the steps that are still drawn do nothing; preconditions
    hold on the model alone, so that there is always a step to draw.
    """

    context: Context
    examples: Examples

    def prepared(self) -> bool:
        """Tell whether the IUT can still be asked."""
        return self.examples.stopped is None

    def teardown(self) -> None:
        """Remove what the sequence made."""
        if not self.prepared():
            return
        try:
            self.context.close()
        except Inconclusive as error:
            self.examples.stopped = error


def step(**strategies: Any) -> Callable[[Callable[..., None]], Any]:
    """Make a method a rule whose findings belong to the case."""
    decorator: Any = rule(**strategies)
    return lambda method: decorator(_judged(method))


def first(**strategies: Any) -> Callable[[Callable[..., None]], Any]:
    """Make a method the step that begins every sequence; its findings belong to the case."""
    decorator: Any = initialize(**strategies)
    return lambda method: decorator(_judged(method))


def _judged(method: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(method)
    def taken(self: Lifecycle, **drawn: Any) -> None:
        self.examples.judge(lambda: method(self, **drawn))

    return taken


def run(context: Context, machine: type[Lifecycle]) -> None:
    """Run a machine as the body of a case.

    Raises:
        Inconclusive: a preamble failed, or the same sequence broke once and held once.
    """
    examples = Examples(context)
    bound = type(machine.__name__, (machine,), {"context": context, "examples": examples})
    bound = hypothesis.seed(context.seed)(bound)
    sequences = max(2, context.environment.examples // 4)
    examples.conclude(
        lambda: run_state_machine_as_test(bound, settings=profile(context, examples=sequences, steps=STEPS))
    )

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
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from conformance.suites.context import Context
from conformance.suites.property import Examples, profile

STEPS = 12
"""Longest sequence: long enough to create, change twice, remove and look again."""


class Lifecycle(RuleBasedStateMachine):
    """Base of the machines; `context` is the case's."""

    context: Context
    examples: Examples

    def prepared(self) -> bool:
        """Tell whether the IUT can still be asked."""
        return self.examples.stopped is None


def step(**strategies: Any) -> Callable[[Callable[..., None]], Any]:
    """Make a method a rule whose findings belong to the case."""

    def decorate(method: Callable[..., None]) -> Any:
        @functools.wraps(method)
        def taken(self: Lifecycle, **drawn: Any) -> None:
            self.examples.judge(lambda: method(self, **drawn))

        return rule(**strategies)(taken)

    return decorate


def run(context: Context, machine: type[Lifecycle]) -> None:
    """Run a machine as the body of a case.

    Raises:
        Inconclusive: a preamble failed, or the same sequence broke once and held once.
    """
    examples = Examples(context)
    bound = type(machine.__name__, (machine,), {"context": context, "examples": examples})
    hypothesis.seed(context.seed)(bound)
    sequences = max(2, context.environment.examples // 4)
    examples.conclude(
        lambda: run_state_machine_as_test(bound, settings=profile(context, examples=sequences, steps=STEPS))
    )

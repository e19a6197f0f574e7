"""Holding the answer to a call that the tester names against what the tester promises of it."""

from __future__ import annotations

from typing import Final

from conformance.contract.messages import shorten
from conformance.evidence.exchange import Answer
from conformance.iut.probes import Probe
from conformance.suites.checks import Checks

PROMISED: Final = "global/probe-answer"
"""The statement that such a call is answered as its interface document promises; contracts with probes have it."""


def check_answer(context: Checks, probe: Probe, answer: Answer) -> bool:
    """Check that a served probe carries what its `success` describes; one without it is only served."""
    if probe.success is None:
        return True
    from conformance.contract.wording import validator  # at the first judgement: it takes long to import

    errors = sorted(validator(probe.success).iter_errors(answer.content), key=lambda error: str(error.absolute_path))
    for error in errors[:1]:
        context.check(
            PROMISED,
            False,
            expected=f"{error.validator} {shorten(error.validator_value)}",
            actual=shorten(error.instance),
            pointer="".join(f"/{token}" for token in error.absolute_path),
            note=f"in what probe {probe.name!r} carries back, by `success` of the IUT file",
            answer=answer,
        )
    return not errors and context.check(PROMISED, True, answer=answer)

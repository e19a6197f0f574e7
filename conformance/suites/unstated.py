"""What is judged where no sentence tells whether a request is served or refused: that it is answered at all."""

from __future__ import annotations

from conformance.evidence.exchange import Answer
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, says


def is_answered(context: Context, requirement: str, answer: Answer) -> None:
    """Check that a request of which no sentence speaks was answered as a success or a refusal."""
    context.check(
        requirement,
        says(context.contract, answer) is not Says.NEITHER,
        expected="a success or a refusal",
        actual=answer.describe(),
        answer=answer,
    )


def tells(context: Context, requirement: str, answer: Answer, what: str) -> None:
    """Judge an answer where the document leaves open whether it says yes or no; the report is told which it was."""
    context.refused(requirement, answer, Stated.NOTHING)
    if (said := says(context.contract, answer)) is not Says.NEITHER:
        context.notes.append(f"{what}: {'served' if said is Says.YES else 'refused'}")

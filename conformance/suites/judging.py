"""What an answer is worth: findings on observations, on valid requests served and on invalid ones refused.

`judge` tells what an answer says; the table that makes verdicts of it (docs/writing-a-case.md) stands here.
"""

from __future__ import annotations

from dataclasses import replace

from conformance.contract import ErrorRow, Level, Operation, Requirement
from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.evidence.received import Received
from conformance.suites import judge
from conformance.suites.checks import Checks
from conformance.suites.judge import Says, Stated


class Judging(Checks):
    """Checks of answers by the contract."""

    def observe(self, seen: judge.Observation, answer: Answer | Received) -> None:
        """Record what any answer, or any message that is pushed, owes; that a statement holds is recorded once."""
        if seen.holds and seen.requirement in self._tried:
            return
        statement = self.requirement(seen.requirement)
        if seen.in_the_field and statement.level is Level.MUST:
            statement = replace(statement, level=Level.SHOULD)
        self.check(
            statement,
            seen.holds,
            expected=seen.expected,
            actual=seen.actual,
            pointer=seen.pointer,
            note=seen.note,
            answer=answer,
        )

    def served(self, operation: Operation, answer: Answer, requirement: str | None = None) -> bool:
        """Check that a valid request was served: a documented status and an answer that says yes."""
        circumstance = judge.circumstance(self.contract, operation, answer)
        if circumstance is not None:
            raise Inconclusive(
                f"{circumstance.text} That is due to what else lives on the platform: {answer.describe()}"
            )
        read = judge.refusal_read(self.contract, operation, answer)
        if read is not None:
            return self.check(
                requirement or operation.requirement("success"), True, note=f"erratum {read.id}", answer=answer
            )
        said = judge.says(self.contract, answer) is Says.YES and answer.status in operation.statuses
        statuses = " or ".join(map(str, operation.statuses))
        return self.check(
            requirement or operation.requirement("success"),
            said,
            expected=f"HTTP {statuses} and a body that says success",
            actual=answer.describe()
            + (f" ({answer.json_problem})" if answer.json_problem and answer.failure is None else ""),
            answer=answer,
        )

    def refused(
        self,
        requirement: str,
        answer: Answer,
        stated: Stated = Stated.REFUSAL,
        *,
        row: ErrorRow | None = None,
        what: str = "a refusal",
    ) -> bool:
        """Judge the answer to an invalid request by the answer table."""
        statement = judge.level_of(stated, self.requirement(requirement))
        said = judge.says(self.contract, answer)
        if said is Says.NEITHER:
            return self._broken(statement, answer, stated)
        if stated is Stated.NOTHING:
            return self.check(statement, True, answer=answer)
        if said is Says.YES:
            return self.check(statement, False, expected=what, actual=f"accepted: {answer.describe()}", answer=answer)
        if row is not None and not judge.row_matches(row, answer):
            actual = f"another refusal: {answer.describe()}"
            return self.check(
                statement, False, expected=f"the refusal {row.key}: {row.text}", actual=actual, answer=answer
            )
        return self.check(statement, True, answer=answer)

    def _broken(self, statement: Requirement, answer: Answer, stated: Stated) -> bool:
        """No documented answer at all: worth a FAIL only where a sentence says what a refusal looks like."""
        note = f"in answer to a request that breaks {statement.id}"
        if stated is Stated.REFUSAL:
            return self.check(
                statement, False, expected="a documented refusal", actual=answer.describe(), answer=answer
            )
        if self.contract.failure_shape and stated is Stated.CONSTRAINT:
            return self.check(
                self.contract.failure_shape,
                False,
                expected="a refusal of the documented shape",
                actual=answer.describe(),
                note=note,
                answer=answer,
            )
        weak = replace(statement, level=Level.SHOULD)
        return self.check(weak, False, expected="a refusal", actual=answer.describe(), note=note, answer=answer)

"""What a case of role client is given: the calls that were heard, and checks that cite them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case
from conformance.suites.client.environment import ClientEnvironment
from conformance.suites.client.heard import Heard
from conformance.suites.client.listener import Breach
from conformance.suites.judge import Observation
from conformance.suites.judging import Judging


class ClientContext(Judging):
    """One case of role client under way."""

    def __init__(self, environment: ClientEnvironment, case: Case) -> None:
        super().__init__(environment, case)
        self.environment = environment

    def calls(self, subject: str | None = None) -> Sequence[Heard]:
        """Return the calls of an operation (unset: all), of every pass.

        Raises:
            Inconclusive: there are none.
        """
        found = [call for call in self.environment.heard if subject is None or call.subject == subject]
        if not found:
            raise Inconclusive(
                f"pics.operations claims {subject}, and the client never called it"
                if subject
                else "the client made no call; see that it uses the address that it is given"
            )
        return found

    def all_of(self, observations: Iterable[Observation], call: Heard) -> None:
        """Record what was seen of a call."""
        for each in observations:
            self._looks_at(call)
            self.observe(each, call.answer)

    def broken(self, requirement: str, breach: Breach | None, call: Heard) -> None:
        """Record whether a statement holds for a call."""
        self._looks_at(call)
        self.observe(breach.observed(requirement) if breach else Observation(requirement, True), call.answer)

    def _looks_at(self, call: Heard) -> None:
        if call.answer.evidence:
            self.looked_at[call.answer.evidence] = None

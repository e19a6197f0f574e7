"""A trial of a client in its own tests: the reference and the judge in this process, and whoever asks brings the calls.

It judges what a run judges, by the same cases; there is one pass, and nobody starts or ends the client.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from conformance.contract import Role, load
from conformance.evidence.exchange import Answer, Request
from conformance.evidence.recorder import Recorder
from conformance.evidence.verdict import Verdict
from conformance.iut.config import Iut, checked
from conformance.iut.errors import UsageError
from conformance.runner.client_judging import Judging
from conformance.runner.clients import chosen, refused
from conformance.runner.execute import Outcome, execute
from conformance.runner.inprocess import InProcess
from conformance.runner.selection import check_claims
from conformance.runner.session import learn, redactor_for
from conformance.runner.wording import message
from conformance.suites.case import Case
from conformance.suites.client import cells
from conformance.suites.client.desk import Desk
from conformance.suites.client.environment import ClientEnvironment, Ended
from conformance.suites.client.listener import listener

ADDRESS: Final = "https://platform.invalid"
OPTIONS: Final = ("provoke", "lenient", "credentials", "operations", "gateway", "hold_s")
"""What a trial takes besides keys of [pixit]; they are named where a word is not known."""


class Trial:
    """One client of one platform. Give it every call, then ask what they come to."""

    def __init__(
        self,
        platform: str,
        *,
        provoke: Sequence[str] = (),
        lenient: bool = False,
        credentials: Mapping[str, str] | None = None,
        operations: Sequence[str] = (),
        gateway: bool = False,
        hold_s: float = 0.0,
        url: str = ADDRESS,
        **pixit: Any,
    ) -> None:
        """Prepare a trial.

        Args:
            platform: the protocol that the client speaks.
            provoke: what is provoked (`conformance.suites.client.provocations`).
            lenient: calls that break a constraint are answered as if they did not.
            credentials: what the reference takes; it makes the rest.
            operations: what the client is claimed to call.
            gateway: demand the API gateway's signature, where there is one.
            hold_s: for how long the answer of a sign-in is held back.
            url: the address by which the client knows the platform.
            pixit: what else a tester would write under [pixit].

        Raises:
            UsageError: something of it cannot be used.
        """
        contract, heard = load(platform), listener(platform)
        if heard is None:
            raise UsageError(f"role client: this version has no cases for clients of {platform} yet")
        checked("pixit", pixit, contract.keys, place="option ", beside=OPTIONS)
        given = dict(heard.made(credentials or {}))
        reference = InProcess(platform, given, pixit, gateway=gateway)
        claims = {"operations": list(operations)} if operations else {}
        told = {**reference.pixit, **pixit, **({"gateway": True} if gateway else {})}
        iut = Iut(
            "client", "", Role.CLIENT, platform, credentials={**given, **reference.credentials}, pics=claims, pixit=told
        )
        check_claims(iut, contract)
        tried = chosen(iut, Judging(provoke=tuple(provoke)), contract)
        redactor = redactor_for([platform])
        learn(iut, redactor)
        self.url = url
        self.credentials, self.pixit = reference.credentials, reference.pixit
        self._environment = ClientEnvironment(
            iut=iut,
            contract=contract,
            recorder=Recorder(None, redactor),
            redactor=redactor,
            listener=heard,
            refused=refused(contract, tried),
        )
        self.cases = {each.id: each for each in cells(contract) if isinstance(each, Case)}
        self.desk = Desk(self._environment, reference, self._environment.recorder, lenient=lenient, hold_s=hold_s)
        self.desk.begin(*tried)

    def serve(self, request: Request) -> Answer:
        """Return what a call is answered, when it is due; who must not wait asks the desk."""
        served = self.desk.serve(request)
        time.sleep(served.hold_s)
        return served.answer

    def outcomes(self, ended: Ended | None = None) -> list[Outcome]:
        """End the trial and return what every case came to that concerns the client."""
        self.desk.end(ended)
        return self.judged()

    def judged(self) -> list[Outcome]:
        """Return what every case that concerns the client comes to, by the passes that have ended."""
        environment = self._environment
        environment.passes = self.desk.passes
        return [execute(environment, case) for case in self.cases.values() if not environment.unclaimed(case)]

    def problems(self, outcomes: Sequence[Outcome]) -> list[str]:
        """Return what is wrong with the client as texts: of every case that failed, or that could not be judged."""
        bad = [each for each in outcomes if each.verdict in {Verdict.FAIL, Verdict.ERROR}]
        return [self.told(each) for each in bad]

    def told(self, outcome: Outcome) -> str:
        """Return what a case came to as a text, with the calls that it shows."""
        redactor = self._environment.redactor
        cited = {finding.exchange for finding in outcome.broken}
        calls = (call for call in self._environment.heard if call.answer.evidence in cited)
        shown = [f"  {each.answer.evidence}: {each.request.method} {redactor.text(each.request.url)}" for each in calls]
        title = f"{outcome.case.id}: {outcome.case.title}"
        return "\n".join([title, message(outcome, "", redactor), *shown])

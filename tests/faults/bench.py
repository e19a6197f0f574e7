"""A warm reference whose faults are switched one after another: what the fault tests judge with.

It calls the same case functions as every other runner, in one process, against one reference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from conformance.contract import Role
from conformance.evidence.exchange import Request
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.iut.upper_tester import HttpUpperTester
from conformance.runner.embedded import embedded
from conformance.runner.execute import Outcome, execute
from conformance.runner.session import Options, receiving, session
from conformance.suites.application.environment import ApplicationEnvironment
from conformance.suites.environment import Environment
from conformance.suites.moments import Moments
from conformance.suites.objects import Objects
from conformance.suites.registry import suite

EXAMPLES = 8
"""Examples per property test: a derived fault shows at once or never."""

QUICK = {
    "examples": EXAMPLES,
    "request_timeout_s": 2,
    "notification_timeout_s": 0.5,
    "mqtt_timeout_s": 0.5,
    "mqtt_keep_alive_s": 2,
}

CONTROL_TIMEOUT_S = 30
"""For the switchboard, whose list of faults is megabytes long: on a busy machine that takes longer than a call."""


class Bench:
    """One reference with its switchboard."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.cases = {case.id: case for case in suite(environment.contract.platform).cases}
        tester = environment.upper_tester
        assert isinstance(tester, HttpUpperTester)
        self._headers = tester.headers
        # A reference that says it is busy says so for ever: there is nothing to wait for.
        environment.busy_pause = lambda _: None
        self.faults_by_id = self.faults()
        self._judged = 0

    def control(self, method: str, name: str, value: Any = None) -> Any:
        body = None if value is None else json.dumps(value).encode()
        client = self.environment.client
        within, client.timeout_s = client.timeout_s, CONTROL_TIMEOUT_S
        try:
            answer = client.send(Request(method, f"{client.base_url}/__control__/{name}", self._headers, body))
        finally:
            client.timeout_s = within
        assert answer.status == 200, answer.describe()
        assert answer.failure is None, answer.describe()
        return answer.json

    def faults(self) -> dict[str, dict[str, Any]]:
        return {fault["id"]: fault for fault in self.control("GET", "faults")}

    def judge(self, case: str, faults: Sequence[str]) -> Outcome:
        """Run a case while faults are on; what it leaves behind is forgotten."""
        # What the case before left behind, a limit that it reached for one, must not decide this one.
        self.control("POST", "reset")
        # Tokens are signed in before the fault is on: a fault of the body must not end as a failed preamble.
        tokens = self._tokens(case)
        self.environment.objects = Objects()
        self.environment.objects.shared.update(tokens)
        self.environment.moments = Moments()
        self.environment.leftovers.clear()
        self._judged += 1
        self.environment.prefix = f"conf-f{self._judged}-"
        self.control("PUT", "faults", list(faults))
        try:
            return execute(self.environment, self.cases[case])
        finally:
            self.control("PUT", "faults", [])
            self.control("POST", "clock", {"offset_s": 0})

    def _tokens(self, case: str) -> dict[str, Any]:
        from conformance.suites.context import Context

        rules = self.environment.contract.objects
        # Where a new token ends the former, the case before may have ended the one that was kept.
        if not hasattr(self, "_signed_in") or any(rule.sole for rule in rules.values()):
            self.environment.objects = Objects()
            context = Context(self.environment, self.cases[case])
            self._signed_in = {
                name: self.environment.objects.provide(context, name, shared=True)
                for name, rule in rules.items()
                if rule.credential
            }
        return dict(self._signed_in)


@contextmanager
def bench(platform: str) -> Iterator[Bench]:
    redactor = Redactor()
    iut = embedded(platform, Role.PLATFORM)
    iut = replace(iut, pixit=QUICK)
    with session(iut, Options(run_id="faults"), recorder=Recorder(None, redactor), redactor=redactor) as environment:
        yield Bench(environment)


class ApplicationBench:
    """One reference application with its switchboard."""

    def __init__(self, environment: ApplicationEnvironment) -> None:
        self.environment = environment
        self.cases = {case.id: case for case in suite(environment.contract.platform).cases}
        tester = environment.upper_tester
        assert isinstance(tester, HttpUpperTester)
        self._headers = tester.headers
        self.faults_by_id = {fault["id"]: fault for fault in self.control("GET", "faults")}

    def control(self, method: str, name: str, value: Any = None) -> Any:
        body = None if value is None else json.dumps(value).encode()
        with self.environment.connect() as client:
            answer = client.send(Request(method, f"{self.environment.url}/__control__/{name}", self._headers, body))
        assert answer.status == 200, answer.describe()
        return answer.json

    def judge(self, case: str, faults: Sequence[str] = ()) -> Outcome:
        """Run a case while faults are on."""
        self.control("POST", "reset")
        self.control("PUT", "faults", [f"behaviour/{fault}" for fault in faults])
        try:
            return execute(self.environment, self.cases[case])
        finally:
            self.control("PUT", "faults", [])


@contextmanager
def application_bench(platform: str) -> Iterator[ApplicationBench]:
    redactor = Redactor()
    iut = replace(embedded(platform, Role.APPLICATION), pixit={"examples": EXAMPLES, "request_timeout_s": 1})
    with receiving(iut, Options(run_id="faults"), recorder=Recorder(None, redactor), redactor=redactor) as environment:
        yield ApplicationBench(environment)

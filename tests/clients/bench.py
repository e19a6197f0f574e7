"""A trial of a reference client, with what it does wrong: its calls go to the desk without a socket."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from conformance.evidence.exchange import Request
from conformance.reference.calling.caller import CONDUCT, Fault, Outgoing, Reply
from conformance.runner.client_judging import Address
from conformance.runner.clients import passes, told_by_environment
from conformance.runner.execute import Outcome
from conformance.runner.trial import Trial
from conformance.suites.client.environment import Ended

CLASSES = {
    "huawei": "HuaweiClient",
    "thingscloud": "ThingsCloudClient",
    "living": "LivingClient",
    "neuroncloud": "NeuronClient",
    "envelope": "EnvelopeClient",
}


@cache
def faults(platform: str) -> Mapping[str, Fault]:
    """The faults of a reference client."""
    module = importlib.import_module(f"conformance.reference.{platform}.client.client")
    return {**CONDUCT, **module.FAULTS}


def client(trial: Trial, platform: str, *active: str) -> Any:
    """A reference client whose calls go to the desk of a trial."""
    module = importlib.import_module(f"conformance.reference.{platform}.client.client")
    base = getattr(module, CLASSES[platform])

    class Direct(base):  # type: ignore[misc, valid-type]
        def connect(self) -> Any:
            return _Straight(trial)

    address = Address(trial.url, None, trial.credentials, trial.pixit)
    facts = {key.removeprefix("IOT_CONFORMANCE_").lower(): value for key, value in told_by_environment(address).items()}
    return Direct(trial.url, "", facts, {name: faults(platform)[name] for name in active})


class _Straight:
    """Stands in for `http.client.HTTPConnection`."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial

    def request(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> None:
        self._request = Request(method, self._trial.url + target, tuple(headers.items()), body)

    def getresponse(self) -> Any:
        answer = self._trial.serve(self._request)
        return type("Answer", (), {"status": answer.status, "read": lambda _: answer.body})()


def tour_of(platform: str) -> Any:
    name = "tour" if platform == "huawei" else "client"
    return importlib.import_module(f"conformance.reference.{platform}.client.{name}").tour


def judged(platform: str, *active: str, provoke: Sequence[str] = (), **options: Any) -> dict[str, Outcome]:
    """What each case comes to about a reference client with faults. It runs as the suite has it run."""
    options.setdefault("gateway", platform == "living")
    trial = Trial(platform, **options)
    passes(trial.desk, tuple(provoke), lambda: run(trial, platform, active))
    return {each.case.id: each for each in trial.judged()}


def run(trial: Trial, platform: str, active: Sequence[str]) -> Ended:
    """Have the client make its calls; how it ended."""
    try:
        tour_of(platform)(client(trial, platform, *active))
    except Exception:  # a wrong client dies of what it is answered
        return Ended(1, f"; it printed: {traceback.format_exc().splitlines()[-1]}")
    return Ended(int("ends-badly" in active), "")


__all__ = ["CLASSES", "CONDUCT", "Outgoing", "Reply", "client", "faults", "judged", "run"]

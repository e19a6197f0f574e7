"""A trial of a reference client, with what it does wrong or writes otherwise: its calls go to the desk without a socket."""

from __future__ import annotations

import copy
import importlib
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from conformance.evidence.exchange import Request
from conformance.reference.calling.caller import CONDUCT, Fault, Outgoing, Reply
from conformance.reference.neuroncloud import credentials
from conformance.runner.client_judging import Address
from conformance.runner.clients import passes, told_by_environment
from conformance.runner.execute import Outcome
from conformance.runner.trial import Trial
from conformance.suites.client.environment import Ended
from conformance.suites.neuroncloud import client as neuroncloud
from tests.clients.forms import PLAIN, Form

CLASSES = {
    "huawei": "HuaweiClient",
    "thingscloud": "ThingsCloudClient",
    "living": "LivingClient",
    "neuroncloud": "NeuronClient",
    "envelope": "EnvelopeClient",
}


@contextmanager
def keys_made_once() -> Iterator[None]:
    """Have all trials share two key pairs: making one costs more than a whole trial."""
    of_reference, of_judge = credentials.new(), neuroncloud.LISTENER.made({})
    made = neuroncloud.LISTENER.made
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "new", lambda: dict(of_reference))
        object.__setattr__(neuroncloud.LISTENER, "made", lambda given: {**of_judge, **given})
        try:
            yield
        finally:
            object.__setattr__(neuroncloud.LISTENER, "made", made)


@cache
def faults(platform: str) -> Mapping[str, Fault]:
    """The faults of a reference client."""
    module = importlib.import_module(f"conformance.reference.{platform}.client.client")
    return {**CONDUCT, **module.FAULTS}


def client(
    trial: Trial,
    platform: str,
    *active: str | Fault,
    form: Form = PLAIN,
    connect: Callable[[], Any] | None = None,
    told: Callable[[Outgoing], object] = lambda _: None,
) -> Any:
    """A reference client whose calls go to the desk of a trial, over `connect` where it is given; `told` is told of each."""
    module = importlib.import_module(f"conformance.reference.{platform}.client.client")
    base = getattr(module, CLASSES[platform])

    class Direct(base):  # type: ignore[misc, valid-type]
        def send(self, call: Outgoing) -> Any:
            told(call)
            form.write(call)
            return super().send(call)

        def connect(self) -> Any:
            return connect() if connect is not None else _Straight(trial, form)

    address = Address(trial.url, None, trial.credentials, trial.pixit)
    facts = {key.removeprefix("IOT_CONFORMANCE_").lower(): value for key, value in told_by_environment(address).items()}
    chosen = {each: faults(platform)[each] if isinstance(each, str) else each for each in active}
    return Direct(trial.url, "", facts, chosen)


class _Straight:
    """Stands in for `http.client.HTTPConnection`."""

    def __init__(self, trial: Trial, form: Form) -> None:
        self._trial, self._form = trial, form

    def request(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> None:
        target, sent = self._form.wire(target, tuple(headers.items()))
        self._request = Request(method, self._trial.url + target, sent, body)

    def getresponse(self) -> Any:
        answer = self._trial.serve(self._request)
        return type("Answer", (), {"status": answer.status, "read": lambda _: answer.body})()


def tour_of(platform: str) -> Any:
    name = "tour" if platform == "huawei" else "client"
    return importlib.import_module(f"conformance.reference.{platform}.client.{name}").tour


@cache
def calls(platform: str) -> tuple[Outgoing, ...]:
    """Every call that a reference client makes, before it is signed for a gateway."""
    found: list[Outgoing] = []
    trial = Trial(platform, gateway=platform == "living")
    trial.desk.begin()
    tour_of(platform)(client(trial, platform, told=lambda call: found.append(copy.deepcopy(call))))
    return tuple(found)


def judged(
    platform: str, *active: str | Fault, provoke: Sequence[str] = (), form: Form = PLAIN, **options: Any
) -> dict[str, Outcome]:
    """What each case comes to about a reference client with faults. It runs as the suite has it run."""
    options.setdefault("gateway", platform == "living")
    trial = Trial(platform, **options)
    passes(trial.desk, tuple(provoke), lambda: run(trial, platform, active, form))
    return {each.case.id: each for each in trial.judged()}


def run(trial: Trial, platform: str, active: Sequence[str | Fault], form: Form = PLAIN) -> Ended:
    """Have the client make its calls; how it ended."""
    try:
        tour_of(platform)(client(trial, platform, *active, form=form))
    except Exception:  # a wrong client dies of what it is answered
        return Ended(1, f"; it printed: {traceback.format_exc().splitlines()[-1]}")
    return Ended(int("ends-badly" in active), "")


__all__ = ["CLASSES", "CONDUCT", "Outgoing", "Reply", "calls", "client", "faults", "judged", "keys_made_once", "run"]

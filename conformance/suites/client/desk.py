"""The desk between a client and a reference: passes calls on, provokes what it is asked to, and remembers everything.

It knows no transport. A relay on a socket uses it, and so does a client's own test, in which no socket is opened.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from conformance.evidence.exchange import Answer, Request, end_to_end
from conformance.evidence.overheard import Overheard
from conformance.evidence.recorder import Recorder
from conformance.suites.client.environment import ClientEnvironment, Ended, Pass
from conformance.suites.client.heard import Heard
from conformance.suites.client.provocations import PROVOCATIONS
from conformance.suites.client.tokens import Ledger

HOLD_S: Final = 0.15
"""How long the answer of a sign-in is held back, so that a second one that is under way at the same time is seen."""
_EARLY_USES: Final = 1
"""Uses of a token that are served before it is refused as expired."""


class Backend(Protocol):
    """The reference behind the desk."""

    url: str

    def send(self, request: Request) -> Answer:
        """Return the answer of the reference."""

    def control(self, method: str, name: str, value: Any = None) -> Any:
        """Call its control endpoint."""


@dataclass(frozen=True)
class Served:
    """What the client is answered."""

    answer: Answer
    hold_s: float = 0.0
    """For how long the answer is held back."""


class Desk:
    """Serves the calls of one client; safe to use from several threads."""

    def __init__(
        self,
        environment: ClientEnvironment,
        backend: Backend,
        recorder: Recorder,
        *,
        lenient: bool = False,
        told: Callable[[Heard], object] = lambda _: None,
        hold_s: float = HOLD_S,
    ) -> None:
        """Prepare a desk.

        Args:
            environment: what is known of the client; its calls are taken apart with it.
            backend: the reference that answers.
            recorder: writes evidence.
            lenient: the reference answers calls that break a constraint as if they did not.
            told: is told of every call after it was answered.
            hold_s: for how long the answer of a sign-in is held back.
        """
        self._environment, self._backend, self._recorder = environment, backend, recorder
        self._lenient, self._told, self._hold_s = lenient, told, hold_s
        self._lock = threading.RLock()
        self._passes: list[Pass] = []
        self._overheard: list[Overheard] = []
        self._number = 0
        self._provoked: tuple[str, ...] = ()
        self._uses: dict[str, int] = {}
        self._dead: dict[str, str] = {}
        """Tokens that count as expired, each with the one that nobody gave which takes its place."""
        self._to_throttle = False
        self._served = 0
        """Calls of this pass that need credentials."""
        self._gives = Ledger(environment.contract, ()).gives

    # ---- passes -------------------------------------------------------------------------------------------------

    def begin(self, *provoked: str) -> None:
        """Begin a pass with these provocations: the reference goes back to its seed."""
        with self._lock:
            if self._passes:
                self._backend.control("POST", "reset")
            self._recorder.begin("")  # what is heard belongs to no case yet
            quirks = [quirk for name in provoked for quirk in PROVOCATIONS[name].quirks]
            self._backend.control("PUT", "quirks", quirks)
            if self._lenient and not self._passes:
                self._backend.control("PUT", "faults", self._leniency())
            self._overheard, self._provoked = [], provoked
            self._uses, self._dead, self._served = {}, {}, 0
            self._to_throttle = "throttle" in provoked

    def end(self, ended: Ended | None = None, *, blamed: bool = True) -> None:
        """End the pass, with how the client ended where the suite started it.

        A pass that is not `blamed` on its provocations shows what was sent, and nothing of how they were taken.
        """
        with self._lock:
            self._passes.append(Pass(self._provoked if blamed else (), tuple(self._overheard), ended))

    @property
    def called(self) -> frozenset[str]:
        """The operations that were called in this pass, but for sign-ins: a client may keep its token."""
        subjects = {self._understood(each).subject for each in self._overheard}
        return frozenset(each for each in subjects if each and not self._gives(each))

    @property
    def passes(self) -> tuple[Pass, ...]:
        """The passes that have ended."""
        return tuple(self._passes)

    def _leniency(self) -> list[str]:
        """Return the faults of the reference that let every constraint of a request pass, but not those of credentials."""
        kept = {
            f"unenforced/{operation.subject}/{member.name}/required"
            for operation in self._environment.contract.operations.values()
            for member in operation.request_members
            if member.annotation("x-credential")
        }
        known = (each["id"] for each in self._backend.control("GET", "faults"))
        return [each for each in known if each.startswith("unenforced/") and each not in kept]

    # ---- calls --------------------------------------------------------------------------------------------------

    def serve(self, request: Request) -> Served:
        """Pass a call on and return its answer."""
        received = time.monotonic()
        with self._lock:
            provoked, answer = self._answered(request)
            answer = replace(answer, request=request)
            answer = replace(answer, evidence=self._recorder.http(answer))
            self._number += 1
            call = self._understood(Overheard(self._number, answer, received, received, provoked))
            hold = self._hold_s if self._gives(call.subject) else 0.0
            overheard = replace(call.overheard, answered_s=time.monotonic() + hold)
            self._overheard.append(overheard)
        self._told(replace(call, overheard=overheard))
        return Served(answer, hold)

    def _understood(self, overheard: Overheard) -> Heard:
        return self._environment.understanding.of(overheard)

    def _answered(self, request: Request) -> tuple[str, Answer]:
        """Return which provocation the answer is due to, if any, and the answer."""
        call = self._understood(Overheard(0, Answer(request), 0.0, 0.0))
        needs_token = call.operation is not None and bool(call.operation.credentials)
        sent, provoked = request, ""
        token = self._environment.listener.token(call) if needs_token else None
        if token is not None and "expired-token" in self._provoked:
            sent, provoked = self._expired(request, token)
        if self._to_throttle and needs_token and not provoked and self._served:
            self._to_throttle = False
            self._backend.control("POST", "throttle", {"calls": 0})
            answer = self._backend.send(self._passed_on(sent))
            self._backend.control("POST", "throttle", {"calls": None})
            return "throttle", answer
        self._served += needs_token
        return provoked, self._backend.send(self._passed_on(sent))

    def _expired(self, request: Request, token: str) -> tuple[Request, str]:
        """Return the request with a token in place of an expired one that the reference really refuses."""
        uses = self._uses[token] = self._uses.get(token, 0) + 1
        if not self._dead and uses > _EARLY_USES:
            self._dead[token] = "".join("b" if each == "a" else "a" if each.isalnum() else each for each in token)
        if token not in self._dead:
            return request, ""
        other = self._dead[token]
        headers = tuple((name, value.replace(token, other)) for name, value in request.headers)
        return replace(request, headers=headers), "expired-token"

    def _passed_on(self, request: Request) -> Request:
        parts = urlsplit(request.url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        # Each side of the desk has a host of its own, and what the reference answers is never compressed.
        headers = end_to_end(request.headers, "host", "accept-encoding")
        return replace(request, url=self._backend.url + target, headers=headers)

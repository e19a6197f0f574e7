"""What all cases of one session with one device share: the broker that it connects to, and the device's process, if it is one.

One connection of a device serves as many cases as it can: a board reports once a minute and takes seconds to connect. A case
asks for the connection and gets the one that is there; only cases about connecting end it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from conformance.evidence.findings import Gone, Inconclusive
from conformance.iut.files import named_file
from conformance.iut.operator import Operator
from conformance.iut.process import Process
from conformance.iut.product_model import ProductModel, read
from conformance.mqtt.broker import Broker
from conformance.mqtt.session import Session
from conformance.suites.case import Case
from conformance.suites.checks import Surroundings
from conformance.suites.device.context import DeviceContext
from conformance.suites.device.presented import Presented
from conformance.suites.device.watch import Soak

Found = TypeVar("Found")

SLICE_S: Final = 1.0
"""How long one wait lasts before the device's process is looked at again."""
TELL_EVERY_S: Final = 15.0
"""Seconds between two lines that tell an engineer what is awaited."""


@dataclass(frozen=True)
class Identity:
    """What the device was given at its registration."""

    device_id: str
    node_id: str | None
    secret: str = field(repr=False)


@dataclass(kw_only=True)
class DeviceEnvironment(Surroundings):
    """A device under test, and the cloud that it is to connect to."""

    broker: Broker
    identity: Identity
    presented: Presented
    """Certificates: the broker presents the trusted one, except where a case wants another."""
    start: Callable[[], Process] | None = None
    """Starts the device; None where it is a board."""
    setting: str = ""
    """What the engineer must configure."""
    operator: Operator | None = None
    """Who may skip a step in which a board is awaited; None where nobody sits at a terminal."""
    soak_s: float = 0.0
    """How long the device is watched where long checks were asked for."""
    spoilt: dict[str, float] = field(default_factory=dict)
    """Connections on which the suite broke MQTT itself, with the time (`time.monotonic`): what the device does then is
    judged by that case alone."""
    odd: dict[str, int] = field(default_factory=dict)
    """Connections that carried something that is no valid command, with the position in their log after the last one."""
    soaked: Soak | None = None
    """What the long watch saw, once it was held."""
    _process: Process | None = None
    _model: ProductModel | None = None

    @property
    def notice(self) -> str:
        """See `Surroundings.notice`."""
        return self.setting

    def context(self, case: Case) -> DeviceContext:
        """Return what a case of role device is given; a device that has ended is started again first."""
        self.revive()
        return DeviceContext(self, case)

    def obstacle(self) -> str | None:
        """See `Surroundings.obstacle`: a board that nobody switched on, or that does not reach us, breaks no sentence."""
        if self.start is not None or self.gone_since is None or self.broker.connections.items():
            return None
        limit = float(self.pixit("connect_timeout_s"))
        return (
            f"no device connected to {self.broker.host}, port {self.broker.port} within {limit:g} s "
            "(pixit.connect_timeout_s); configure it as told, switch it on, and see that the network lets it through"
        )

    def unclaimed(self, case: Case) -> str:
        """See `Surroundings.unclaimed`: some cases need a device that the suite starts."""
        if "iut.command" in case.needs and self.start is None:
            return "the device is a board, and the case needs a program that the suite starts (iut.command)"
        return ""

    # ---- the device's process ------------------------------------------------------------------------------------

    def revive(self) -> None:
        """Start the device where it is ours to start and does not run."""
        if self.start is not None and (self._process is None or not self._process.running()):
            if self._process is not None:
                self._process.stop()
            self._process = self.start()

    def stop(self) -> None:
        """End the device's process."""
        if self._process is not None:
            self._process.stop()

    @property
    def pid(self) -> int | None:
        """The process of the device; None where it is a board, or has ended."""
        return self._process.pid if self._process is not None and self._process.running() else None

    @property
    def ended(self) -> bool:
        """Whether the device's process has ended by itself."""
        return self._process is not None and not self._process.running()

    # ---- its connection ------------------------------------------------------------------------------------------

    @property
    def current(self) -> Session | None:
        """The connection that is there and let in, the newest of them; None where there is none."""
        return next((each for each in reversed(self.broker.connects.items()) if usable(each)), None)

    def await_session(self, timeout_s: float, awaited: str = "the device to connect") -> Session | None:
        """Return the connection, once there is one; None where none comes in time or the device's process has ended.

        Raises:
            Inconclusive: the operator skips the step.
        """
        return self.current or self.patiently(
            lambda slice_s: self.broker.wait_connect(slice_s, usable), timeout_s, awaited, self.seen
        )

    def patiently(
        self,
        wait: Callable[[float], Found | None],
        timeout_s: float,
        awaited: str,
        seen: Callable[[], str] = lambda: "",
        *,
        tell_every_s: float = TELL_EVERY_S,
        always_tell: bool = False,
    ) -> Found | None:
        """Wait in slices; return what comes, or None where nothing comes in time or the device's process has ended.

        Whoever stands before a board is told now and then what is awaited and what was `seen`, and may skip the step; with
        `always_tell` it is told of a program, too.

        Raises:
            Inconclusive: the operator skips the step, for the reason that was written.
        """
        if (found := wait(0)) is not None:
            return found
        began = told = time.monotonic()
        if self.operator is not None and timeout_s > SLICE_S:
            self.operator.listen()
        while (now := time.monotonic()) - began < timeout_s and not self.ended:
            found = wait(min(SLICE_S, timeout_s - (now - began)))
            if found is not None:
                return found
            first = told == began and timeout_s > SLICE_S
            due = first or time.monotonic() - told >= tell_every_s
            if due and (always_tell or self.start is None):
                told = time.monotonic()
                remedy = "; to skip this, write why and press Enter" if self.operator is not None else ""
                shown = f"; seen: {what}" if (what := seen()) else ""
                self.tell(f"awaiting {awaited}, {told - began:.0f} of {timeout_s:g} s{shown}{remedy}")
            if self.operator is not None and (reason := self.operator.line()) is not None:
                if reason:
                    raise Inconclusive(f"skipped by the operator while awaiting {awaited}: {reason}")
                self.tell("to skip this, write why before you press Enter")
        return None

    def recovered(self, timeout_s: float) -> Session | None:
        """Return the connection as `await_session` does, of a device that is started again, once, where it has ended."""
        found = self.await_session(timeout_s)
        if found is None and self.ended:
            self.revive()
            found = self.await_session(timeout_s)
        return found

    def session(self, case: str) -> Session:
        """Return the connection.

        Raises:
            Gone: the device does not connect; nothing else can be judged.
            Inconclusive: the operator skips the step.
        """
        limit = float(self.pixit("connect_timeout_s"))
        found = self.recovered(limit)
        if found is None:
            self.gone_since = case
            raise Gone(f"the device does not connect (again) within {limit:g} s; seen: {self.seen()}")
        return found

    def seen(self) -> str:
        """Return what was seen last of a device that is not connected, as one short line."""
        if self.ended:
            assert self._process is not None
            return f"the program of the device has ended{self._process.tail()}"
        last = next(iter(reversed(self.broker.connections.items())), None)
        if last is None:
            return "no connection at all; check address, port and network of the device"
        told = [each.describe() for each in last.log.items() if each.direction != "out"]
        failed = last.connect is None and last.tls.version is None
        offer = f"; {last.tls.hello.describe()}" if last.tls.hello and failed else ""
        return "; ".join(told[-3:]) + offer

    # ---- what the tester told ------------------------------------------------------------------------------------

    @property
    def model(self) -> ProductModel | None:
        """The product model, where the tester names one.

        Raises:
            UsageError: the file cannot be used.
        """
        named = self.pixit("product_model")
        if named and self._model is None:
            self._model = read(named_file(self.iut, str(named)))
        return self._model


def usable(session: Session) -> bool:
    """Tell whether a connection can serve cases: let in, not over, not left half-open."""
    return session.accepted and session.end is None and not session.half_open

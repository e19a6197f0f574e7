"""What all cases of one run against one IUT share."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Container
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conformance.contract import ALLOWED_UNASKED, CallClass, Contract, IutKey, ObjectRule
from conformance.evidence.findings import Gone, Inconclusive
from conformance.iut.config import Iut
from conformance.iut.http import HttpClient
from conformance.iut.journal import Journal
from conformance.iut.process import accepts
from conformance.iut.receiver import Receiver, receiver_of
from conformance.iut.threshold import obstacle, unreachable
from conformance.iut.upper_tester import NoUpperTester, UpperTester
from conformance.platforms.driver import Driver
from conformance.suites.case import Case
from conformance.suites.checks import Surroundings
from conformance.suites.moments import Moments
from conformance.suites.objects import Made, Objects

if TYPE_CHECKING:
    from conformance.iut.device_access import DeviceAccess
    from conformance.suites.context import Context

FAILURES_BEFORE_PROBE: Final = 3
"""Transport failures in a row after which one probe decides whether the IUT is gone."""


@dataclass
class Budget:
    """Limits of a run: calls and time, where the tester set any."""

    max_calls: int | None = None
    max_time_s: float | None = None
    started: float = field(default_factory=time.monotonic)
    calls: int = 0

    def spend(self) -> None:
        """Count one call.

        Raises:
            Inconclusive: the run has used up its calls or its time.
        """
        self.check()
        self.calls += 1

    def check(self) -> None:
        """See that another call may be made.

        Raises:
            Inconclusive: the run has used up its calls or its time.
        """
        if self.max_calls is not None and self.calls >= self.max_calls:
            raise Inconclusive(f"the run's limit of {self.max_calls} calls (--max-calls) is used up")
        if self.max_time_s is not None and time.monotonic() - self.started > self.max_time_s:
            raise Inconclusive(f"the run's limit of {self.max_time_s:g} s (--max-time) is used up")


_SEVERITY: Final = tuple(CallClass)


def call_class(contract: Contract, case: Case, given: Container[str] = ()) -> CallClass:
    """Return what a case does to a live system: its own word, or the severest of its operations.

    What a preamble need not make, because the tester gave it (`given` PIXIT keys), does not count.
    """
    if case.call_class is not None:
        return case.call_class
    spared = {rule.create for rule in contract.objects.values() if rule.pixit in given} - {case.subject}
    calls = [call for call in case.calls if call in contract.operations and call not in spared]
    return max(
        (contract.operations[call].call_class for call in calls), key=_SEVERITY.index, default=CallClass.READ_ONLY
    )


def permit(iut: Iut, contract: Contract, case: Case, allowed: Collection[CallClass]) -> None:
    """Refuse a case that does more to a live system than what is sent unasked, and was not allowed.

    Raises:
        Inconclusive: its class needs `--allow`.
    """
    kind = call_class(contract, case, iut.pixit)
    if iut.live and kind not in ALLOWED_UNASKED and kind not in allowed:
        raise Inconclusive(f"{kind} calls are not sent to a live system without --allow {kind}")


@dataclass(kw_only=True)
class Environment(Surroundings):
    """A platform under test, and the means to talk to it."""

    driver: Driver
    client: HttpClient
    journal: Journal
    prefix: str
    """Begins the name of everything the run makes."""
    allowed: frozenset[CallClass] = frozenset()
    """Classes allowed beyond those that run unasked."""
    budget: Budget = field(default_factory=Budget)
    objects: Objects = field(default_factory=Objects)
    upper_tester: UpperTester = field(default_factory=NoUpperTester)
    device_access: DeviceAccess | None = None
    """Where the platform takes devices; None where its document has no such side or the tester does not tell."""
    moments: Moments = field(default_factory=Moments)
    pause: Callable[[float], None] = time.sleep
    """Waits for so many seconds until a moment has come that a case needs to be past, or the IUT's limit of calls is free."""
    busy_pause: Callable[[float], None] = time.sleep
    """Waits for so many seconds before a busy IUT is asked again."""
    leftovers: list[Made] = field(default_factory=list)
    """Shared objects, deleted when the run ends."""
    _failures: int = 0
    _met: bool = False
    """Whether it is settled that the IUT can be spoken to."""
    _receivers: dict[str, Receiver] = field(default_factory=dict)

    def receiver(self, *, tls: bool = False) -> Receiver:
        """Return the callback receiver, over HTTPS where asked; it listens from the first call until the session ends.

        Raises:
            Inconclusive: the IUT cannot be expected to reach it.
            StartError: it cannot listen where the tester says.
        """
        given = self.iut.pixit
        if self.iut.live and not given.get("callback_url"):
            raise Inconclusive(
                "no notification reaches us: give the address under which the platform reaches the callback receiver as "
                "[pixit] callback_url, and where it listens as callback_listen"
            )
        listen = str(given.get("callback_listen") or "http://127.0.0.1:0")
        if tls and not listen.startswith("https:"):
            if not self.iut.embedded:
                raise Inconclusive(
                    "nothing is pushed over HTTPS: give an https address as [pixit] callback_listen and callback_url"
                )
            listen = "https://127.0.0.1:0"
        if listen not in self._receivers:
            told = {"callback_listen": listen, "callback_url": given.get("callback_url")}
            self._receivers[listen] = receiver_of(told.get, self.recorder.callback).start()
        return self._receivers[listen]

    def close(self) -> None:
        """Stop listening."""
        while self._receivers:
            self._receivers.popitem()[1].close()

    @property
    def notice(self) -> str:
        """See `Surroundings.notice`."""
        return self.driver.sign_in_notice if self.iut.live else ""

    @property
    def clock_offset_ms(self) -> int | None:
        """See `Surroundings.clock_offset_ms`."""
        return self.client.clock_offset_ms

    def prober(self) -> Callable[[IutKey], bool]:
        """See `Surroundings.prober`: a read-only call that the contract names."""
        from conformance.suites.generic.claims import probe

        def ask(key: IutKey) -> bool:
            platform = self.contract.platform
            self.recorder.begin(f"{platform}/probe/{key.name}")
            case = Case(f"{platform}/pics/{key.name}", f"probe of pics.{key.name}", (), lambda _: None)
            return probe(self.context(case), key)[0]

        return ask

    def obstacle(self) -> str | None:
        """See `Surroundings.obstacle`: a wrong scheme, or a certificate that is not trusted."""
        answer = self.client.latest
        if self._met or answer is None or self.iut.reference is not None:
            return None
        self._met = True
        if self.client.understood:
            return None
        reason = obstacle(self.client, answer, proxied=bool(self.iut.pixit.get("proxy")))
        return unreachable(self.iut, self.client.base_url, reason) if reason else None

    def permit(self, case: Case) -> None:
        """See `Surroundings.permit`."""
        permit(self.iut, self.contract, case, self.allowed)

    def context(self, case: Case) -> Context:
        """Return what a case of role platform is given."""
        from conformance.suites.context import Context

        return Context(self, case)

    def transported(self, failed: bool, case: str) -> None:
        """Take note of whether an exchange failed in transport.

        Raises:
            Gone: three failed in a row and nobody accepts connections any more.
        """
        if not failed:
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= FAILURES_BEFORE_PROBE:
            self._failures = 0
            if not self.alive():
                self.gone_since = case
                raise Gone(f"IUT gone since {case}")

    def maker(self, subject: str) -> ObjectRule | None:
        """Return the rule of the objects that an operation makes, where they can be told by id and deleted again."""
        for rule in self.contract.objects.values():
            told = rule.id_pointers or rule.id_found or rule.id_member
            if rule.create == subject and told and rule.delete and not rule.credential:
                return rule
        return None

    def alive(self) -> bool:
        """Tell whether somebody accepts connections at the IUT's address."""
        from urllib.parse import urlsplit

        if self.iut.pixit.get("proxy"):
            return True
        parts = urlsplit(self.client.base_url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return accepts(parts.hostname or "", port, timeout_s=2.0)

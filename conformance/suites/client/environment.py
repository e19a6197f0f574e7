"""A client under test: what it was heard to call in each of its passes, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from conformance.contract.records import Source
from conformance.evidence.overheard import Overheard
from conformance.suites.case import Case
from conformance.suites.checks import Checks, Surroundings
from conformance.suites.client.heard import Heard, Understanding
from conformance.suites.client.listener import Listener, Rule
from conformance.suites.client.requests import RequestJudge
from conformance.suites.client.tokens import Ledger

if TYPE_CHECKING:
    from conformance.suites.client.context import ClientContext


@dataclass(frozen=True)
class Ended:
    """How a client that was started ended."""

    status: int | None
    """Its exit status; None where it had to be stopped."""
    told: str
    """The last that it printed, as the end of a sentence; empty where it printed nothing."""

    @property
    def well(self) -> bool:
        """Whether it ended by itself, with status 0."""
        return self.status == 0

    def describe(self) -> str:
        """Return it in words."""
        how = "it was still running and was stopped" if self.status is None else f"it ended with status {self.status}"
        return f"{how}{self.told}"


@dataclass(frozen=True)
class Pass:
    """One time that the client ran."""

    provoked: tuple[str, ...]
    """The provocations that were in force, and that the pass speaks of; none in the first pass of a client that we start."""
    overheard: tuple[Overheard, ...]
    ended: Ended | None = None
    """None where the suite did not start it."""


@dataclass(kw_only=True)
class ClientEnvironment(Surroundings):
    """What the cases of role client share: they judge what was heard before the first of them runs."""

    listener: Listener
    passes: tuple[Pass, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    """Provocations that nobody asked for, with what to do."""

    @cached_property
    def judge(self) -> RequestJudge:
        """What holds a call against the contract."""
        return RequestJudge(self.contract, self.listener, self.facts)

    @cached_property
    def facts(self) -> Checks:
        """What the platform told of itself: credentials and prepared objects."""
        return Checks(self, _NO_CASE)

    @cached_property
    def understanding(self) -> Understanding:
        """What takes calls apart."""
        return Understanding(self.contract, self.facts, self.listener.mode)

    @cached_property
    def by_pass(self) -> tuple[tuple[Pass, tuple[Heard, ...]], ...]:
        """Every pass with its calls, understood."""
        return tuple((each, tuple(map(self.understanding.of, each.overheard))) for each in self.passes)

    @cached_property
    def heard(self) -> tuple[Heard, ...]:
        """Every call of every pass."""
        return tuple(call for _, calls in self.by_pass for call in calls)

    @cached_property
    def ledger(self) -> Ledger:
        """Every token that was given."""
        return Ledger(self.contract, self.heard, float(self.pixit("grace_s")))

    @cached_property
    def secrets(self) -> dict[str, str]:
        """Texts that stand in no address, each with what it is."""
        keys = self.contract.keys
        told = {
            value: name
            for name, value in self.iut.credentials.items()
            if (rule := keys.get(f"credentials.{name}")) and rule.secret
        }
        return {**told, **{each.value: each.kind for each in self.ledger.tokens}}

    @cached_property
    def claimed(self) -> frozenset[str]:
        """Operations that the tester says the client calls."""
        return frozenset(self.iut.pics.get("operations", ()))

    def rule(self, case: Case) -> Rule | None:
        """Return the platform's rule that a case is about; None where it is a generic one."""
        found = (each for each in self.listener.rules if (each.subject, each.purpose) == (case.subject, case.purpose))
        return next(found, None)

    def unclaimed(self, case: Case) -> str:
        """Return why a case does not concern the client; empty where it does."""
        if case.subject == "provoked":
            return "" if any(case.purpose in each.provoked for each in self.passes) else self.refused[case.purpose]
        if (case.subject, case.purpose) == ("any", "ends") and all(each.ended is None for each in self.passes):
            return "the suite did not start the client"
        if self.contract.requirements[case.requirements[0]].source is Source.FIELD_NOTE and not self.pixit("gateway"):
            return "pixit.gateway = false"
        if case.subject != "any" and not self._calls(case.subject):
            return "" if case.subject in self.claimed else f"the client never called {case.subject}"
        if not self.heard:
            return ""  # the case says that it cannot be judged
        return "" if self._is_concerned(case) else "the client sent nothing that it is about"

    def _calls(self, subject: str) -> list[Heard]:
        return [call for call in self.heard if call.subject == subject]

    def _is_concerned(self, case: Case) -> bool:
        """Tell whether anything that the client sent is what a case is about."""
        judge, rule = self.judge, self.rule(case)
        if rule is not None:
            return any(True for _, calls in self.by_pass for _ in rule.judge(calls, self.facts))
        if case.purpose == "request":
            return any(True for call in self._calls(case.subject) for _ in judge.message(call))
        about = {"content-type": judge.content_type, "undocumented-members": judge.undocumented}
        if case.purpose in about:
            return any(True for call in self.heard for _ in about[case.purpose](call))
        return case.purpose != "token-life" or any(
            True for call in self.heard for _ in judge.token_life(call, self.ledger)
        )

    def context(self, case: Case) -> ClientContext:
        """Return what a case of role client is given."""
        from conformance.suites.client.context import ClientContext

        return ClientContext(self, case)


_NO_CASE = Case("suite/client/facts", "What the platform told of itself.", (), lambda _: None)

"""Which tokens a client was given, when, and which of them had ended when it used one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from conformance.contract import Contract, ObjectRule
from conformance.evidence.exchange import at
from conformance.suites import judge
from conformance.suites.client.heard import Heard
from conformance.suites.judge import Says


@dataclass(frozen=True)
class Token:
    """One token that an answer gave to the client."""

    kind: str
    """The credential object of the contract."""
    value: str
    given: Heard
    """The call whose answer gave it."""
    by_sign_in: bool
    """Whether a sign-in gave it; else it was a renewal, which need not end the former (an accepted reading)."""
    lifetime_s: float | None
    """For how long it serves, as the answer said; None where it said nothing."""

    @property
    def given_s(self) -> float:
        """When it was given."""
        return self.given.overheard.answered_s


class Ledger:
    """Every token that was given, in the order in which they were given."""

    def __init__(self, contract: Contract, heard: Iterable[Heard], grace_s: float = 0.0) -> None:
        """Gather the tokens that the answers to `heard` gave; calls may show a former one for `grace_s` more."""
        self._contract, self.grace_s = contract, grace_s
        self._rules = [rule for rule in contract.objects.values() if rule.credential and rule.create]
        self.tokens = sorted((token for call in heard for token in self._given(call)), key=lambda each: each.given_s)

    def _given(self, call: Heard) -> Iterable[Token]:
        rules = [rule for rule in self._rules if call.subject in {rule.create, *rule.renewed_by}]
        if not rules or judge.says(self._contract, call.answer) is not Says.YES:
            return
        for rule in rules:
            found = (at(call.answer.json, pointer) for pointer in rule.id_pointers)
            value = next((each for each in found if isinstance(each, str) and each), None)
            life = at(call.answer.json, rule.lifetime) if rule.lifetime else None
            if value is not None:
                seconds = float(life) if isinstance(life, int | float) and not isinstance(life, bool) else None
                yield Token(rule.name, value, call, call.subject == rule.create, seconds)

    def gives(self, subject: str) -> bool:
        """Tell whether an operation gives tokens."""
        return any(subject in {rule.create, *rule.renewed_by} for rule in self._rules)

    def begins_after(self, moment_s: float, kinds: Iterable[str]) -> bool:
        """Tell whether the first token of some kinds was given after a moment: what a client showed then is from elsewhere."""
        known = set(kinds)
        first = next((each for each in self.tokens if each.kind in known), None)
        return first is not None and first.given_s > moment_s

    def find(self, value: str, kinds: Iterable[str]) -> Token | None:
        """Return the token of one of these kinds that has a value; the newest where it was given twice.

        When it was given does not matter: nobody knows a token before.
        """
        known = set(kinds)
        return next((each for each in reversed(self.tokens) if each.value == value and each.kind in known), None)

    def successor(self, token: Token, before_s: float) -> Token | None:
        """Return what ended a token before a moment: a later sign-in, where one token alone serves; None where it served on.

        A call that comes within the grace after the sign-in's answer may have been written before it.
        """
        rule: ObjectRule = self._contract.objects[token.kind]
        if not rule.sole:
            return None
        later = (
            each
            for each in self.tokens
            if each.kind == token.kind
            and each.by_sign_in
            and each.value != token.value
            and token.given_s < each.given_s < before_s - self.grace_s
        )
        return next(later, None)

"""Which cases run: patterns, level, claims. Decided before anything is sent, except where a claim's probe must decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from conformance.contract import Contract, IutKey, Role
from conformance.evidence.findings import Inconclusive
from conformance.evidence.verdict import Verdict
from conformance.iut.config import Iut
from conformance.iut.errors import UsageError
from conformance.suites.case import Case


@dataclass(frozen=True)
class Filters:
    """What the caller asked for."""

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    level: str = "core"
    soak_min: float | None = None
    """For how many minutes long checks watch; None: they do not run."""
    platforms: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    """Platforms and roles that the caller named; the plan's IUTs follow from them."""

    def takes(self, case: Case) -> bool:
        """Tell whether a case is asked for."""
        if case.strict and self.level != "strict":
            return False
        if case.soak and self.soak_min is None:
            return False
        if self.only and not any(matches(pattern, case.id) for pattern in self.only):
            return False
        return not any(matches(pattern, case.id) for pattern in self.exclude)


def matches(pattern: str, identity: str) -> bool:
    """Tell whether a pattern (fnmatch) or a literal id means this case; ids may hold brackets, so literally comes first."""
    return pattern == identity or fnmatchcase(identity, pattern)


def select(cases: Sequence[Case], filters: Filters) -> list[Case]:
    """Return the cases asked for.

    Raises:
        UsageError: a pattern matches no case, or nothing is left.
    """
    for option, patterns in (("--only", filters.only), ("--exclude", filters.exclude)):
        for pattern in patterns:
            if not any(matches(pattern, case.id) for case in cases):
                raise UsageError(f"{option} {pattern!r} matches no case; see: iot-conformance list cases")
    chosen = [case for case in cases if filters.takes(case)]
    if not chosen:
        long = " (long checks run with --soak MINUTES)" if any(each.soak for each in cases) else ""
        raise UsageError(f"the selection leaves no case to run; widen --only, --exclude, --role or --level{long}")
    if filters.soak_min is not None and filters.soak_min <= 0:
        raise UsageError(f"--soak {filters.soak_min:g}: give more than 0 minutes")
    if filters.soak_min is not None and not any(case.soak for case in chosen):
        raise UsageError("--soak: no long check is among the selected cases; leave it out, or widen --only and --role")
    return chosen


def check_claims(iut: Iut, contract: Contract) -> None:
    """Refuse a claim about an operation or a notification that there is not.

    Raises:
        UsageError: names it.
    """
    for key, known in (("operations", contract.operations), ("notifications", contract.notifications)):
        for name in iut.pics.get(key, ()):
            if name not in known:
                raise UsageError(
                    f"pics.{key} names {name!r}, which is no {key.removesuffix('s')}; see: iot-conformance list {key} "
                    f"--platform {contract.platform}"
                )


@dataclass
class Claims:
    """Which features the IUT has, as far as claimed or probed."""

    contract: Contract
    given: Mapping[str, Any]
    probe: Callable[[IutKey], bool] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the tester told (PIXIT), for cases that need a setting to be on."""
    _probed: dict[str, bool | str] = field(default_factory=dict)

    def verdict(self, case: Case) -> tuple[Verdict, str] | None:
        """Return NOT_APPLICABLE or INCONCLUSIVE with the deciding key, or None where the case runs."""
        pushed = self.given.get("notifications") if case.subject in self.contract.notifications else None
        if case.role is Role.APPLICATION and pushed is not None and case.subject not in pushed:
            return Verdict.NOT_APPLICABLE, f"pics.notifications does not name {case.subject}"
        for name in case.needs:
            if name.startswith("pixit.") and (reason := self._lacks(name.removeprefix("pixit."))):
                return Verdict.NOT_APPLICABLE, reason
        for name in self._needs(case):
            supported = self.given.get(name)
            if supported is None:
                outcome = self._ask(name)
                if isinstance(outcome, str):
                    return Verdict.INCONCLUSIVE, outcome
                if not outcome:
                    return Verdict.NOT_APPLICABLE, f"pics.{name} is unset and its probe did not succeed"
            elif not supported:
                return Verdict.NOT_APPLICABLE, f"pics.{name} = false"
        return None

    def _lacks(self, need: str) -> str | None:
        """Return why a setting (`key`, or `key=value`) is not as a case needs it; None where it is."""
        name, demanded, value = need.partition("=")
        key = self.contract.keys.get(f"pixit.{name}")
        given = self.facts.get(name, key.default if key and demanded else None)
        if demanded:
            return None if str(given) == value else f"pixit.{name} = {given!r}"
        return None if given else f"pixit.{name} is not set"

    def _needs(self, case: Case) -> Iterable[str]:
        if case.subject == "pics" or case.role is Role.CLIENT:  # a client shows itself which operations it knows
            return ()
        operations = (self.contract.operations[call] for call in case.calls if call in self.contract.operations)
        # Only what the case is about can make it not applicable; a preamble that is missing makes it inconclusive.
        subject = self.contract.operations.get(case.subject)
        of_operations = subject.pics if subject else tuple(key for each in operations for key in each.pics)
        return dict.fromkeys((*of_operations, *(need for need in case.needs if "." not in need)))

    def _ask(self, name: str) -> bool | str:
        if name not in self._probed:
            key = self.contract.keys[f"pics.{name}"]
            if key.probe is None or self.probe is None:
                return f"pics.{name} is unset and no probe can decide it; write {name} = true or false under [pics]"
            try:
                self._probed[name] = self.probe(key)
            except Inconclusive as error:
                self._probed[name] = f"pics.{name} is unset and its probe could not decide: {error}"
        return self._probed[name]

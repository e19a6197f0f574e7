"""Which cases can see a fault of a platform: told by the contract (operation, row, statement), not by trial."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from itertools import islice

from conformance.contract import Contract, Role, RowUse
from conformance.reference.faults import Fault
from conformance.suites.case import Case
from conformance.suites.registry import behaviour, suite
from tests.faults.tables import expected

ONLY_TOLD = frozenset({"lost", "list", "ignored"})
"""Kinds that name no statement: what a call does is stated in words of many kinds."""
REFUSALS = ("credentials/*", "omitted/*", "outside/*", "error/*", "type/*", "enum/*")
SHOWN_BY_REFUSALS = frozenset({"refusal", "error-row", "credentials", "failure", "unenforced", "lax-by-one"})
COSTS = {"minimal": 1, "maximal": 2, "inside": 3, "model": 6, "coverage": 7, "generated": 8}
FURTHER = 60
"""Cases about other subjects that make the call, tried after those about it."""


class Candidates:
    """The cases of one platform, looked up by what a fault is about."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._behaviour = frozenset(case.id for case in behaviour(contract.platform))
        self._told: dict[str, list[str]] = {}
        for case, faults in expected(contract.platform).items():
            for fault in faults:
                self._told.setdefault(fault, []).append(case)
        self._cases: dict[str, Case] = {}
        self._about: dict[str, list[Case]] = {}
        self._citing: dict[str, list[Case]] = {}
        self._calling: dict[str, list[Case]] = {}
        self._rows: dict[str, list[Case]] = {}
        for each in suite(contract.platform).cases:
            if each.role is Role.PLATFORM and not each.strict:
                self._index(each)

    def _index(self, case: Case) -> None:
        self._cases[case.id] = case
        self._about.setdefault(case.subject, []).append(case)
        for requirement in case.requirements:
            self._citing.setdefault(requirement, []).append(case)
        if case.id in self._behaviour:
            for call in case.calls:
                self._calling.setdefault(call, []).append(case)
        if case.purpose.startswith("error/"):
            for row in case.purpose.split("/")[1:]:
                self._rows.setdefault(row, []).append(case)

    def demanded(self, fault: Fault) -> bool:
        """Tell whether a sentence speaks against a fault."""
        if fault.requirement is not None:
            # Where the contract says why no case can show a statement, that reason stands there.
            return self._contract.requirements[fault.requirement].untestable is None
        return fault.kind in ONLY_TOLD or fault.id in self._told

    def told(self, fault: Fault) -> frozenset[str]:
        """Return the cases whose own statements count, whatever they are named after: those that the tables of behaviour name,
        and of what calls do every behaviour case that makes the call, for what it states is the effect.
        """
        if fault.kind in ONLY_TOLD:
            return frozenset(self.of(fault)) & self._behaviour
        return frozenset(self._told.get(fault.id, ()))

    def sections(self, fault: Fault) -> tuple[str, ...]:
        """Return how the ids of the statements about the broken subject begin."""
        contract = self._contract
        found = [contract.requirements[fault.requirement].section] if fault.requirement else []
        if (operation := contract.operations.get(fault.subject or "")) is not None:
            found.append(operation.section)
        if (notification := contract.notifications.get(fault.subject or "")) is not None:
            found.append(notification.section)
        if fault.row is not None:
            found += [each.section for each in contract.operations.values() if _lists(each.errors, fault.row)]
        return tuple(f"{contract.platform}/{section}/" for section in dict.fromkeys(found))

    def of(self, fault: Fault) -> tuple[str, ...]:
        """Return the cases that can see a fault, the most telling first."""
        told = self._told.get(fault.id, [])
        near, far = self._ranked(fault, self._near(fault)), self._ranked(fault, self._far(fault))
        return tuple(dict.fromkeys((*told, *near, *far[:FURTHER])))

    def _ranked(self, fault: Fault, cases: Iterable[Case]) -> list[str]:
        return [each.id for each in sorted(cases, key=lambda each: self._rank(fault, each))]

    def _near(self, fault: Fault) -> list[Case]:
        """Return the cases about what a fault breaks."""
        citing = self._citing.get(fault.requirement or "", [])
        if fault.subject is not None:
            about = self._about.get(fault.subject, [])
            return [each for each in about if each.id in self._behaviour] if fault.kind in ONLY_TOLD else about
        if fault.row is not None:
            return [*self._rows.get(fault.row, []), *citing]
        if fault.kind == "failure":
            refused = (each for each in self._cases.values() if each.purpose.startswith("credentials/"))
            return [*self._about.get("global", []), *islice(refused, FURTHER), *citing[:FURTHER]]
        return citing

    def _far(self, fault: Fault) -> list[Case]:
        """Return the cases about something else that meet a fault on their way."""
        if fault.subject is not None:
            return self._calling.get(fault.subject, [])
        about = (each for subject in sorted(self._subjects(fault)) for each in self._about.get(subject, []))
        return list(islice(about, FURTHER))

    def _subjects(self, fault: Fault) -> frozenset[str]:
        """Return what cases about the section of a fault's statement may be named after."""
        if fault.requirement is None:
            return frozenset()
        section = self._contract.requirements[fault.requirement].section
        operations = (each.subject for each in self._contract.operations.values() if each.section == section)
        pushed = (each.subject for each in self._contract.notifications.values() if each.section == section)
        return frozenset((section, *operations, *pushed))

    def _rank(self, fault: Fault, case: Case) -> tuple[bool, int]:
        return fault.requirement not in case.requirements, _cost(fault, case)


@cache
def _head(purpose: str) -> str:
    """Return the generic purpose of a case; `refused` for all in which a call is refused."""
    if any(fnmatchcase(purpose, pattern) for pattern in REFUSALS):
        return "refused"
    return purpose.partition("/")[0]


def _cost(fault: Fault, case: Case) -> int:
    """Order cases by what they take, and by what they are likely to show."""
    head = _head(case.purpose)
    if head == "refused":
        return 0 if fault.kind in SHOWN_BY_REFUSALS else 4
    return COSTS.get(head, 3)


def _lists(errors: tuple[RowUse, ...], row: str) -> bool:
    return any(each.key == row for each in errors)

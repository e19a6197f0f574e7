"""Which cases can see a fault of a platform: told by the contract (operation, row, statement), not by trial."""

from __future__ import annotations

from fnmatch import fnmatchcase

from conformance.contract import Contract, Role, RowUse
from conformance.reference.faults import Fault
from conformance.suites.case import Case
from conformance.suites.registry import behaviour, suite
from tests.faults.tables import expected

ONLY_TOLD = frozenset({"lost", "list", "ignored"})
"""Kinds that name no statement: what a call does is stated in words of many kinds."""
REFUSALS = ("credentials/*", "omitted/*", "outside/*", "error/*", "type/*", "enum/*")
FURTHER = 60
"""Cases about other subjects that make the call, tried after those about it."""


class Candidates:
    """The cases of one platform, looked up by what a fault is about."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._cases = [
            case for case in suite(contract.platform).cases if case.role is Role.PLATFORM and not case.strict
        ]
        self._behaviour = {case.id for case in behaviour(contract.platform)}
        self._told: dict[str, list[str]] = {}
        for case, faults in expected(contract.platform).items():
            for fault in faults:
                self._told.setdefault(fault, []).append(case)

    def demanded(self, fault: Fault) -> bool:
        """Tell whether a sentence speaks against a fault."""
        if fault.requirement is not None:
            # Where the contract says why no case can show a statement, that reason stands there.
            return self._contract.requirements[fault.requirement].untestable is None
        return fault.kind in ONLY_TOLD or fault.id in self._told

    def told(self, fault: Fault) -> frozenset[str]:
        """Return the cases that the tables of behaviour name for a fault."""
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
        near = sorted(
            (each for each in self._cases if self._near(fault, each)), key=lambda each: self._rank(fault, each)
        )
        far = sorted((each for each in self._cases if self._far(fault, each)), key=lambda each: self._rank(fault, each))
        return tuple(dict.fromkeys((*told, *(each.id for each in (*near, *far[:FURTHER])))))

    def _near(self, fault: Fault, case: Case) -> bool:
        """Tell whether a case is about what the fault breaks."""
        if fault.requirement in case.requirements and fault.subject in {None, case.subject}:
            return True
        if fault.row is not None:
            return case.purpose.startswith("error/") and fault.row in case.purpose.split("/")
        if fault.kind == "failure":
            return case.subject == "global" or case.purpose.startswith("credentials/")
        if fault.subject is None:
            return False
        return case.subject == fault.subject

    def _far(self, fault: Fault, case: Case) -> bool:
        """Tell whether a case about something else meets the fault on its way."""
        if fault.subject is None:
            return case.subject in self._subjects(fault) or fault.requirement in case.requirements
        if case.subject == fault.subject or fault.subject not in case.calls:
            return False
        return case.id in self._behaviour

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


def _cost(fault: Fault, case: Case) -> int:
    """Order cases by what they take, and by what they are likely to show."""
    head = case.purpose.partition("/")[0]
    if any(fnmatchcase(case.purpose, pattern) for pattern in REFUSALS):
        return 0 if fault.kind in {"refusal", "error-row", "credentials", "failure", "unenforced", "lax-by-one"} else 4
    return {"minimal": 1, "maximal": 2, "inside": 3, "model": 6, "coverage": 7, "generated": 8}.get(head, 3)


def _lists(errors: tuple[RowUse, ...], row: str) -> bool:
    return any(each.key == row for each in errors)

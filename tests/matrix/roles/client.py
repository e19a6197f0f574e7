"""Role client: the reference clients with their faults, and each constraint of each request that they send broken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from conformance.contract import Operation, Requirement, Role, load
from conformance.evidence.verdict import Verdict
from conformance.runner.execute import Outcome
from conformance.suites.case import Case
from conformance.suites.client import cells
from conformance.suites.client.provocations import concerning
from tests.clients.bench import CLASSES, judged, keys_made_once
from tests.clients.derived import derived
from tests.clients.test_wrong_clients import EXPECTED, OPTIONS
from tests.matrix.wrong import Ground, Wrong

BY_PROVOCATION = {"unknown-members": "ends-on-new-members", "other-form": "reads-as-text"}
"""What every client can do wrong, by what shows it; the table has a line for one platform."""
BLAMED = frozenset({Verdict.FAIL.value, Verdict.WARN.value})
"""Verdicts of the table that speak of a sentence: who ends badly leaves open what it would have called."""


def platforms() -> tuple[str, ...]:
    """Return the platforms that have a reference client."""
    return tuple(CLASSES)


def wrongs(platform: str) -> tuple[Wrong, ...]:
    """Return the faults of the table, the conduct that any client may have, and the constraints of requests."""
    contract = load(platform)
    told = {BY_PROVOCATION[each.name]: each for each in concerning(contract) if each.name in BY_PROVOCATION}
    conduct = {fault: (f"provoked/{each.name}", each.statement) for fault, each in told.items()}
    tabled = {
        fault: (case, statement)
        for fault, (case, statement, verdict) in EXPECTED[platform].items()
        if verdict in BLAMED
    }
    return (
        *(
            _wrong(platform, "client", fault, f"{platform}/client/{case}", f"{platform}/{statement}")
            for fault, (case, statement) in (conduct | tabled).items()
        ),
        *(_wrong(platform, "call", key, each.case, each.requirement) for key, each in derived(platform).items()),
    )


def _wrong(platform: str, kind: str, fault: str, case: str, requirement: str) -> Wrong:
    contract, cases = load(platform), _cases(platform)
    operation = contract.operations.get(cases[case].subject)
    near = _of_one_address(operation, contract.operations)
    about = [each.id for each in cases.values() if operation is not None and each.subject == operation.subject]
    beside = [each.id for each in cases.values() if each.subject in {other.subject for other in near}]
    citing = [each.id for each in cases.values() if requirement in each.requirements]
    sections = [contract.requirements[requirement].section, *(each.section for each in near)]
    return Wrong(
        role=Role.CLIENT.value,
        platform=platform,
        fault=fault,
        kind=kind,
        requirement=requirement,
        cases=tuple(dict.fromkeys((case, *citing, *about, *beside))),
        sections=tuple(f"{platform}/{each}/" for each in dict.fromkeys(sections)),
    )


def _of_one_address(operation: Operation | None, operations: Mapping[str, Operation]) -> list[Operation]:
    """Return the other operations of an address: a broken call may be taken for one of them."""

    def address(each: Operation) -> tuple[str, str]:
        return each.method, each.path.partition("#")[0]

    if operation is None:
        return []
    return [each for each in operations.values() if each is not operation and address(each) == address(operation)]


@cache
def _cases(platform: str) -> Mapping[str, Case]:
    return {each.id: each for each in cells(load(platform)) if isinstance(each, Case)}


class Clients:
    """Has a client make its calls for each fault; nothing but the calls is kept from one to the next."""

    def __init__(self, platform: str) -> None:
        self.platform, self.cases = platform, _cases(platform)
        self._judged: tuple[object, dict[str, Outcome]] = (None, {})
        self._right: dict[tuple[str, ...], dict[str, Outcome]] = {}

    def judge(self, case: str, wrong: Wrong | None) -> Outcome:
        """Return what a case comes to about a client with the fault; one trial serves all cases that provoke nothing."""
        known = self.cases[case]
        provoke = (known.purpose,) if known.subject == "provoked" else ()
        if wrong is None:
            if provoke not in self._right:
                self._right[provoke] = judged(self.platform, provoke=provoke)
            return self._right[provoke].get(case) or _not_heard(known)
        if self._judged[0] != (wrong.fault, provoke):
            given = derived(self.platform).get(wrong.fault)
            options = OPTIONS.get(wrong.fault, {})
            active = given.fault if given is not None else wrong.fault
            self._judged = (wrong.fault, provoke), judged(self.platform, active, provoke=provoke, **options)
        return self._judged[1].get(case) or _not_heard(known)


def _not_heard(case: Case) -> Outcome:
    return Outcome(case, Verdict.NOT_APPLICABLE, "nothing that it is about was heard")


@contextmanager
def ground(platform: str) -> Iterator[Ground]:
    """Need no process: client, judge and reference are in this one."""
    with keys_made_once():
        yield Clients(platform)


def statement(platform: str, identity: str) -> Requirement:
    """Return a requirement of the contract."""
    return load(platform).requirements[identity]

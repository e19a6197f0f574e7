"""Role application: the IUT is a server that receives notifications; every case follows from the contract alone."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract import Contract
from conformance.suites.application import documented, robust
from conformance.suites.case import Case, SkippedCell


def cells(contract: Contract) -> Iterator[Case | SkippedCell]:
    """Yield every cell notification × purpose, and the cases about the application as a whole; nothing where there is none.

    What may end an application comes last.
    """
    if not contract.notifications:
        return
    for notification in contract.notifications.values():
        yield from documented.cells(contract, notification)
    for notification in contract.notifications.values():
        yield from robust.cells(contract, notification)
    yield from robust.everywhere(contract)

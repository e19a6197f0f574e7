"""Faults of what calls do, derived from the contract: a call that is answered and not carried out, a member of a request that
is not heeded, a list with an entry too few or too many.

No single message shows them: cases that call again do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from conformance.contract import CallClass, Contract, Member, Operation
from conformance.contract.members import ELEMENT, VALUE, altered
from conformance.reference.fault import Fault

LISTS: Final = {
    "duplicate": "holds its first entry twice",
    "last-missing": "lacks its last entry",
}


def of_operation(contract: Contract, operation: Operation) -> Iterator[Fault]:
    """Yield the faults of one operation."""
    signs_in = any(rule.credential and rule.create == operation.subject for rule in contract.objects.values())
    if operation.call_class is not CallClass.READ_ONLY and not signs_in:
        yield _fault("lost", operation, "", "is answered as a success and not carried out")
    for member in operation.request_members:
        if operation.call_class is CallClass.READ_ONLY and heeded(member):
            yield _fault("ignored", operation, member.name, f"`{member.name}` is not heeded", member)
    for member in operation.response.members:
        if member.path and member.path[-1] == ELEMENT and member.schema.get("properties"):
            for action, words in LISTS.items():
                name = f"{member.name}/{action}"
                yield _fault("list", operation, name, f"`{member.name.removesuffix('[]')}` {words}", member)


def heeded(member: Member) -> bool:
    """Tell whether a platform could pass over a member of a call that reads: an optional one, which is there for its effect."""
    if member.required or member.annotation("x-credential") or member.annotation("x-conditional"):
        return False
    if ":" in member.name:
        return member.path[0] == "query"
    return len(member.path) == 1 and member.path[0] not in {ELEMENT, VALUE}


def without(member: Member, query: dict[str, Any], body: Any) -> tuple[dict[str, Any], Any]:
    """Return the query and the body without a member."""
    name = member.path[-1]
    if ":" in member.name:
        return {key: value for key, value in query.items() if key != name}, body
    return query, {key: value for key, value in body.items() if key != name} if isinstance(body, dict) else body


def listed(action: str, member: Member, body: Any) -> Any:
    """Return an answer with a list spoilt; one without an entry stays as it is."""

    def change(entries: Any) -> Any:
        if not isinstance(entries, list) or not entries:
            return entries
        return [entries[0], *entries] if action == "duplicate" else entries[:-1]

    return altered(body, member.path[:-1], change)


def _fault(kind: str, operation: Operation, tail: str, words: str, member: Member | None = None) -> Fault:
    place = f"{kind}/{operation.subject}"
    return Fault(
        id=f"{place}/{tail}" if tail else place,
        kind=kind,
        description=f"{operation.subject}: {words}",
        action=tail.rpartition("/")[2] if kind == "list" else kind,
        subject=operation.subject,
        member=member.name if member else None,
    )

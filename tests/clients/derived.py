"""Wrong clients that the contract gives: each constraint of each request that a reference client sends, broken in its call.

A fault has the key `call/<operation>/<member>/<keyword>`, or `encoding` and `credentials` in the place of the last two.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial

from conformance.contract import Contract, Member, Operation, load
from conformance.contract.derive import other_call
from conformance.contract.members import DROP, VALUE, altered, locate, present
from conformance.reference.calling.caller import Fault, Outgoing
from conformance.suites import mutations
from conformance.suites.mutations import Impossible, Value
from tests.clients.bench import calls

UNREADABLE = b'{"half": "\xff'
"""Half a JSON text, and no UTF-8."""
NOBODY = "0123456789abcdef0123456789abcdef"
"""A credential that nobody gave."""

Change = Callable[[Outgoing], object]


@dataclass(frozen=True)
class Derived:
    """One wrong client."""

    fault: Fault
    requirement: str
    """Full id of the statement that its call breaks."""
    case: str
    """Full id of the case that must notice it."""


@cache
def derived(platform: str) -> Mapping[str, Derived]:
    """Return every fault by its key."""
    contract = load(platform)
    first: dict[str, Outgoing] = {}
    for call in calls(platform):
        first.setdefault(call.subject, call)
    return {
        f"call/{subject}/{tail}": each
        for subject, call in first.items()
        for tail, each in _of_operation(contract, contract.operations[subject], call)
    }


def _of_operation(contract: Contract, operation: Operation, call: Outgoing) -> Iterator[tuple[str, Derived]]:
    for tail, change in (*_constraints(contract, operation, call), *_encoding(operation), *_credentials(call)):
        requirement = operation.requirement(f"call/{'credentials' if tail.endswith('credentials') else tail}")
        if requirement in contract.requirements:
            purpose = "credentials" if tail.endswith("credentials") else "request"
            fault = Fault(f"breaks {requirement}", change, operation.subject)
            yield tail, Derived(fault, requirement, f"{contract.platform}/client/{operation.subject}/{purpose}")


def _constraints(contract: Contract, operation: Operation, call: Outgoing) -> Iterator[tuple[str, Change]]:
    """Yield each constraint with what breaks it, as far as the call has the member or a place for it."""
    for member in operation.request_members:
        if member.name.startswith("path:"):
            continue  # with another address it is another call
        for constraint in member.constraints:
            for value in mutations.outside(member, constraint, _current(call, member)):
                if isinstance(value, Impossible):
                    continue
                if value.absent and other_call(operation, member, contract.operations.values()):
                    continue
                change = partial(_break, member=member, value=value)
                if _breaks(operation, member, call, change):
                    yield constraint.key, change


def _breaks(operation: Operation, member: Member, call: Outgoing, change: Change) -> bool:
    """Tell whether a change makes another message of a call, and one that no documented reading allows."""
    wrong = copy.deepcopy(call)
    change(wrong)
    if ":" in member.name:
        return (wrong.query, wrong.headers) != (call.query, call.headers)
    assert operation.request is not None
    return wrong.body != call.body and mutations.really_breaks(operation.request, wrong.body)


def _break(call: Outgoing, *, member: Member, value: Value) -> None:
    place, _, name = member.name.partition(":")
    if name:
        _break_parameter(call.query if place == "query" else call.headers, name, value)
    elif value.absent:
        call.body = altered(call.body, member.path, lambda _: DROP)
    elif not member.path or present(call.body, member.path):
        call.body = altered(call.body, member.path, lambda _: value.value)
    elif member.path[-1] != VALUE:
        for holder in locate(call.body, member.path[:-1]):
            if isinstance(holder, dict):
                holder[member.path[-1]] = value.value


def _break_parameter(place: dict[str, str], name: str, value: Value) -> None:
    if value.absent:
        place.pop(name, None)
    else:
        place[name] = str(value.value)


def _current(call: Outgoing, member: Member) -> object:
    place, _, name = member.name.partition(":")
    if name:
        return (call.query if place == "query" else call.headers).get(name)
    return next(locate(call.body, member.path), None) if member.path else call.body


def _encoding(operation: Operation) -> Iterator[tuple[str, Change]]:
    if operation.request is not None:
        yield "encoding", lambda call: setattr(call, "raw", UNREADABLE)


def _credentials(call: Outgoing) -> Iterator[tuple[str, Change]]:
    if "Authorization" in call.headers:
        yield "credentials", lambda wrong: wrong.headers.update(Authorization=f"Bearer {NOBODY}")
        yield "no-credentials", lambda wrong: wrong.headers.pop("Authorization")

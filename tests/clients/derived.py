"""Wrong clients that the contract gives: each constraint of each request that a reference client sends, broken in its call.

A fault has the key `call/<operation>/<member>/<keyword>`; `encoding` and `credentials` stand beside the constraints. What is
stated of all calls alike has the key `any/<statement>`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
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
    found = {f"any/{purpose}": each for purpose, each in _of_all(contract, first)}
    for subject, call in first.items():
        found |= {f"call/{subject}/{tail}": each for tail, each in _of_operation(contract, subject, call)}
    return found


def _of_operation(contract: Contract, subject: str, call: Outgoing) -> Iterator[tuple[str, Derived]]:
    operation = contract.operations[subject]
    told = {tail: (tail, "request", change) for tail, change in _constraints(contract, operation, call)}
    if operation.request is not None:
        told["encoding"] = ("encoding", "request", lambda wrong: setattr(wrong, "raw", UNREADABLE))
    for way, change in _credentials(contract, operation, call):
        told[f"credentials/{way}"] = ("credentials", "credentials", change)
    for tail, (statement, purpose, change) in told.items():
        requirement = operation.requirement(f"call/{statement}")
        if requirement in contract.requirements:
            fault = Fault(f"breaks {requirement}", change, subject)
            yield tail, Derived(fault, requirement, f"{contract.platform}/client/{subject}/{purpose}")


def _of_all(contract: Contract, first: Mapping[str, Outgoing]) -> Iterator[tuple[str, Derived]]:
    """Yield what can be wrong with any call, shown by the first that it can be wrong with."""
    with_json = (name for name, call in first.items() if call.body is not None and not call.form)
    with_query = (name for name, call in first.items() if call.query)
    told: Mapping[str, tuple[str | None, Change]] = {
        "content-type": (next(with_json, None), lambda call: call.headers.update({"Content-Type": "text/plain"})),
        "undocumented-members": (next(with_query, None), lambda call: call.query.update(undocumented=1)),
        "documented-calls": (next(iter(first)), lambda call: setattr(call, "method", "PATCH")),
    }
    for statement, (subject, change) in told.items():
        requirement = f"{contract.platform}/client/{statement}"
        if subject is not None and requirement in contract.requirements:
            case = f"{contract.platform}/client/any/{statement}"
            yield statement, Derived(Fault(f"breaks {requirement}", change, subject), requirement, case)


def _constraints(contract: Contract, operation: Operation, call: Outgoing) -> Iterator[tuple[str, Change]]:
    """Yield each constraint with what breaks it, as far as the call has the member or a place for it."""
    for member in operation.binding_members:
        for constraint in member.constraints:
            if member.name.startswith("path:") and constraint.keyword != "maxLength":
                continue  # without its part, or with an empty one, it is another call
            for value in mutations.outside(_open(member), constraint, _current(call, member)):
                if isinstance(value, Impossible):
                    continue
                if value.absent and other_call(operation, member, contract.operations.values()):
                    continue
                change = partial(_break, member=member, value=value, address=operation.path)
                if _breaks(operation, member, call, change):
                    yield constraint.key, change


def _open(member: Member) -> Member:
    """Return a member as one whose value is the client's to choose: what cannot tell a platform can tell a client."""
    schema = {name: value for name, value in member.schema.items() if name != "x-credential"}
    return replace(member, schema=schema, given=False)


def _breaks(operation: Operation, member: Member, call: Outgoing, change: Change) -> bool:
    """Tell whether a change makes another message of a call, and one that no documented reading allows."""
    wrong = copy.deepcopy(call)
    change(wrong)
    if ":" in member.name:
        return (wrong.path, wrong.query, wrong.headers) != (call.path, call.query, call.headers)
    assert operation.request is not None
    return wrong.body != call.body and mutations.really_breaks(operation.request, wrong.body)


def _break(call: Outgoing, *, member: Member, value: Value, address: str = "") -> None:
    place, _, name = member.name.partition(":")
    if place == "path":
        parts = zip(address.split("/"), call.path.split("/"), strict=True)
        call.path = "/".join(str(value.value) if part == f"{{{name}}}" else own for part, own in parts)
    elif name:
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
    if place == "path":
        return None  # any id serves
    if name:
        return (call.query if place == "query" else call.headers).get(name)
    return next(locate(call.body, member.path), None) if member.path else call.body


def _credentials(contract: Contract, operation: Operation, call: Outgoing) -> Iterator[tuple[str, Change]]:
    """Yield each place of a credential with what puts another there: header, marked member, member of a sign-in."""
    if "Authorization" in call.headers:
        yield "unknown", lambda wrong: wrong.headers.update(Authorization=f"Bearer {NOBODY}")
        yield "none", lambda wrong: wrong.headers.pop("Authorization")
    signs_in = operation.subject in {each.create for each in contract.objects.values() if each.credential}
    for member in operation.request_members:
        carries = member.annotation("x-credential") or (signs_in and member.name in operation.carried)
        if carries and ":" not in member.name and isinstance(_current(call, member), str):
            yield member.name, partial(_break, member=member, value=Value("credentials", NOBODY))

"""Each documented constraint of a request, from both sides of its bound.

Just inside must be served. Just outside is judged by the answer table: where the document states only the constraint,
accepting is a warning and a refusal passes; an answer that is no documented one at all is the failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from conformance.contract import Constraint, Contract, Member, Operation
from conformance.contract.derive import other_call
from conformance.contract.members import ELEMENT
from conformance.platforms.draft import Draft
from conformance.suites import mutations
from conformance.suites.case import Body, Case, SkippedCell
from conformance.suites.context import Context
from conformance.suites.generic.valid import makers
from conformance.suites.judge import Stated
from conformance.suites.mutations import Impossible, Value
from conformance.suites.samples import make_unique, skeleton


@dataclass(frozen=True)
class _Target:
    operation: Operation
    member: Member
    constraint: Constraint
    current: Any

    @property
    def requirement(self) -> str:
        return self.operation.requirement(f"request/{self.constraint.key}")

    @property
    def having(self) -> tuple[str, ...]:
        """The place of the member in the body; nothing for a parameter."""
        return () if ":" in self.member.name else self.member.path

    def apply(self, draft: Draft, value: Value) -> None:
        if value.absent:
            draft.remove(self.member.path)
        else:
            draft.set(self.member.path, value.value)

    def fitted(self, value: Value, context: Context) -> Value:
        """Return a value that was made of the contract's example as it can be sent today."""
        if not isinstance(value.value, list | dict) or ":" in self.member.name:
            return value
        return replace(value, value=context.fitted(self.operation, value.value, self.member.path))


def cells(contract: Contract, operation: Operation) -> Iterator[Case | SkippedCell]:
    """Yield the cells of one operation."""
    sample = skeleton(operation, full=True)
    for member in operation.request_members:
        current = _current(sample, member)
        if current is None and ":" not in member.name:
            current = _current(skeleton(operation, full=True, having=member.path), member)
        for constraint in member.constraints:
            yield from _cells(contract, _Target(operation, member, constraint, current))


def _cells(contract: Contract, target: _Target) -> Iterator[Case | SkippedCell]:
    operation, member, constraint = target.operation, target.member, target.constraint
    identity = f"{contract.platform}/{operation.subject}"
    calls = (operation.subject, *makers(contract, operation))
    success = operation.requirement("success")
    for value in mutations.inside(member, constraint, target.current):
        if member.given:
            yield SkippedCell(
                f"{identity}/inside/{member.name}/{value.label}", "its value is not the suite's to choose"
            )
            continue
        if not _keeps(target, value):
            yield SkippedCell(f"{identity}/inside/{member.name}/{value.label}", "alone it makes no valid message")
            continue
        title = f"A request on the bound is served ({constraint.member}, {constraint.keyword})."
        cell = f"{identity}/inside/{member.name}/{value.label}"
        yield Case(cell, title, (success, target.requirement), _inside(target, value), calls)
    for each in mutations.outside(member, constraint, target.current):
        purpose = "omitted" if constraint.keyword == "required" else "outside"
        tail = member.name if purpose == "omitted" else f"{member.name}/{constraint.keyword}"
        cell = f"{identity}/{purpose}/{tail}"
        if isinstance(each, Impossible):
            yield SkippedCell(cell, each.reason)
        elif each.absent and (other := other_call(operation, member, contract.operations.values())):
            yield SkippedCell(cell, f"without it the call is {other}, which has the same address")
        elif not _breaks(target, each):
            yield SkippedCell(cell, "the value is valid by another documented reading")
        else:
            title = f"A request that breaks {constraint.keyword} of {constraint.member} is refused."
            requirements = (target.requirement, *filter(None, [contract.failure_shape]))
            yield Case(cell, title, requirements, _outside(target, each), calls, needs=_needs(target))


def _needs(target: _Target) -> tuple[str, ...]:
    """Return the setting without which a request cannot break the constraint: in a query every value is a text."""
    kinds = target.member.schema.get("type", ())
    textual = target.constraint.keyword == "type" and "string" in ([kinds] if isinstance(kinds, str) else kinds)
    place = target.operation.body_place
    return (f"pixit.{place}=body",) if place and textual and ":" not in target.member.name else ()


def _inside(target: _Target, value: Value) -> Body:
    def body(context: Context) -> None:
        draft = context.draft(target.operation, full=True, having=target.having)
        _keep_unique(draft, target, target.fitted(value, context), context)
        answer = context.send(draft)
        if context.served(target.operation, answer):
            context.check(target.requirement, True)

    return body


def _outside(target: _Target, value: Value) -> Body:
    def body(context: Context) -> None:
        draft = context.draft(target.operation, full=True, having=target.having)
        if target.member.path[:1] == (ELEMENT,):
            draft.body = draft.body[:1]  # of several elements a right one may be served all the same
        if target.member.path == () and isinstance(value.value, dict) and isinstance(draft.body, dict):
            draft.body = {key: child for key, child in draft.body.items() if key in value.value}
        else:
            target.apply(draft, target.fitted(value, context))
        _renew(draft, target, context)
        answer = context.send(draft)
        what = "a refusal" if value.absent else f"a refusal of {value.value!r:.60}"
        context.refused(target.requirement, answer, Stated.CONSTRAINT, what=what)

    return body


def _keep_unique(draft: Draft, target: _Target, value: Value, context: Context) -> None:
    """Apply a valid value without losing the fresh names of the draft."""
    if target.member.path == () and isinstance(value.value, dict) and isinstance(draft.body, dict):
        draft.body = {key: child for key, child in draft.body.items() if key in value.value}
    elif target.member.schema.get("x-unique") and isinstance(value.value, str):
        fresh = str(draft.get(target.member.path))
        draft.set(target.member.path, (fresh + value.value)[: len(value.value)])
    else:
        target.apply(draft, value)
        _renew(draft, target, context)


def _renew(draft: Draft, target: _Target, context: Context) -> None:
    """Give the elements of a list of a certain length fresh names, where they must differ for each object made."""
    if target.constraint.keyword in {"minItems", "maxItems"}:
        make_unique(draft, context.unique)


def _current(sample: Draft, member: Member) -> Any:
    try:
        return sample.get(member.path)
    except (KeyError, IndexError, TypeError, StopIteration, AttributeError):
        return None


def _keeps(target: _Target, value: Value) -> bool:
    """Tell whether a message stays valid with a value on the bound; other members may forbid it."""
    request = target.operation.request
    if ":" in target.member.name or request is None:
        return True
    if target.member.path == ():
        return request.is_valid(value.value)
    draft = skeleton(target.operation, full=True, having=target.having)
    try:
        target.apply(draft, value)
    except (KeyError, IndexError, TypeError, StopIteration, AttributeError):
        return False
    return request.is_valid(draft.body)


def _breaks(target: _Target, value: Value) -> bool:
    if ":" in target.member.name or target.operation.request is None:
        return True
    draft = skeleton(target.operation, full=True, having=target.having)
    try:
        target.apply(draft, value)
    except (KeyError, IndexError, TypeError, StopIteration, AttributeError):
        return False
    return mutations.really_breaks(target.operation.request, draft.body)

"""Judging a request with the contract's own schemas; the only place where a constraint is enforced.

The rules are never written a second time: what is refused is what the contract's messages refuse, less the constraints
that a fault says not to enforce, plus those that a fault says to enforce off by one.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from conformance.contract import Member, Message, Operation, Parameter
from conformance.contract.members import BODY, Constraint, locate
from conformance.contract.parameters import kinds, typed
from conformance.reference.calls import Refused
from conformance.reference.faults import BOUNDS
from conformance.reference.switchboard import Switchboard

_REPLACED: Final = frozenset({"type", "required", "enum", "const", "anyOf", "oneOf", "format"})
"""Constraints whose violation leaves a value that cannot be used: one that does not enforce them ignores the value."""


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong with a request."""

    member: str
    keyword: str
    expected: str
    pointer: str = ""

    @property
    def key(self) -> str:
        """`member/keyword`, as in requirement and fault ids."""
        return f"{self.member}/{self.keyword}"


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a caller sent, in parts; parameters are still text."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Any


class Enforcement:
    """The documented rules for the request of one operation.

    `stand_ins` are values for required members that are taken, before those of the contract's full example, where a
    fault lets a request pass without them; the one named `body` stands in for a whole body that is a list.
    """

    def __init__(self, operation: Operation, stand_ins: Mapping[str, Any]) -> None:
        self._operation = operation
        self._stand_ins = stand_ins
        self._parameters = [
            (parameter, Message(parameter.member, parameter.schema), kinds(parameter.schema))
            for parameter in operation.parameters
            if not parameter.schema.get("x-credential")  # whether a caller is let in is judged before
        ]
        self._members = {member.name: member for member in operation.request_members}
        self._credentials = frozenset(
            name for name, member in self._members.items() if member.annotation("x-credential")
        )

    @property
    def carries_credential(self) -> bool:
        """Tell whether a member of the body is the credential; the platform judges it, not the rules for requests."""
        request = self._operation.request
        return request is not None and any(member.name in self._credentials for member in request.members)

    def judge(
        self, incoming: Incoming, faults: Switchboard, tolerated: frozenset[str] = frozenset()
    ) -> tuple[dict[str, Any], dict[str, Any], Any]:
        """Return path and query with typed values, and the body; `tolerated` constraints are not enforced.

        Raises:
            Refused: a documented rule is broken; `errors` lists each.
        """
        sources = {"path": incoming.path, "query": incoming.query, "header": incoming.headers}
        body = incoming.body
        given: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
        wrong: list[Wrong] = []
        for parameter, message, named in self._parameters:
            name = parameter.name.lower() if parameter.location == "header" else parameter.name
            if name in sources[parameter.location]:
                value = typed(sources[parameter.location][name], named)
                given[parameter.location][parameter.name] = value
                wrong += _judge_parameter(parameter, message, value)
            elif parameter.required:
                wrong.append(Wrong(parameter.member, "required", "present"))
        request = self._operation.request
        if request is not None and not request.is_valid(body):
            wrong += (
                Wrong(each.member, each.keyword, each.expected, each.pointer) for each in request.violations(body)
            )
        if self._credentials:
            wrong = [each for each in wrong if each.member not in self._credentials]
        if wrong and (faults.active or tolerated):
            wrong, body = self._relaxed(wrong, given, body, faults, tolerated)
        if faults.active:
            wrong += self._off_by_one(given, body, faults)
        if wrong:
            raise Refused(
                "invalid",
                "The request is invalid",
                errors=tuple(
                    {"member": each.member, "rule": each.keyword, "expected": each.expected} for each in wrong
                ),
            )
        return given["path"], given["query"], body

    def _relaxed(
        self,
        wrong: list[Wrong],
        given: dict[str, dict[str, Any]],
        body: Any,
        faults: Switchboard,
        tolerated: frozenset[str],
    ) -> tuple[list[Wrong], Any]:
        """Take away what a fault says not to enforce, and make the message usable: a lax platform ignores what it got."""
        left: list[Wrong] = []
        for each in reversed(wrong):  # from the end: places in lists stay what they were told to be
            key = f"{self._operation.subject}/{each.key}"
            place = f"unenforced/{key}"
            if faults.has(place):
                faults.notice(place)
            elif faults.has(f"lax-by-one/{key}") and self._is_one_beyond(each, given, body):
                faults.notice(f"lax-by-one/{key}")
            elif key not in tolerated:
                left.append(each)
                continue
            location, _, name = each.member.partition(":")
            if each.keyword not in _REPLACED:
                continue
            if name:
                given[location].pop(name, None)
                if each.member in self._stand_ins:
                    given[location][name] = self._stand_ins[each.member]
            else:
                body = self._mended(body, each)
        return left[::-1], body

    def _is_one_beyond(self, wrong: Wrong, given: Mapping[str, Mapping[str, Any]], body: Any) -> bool:
        """Tell whether a value breaks a bound by one and no more."""
        member = self._members[wrong.member]
        constraint = next(each for each in member.constraints if each.keyword == wrong.keyword)
        beyond = replace(constraint, value=constraint.value + (1 if constraint.keyword.startswith("max") else -1))
        return any(_on_the_bound(beyond, value) for value in _values(member, given, body))

    def _mended(self, body: Any, wrong: Wrong) -> Any:
        """Return the body without the unusable value; what is indispensable comes from the contract's full example."""
        request = self._operation.request
        assert request is not None
        member = self._members[wrong.member]
        if not member.path:
            return self._example(request) if wrong.keyword == "type" or not isinstance(body, dict) else body
        body = copy.deepcopy(body)
        *parents, last = wrong.pointer.split("/")[1:] or [""]
        if wrong.keyword == "required":
            parents, last = [*parents, last] if wrong.pointer else [], member.path[-1]
        holder = body
        for token in parents:
            holder = holder[int(token) if isinstance(holder, list) else token.replace("~1", "/").replace("~0", "~")]
        if isinstance(holder, list):
            holder.pop(int(last))
            return body
        last = last.replace("~1", "/").replace("~0", "~")
        holder.pop(last, None)
        if member.name in self._stand_ins:
            holder[last] = self._stand_ins[member.name]
        elif member.required:
            value = next(locate(request.full, member.path))
            holder[last] = _unlike_others(member, copy.deepcopy(value))
        return body

    def _example(self, request: Message) -> Any:
        """Return the least request that serves, in place of a body of another kind altogether."""
        if BODY in self._stand_ins:
            return copy.deepcopy(self._stand_ins[BODY])
        members = {member.path[0] for member in request.members if len(member.path) == 1}
        stand_ins = {name: value for name, value in self._stand_ins.items() if name in members}
        example = {**copy.deepcopy(request.minimal), **stand_ins}
        for member in request.members:
            if len(member.path) == 1 and member.name in example and member.name not in self._stand_ins:
                example[member.name] = _unlike_others(member, example[member.name])
        return example

    def _off_by_one(self, given: Mapping[str, Mapping[str, Any]], body: Any, faults: Switchboard) -> Iterator[Wrong]:
        for fault in faults.of("off-by-one", self._operation.subject):
            assert fault.member is not None
            member = self._members[fault.member]
            constraint = next(each for each in member.constraints if each.keyword == fault.keyword)
            for value in _values(member, given, body):
                if _on_the_bound(constraint, value):
                    faults.notice(fault.id)
                    yield Wrong(member.name, constraint.keyword, "one further from the bound")


def _unlike_others(member: Member, value: Any) -> Any:
    """Return the example's value, made unlike any other where the contract says that it must be unique."""
    return value + secrets.token_hex(4) if member.annotation("x-unique") and isinstance(value, str) else value


def _values(member: Member, given: Mapping[str, Mapping[str, Any]], body: Any) -> Iterator[Any]:
    if ":" in member.name and member.path[0] in given:
        if member.path[1] in given[member.path[0]]:
            yield given[member.path[0]][member.path[1]]
    else:
        yield from locate(body, member.path)


def _on_the_bound(constraint: Constraint, value: Any) -> bool:
    assert constraint.keyword in BOUNDS
    if constraint.keyword in {"minimum", "maximum"}:
        return isinstance(value, (int, float)) and bool(value == constraint.value)
    kind = list if constraint.keyword.endswith("Items") else str
    return isinstance(value, kind) and len(value) == constraint.value


def _judge_parameter(parameter: Parameter, message: Message, value: Any) -> Iterator[Wrong]:
    if not message.is_valid(value):
        for each in message.violations(value):
            tail = "" if each.member == BODY else f".{each.member}"
            yield Wrong(parameter.member + tail, each.keyword, each.expected)

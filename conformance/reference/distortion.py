"""Applying the active faults to a finished answer: the one place where answers are spoilt.

The reference makes its answer without a thought of faults; what is on is applied here, so that a fault does what its
id says and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from conformance.contract import Member, Message, Notification, Operation
from conformance.reference import deeds
from conformance.reference.alterations import DROP, MemberJudge, altered, falsified, out_of_range, retyped
from conformance.reference.calls import Reply
from conformance.reference.fault import Fault
from conformance.reference.row_faults import failure_message, other_row
from conformance.reference.switchboard import Switchboard

HTML: Final = b"<!DOCTYPE html><html><head><title>Service</title></head><body><h1>It works</h1></body></html>"
_NOT_JSON: Final = b'{"result": tru'


class Distortion:
    """Spoils the answers of one reference."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._faults = switchboard
        self._judges: dict[tuple[str, str], tuple[Member, MemberJudge]] = {}

    def apply(self, operation: Operation | None, reply: Reply) -> None:
        """Change `reply` as the active faults demand, and note in it which of them did."""
        if operation is not None:
            subject = operation.subject
            if reply.refused is None:
                for fault in self._faults.of("response", subject):
                    self._answer(operation.response, fault, reply)
                for fault in self._faults.of("list", subject):
                    self._listed(operation, fault, reply)
                self._each("status", subject, reply, _status)
                self._each("envelope", subject, reply, _body)
            else:
                for fault in self._faults.of("refusal", subject):
                    if fault.action == "accepted":
                        reply.status, reply.body = operation.statuses[0], operation.response.full
                    else:
                        _failure(fault, reply)
                    reply.faults.append(fault.id)
            self._each("content-type", subject, reply, _content_type)
            self._each("transport", subject, reply, _transport)
        if reply.refused is not None and reply.row is None:
            for fault in self._faults.of("failure"):
                self._failure_member(fault, reply)
        if reply.row is not None:
            for fault in self._faults.of("error-row"):
                if fault.row == reply.row:
                    self._row(fault, reply)
                    reply.faults.append(fault.id)

    def _failure_member(self, fault: Fault, reply: Reply) -> None:
        message = failure_message(self._faults.contract)
        assert message is not None
        member = next(each for each in message.members if each.path == ("body", fault.member))
        value = {"drop": DROP, "null": None, "retype": retyped(MemberJudge(message, member))}[fault.action]
        body = altered(reply.body, member.path[1:], lambda _: value)
        if body != reply.body:
            reply.body = body
            reply.faults.append(fault.id)

    def _each(self, kind: str, subject: str, reply: Reply, change: Callable[[Fault, Reply], None]) -> None:
        for fault in self._faults.of(kind, subject):
            change(fault, reply)
            reply.faults.append(fault.id)

    def message(self, notification: Notification, body: Any) -> Any:
        """Return a message that is to be pushed, spoilt as the active faults demand."""
        for fault in self._faults.of("message", notification.subject):
            body = self._spoilt(notification.message, fault, body)
        return body

    def _answer(self, message: Message, fault: Fault, reply: Reply) -> None:
        body = self._spoilt(message, fault, reply.body)
        if body != reply.body:
            reply.body = body
            reply.faults.append(fault.id)

    def _listed(self, operation: Operation, fault: Fault, reply: Reply) -> None:
        member = next(each for each in operation.response.members if each.name == fault.member)
        body = deeds.listed(fault.action, member, reply.body)
        if body != reply.body:
            reply.body = body
            reply.faults.append(fault.id)

    def _spoilt(self, message: Message, fault: Fault, body: Any) -> Any:
        assert fault.member is not None
        key = message.name, fault.member
        if key not in self._judges:
            found = next(each for each in message.members if each.name == fault.member)
            self._judges[key] = found, MemberJudge(message, found)
        member, judge = self._judges[key]
        changes: Mapping[str, Callable[[Any], Any]] = {
            "drop": lambda _: DROP,
            "null": lambda _: None,
            "retype": lambda _: retyped(judge),
            "falsify": lambda value: falsified(judge, value),
            "out-of-range": lambda _: out_of_range(judge),
        }
        return altered(body, member.path, changes[fault.action])

    def _row(self, fault: Fault, reply: Reply) -> None:
        if fault.action == "swapped":
            contract = self._faults.contract
            given = other_row(contract, contract.rows[str(fault.row)]) or {}
            reply.status = given.get("status", reply.status)
            reply.body = {**reply.body, **given.get("body", {})}
        elif fault.action == "text-html":
            reply.headers["content-type"] = "text/html; charset=utf-8"
        else:
            _row(fault, reply)


def _status(fault: Fault, reply: Reply) -> None:
    reply.status = int(fault.action)


def _content_type(fault: Fault, reply: Reply) -> None:
    if fault.action == "absent":
        reply.headers.pop("content-type", None)
    else:
        reply.headers["content-type"] = fault.action.replace("-", "/") + "; charset=utf-8"


def _transport(fault: Fault, reply: Reply) -> None:
    reply.transport = fault.action


def _body(fault: Fault, reply: Reply) -> None:
    match fault.action:
        case "empty-body":
            reply.raw = b""
        case "not-json":
            reply.raw = _NOT_JSON
        case "html":
            reply.raw = HTML
            reply.headers["content-type"] = "text/html; charset=utf-8"
        case "array":
            reply.body = [reply.body]
        case "string":
            reply.body = json.dumps(reply.body)


def _failure(fault: Fault, reply: Reply) -> None:
    if fault.action.startswith("status-"):
        reply.status = int(fault.action.removeprefix("status-"))
    else:
        _body(fault, reply)


def _row(fault: Fault, reply: Reply) -> None:
    if fault.member is None:
        _failure(fault, reply)
    elif fault.action == "drop":
        reply.body = altered(reply.body, (fault.member,), lambda _: DROP)
    else:
        reply.body = altered(reply.body, (fault.member,), _other)


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, (int, float)) else f"{value}-falsified"

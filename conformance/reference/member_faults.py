"""Faults of messages that the platform sends: one member of an answer or of a notification spoilt."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract import Contract, Member, Message, Notification, Operation
from conformance.reference.alterations import DROP, MemberJudge, can_falsify, out_of_range, retyped
from conformance.reference.fault import Fault


def of_answer(contract: Contract, operation: Operation) -> Iterator[Fault]:
    """Yield each member of an answer left out, null, of another type, with another value and out of range."""
    prefix = operation.requirement("response/")
    yield from _of_message(contract, "response", operation.subject, operation.response, prefix)


def of_notification(contract: Contract, notification: Notification) -> Iterator[Fault]:
    """Yield likewise the faults of the members of a message that is pushed, those that break a statement about it."""
    prefix = notification.requirement("message/")
    for fault in _of_message(contract, "message", notification.subject, notification.message, prefix):
        if fault.requirement is not None:
            yield fault


def _of_message(contract: Contract, kind: str, subject: str, message: Message, prefix: str) -> Iterator[Fault]:
    for member in message.members:
        if not member.path:
            continue
        for action, keyword, text in _alterations(message, member):
            key = f"{prefix}{member.name}/{keyword}"
            yield Fault(
                id=f"{kind}/{subject}/{member.name}/{action}",
                kind=kind,
                description=f"{subject}: `{member.name}` {text}",
                action=action,
                subject=subject,
                member=member.name,
                keyword=keyword,
                requirement=key if keyword and key in contract.requirements else None,
            )


def _alterations(message: Message, member: Member) -> Iterator[tuple[str, str | None, str]]:
    """Yield (action, keyword that it breaks or None, words)."""
    judge = MemberJudge(message, member)
    if member.path[-1] not in {"[]", "{}"}:
        yield "drop", "required" if member.required else None, "is left out"
    yield "null", _breaks(member, judge, None), "is null"
    other = retyped(judge)
    if other is not DROP:
        yield "retype", _breaks(member, judge, other), f"is of another type ({type(other).__name__})"
    if can_falsify(member.schema):
        yield "falsify", "const" if "const" in member.schema else None, "has another value"
    beyond = out_of_range(judge)
    if beyond is not DROP:
        yield "out-of-range", _breaks(member, judge, beyond), "is out of range"


def _breaks(member: Member, judge: MemberJudge, value: object) -> str | None:
    """Return the keyword of the member that forbids `value`, or None where it is allowed."""
    if judge.allows(value):
        return None
    for constraint in member.constraints:
        if constraint.keyword == "required":
            continue
        alone = Member(member.name, member.path, {constraint.keyword: constraint.value}, False)
        if not MemberJudge(judge.message, alone).allows(value):
            return constraint.keyword
    return None

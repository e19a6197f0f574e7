"""Cases of role application, one set per notification: what the document demands of whoever receives it.

Two sentences bind an application: it answers every message that it receives, with the documented status, and members that
the document does not name yet do not hinder it. Every variant here is a documented message, so a FAIL cites one of the two.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import hypothesis
from hypothesis import given

from conformance.contract import CallClass, Contract, Notification, Role
from conformance.evidence.findings import Stop
from conformance.suites.application import captured, messages
from conformance.suites.application.context import ApplicationContext
from conformance.suites.case import Body, Case, SkippedCell
from conformance.suites.generic import drawn
from conformance.suites.property import Examples, profile

MOST_DRAWN = 25
"""Messages drawn per notification: half of what an operation gets, because notifications share most of their members."""
Pushed = tuple[str, Any]
"""What is special about a message, in words, and the message."""


def cells(contract: Contract, notification: Notification) -> Iterator[Case | SkippedCell]:
    """Yield the cells of one notification."""
    subject = notification.subject

    def cell(purpose: str, title: str, pushed: list[Pushed], why_not: str) -> Case | SkippedCell:
        identity = f"{contract.platform}/application/{subject}/{purpose}"
        if not pushed:
            return SkippedCell(identity, why_not, Role.APPLICATION)
        return _case(identity, title, notification, _each(notification, pushed), len(pushed))

    full = messages.maximal(notification)
    yield cell("maximal", f"A {subject} with every documented member is taken.", [("", full)], "")
    least = messages.minimal(notification)
    yield cell("minimal", f"A {subject} with the mandatory members only is taken.", [("", least)], "")
    others = [("", each) for each in messages.examples(notification) if each not in (full, least)]
    yield cell("examples", f"Other documented forms of {subject} are taken.", others, "one form alone is documented")
    null = messages.nulled(notification)
    yield cell(
        "null-optional",
        f"A {subject} whose optional members are null is taken.",
        [] if null is None else [("optional members are null", null)],
        "no optional member may be null",
    )
    yield cell(
        "absent-optional",
        f"A {subject} without any one of its optional members is taken.",
        [
            (f"{member.name} is absent", messages.without(full, member))
            for member in messages.optional(notification, full)
        ],
        "every member is mandatory",
    )
    international = messages.international(notification)
    yield cell(
        "unicode",
        f"A {subject} with texts of many scripts is taken.",
        [] if international == full else [("texts of many scripts", international)],
        "it has no text that a person or a device chooses",
    )
    yield cell(
        "large",
        f"A {subject} with 64 KiB of data is taken.",
        [
            (f"64 KiB in {member.name}", messages.large(notification, member))
            for member in messages.free_objects(notification)
        ],
        "it has no member whose content the document leaves open",
    )
    yield cell(
        "repeated",
        f"A {subject} that comes twice is answered both times.",
        [("the first time", full), ("the same message again", full)],
        "",
    )
    yield _generated(contract, notification)
    yield _new_members(contract, notification)
    yield _captured(contract, notification)


def _case(
    identity: str, title: str, notification: Notification, body: Body, examples: int, tail: str = "answered"
) -> Case:
    return Case(
        identity,
        title,
        (notification.requirement(tail),),
        body,
        call_class=CallClass.MUTATING,
        examples=examples,
        role=Role.APPLICATION,
    )


def _each(notification: Notification, pushed: list[Pushed]) -> Body:
    def body(context: ApplicationContext) -> None:
        for note, message in pushed:
            context.documented(notification, message, note)

    return body


def _generated(contract: Contract, notification: Notification) -> Case:
    message, full = messages.canonical(notification), messages.maximal(notification)

    def body(context: ApplicationContext) -> None:
        examples = Examples(context)

        @hypothesis.seed(context.seed)
        @profile(context, examples=min(context.environment.examples, MOST_DRAWN))
        @given(drawn.messages(notification.subject, message.schema))
        def test(drawn_message: Any) -> None:
            if message.is_valid(drawn_message):
                pushed = messages.ordered(drawn_message, full)
                examples.judge(lambda: context.documented(notification, pushed))

        examples.conclude(test)

    identity = f"{contract.platform}/application/{notification.subject}/generated"
    return _case(identity, f"Generated messages {notification.subject} are taken.", notification, body, MOST_DRAWN)


def _new_members(contract: Contract, notification: Notification) -> Case | SkippedCell:
    identity = f"{contract.platform}/application/{notification.subject}/new-members"
    tail = "new-members"
    if notification.requirement(tail) not in contract.requirements:
        return SkippedCell(
            identity, "the document does not say that applications tolerate new members", Role.APPLICATION
        )

    def body(context: ApplicationContext) -> None:
        if not context.takes(notification, context.push(messages.maximal(notification)), note="without new members"):
            raise Stop
        for level, message in messages.levels(notification):
            context.takes(
                notification,
                context.push(message),
                notification.requirement(tail),
                note=f"{', '.join(messages.NEW)} at {level}",
                pointer=level,
            )

    title = f"A {notification.subject} with members that no document names is taken, at whatever level they stand."
    return _case(identity, title, notification, body, 4, tail)


def _captured(contract: Contract, notification: Notification) -> Case | SkippedCell:
    """Yield what live platforms were seen to send: a clear breach of the table is worth a warning to the receiver."""
    identity = f"{contract.platform}/application/{notification.subject}/captured"
    seen = captured.of(notification)
    statement = f"{contract.platform}/application/captured"
    if not seen:
        return SkippedCell(identity, "no message of a live platform is at hand", Role.APPLICATION)

    def body(context: ApplicationContext) -> None:
        for each in seen:
            valid = messages.canonical(notification).is_valid(each.message)
            context.takes(
                notification,
                context.push(each.message),
                None if valid else statement,
                note=f"as {each.sender} sent it: {json.dumps(each.message, ensure_ascii=False)[:80]}",
            )

    strict = all(messages.canonical(notification).is_valid(each.message) for each in seen)
    requirements = (notification.requirement("answered"), *(() if strict else (statement,)))
    if not any(messages.canonical(notification).is_valid(each.message) for each in seen):
        requirements = (statement,)
    return Case(
        identity,
        f"Messages {notification.subject} of live platforms are taken.",
        requirements,
        body,
        call_class=CallClass.MUTATING,
        examples=len(seen),
        role=Role.APPLICATION,
    )

"""Cases of role application that no sentence stands behind: they warn, and never fail.

Valid JSON in another dress is worth an answer with the documented status; what is no documented message may be answered in any
way. An application that hangs, drops the connection or is gone afterwards is worth a warning to whoever runs it. What could
hinder others who use a live one, a burst and 10 MB, is sent to a `url` only with `--allow throttle`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from conformance.contract import CallClass, Contract, Notification, Role
from conformance.suites.application import messages
from conformance.suites.application.context import JSON, ApplicationContext
from conformance.suites.case import Body, Case, SkippedCell

HUGE: Final = 10 * 1024 * 1024
BURST: Final = 200
CONNECTIONS: Final = 8
"""Connections of a burst: a platform has several machines that push."""

SPELLINGS: Final = {
    "charset": "application/json;charset=UTF-8",
    "other-case": "Application/JSON",
}
"""Spellings of the documented media type that mean the same (RFC 9110 8.3)."""
OTHER_TYPES: Final = {"text": "text/plain", "form": "application/x-www-form-urlencoded", "none": None}

NOT_JSON: Final = {
    "empty": b"",
    "cut": b'{"notifyType":"',
    "text": b"hello",
    "list": b"[]",
    "null": b"null",
    "number": b"1",
    "not-utf8": b'{"notifyType":"\xff\xfe"}',
    "byte-order-mark": b'\xef\xbb\xbf{"notifyType":""}',
    "deep": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "same-member-twice": b'{"notifyType":"a","notifyType":"b"}',
    "wrong-types": b'{"notifyType":7,"deviceId":{},"gatewayId":[],"deviceInfo":"x","service":1,"services":{},"header":0}',
    "no-members": b"{}",
}
"""Bodies that are no documented message; no platform means to send them, a broken one or a stranger does."""


def cells(contract: Contract, notification: Notification) -> Iterator[Case | SkippedCell]:
    """Yield the cells of one notification."""
    subject = notification.subject

    def cell(purpose: str, title: str, statement: str, body: Body) -> Case:
        return _case(contract, f"{subject}/{purpose}", title, (f"{contract.platform}/application/{statement}",), body)

    full = messages.maximal(notification)
    yield cell(
        "pretty-printed",
        f"A {subject} with blanks and line breaks between its tokens is taken.",
        "pretty-printed",
        _taken(notification, messages.pretty(full), "application/pretty-printed"),
    )
    yield cell(
        "member-order",
        f"A {subject} with its members in another order is taken.",
        "member-order",
        _taken(notification, messages.reordered(full), "application/member-order"),
    )
    others = messages.other_readings(notification)
    identity = f"{contract.platform}/application/{subject}/other-readings"
    if others:
        yield cell(
            "other-readings",
            f"A {subject} as another reading of the document has it is taken.",
            "other-readings",
            _all_taken(notification, others, "application/other-readings"),
        )
    else:
        yield SkippedCell(identity, "the document can be read in one way", Role.APPLICATION)


def _case(
    contract: Contract,
    tail: str,
    title: str,
    requirements: tuple[str, ...],
    body: Body,
    pushes: int = 1,
    call_class: CallClass = CallClass.MUTATING,
) -> Case:
    identity = f"{contract.platform}/application/{tail}"
    return Case(
        identity,
        title,
        requirements,
        body,
        call_class=call_class,
        examples=pushes,
        role=Role.APPLICATION,
    )


def _taken(notification: Notification, message: Any, statement: str) -> Body:
    return _all_taken(notification, (message,), statement)


def _all_taken(notification: Notification, pushed: tuple[Any, ...], statement: str) -> Body:
    def body(context: ApplicationContext) -> None:
        for message in pushed:
            context.takes(notification, context.push(message), statement)

    return body


def everywhere(contract: Contract) -> Iterator[Case]:
    """Yield the cases about the application as a whole; subject `any`."""
    notifications = tuple(contract.notifications.values())
    answered = tuple(each.requirement("answered") for each in notifications)

    def statement(name: str) -> tuple[str, ...]:
        return (f"{contract.platform}/application/{name}",)

    count = len(notifications)
    yield _case(contract, "any/keep-alive", "All notifications over one connection are taken.", answered, _kept, count)
    title = "Notifications whose sender closes the connection after each are taken."
    yield _case(contract, "any/close", title, answered, _closed, count)
    title = "Notifications in an order in which they did not happen are taken."
    yield _case(contract, "any/out-of-order", title, answered, _out_of_order, count)
    for name, media_type in SPELLINGS.items():
        title = f"A notification with Content-Type {media_type} is taken."
        yield _case(contract, f"any/content-type/{name}", title, statement("content-type-spelling"), _spelt(media_type))
    title = "A notification whose header names are written in lower case is taken."
    yield _case(contract, "any/header-case", title, statement("header-case"), _header_case)
    title = f"A burst of {BURST} notifications over {CONNECTIONS} connections is answered."
    yield _case(contract, "any/burst", title, statement("burst"), _burst, BURST, CallClass.THROTTLE)
    title = "A notification is answered while another connection is open and idle."
    yield _case(contract, "any/second-connection", title, statement("second-connection"), _second_connection, 2)
    for name, other in OTHER_TYPES.items():
        title = f"A notification with {'Content-Type ' + other if other else 'no Content-Type'} does not hang it."
        body = _other_type(other)
        yield _case(contract, f"any/content-type/{name}", title, statement("other-content-type"), body, 2)
    title = "A notification of a kind that no document names does not hang or end it."
    yield _case(contract, "any/unknown-kind", title, statement("unknown-kind"), _unknown_kind, 3)
    for name, content in NOT_JSON.items():
        title = f"A body that is no notification ({name}) does not hang or end it."
        yield _case(
            contract, f"any/not-a-message/{name}", title, statement("not-a-message"), _not_a_message(content), 2
        )
    title = "A body of 10 MB does not hang or end it."
    yield _case(contract, "any/huge", title, statement("huge"), _huge, 2, CallClass.THROTTLE)


def _kept(context: ApplicationContext) -> None:
    for notification in context.notifications:
        context.documented(notification, messages.maximal(notification), "over one connection")


def _closed(context: ApplicationContext) -> None:
    for notification in context.notifications:
        answer = context.push(messages.maximal(notification), (*JSON, ("Connection", "close")))
        context.takes(notification, answer, note="Connection: close")
        context.reconnect()


def _out_of_order(context: ApplicationContext) -> None:
    for notification in reversed(context.notifications):
        context.documented(notification, messages.maximal(notification), "in reverse order")


def _spelt(media_type: str) -> Body:
    def body(context: ApplicationContext) -> None:
        first = context.notifications[0]
        answer = context.push(messages.maximal(first), (("Content-Type", media_type),))
        context.takes(first, answer, "application/content-type-spelling", note=f"Content-Type: {media_type}")

    return body


def _header_case(context: ApplicationContext) -> None:
    first = context.notifications[0]
    answer = context.push(messages.maximal(first), (("content-type", "application/json"),))
    context.takes(first, answer, "application/header-case", note="content-type: application/json")


def _burst(context: ApplicationContext) -> None:
    kinds = context.notifications
    sent = [messages.maximal(kinds[number % len(kinds)]) for number in range(BURST)]
    answers = context.push_at_once(sent, connections=CONNECTIONS)
    silent = [answer for answer in answers if answer.failure is not None]
    context.check(
        "application/burst",
        not silent and len(answers) == BURST,
        expected=f"{BURST} answers of any status",
        actual=f"{len(answers) - len(silent)} answers; {silent[0].describe() if silent else 'the rest was not sent'}",
        answer=silent[0] if silent else answers[-1],
    )
    context.lives_on("application/burst", "after the burst")


def _second_connection(context: ApplicationContext) -> None:
    first = context.notifications[0]
    context.documented(first, messages.maximal(first), "over the first connection")
    beside = context.beside(messages.maximal(first))
    context.takes(first, beside, "application/second-connection", note="the first connection is still open")


def _other_type(media_type: str | None) -> Body:
    def body(context: ApplicationContext) -> None:
        headers = (("Content-Type", media_type),) if media_type else ()
        answer = context.push(messages.maximal(context.notifications[0]), headers)
        context.survives("application/other-content-type", answer, f"Content-Type: {media_type or 'absent'}")

    return body


def _unknown_kind(context: ApplicationContext) -> None:
    first = context.notifications[0]
    known = messages.maximal(first)
    for kind in ("somethingNew", "", "温度"):
        message = {name: kind if value == first.notify_type else value for name, value in known.items()}
        context.survives("application/unknown-kind", context.push(message), f"kind {kind!r}")


def _not_a_message(content: bytes) -> Body:
    def body(context: ApplicationContext) -> None:
        context.survives("application/not-a-message", context.push(content), f"{len(content)} bytes: {content[:40]!r}")

    return body


def _huge(context: ApplicationContext) -> None:
    message = {
        **messages.maximal(context.notifications[0]),
        "newPadding": messages.FILLER * (HUGE // len(messages.FILLER)),
    }
    answer = context.push(message)
    context.reconnect()  # who refuses it before its end closes the connection
    if answer.failure is not None and answer.failure.kind == "reset":
        context.lives_on("application/huge", "10 MB; the connection was closed")
        return
    context.survives("application/huge", answer, "10 MB")

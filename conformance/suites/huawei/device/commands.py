"""2.4 and 2.5: commands that the device carries out, and its answers."""

from __future__ import annotations

from typing import Any, Final

from conformance.suites.device.context import DeviceContext
from conformance.suites.huawei.device.speaking import (
    RESPONSE,
    Answer,
    Known,
    answer,
    ask,
    device_case,
    equal_answers,
    known_command,
    made,
    message,
    readable,
    same_integer,
    send,
    shape_of,
    topic,
)

MIDS: Final = (1, 255, 256, 65535)
"""The ends of the documented range, and where one byte is no longer enough."""
BURST: Final = 5


@device_case("command/answered", requirements=("2.5/answers", "2.5/topic", *shape_of(RESPONSE)), needs=("commands",))
def is_answered(context: DeviceContext) -> None:
    """A command is answered on the data topic, in the documented shape."""
    readable(context)
    found = ask(context, message(context, known_command(context), 7))
    own = topic(context, context.session, "data")
    context.cited("2.5/topic", found.publish.topic == own, found.record, expected=own, actual=found.publish.topic)
    context.shape(context.contract.device_messages[RESPONSE], found.body, found.record)


def _returns(mid: int) -> Any:
    def body(context: DeviceContext) -> None:
        readable(context)
        ask(context, message(context, known_command(context), mid), "2.5/mid")

    return made(
        f"command/mid/{mid}",
        ("2.5/mid", "2.5/answers"),
        ("commands",),
        body,
        f"The answer to a command with mid {mid} returns it as the same integer.",
    )


RETURNED = tuple(_returns(mid) for mid in MIDS)


@device_case("command/documented-members", requirements=("2.4/documented-members",), needs=("commands",))
def takes_documented_members(context: DeviceContext) -> None:
    """A command with exactly the documented members is taken, without the hasMore that some agents wait for."""
    readable(context)
    session = context.session
    known = known_command(context)
    bare = {key: value for key, value in message(context, known, 301).items() if key != "hasMore"}
    limit = float(context.pixit("command_timeout_s"))
    found = answer(session, 301, send(context, session, bare), limit)
    note = ""
    if found is None:
        again = context.environment.recovered(context.limit_s)
        other = again and answer(again, 302, send(context, again, {**bare, "mid": 302, "hasMore": 0}), limit)
        note = (
            "with a further member hasMore 0 it is answered; the documented message has no such member: the device must "
            "not depend on it ([pixit] compat_has_more = true adds it to the other cases)"
            if other
            else "nor is it answered with a further member hasMore 0"
        )
    context.cited(
        "2.4/documented-members",
        found is not None,
        found.record if found else None,
        expected=f"an answer within {limit:g} s",
        actual="an answer" if found else "none",
        note=note,
    )


@device_case("command/other-members", requirements=("2.4/other-members",), needs=("commands",))
def takes_other_members(context: DeviceContext) -> None:
    """A command with further members is answered as one without them."""
    readable(context)
    known = known_command(context)
    plain = ask(context, message(context, known, 311))
    session = context.session
    since = send(context, session, message(context, known, 312, futureMember={"a": [1]}, hasMore=0))
    found = answer(session, 312, since, float(context.pixit("command_timeout_s")))
    context.cited(
        "2.4/other-members",
        found is not None and found.body.get("errcode") == plain.body.get("errcode"),
        found.record if found else None,
        expected=f"an answer with errcode {plain.body.get('errcode')}",
        actual=f"errcode {found.body.get('errcode')}" if found else "no answer",
    )


@device_case("command/any-order", requirements=("2.5/answers",), needs=("commands",))
def takes_any_order(context: DeviceContext) -> None:
    """The order of members and the blanks between them mean nothing."""
    import json

    readable(context)
    session = context.session
    turned = dict(reversed(message(context, known_command(context), 321).items()))
    since = send(context, session, json.dumps(turned, indent=2).encode())
    limit = float(context.pixit("command_timeout_s"))
    found = answer(session, 321, since, limit)
    context.cited(
        "2.5/answers",
        found is not None,
        found.record if found else None,
        expected=f"an answer within {limit:g} s to a command in another order of members",
        actual="an answer" if found else "none",
    )


@device_case("command/product-model", requirements=("2.5/answers",), needs=("commands", "pixit.product_model"))
def answers_every_command(context: DeviceContext) -> None:
    """Every command of the product model is answered, at the bounds of its parameters."""
    readable(context)
    model = context.environment.model
    assert model is not None
    mid = 400
    for command in model.commands:
        for paras in (command.least, command.greatest):
            mid += 1
            note = f"{command.service} {command.name} with {paras}"
            ask(context, message(context, Known(command.service, command.name, paras), mid), note=note)


@device_case("command/burst", requirements=("2.5/answers", "2.5/mid"), needs=("commands",))
def answers_a_burst(context: DeviceContext) -> None:
    """Commands that come at once are answered, each with its own mid."""
    readable(context)
    session = context.session
    known = known_command(context)
    since = session.log.position
    for mid in range(501, 501 + BURST):
        send(context, session, message(context, known, mid))
    limit = float(context.pixit("command_timeout_s")) * BURST
    for mid in range(501, 501 + BURST):
        found: Answer | None = answer(session, mid, since, limit)
        right = found is not None and same_integer(found.body.get("mid"), mid)
        expected = f"an answer with mid {mid}"
        record = found.record if found and right else None
        if not context.cited("2.5/answers", right, record, expected=expected, actual="none in time"):
            return
        context.cited("2.5/mid", True, record)


@device_case("command/repeated", requirements=("2.5/answers",), needs=("commands",))
def answers_again(context: DeviceContext) -> None:
    """A command that comes again under another mid is answered again, and the answers agree."""
    readable(context)
    known = known_command(context)
    first, second = (ask(context, message(context, known, mid)) for mid in (601, 602))
    if not equal_answers(first, second):
        context.notes.append("the same command was answered differently the second time")

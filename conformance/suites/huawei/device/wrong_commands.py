"""What no valid command is must not end a device: it goes on answering. No sentence says how it answers such things."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from conformance.mqtt.session import Session
from conformance.suites.device.context import DeviceContext
from conformance.suites.huawei.device.speaking import (
    VALID_MIDS,
    Known,
    answer,
    content,
    device_case,
    known_command,
    made,
    message,
    readable,
    send,
    still_answers,
)

UNKNOWN: Final = "ConformanceUnknown"
_QUIET_S: Final = 0.5
"""How long an answer to what deserves none is waited for: long enough for a device that is near."""


@device_case(
    "unknown/command", requirements=("2.4/not-carried-out", "2.4/survives", "2.5/answers"), needs=("commands",)
)
def unknown_command(context: DeviceContext) -> None:
    """A command that the product model does not have is not carried out."""
    known = known_command(context)
    _not_carried_out(context, Known(known.service, UNKNOWN, {}), 701, "a command that it does not have")


@device_case(
    "unknown/service", requirements=("2.4/not-carried-out", "2.4/survives", "2.5/answers"), needs=("commands",)
)
def unknown_service(context: DeviceContext) -> None:
    """A command of a service that the product model does not have is not carried out."""
    known = known_command(context)
    _not_carried_out(
        context, Known(UNKNOWN, known.name, known.paras), 702, "a command of a service that it does not have"
    )


def _not_carried_out(context: DeviceContext, wrong: Known, mid: int, what: str) -> None:
    readable(context)
    session = context.session
    since = send(context, session, message(context, wrong, mid))
    found = answer(session, mid, since, _QUIET_S + float(context.pixit("command_timeout_s")) / 4)
    done = found is not None and found.body.get("errcode") == 0 and found.body.get("mid") == mid
    context.cited(
        "2.4/not-carried-out",
        not done,
        found.record if found else None,
        expected="errcode 1, or no answer",
        actual="errcode 0" if done else "no answer" if found is None else f"errcode {found.body.get('errcode')}",
    )
    still_answers(context, what)


def _valid(context: DeviceContext) -> dict[str, Any]:
    return message(context, known_command(context), 801)


def _without(member: str) -> Callable[[DeviceContext], bytes]:
    def make(context: DeviceContext) -> bytes:
        return json.dumps({key: value for key, value in _valid(context).items() if key != member}).encode()

    return make


def _with(**members: Any) -> Callable[[DeviceContext], bytes]:
    return lambda context: json.dumps({**_valid(context), **members}).encode()


WRONG: Final[dict[str, tuple[str, Callable[[DeviceContext], bytes]]]] = {
    "empty": ("an empty payload", lambda _: b""),
    "no-json": ("a payload that is no JSON", lambda _: b"LEVEL 4"),
    "cut-off": ("a command that is cut off", lambda context: json.dumps(_valid(context)).encode()[:-9]),
    "no-utf-8": ("a payload that is no UTF-8", lambda _: b'{"msgType":"\xff\xfe"}'),
    "no-object": ("a JSON array in place of an object", lambda _: b"[]"),
    "null": ("the JSON value null", lambda _: b"null"),
    "deep": ("JSON nested 2,000 deep", lambda _: b"[" * 2000 + b"]" * 2000),
    "large": ("a command of 32 KiB", lambda context: json.dumps({**_valid(context), "pad": "x" * 32768}).encode()),
    "other-msg-type": ("another msgType", _with(msgType="cloudRsp")),
    "no-msg-type": ("a command without msgType", _without("msgType")),
    "no-service": ("a command without serviceId", _without("serviceId")),
    "no-command": ("a command without cmd", _without("cmd")),
    "no-paras": ("a command without paras", _without("paras")),
    "no-mid": ("a command without mid", _without("mid")),
    "paras-as-text": ("paras as a text", _with(paras="value=4")),
    "paras-null": ("paras as null", _with(paras=None)),
    "mid-as-text": ("mid as a text", _with(mid="801")),
    "mid-zero": ("mid 0, which no platform sends (erratum mid-zero)", _with(mid=0)),
    "mid-huge": ("mid beyond its range", _with(mid=2**40)),
}
"""What is sent in place of a command: in words, and how it is made."""


INVALID: Final = frozenset(
    {"cut-off", "other-msg-type", "no-msg-type", "no-service", "no-command", "no-paras", "paras-as-text", "paras-null"}
)
"""Those that are no command but still tell which one was meant: a device may not say that it carried it out."""


def _case(name: str, what: str, make: Callable[[DeviceContext], bytes]) -> Any:
    def body(context: DeviceContext) -> None:
        readable(context)
        session = context.session
        since = send(context, session, make(context))
        context.environment.odd[session.id] = since + 1
        still_answers(context, what)
        if name in INVALID and (known_command(context).paras or not name.startswith(("no-paras", "paras-"))):
            _not_obeyed(context, session, since, what)

    title = f"After {what} the device still answers commands."
    statements = ("2.4/survives", "2.5/answers", *(("2.4/whole",) if name in INVALID else ()))
    return made(f"wrong/{name}", statements, ("commands",), body, title)


def _not_obeyed(context: DeviceContext, session: Session, since: int, what: str) -> None:
    """Check that nothing which is no command was answered as carried out."""
    answers = [(record, content(publish)) for record, publish in context.published(session, since)]
    obeyed = [record for record, body in answers if _is_success(body) and body.get("mid") not in VALID_MIDS]
    context.cited(
        "2.4/whole",
        not obeyed,
        obeyed[0] if obeyed else None,
        expected="errcode 1, or no answer",
        actual="errcode 0" if obeyed else "no errcode 0",
        note=f"to {what}",
    )


def _is_success(body: Any) -> bool:
    return isinstance(body, dict) and body.get("msgType") == "deviceRsp" and body.get("errcode") == 0


SURVIVED = tuple(_case(name, what, make) for name, (what, make) in WRONG.items())

"""How a Huawei platform and its devices speak: topics, payloads, a command and its answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from conformance.contract import Contract, Role, load
from conformance.crypto.mqtt_client_id import NODE_ID
from conformance.evidence.findings import Inconclusive, Stop
from conformance.mqtt.packets import Publish
from conformance.mqtt.record import Record
from conformance.mqtt.session import Session, is_end
from conformance.mqtt.topics import matches
from conformance.suites.case import Body, Case
from conformance.suites.checks import json_equal
from conformance.suites.device.context import DeviceContext

PLATFORM: Final = "huawei"
VALID_MIDS: Final = range(1000, 65536)
"""Numbers of the valid commands that follow something odd: none of them is a case's own."""
SUBSCRIBES_WITHIN_S: Final = 10.0
"""Within which time of connecting a device subscribes: longer, and it misses commands."""
REPORT, COMMAND, RESPONSE = "device-report", "device-command", "device-command-response"


def device_case(
    name: str, *, requirements: Sequence[str], needs: Sequence[str] = (), soak: bool = False
) -> Callable[[Callable[[DeviceContext], None]], Case]:
    """Register a case of role device: `huawei/device/<name>`; its docstring is its title."""
    return partial(made, name, requirements, needs, soak=soak)


def made(
    name: str,
    requirements: Iterable[str],
    needs: Sequence[str],
    body: Body,
    title: str | None = None,
    *,
    soak: bool = False,
) -> Case:
    """Return a case of role device; with `soak` one that runs only where long checks are asked for."""
    title = title or (body.__doc__ or "").partition("\n")[0]
    assert title, name
    return Case(
        id=f"{PLATFORM}/device/{name}",
        title=title,
        requirements=tuple(f"{PLATFORM}/{each}" for each in requirements),
        body=body,
        needs=tuple(needs),
        soak=soak,
        role=Role.DEVICE,
    )


def shape_of(subject: str) -> tuple[str, ...]:
    """Return the statements about the shape of a message, without the platform."""
    message = load(PLATFORM).device_messages[subject]
    return tuple(each.id.partition("/")[2] for each in message.requirements())


# ---- who the device is, and its topics ---------------------------------------------------------------------------------


def identity_of(context: DeviceContext, session: Session) -> str:
    """Return the id by which a device connected: its node id where its client id says so, else its device id."""
    identity = context.environment.identity
    parts = (session.client_id or "").rsplit("_", 3)
    by_node = len(parts) == 4 and parts[1] == NODE_ID and identity.node_id is not None
    return str(identity.node_id) if by_node else identity.device_id


def topic(context: DeviceContext, session: Session, kind: str) -> str:
    """Return the device's own topic of a kind, `data` or `command`, in its codec mode."""
    contract: Contract = context.contract
    return contract.channels[f"{kind}-{context.pixit('codec_mode')}"].topic(deviceId=identity_of(context, session))


def readable(context: DeviceContext) -> None:
    """Refuse to judge payloads whose form the document leaves to the product (erratum binary-payload).

    Raises:
        Inconclusive: the device's codec mode is binary.
    """
    if context.pixit("codec_mode") != "json":
        raise Inconclusive(
            "pixit.codec_mode = 'binary': the form of payloads is the product's own (erratum binary-payload)"
        )


def content(publish: Publish) -> Any:
    """Return the JSON of a payload; None where it is none."""
    try:
        return json.loads(publish.payload.decode("utf-8"))
    except (ValueError, RecursionError):
        return None


def kind_of(publish: Publish) -> str | None:
    """Return the msgType of a payload; None where it has none."""
    found = content(publish)
    kind = found.get("msgType") if isinstance(found, dict) else None
    return kind if isinstance(kind, str) else None


# ---- commands ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """A command that the device carries out."""

    service: str
    name: str
    paras: Mapping[str, Any]


def known_command(context: DeviceContext) -> Known:
    """Return a command that the device carries out, with valid parameters.

    Raises:
        Inconclusive: the IUT file names none.
    """
    service, name = context.pixit("device_command_service"), context.pixit("device_command")
    if service and name:
        return Known(str(service), str(name), context.pixit("device_command_paras") or {})
    model = context.environment.model
    if model is None or not model.commands:
        raise Inconclusive(
            "needs a command that the device carries out: give [pixit] product_model, or device_command_service and "
            "device_command, in the IUT file"
        )
    first = model.commands[0]
    return Known(first.service, first.name, first.greatest)


def message(context: DeviceContext, known: Known, mid: int, **others: Any) -> dict[str, Any]:
    """Return a command as the platform sends it: the documented members, and hasMore where the tester asks for it."""
    compat = {"hasMore": 0} if context.pixit("compat_has_more") else {}
    return {
        "msgType": "cloudReq",
        "serviceId": known.service,
        "mid": mid,
        "cmd": known.name,
        "paras": dict(known.paras),
        **compat,
        **others,
    }


def granted(session: Session, target: str) -> int | None:
    """Return the QoS granted for a topic, by whatever filter; None where the device did not subscribe it."""
    fitting = [qos for pattern, qos in session.subscriptions.items() if matches(pattern, target)]
    return max(fitting, default=None)


def await_granted(session: Session, target: str) -> int | None:
    """Return the QoS granted for a topic as `granted` does, of a device that may just be about to subscribe."""
    session.wait(lambda _: granted(session, target) is not None, SUBSCRIBES_WITHIN_S)
    return granted(session, target)


def send(context: DeviceContext, session: Session, payload: Any) -> int:
    """Publish something to the device's command topic; return the position in its log before.

    A device that has not subscribed gets it all the same: whether it subscribes has a case of its own.
    """
    since = session.log.position
    raw = (
        payload
        if isinstance(payload, bytes)
        else json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
    )
    target = topic(context, session, "command")
    session.publish(target, raw, min(1, granted(session, target) or 0))
    return since


@dataclass(frozen=True)
class Answer:
    """A message that tells itself the answer to a command."""

    record: Record
    publish: Publish
    body: Any


def answer(session: Session, mid: Any, since: int, timeout_s: float) -> Answer | None:
    """Return the answer that bears this mid; where none comes in time, or the connection ends, any other that came; None
    for neither.
    """

    def decisive(record: Record) -> bool:
        found = _answer(record)
        return is_end(record) or (found is not None and same_integer(found.body.get("mid"), mid))

    record = session.wait(decisive, timeout_s, since)
    right = _answer(record) if record is not None else None
    if right is not None:
        return right
    others = filter(None, map(_answer, session.log.items(since)))
    return next(others, None)


def same_integer(left: Any, right: Any) -> bool:
    """Tell whether two values are the same JSON integer; 1.0 and true are not 1."""
    return type(left) is int and type(right) is int and left == right


def _answer(record: Record) -> Answer | None:
    if record.direction != "in" or not isinstance(record.packet, Publish) or kind_of(record.packet) != "deviceRsp":
        return None
    return Answer(record, record.packet, content(record.packet))


def ask(context: DeviceContext, payload: Mapping[str, Any], requirement: str = "2.5/answers", note: str = "") -> Answer:
    """Send a command and check that its answer comes in time; with the requirement 2.5/mid, that it returns the mid.

    Raises:
        Stop: none comes; the finding is recorded.
    """
    session = context.session
    limit = float(context.pixit("command_timeout_s"))
    since = send(context, session, payload)
    found = answer(session, payload.get("mid"), since, limit)
    said = found is not None and same_integer(found.body.get("mid"), payload.get("mid"))
    told = f"an answer with mid {found.body.get('mid')!r}" if found else _instead(context, session, since)
    if not context.cited(
        requirement if found else "2.5/answers",
        said or (found is not None and requirement != "2.5/mid"),
        found.record if found else None,
        expected=f"an answer with mid {payload.get('mid')} within {limit:g} s",
        actual=told,
        note=note,
    ):
        raise Stop
    assert found is not None
    return found


def _instead(context: DeviceContext, session: Session, since: int) -> str:
    if context.environment.ended:
        return context.environment.seen()
    if session.end is not None:
        return f"the connection ended: {session.end}"
    sent = [publish.topic for _, publish in context.published(session, since)]
    return f"messages to {', '.join(map(repr, dict.fromkeys(sent)))}, no answer among them" if sent else "nothing"


def still_answers(context: DeviceContext, what: str) -> None:
    """Check that a valid command is answered after something odd.

    Who closes the connection over it is warned, and must answer over the next one.
    """
    known = known_command(context)
    mid = VALID_MIDS.start + context.random.randrange(len(VALID_MIDS))
    session = context.session
    limit = float(context.pixit("command_timeout_s"))
    since = send(context, session, message(context, known, mid))
    found = answer(session, mid, since, limit)
    lost = session.end is not None or context.environment.ended
    context.cited(
        "2.4/survives",
        not lost,
        session.log.items()[-1] if lost else None,
        expected="the connection stays",
        actual=_instead(context, session, since) if lost else "it stays",
        note=what,
    )
    if lost:
        context.returns("2.5/answers", f"after {what}")
        ask(context, message(context, known, mid), note=f"a valid command after {what}")
        return
    context.cited(
        "2.5/answers",
        found is not None and same_integer(found.body.get("mid"), mid),
        found.record if found else None,
        expected=f"an answer to a valid command within {limit:g} s, after {what}",
        actual="an answer" if found else _instead(context, session, since),
    )


def equal_answers(left: Answer, right: Answer) -> bool:
    """Tell whether two answers say the same, whatever their mid."""
    return json_equal({**left.body, "mid": 0}, {**right.body, "mid": 0})

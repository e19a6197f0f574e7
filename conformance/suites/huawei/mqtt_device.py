"""Chapter 2: a device that the suite plays, registered by its secret (1.5.2), and what every connection of it owes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from conformance.contract import load
from conformance.crypto import mqtt_client_id, mqtt_password
from conformance.crypto.mqtt_client_id import DEVICE_ID, NODE_ID, TIMESTAMP_UNCHECKED
from conformance.crypto.mqtt_password import PasswordInput
from conformance.evidence.findings import Inconclusive
from conformance.mqtt.packets import Connect
from conformance.suites.case import Body, Case, case
from conformance.suites.context import Context
from conformance.suites.device_link import TLS_FAILED, Knocked, Link, access_of, advice, open_link
from conformance.suites.huawei.device_reading import MAKES_MQTT, node_id
from conformance.suites.objects import Made

WELL_FORMED: Final = "2.1/platform-well-formed"
CONNECT, REPORT, COMMAND, RESPONSE = "device-connect", "device-report", "device-command", "device-command-response"
KEEP_ALIVE_S: Final = 1200
"""Longer than any case takes: while it waits for what the platform shows over HTTP nothing is sent by the device."""
TURN: Final = timedelta(seconds=5)
"""How near to the turn of an hour both hours are right: clocks are known to a second, and a CONNECT takes a moment."""


def mqtt_case(
    name: str, *, requirements: Sequence[str], calls: Sequence[str] = (), examples: int = 1
) -> Callable[[Body], Case]:
    """Make a case of the device side of a function: `huawei/<name>`; it cites what every connection owes."""
    return case(
        f"huawei/{name}",
        requirements=[*requirements, WELL_FORMED],
        calls=[*dict.fromkeys((*calls, *MAKES_MQTT))],
        examples=examples,
    )


def shape_of(subject: str) -> tuple[str, ...]:
    """Return the statements about the shape of a message, without the platform."""
    message = load("huawei").device_messages[subject]
    return tuple(each.id.partition("/")[2] for each in message.requirements())


@dataclass(frozen=True)
class Device:
    """A device of the platform that connects by MQTT; `by` is the authentication type, which says by which of its ids."""

    context: Context
    made: Made
    secret: str
    by: str = DEVICE_ID

    @property
    def id(self) -> str:
        """The id that the platform gave."""
        return self.made.id

    @property
    def identity(self) -> str:
        """The id by which it connects."""
        return node_id(self.made) if self.by == NODE_ID else self.made.id

    def topic(self, kind: str) -> str:
        """Return its topic of a kind, `data` or `command`."""
        return self.context.contract.channels[f"{kind}-json"].topic(deviceId=self.identity)

    def connect(self, *, sign: str = TIMESTAMP_UNCHECKED, stamp: str | None = None) -> Connect:
        """Return its right CONNECT, at the hour `stamp`, which is now unless told."""
        stamp = stamp or self.stamps[0]
        password = mqtt_password.password(PasswordInput(stamp, self.secret)).password
        client_id = "_".join((self.identity, self.by, sign, stamp))
        return Connect(client_id, keep_alive=KEEP_ALIVE_S, username=self.identity, password=password.encode())

    @property
    def stamps(self) -> list[str]:
        """The hours that are now: one, and around the turn of an hour two."""
        now = self.context.now()
        return [*dict.fromkeys(mqtt_client_id.timestamp(each) for each in (now, now + TURN, now - TURN))]


def device(context: Context, by: str = DEVICE_ID, *, shared: bool = False, node: str | None = None) -> Device:
    """Return a device of the case's own, with a node id where one is given, or the run's where it is `shared` (a preamble).

    Raises:
        Inconclusive: none can be registered, or the platform shows no secret.
    """
    access_of(context)  # without an address nothing is registered in vain
    members = {} if node is None else {"deviceInfo.nodeId": node}
    made = context.have("mqtt-device") if shared else context.make("mqtt-device", **members)
    answer = made.answer if isinstance(made.answer, Mapping) else {}
    secret = answer.get("secret")
    if not isinstance(secret, str) or not secret:
        raise Inconclusive("the registration by a secret gave no secret (1.5.2)")
    return Device(context, made, secret, by)


@contextmanager
def linked(context: Context) -> Iterator[Link]:
    """Connect as far as TLS (a preamble); whatever the platform sent on the connection is judged at its end.

    Raises:
        Inconclusive: it cannot be done.
    """
    link = open_link(context)
    try:
        yield link
    finally:
        link.close()
        judge_packets(context, link)


@contextmanager
def online(device: Device) -> Iterator[Link]:
    """Have a device connected within the block (a preamble).

    Raises:
        Inconclusive: it is not let in.
    """
    with linked(device.context) as link:
        let_in(link, device.connect())
        yield link


@contextmanager
def listening(device: Device) -> Iterator[Link]:
    """Have a device connected within the block, its command topic subscribed (a preamble).

    Raises:
        Inconclusive: it is not let in, or not granted the topic.
    """
    with online(device) as link:
        topic = device.topic("command")
        if not link.subscribe(topic):
            raise Inconclusive(f"the subscription of the device's own command topic was not granted: {topic}")
        link.forget_others(topic)
        yield link


def knock(link: Link, packet: Connect) -> Knocked:
    """Send a CONNECT.

    Raises:
        Inconclusive: TLS failed after all: with TLS 1.3 a certificate is asked for that late.
    """
    outcome = link.knock(packet)
    if outcome.code is None and (outcome.end or "").startswith(TLS_FAILED):
        raise Inconclusive(f"{outcome.end}; {advice(access_of(link.context))}")
    return outcome


def let_in(link: Link, packet: Connect) -> None:
    """Have a device let in (a preamble).

    Raises:
        Inconclusive: it is not.
    """
    outcome = knock(link, packet)
    if not outcome.let_in:
        raise Inconclusive(f"a device that connects as documented is not let in: {outcome.describe()}")


def judge_packets(context: Context, link: Link) -> None:
    """Judge what a platform sent on a connection by MQTT 3.1.1."""
    if link.client.unasked:
        told = f"a message on {link.client.unasked[0][:80]!r} that the device asked for by nothing"
        context.notes += [] if told in context.notes else [told]
    wrong = context.violated(WELL_FORMED, link.wrong)
    if link.told and not wrong:
        context.cited(WELL_FORMED, True, link.last)


def payload(*services: Mapping[str, Any], **members: Any) -> bytes:
    """Return a report of services, compact; `members` are further ones."""
    return json.dumps({"msgType": "deviceReq", **members, "data": list(services)}, separators=(",", ":")).encode()


def values(service: str, event_time: Any = None, **data: Any) -> dict[str, Any]:
    """Return what a report tells of one service."""
    told = {} if event_time is None else {"eventTime": event_time}
    return {"serviceId": service, "serviceData": data, **told}


def by_node(device: Device) -> Device:
    """Return the same device as one that connects by its node id."""
    return replace(device, by=NODE_ID)

"""2.4 设备接收命令: what arrives at a connected device when an application sends a command (1.9.7)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from conformance.crypto.mqtt_client_id import DEVICE_ID, NODE_ID
from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive, Stop
from conformance.suites.case import Case
from conformance.suites.checks import json_equal
from conformance.suites.context import Context
from conformance.suites.device_link import Link, Received, attended
from conformance.suites.huawei.command_send import refused_or_failed
from conformance.suites.huawei.mqtt_device import COMMAND, Device, device, listening, mqtt_case, online, shape_of
from conformance.suites.judge import Says, says
from conformance.suites.waiting import eventually

SEND: Final = "command-send"
ACK, NO_ACK = "ACK", "NOACK"
ARRIVES: Final = "2.4/arrives"
PASSED_ON: Final = "1.9.7/passed-on"
APART: Final = "2.4/apart"


@dataclass(frozen=True)
class Order:
    """A command as the application sends it."""

    service: str
    name: str
    parameter: str
    value: int
    mode: str
    """Whether the device must answer it."""

    @property
    def paras(self) -> dict[str, Any]:
        """Its parameters."""
        return {self.parameter: self.value}

    def is_in(self, message: Any) -> bool:
        """Tell whether a message of the platform carries it, as far as its parameters tell."""
        return isinstance(message, Mapping) and json_equal(message.get("paras"), self.paras)


def order(context: Context, value: int, mode: str = NO_ACK) -> Order:
    """Return a command of the tester's with a value of its parameter; the value tells one command from another.

    Where the device's answer does not matter none is asked for, so that the platform waits for none.

    Raises:
        Inconclusive: the tester names none.
    """
    service, name = str(context.told("mqtt_service_id")), str(context.told("mqtt_command_name"))
    return Order(service, name, str(context.told("mqtt_command_parameter")), value, mode)


def send(device: Device, order: Order, *links: Link) -> Answer:
    """Have the application send a command while links are read; what the answer says is the caller's to judge."""
    context = device.context
    body = {"header": {"mode": order.mode, "method": order.name}, "body": order.paras}
    draft = context.draft(SEND, bind=False, deviceId=device.id, serviceId=order.service, body=body)
    return attended(links, lambda: context.send(draft))


def sent_in_time(device: Device, order: Order, *links: Link) -> Answer:
    """Have the application send a command to a device that is connected, while links are read; return the last answer.

    That the device has come may be known a little later: a command that is refused, or has failed, is sent again until the
    ingest delay is over.
    """
    seen: list[Answer] = []

    def look() -> bool:
        seen[:] = [send(device, order, *links)]
        return says(device.context.contract, seen[0]) is Says.YES and seen[0].at("/status") != "failed"

    eventually(device.context, look)
    return seen[0]


def sent(device: Device, order: Order, *links: Link) -> Answer:
    """Have the application send a command to a device that is connected, while links are read (a preamble).

    Raises:
        Inconclusive: it was not sent.
    """
    answer = sent_in_time(device, order, *links)
    if says(device.context.contract, answer) is not Says.YES or answer.at("/status") == "failed":
        raise Inconclusive(f"the preamble command-send did not succeed: {answer.describe()}")
    return answer


def next_command(link: Link) -> tuple[Received | None, Any]:
    """Return the next message of the platform and its JSON, None where it is none."""
    received = link.message()
    if received is None:
        return None, None
    try:
        return received, json.loads(received.publish.payload.decode("utf-8"))
    except (ValueError, RecursionError):
        return received, None


def arrived(link: Link, device: Device, order: Order) -> tuple[Received, Any]:
    """Wait for a command that was sent; check that it comes, and on the right topic. Return it and its JSON.

    Raises:
        Stop: nothing came, or on another topic; the finding is recorded.
    """
    context, topic = device.context, device.topic("command")
    received, message = next_command(link)
    expected = f"the command {order.name} on {topic} within {link.timeout_s:g} s"
    if received is None:
        context.cited(ARRIVES, False, link.last, expected=expected, actual=link.client.end or "nothing")
        raise Stop
    actual = received.publish.topic
    if not context.cited(ARRIVES, actual == topic, received.record, expected=topic, actual=actual):
        raise Stop
    return received, message


def judge(context: Context, received: Received, message: Any, order: Order) -> None:
    """Check a command that arrived: JSON, the documented members, and that it is what the application sent."""
    text = received.publish.payload.decode("utf-8", "replace")
    if not context.cited("2.4/payload", message is not None, received.record, expected="one JSON text", actual=text):
        return
    if not context.shape(context.contract.device_messages[COMMAND], message, received.record):
        return
    for pointer, value in (("serviceId", order.service), ("cmd", order.name), ("paras", order.paras)):
        actual = message[pointer]
        same = json_equal(actual, value)
        context.cited(PASSED_ON, same, received.record, expected=value, actual=actual, pointer=f"/{pointer}")


def _arrives(name: str, by: str) -> Case:
    def body(context: Context) -> None:
        own, command = device(context, by), order(context, 5)
        with listening(own) as link:
            answer = sent_in_time(own, command, link)
            if not context.served(context.operation(SEND), answer):
                return
            received, message = arrived(link, own, command)
            judge(context, received, message, command)

    words = name.replace("-", " ")
    body.__doc__ = f"A command arrives as the application sent it at a device that connects by its {words}."
    rules = [ARRIVES, "2.4/payload", PASSED_ON, *shape_of(COMMAND)]
    return mqtt_case(f"{COMMAND}/arrives/{name}", requirements=rules, calls=[SEND])(body)


ARRIVING: Final = (_arrives("device-id", DEVICE_ID), _arrives("node-id", NODE_ID))


@mqtt_case(f"{COMMAND}/mids-distinct", requirements=["2.4/mids-distinct"], calls=[SEND])
def open_commands_bear_different_mids(context: Context) -> None:
    """Three commands that a device has not answered bear three mids."""
    own = device(context)
    with listening(own) as link:
        mids = []
        for value in (1, 2, 3):
            command = order(context, value, ACK)
            sent(own, command, link)
            received, message = next_command(link)
            if received is None or not isinstance(message, Mapping) or "mid" not in message:
                raise Inconclusive(f"the command {command.name} did not arrive with a mid")
            mids.append(message["mid"])
        distinct = len({str(each) for each in mids}) == len(mids)
        context.cited("2.4/mids-distinct", distinct, link.last, expected="three different mids", actual=mids)


@mqtt_case(f"{COMMAND}/subscription", requirements=["2.1/subscription-granted"])
def own_topic_is_granted(context: Context) -> None:
    """A device is granted its own command topic, with QoS 0 and with QoS 1, by each of its ids."""
    for by in (DEVICE_ID, NODE_ID):
        own = device(context, by, shared=True)
        topic = own.topic("command")
        with online(own) as link:
            for qos in (0, 1):
                granted = link.subscribe(topic, qos)
                expected = f"SUBACK that grants {topic}"
                actual = {None: link.client.end or "no SUBACK", False: "SUBACK that refuses it"}.get(granted, "")
                context.cited("2.1/subscription-granted", granted is True, link.last, expected=expected, actual=actual)


@mqtt_case(f"{COMMAND}/other-topic", requirements=["2.1/own-subscription"], calls=[SEND])
def commands_of_another_are_not_heard(context: Context) -> None:
    """A device that subscribes the command topic of another does not hear the commands of that other."""
    own, other = device(context), device(context)
    foreign, native = order(context, 6), order(context, 9)
    with listening(other) as link_of_other, listening(own) as link:
        link.subscribe(other.topic("command"))
        if not link.answers_ping():
            # It was cut off for the attempt, and hears nothing.
            context.cited("2.1/own-subscription", True, link.last)
            return
        sent(other, foreign, link_of_other, link)
        next_command(link_of_other)
        sent(own, native, link_of_other, link)
        _judge_first(link, foreign, "2.1/own-subscription")


@mqtt_case(f"{COMMAND}/apart", requirements=[APART], calls=[SEND])
def commands_reach_their_device_alone(context: Context) -> None:
    """Of two devices that are connected at once each gets the command that is sent to it, and not the other's."""
    one, two = device(context), device(context, NODE_ID)
    with listening(one) as first, listening(two) as second:
        orders = [order(context, value) for value in (6, 9)]
        sent(one, orders[0], first, second)
        sent(two, orders[1], first, second)
        _judge_first(first, orders[1], APART)
        _judge_first(second, orders[0], APART)


def _judge_first(link: Link, foreign: Order, requirement: str) -> None:
    """Check that the first message that a device gets is not the command that was sent to another.

    Raises:
        Inconclusive: none comes, although one was sent to it.
    """
    received, message = next_command(link)
    if received is None:
        raise Inconclusive("the command that was sent to the device did not arrive")
    expected = f"the command for this device, not {foreign.paras}, which is for another"
    actual = f"{received.publish.payload.decode('utf-8', 'replace')} on {received.publish.topic}"
    link.context.cited(requirement, not foreign.is_in(message), received.record, expected=expected, actual=actual)


@mqtt_case(f"{COMMAND}/offline", requirements=["1.9.7/not-cached"], calls=[SEND])
def command_for_a_device_that_went_is_not_kept(context: Context) -> None:
    """A command for a device that was connected and has gone fails, and does not reach the device when it comes back."""
    own, late, due = device(context), order(context, 6), order(context, 9)
    with listening(own) as link:
        link.leave()
    refused_or_failed(context, lambda: send(own, late), "the device has gone")
    with listening(own) as link:
        sent(own, due, link)
        received, message = next_command(link)
        if received is None:
            raise Inconclusive(f"the command {due.name} for {own.id} did not arrive after it came back")
        fresh = not late.is_in(message)
        expected = f"{due.paras}, which was sent when the device was back"
        context.cited("1.9.7/not-cached", fresh, received.record, expected=expected, actual=message)

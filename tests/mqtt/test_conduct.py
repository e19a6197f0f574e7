"""The order of packets: every wrong turn names its statement, and lawful repetition names none."""

from __future__ import annotations

import pytest
from hypothesis import given

from conformance.mqtt.conduct import UNASKED, ClientConduct, ServerConduct
from conformance.mqtt.packets import (
    Connack,
    Connect,
    Disconnect,
    Packet,
    Pingreq,
    Pingresp,
    Puback,
    Pubcomp,
    Publish,
    Pubrec,
    Pubrel,
    Suback,
    Subscribe,
    Unsuback,
    Unsubscribe,
)

from .packets import PACKETS, fixed

OUT, IN = "sent", "received"
Step = tuple[str, Packet]


def at(topic: str, qos: int, packet_id: int | None = None, *, dup: bool = False, payload: bytes = b"") -> Publish:
    return Publish(topic, payload, qos, packet_id, dup=dup)


def walk(conduct: ClientConduct | ServerConduct, steps: list[Step]) -> list[str]:
    found: list[str] = []
    for direction, packet in steps:
        if direction == OUT:
            conduct.sent(packet)
        else:
            found += [violation.statement for violation in conduct.received(packet)]
    return found


CLIENT: list[Step] = [(IN, Connect("c")), (OUT, Connack())]
SERVER: list[Step] = [(OUT, Connect("c")), (IN, Connack()), (OUT, Subscribe(1, (("t", 1),))), (IN, Suback(1, (1,)))]


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([(IN, Pingreq())], ["MQTT-3.1.0-1"]),
        ([*CLIENT, (IN, Connect("c"))], ["MQTT-3.1.0-2"]),
        ([*CLIENT, (IN, Pingresp())], ["MQTT-2.2.1"]),
        ([*CLIENT, (IN, Disconnect()), (IN, Pingreq())], ["MQTT-3.14.4-2"]),
        ([*CLIENT, (IN, Subscribe(5, (("t", 0),))), (IN, Unsubscribe(5, ("t",)))], ["MQTT-2.3.1-2"]),
        ([*CLIENT, (IN, at("t", 1, 5)), (IN, at("u", 1, 5))], ["MQTT-2.3.1-2"]),
        ([*CLIENT, (IN, at("t", 1, 5)), (IN, at("t", 1, 5))], ["MQTT-3.3.1-1"]),
        ([*CLIENT, (IN, at("t", 2, 5)), (OUT, Pubrec(5)), (IN, at("u", 2, 5))], ["MQTT-2.3.1-2"]),
        ([*CLIENT, (IN, Puback(9))], ["MQTT-2.3.1-6"]),
        ([*CLIENT, (IN, Pubcomp(9))], ["MQTT-2.3.1-6"]),
        ([*CLIENT, (OUT, at("t", 1, 9)), (IN, Puback(9)), (IN, Puback(9))], ["MQTT-2.3.1-6"]),
        ([*CLIENT, (OUT, at("t", 2, 9)), (IN, Puback(9))], ["MQTT-3.3.4-1"]),
        ([*CLIENT, (OUT, at("t", 1, 1)), (OUT, at("t", 1, 2)), (IN, Puback(2)), (IN, Puback(1))], ["MQTT-4.6.0-2"]),
        ([*CLIENT, (OUT, at("t", 2, 1)), (OUT, at("t", 2, 2)), (IN, Pubrec(2)), (IN, Pubrec(1))], ["MQTT-4.6.0-3"]),
    ],
)
def test_wrong_turns_of_a_client_name_their_statement(steps: list[Step], found: list[str]) -> None:
    assert walk(ClientConduct(), steps) == found


@pytest.mark.parametrize(
    "steps",
    [
        [
            (IN, Connect("c")),
            (IN, Subscribe(1, (("t", 0),))),
            (IN, at("t", 1, 2)),
            (OUT, Connack()),
            (OUT, Suback(1, (0,))),
        ],
        [*CLIENT, (IN, at("t", 1, 5)), (OUT, Puback(5)), (IN, at("u", 1, 5))],
        [*CLIENT, (IN, at("t", 1, 5)), (IN, at("t", 1, 5, dup=True))],
        [*CLIENT, (IN, at("t", 2, 5)), (OUT, Pubrec(5)), (IN, Pubrel(5)), (OUT, Pubcomp(5)), (IN, at("u", 2, 5))],
        [*CLIENT, (OUT, at("t", 1, 9)), (OUT, at("t", 1, 9, dup=True)), (IN, Puback(9)), (IN, Puback(9))],
        [*CLIENT, (OUT, at("t", 1, 1)), (OUT, at("t", 2, 2)), (IN, Pubrec(2)), (IN, Puback(1))],
        [
            *CLIENT,
            *((OUT, at("t", 1, 1)), (OUT, at("t", 1, 2)), (OUT, at("t", 1, 1, dup=True))),
            *((IN, Puback(1)), (IN, Puback(2)), (IN, Puback(1))),
        ],
        [*CLIENT, (OUT, at("t", 2, 1)), (IN, Pubrec(1)), (IN, Pubrec(1)), (OUT, Pubrel(1)), (IN, Pubcomp(1))],
        [(IN, Connect("c", False)), (OUT, Connack(0, True)), (IN, Puback(3)), (IN, Pubcomp(4))],
        [*CLIENT, (IN, Pingreq()), (OUT, Pingresp()), (IN, Disconnect())],
    ],
    ids=[
        "packets before CONNACK",
        "identifier free after PUBACK",
        "DUP repeats",
        "identifier free after PUBCOMP",
        "two answers to a message sent twice",
        "order among one QoS only",
        "answers in the order of sending, a repeated message included",
        "PUBREC repeated",
        "resumed session",
        "ping and leave",
    ],
)
def test_lawful_clients_violate_nothing(steps: list[Step]) -> None:
    assert walk(ClientConduct(), steps) == []


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([(OUT, Connect("c")), (IN, Pingresp())], ["MQTT-3.2.0-1"]),
        ([*SERVER, (IN, Connack())], ["MQTT-3.2"]),
        ([(OUT, Connect("c")), (IN, Connack(5)), (IN, Pingresp())], ["MQTT-3.2.2-5"]),
        ([(OUT, Connect("c", True)), (IN, Connack(0, True))], ["MQTT-3.2.2-1"]),
        ([*SERVER, (IN, Pingreq())], ["MQTT-2.2.1"]),
        ([*SERVER, (IN, Suback(7, (0,)))], ["MQTT-3.8.4-2"]),
        ([*SERVER, (OUT, Subscribe(7, (("a", 0), ("b", 0)))), (IN, Suback(7, (0,)))], ["MQTT-3.8.4-5"]),
        ([*SERVER, (IN, Unsuback(7))], ["MQTT-3.10.4-4"]),
        ([*SERVER, (IN, at("u", 0))], ["MQTT-3.3.2-3"]),
        ([*SERVER[:2], (OUT, Subscribe(1, (("t", 1),))), (IN, Suback(1, (0x80,))), (IN, at("t", 0))], ["MQTT-3.3.2-3"]),
        ([*SERVER, (IN, at("t", 2, 5))], ["MQTT-3.8.4-6"]),
        ([*SERVER, (OUT, Unsubscribe(2, ("t",))), (IN, Unsuback(2)), (IN, at("t", 0))], ["MQTT-3.3.2-3"]),
        ([*SERVER, (OUT, Subscribe(2, (("u", 1),))), (IN, Suback(2, (0x80,))), (IN, at("u", 0))], ["MQTT-3.3.2-3"]),
        ([*SERVER, (IN, at("t", 1, 5)), (IN, at("t", 1, 5, payload=b"x"))], ["MQTT-2.3.1-4"]),
        ([*SERVER, (IN, Puback(5))], ["MQTT-2.3.1-6"]),
        ([*SERVER, (OUT, at("x", 1, 5)), (IN, Pubrec(5))], ["MQTT-3.3.4-1"]),
    ],
)
def test_wrong_turns_of_a_server_name_their_statement(steps: list[Step], found: list[str]) -> None:
    assert walk(ServerConduct(), steps) == found


@pytest.mark.parametrize(
    "steps",
    [
        [*SERVER, (IN, at("t", 1, 5)), (OUT, Puback(5)), (IN, at("t", 1, 5))],
        [*SERVER, (OUT, Subscribe(2, (("a/+", 2),))), (IN, at("a/b", 2, 1)), (IN, Suback(2, (2,)))],
        [*SERVER, (OUT, at("x", 2, 5)), (IN, Pubrec(5)), (OUT, Pubrel(5)), (IN, Pubcomp(5))],
        [*SERVER, (OUT, Unsubscribe(2, ("t",))), (IN, at("t", 0)), (IN, Unsuback(2))],
        [(OUT, Connect("c", False)), (IN, Connack(0, True)), (IN, at("kept", 1, 9)), (IN, Puback(3))],
        [(OUT, Connect("c")), (IN, Connack(5))],
    ],
)
def test_lawful_servers_violate_nothing(steps: list[Step]) -> None:
    assert walk(ServerConduct(), steps) == []


def test_messages_that_a_server_subscribed_for_its_client_are_told_apart() -> None:
    conduct = ServerConduct()
    steps: list[Step] = [
        *SERVER[:2],
        (IN, at("kept", 1, 5)),
        *SERVER[2:3],
        (IN, at("own", 0)),
        *SERVER[3:],
        (IN, at("t", 0)),
    ]
    assert walk(conduct, steps) == []
    assert conduct.unasked == ["kept", "own"]
    walk(many := ServerConduct(), [*SERVER[:2], *[(IN, at("kept", 0))] * 20])
    assert len(many.unasked) == UNASKED


@fixed
@given(PACKETS, PACKETS, PACKETS)
def test_no_order_of_packets_makes_a_conduct_raise(first: Packet, second: Packet, third: Packet) -> None:
    for conduct in (ClientConduct(), ServerConduct()):
        for packet in (first, second, third):
            conduct.received(packet)
            conduct.sent(packet)

"""Packets that break one statement each, made from a valid CONNECT: for the suite when it is the device, and for tests.

Each bears the user name and the password of that CONNECT as far as what is wrong leaves room for them: without, a server that
does not see what is wrong refuses it all the same.

A server closes the connection at each of them. Where a CONNECT is wrong it does so without CONNACK (MQTT-3.1.4-1), except
where the standard has a return code for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from conformance.mqtt.encode import binary, encode, frame, text, word
from conformance.mqtt.packets import MQTT_3_1_1, Connect, Kind, Pingreq, Publish, Suback, Subscribe, Unsubscribe, Will

FLAGS_AT: Final = 7
"""Where the connect flags stand in the body of a CONNECT with the protocol name MQTT."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """Bytes that break `statement`. With `first` they stand in place of CONNECT, else they follow CONNACK."""

    name: str
    statement: str
    raw: bytes
    first: bool


def malformed_packets(connect: Connect, topic: str) -> tuple[Malformed, ...]:
    """Return every malformed packet of a client that would connect with `connect` and publish to `topic`."""
    assert connect.protocol == MQTT_3_1_1
    return tuple(Malformed(name, statement, raw, True) for name, statement, raw in _connects(connect)) + tuple(
        Malformed(name, statement, raw, False) for name, statement, raw in _later(topic)
    )


def _connects(connect: Connect) -> list[tuple[str, str, bytes]]:
    body = _body(connect)
    username, password = connect.username or "u", connect.password or b"p"
    named = replace(connect, username=username, password=password, will=None)
    bare = replace(connect, username=None, password=None, will=None)

    def flags(packet: Connect, change: Callable[[int], int]) -> bytes:
        changed = bytearray(_body(packet))
        changed[FLAGS_AT] = change(changed[FLAGS_AT])
        return frame(Kind.CONNECT, bytes(changed))

    will = replace(named, will=Will("w"))
    # Whoever passes over the flag finds the right user name and password in the fields of the will.
    doubled = replace(named, will=Will(username, password))
    return [
        ("connect-flags-of-fixed-header", "MQTT-2.2.2-1", frame(Kind.CONNECT, body, flags=1)),
        ("connect-reserved-flag", "MQTT-3.1.2-3", flags(connect, lambda value: value | 1)),
        ("connect-wrong-protocol-name", "MQTT-3.1.2-1", encode(replace(connect, protocol_name="MQTX"))),
        ("connect-will-qos-3", "MQTT-3.1.2-14", flags(will, lambda value: value | 0x18)),
        ("connect-will-qos-without-will", "MQTT-3.1.2-13", flags(named, lambda value: value | 0x08)),
        ("connect-will-retain-without-will", "MQTT-3.1.2-15", flags(named, lambda value: value | 0x20)),
        ("connect-will-flag-without-will", "MQTT-3.1.2-9", flags(bare, lambda value: value | 0x04)),
        ("connect-will-without-will-flag", "MQTT-3.1.2-11", flags(doubled, lambda value: value & ~0x04)),
        ("connect-password-without-user-name", "MQTT-3.1.2-22", encode(replace(bare, password=password))),
        ("connect-user-name-missing", "MQTT-3.1.2-19", flags(bare, lambda value: value | 0x80)),
        (
            "connect-password-missing",
            "MQTT-3.1.2-21",
            flags(replace(bare, username=username), lambda value: value | 0x40),
        ),
        ("connect-user-name-unannounced", "MQTT-3.1.2-18", frame(Kind.CONNECT, _body(bare) + text(username))),
        (
            "connect-password-unannounced",
            "MQTT-3.1.2-20",
            flags(named, lambda value: value & ~0x40),
        ),
        ("connect-without-client-id", "MQTT-3.1.3-3", frame(Kind.CONNECT, _body(bare)[: FLAGS_AT + 3])),
        ("connect-empty-client-id", "MQTT-3.1.3-7", encode(replace(connect, client_id="", clean_session=False))),
        ("connect-client-id-not-utf8", "MQTT-1.5.3-1", _with_client_id(connect, b"\xc3\x28")),
        ("connect-client-id-surrogate", "MQTT-1.5.3-1", _with_client_id(connect, b"a\xed\xa0\x80")),
        ("connect-client-id-overlong", "MQTT-1.5.3-1", _with_client_id(connect, b"\xc0\xaf")),
        ("connect-client-id-with-null", "MQTT-1.5.3-2", encode(replace(connect, client_id=connect.client_id + "\0"))),
        ("connect-will-topic-wildcard", "MQTT-4.7.1-1", encode(replace(connect, will=Will("a/#")))),
        ("connect-surplus", "MQTT-2.2.3", frame(Kind.CONNECT, body + b"\0")),
        ("connect-not-first", "MQTT-3.1.0-1", encode(Pingreq())),
    ]


def _later(topic: str) -> list[tuple[str, str, bytes]]:
    publish = encode(Publish(topic, b"{}", 1, 7))
    subscribe = encode(Subscribe(7, ((topic, 1),)))
    ping = Kind.PINGREQ
    return [
        ("packet-type-0", "MQTT-2.2.1", b"\x00\x00"),
        ("packet-type-15", "MQTT-2.2.1", b"\xf0\x00"),
        ("packet-of-the-other-side", "MQTT-2.2.1", encode(Suback(7, (0,)))),
        ("remaining-length-of-five-bytes", "MQTT-2.2.3", frame(Kind.PUBLISH, b"", 0, b"\xff\xff\xff\xff\x01")),
        ("ping-with-body", "MQTT-2.2.3", frame(ping, b"\0")),
        ("ping-flags", "MQTT-2.2.2-1", frame(ping, b"", 1)),
        ("publish-qos-3", "MQTT-3.3.1-4", bytes((0x36,)) + publish[1:]),
        ("publish-dup-with-qos-0", "MQTT-3.3.1-2", encode(Publish(topic, b"{}", dup=True))),
        ("publish-without-topic", "MQTT-3.3.2-1", frame(Kind.PUBLISH, b"", 0)),
        ("publish-topic-cut", "MQTT-3.3.2-1", frame(Kind.PUBLISH, word(len(topic) + 1) + topic.encode(), 0)),
        ("publish-empty-topic", "MQTT-4.7.3-1", encode(Publish("", b"{}"))),
        ("publish-wildcard", "MQTT-3.3.2-2", encode(Publish(topic + "/#", b"{}"))),
        ("publish-topic-not-utf8", "MQTT-1.5.3-1", frame(Kind.PUBLISH, binary(b"a\xff"), 0)),
        ("publish-topic-surrogate", "MQTT-1.5.3-1", encode(Publish("a\udfff", b"{}"))),
        ("publish-topic-with-null", "MQTT-1.5.3-2", encode(Publish(topic + "\0", b"{}"))),
        ("publish-packet-id-0", "MQTT-2.3.1-1", encode(Publish(topic, b"{}", 1, 0))),
        ("publish-without-packet-id", "MQTT-2.3.1-1", frame(Kind.PUBLISH, text(topic), 2)),
        ("puback-without-packet-id", "MQTT-2.3.1-6", frame(Kind.PUBACK, b"\0")),
        ("pubrel-flags", "MQTT-3.6.1-1", frame(Kind.PUBREL, word(7), 0)),
        ("subscribe-flags", "MQTT-3.8.1-1", bytes((0x80,)) + subscribe[1:]),
        ("subscribe-packet-id-0", "MQTT-2.3.1-1", encode(Subscribe(0, ((topic, 1),)))),
        ("subscribe-without-filter", "MQTT-3.8.3-3", encode(Subscribe(7, ()))),
        ("subscribe-without-qos", "MQTT-3.8.3-3", frame(Kind.SUBSCRIBE, word(7) + text(topic))),
        ("subscribe-qos-3", "MQTT-3.8.3-4", encode(Subscribe(7, ((topic, 3),)))),
        ("subscribe-reserved-bits", "MQTT-3.8.3-4", encode(Subscribe(7, ((topic, 0x80),)))),
        ("subscribe-filter-cut", "MQTT-3.8.3-1", frame(Kind.SUBSCRIBE, word(7) + word(9) + b"a")),
        ("subscribe-wildcard-inside", "MQTT-4.7.1-2", encode(Subscribe(7, (("a/#/b", 0),)))),
        ("subscribe-wildcard-in-level", "MQTT-4.7.1-3", encode(Subscribe(7, (("a+/b", 0),)))),
        ("subscribe-empty-filter", "MQTT-4.7.3-1", encode(Subscribe(7, (("", 0),)))),
        ("unsubscribe-flags", "MQTT-3.10.1-1", frame(Kind.UNSUBSCRIBE, word(7) + text(topic), 0)),
        ("unsubscribe-without-filter", "MQTT-3.10.3-2", encode(Unsubscribe(7, ()))),
        ("unsubscribe-filter-cut", "MQTT-3.10.3-1", frame(Kind.UNSUBSCRIBE, word(7) + word(9) + b"a")),
        ("disconnect-flags", "MQTT-3.14.1-1", frame(Kind.DISCONNECT, b"", 1)),
    ]


def _body(connect: Connect) -> bytes:
    whole = encode(connect)
    return whole[1 + len(_length_of(whole)) :]


def _length_of(whole: bytes) -> bytes:
    for width in range(1, 5):
        if whole[width] < 0x80:
            return whole[1 : 1 + width]
    raise AssertionError("an encoded packet has a remaining length")


def _with_client_id(connect: Connect, raw: bytes) -> bytes:
    body = _body(connect)
    head, old = body[: FLAGS_AT + 3], text(connect.client_id)
    return frame(Kind.CONNECT, head + binary(raw) + body[len(head) + len(old) :])

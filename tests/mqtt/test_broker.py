"""The broker by default: what the standard says a server does, seen by a client of bytes."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace

import pytest

from conformance.mqtt.broker import Broker
from conformance.mqtt.encode import encode, frame, remaining_length, text
from conformance.mqtt.malformed import Malformed, malformed_packets
from conformance.mqtt.packets import (
    MQTT_3_1,
    MQTT_3_1_1,
    SUBSCRIPTION_FAILED,
    Connack,
    Connect,
    Disconnect,
    Kind,
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
    Will,
)
from conformance.mqtt.record import Record
from conformance.mqtt.script import Hooks, Limits, Script
from conformance.mqtt.session import Session

from .clients import DEADLINE_S, RawClient

TOPIC = "/devices/c/command"
CONNECT = Connect("c", username="u", password=b"p")
MALFORMED = malformed_packets(CONNECT, TOPIC)


@pytest.fixture
def broker() -> Iterator[Broker]:
    with Broker() as running:
        yield running


def session_of(broker: Broker) -> Session:
    session = broker.wait_connect(DEADLINE_S)
    assert session is not None
    return session


def test_a_session_from_connect_to_disconnect(broker: Broker) -> None:
    with RawClient(broker.port) as client:
        assert client.connect() == Connack(0)
        session = session_of(broker)
        client.send(Subscribe(1, (("a/+", 2), (TOPIC, 1))), Unsubscribe(2, ("a/+",)), Pingreq())
        assert [client.next() for _ in range(3)] == [Suback(1, (2, 1)), Unsuback(2), Pingresp()]
        assert session.subscriptions == {TOPIC: 1}
        client.send(Disconnect())
    assert session.wait_end(DEADLINE_S) == "closed by the client after DISCONNECT"
    assert session.graceful
    assert session.log.violations == []


def test_every_qos_comes_once_and_is_answered(broker: Broker) -> None:
    taken: list[Publish] = []
    broker.hooks.on_publish = lambda session, publish: taken.append(publish)  # type: ignore[method-assign]
    with RawClient(broker.port) as client:
        client.connect()
        again = Publish(TOPIC, b"2", 2, 9, dup=True)
        client.send(Publish(TOPIC, b"0"), Publish(TOPIC, b"1", 1, 8), Publish(TOPIC, b"2", 2, 9), again, Pubrel(9))
        assert [client.next() for _ in range(4)] == [Puback(8), Pubrec(9), Pubrec(9), Pubcomp(9)]
        client.send(Publish(TOPIC, b"3", 2, 9))
        assert client.next() == Pubrec(9)
    assert [publish.payload for publish in taken] == [b"0", b"1", b"2", b"3"]


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_messages_to_a_client_are_awaited(broker: Broker, qos: int) -> None:
    with RawClient(broker.port) as client:
        client.connect()
        sent = session_of(broker).publish(TOPIC, b"{}", qos)
        message = client.next()
        assert isinstance(message, Publish)
        assert (message.topic, message.payload, message.qos) == (TOPIC, b"{}", qos)
        assert sent.done() is (qos == 0)
        if qos == 1:
            client.send(Puback(message.packet_id or 0))
        elif qos == 2:
            client.send(Pubrec(message.packet_id or 0))
            assert client.next() == Pubrel(message.packet_id or 0)
            assert not sent.done()
            client.send(Pubcomp(message.packet_id or 0))
        delivery = sent.result(DEADLINE_S)
        assert delivery.publish == message
        assert delivery.acknowledged_at >= delivery.sent_at


def test_what_is_not_acknowledged_fails_with_the_connection(broker: Broker) -> None:
    with RawClient(broker.port) as client:
        client.connect()
        session = session_of(broker)
        open_message = session.publish(TOPIC, b"{}", 1)
        client.next()
    with pytest.raises(ConnectionError, match="not acknowledged: closed by the client"):
        open_message.result(DEADLINE_S)
    with pytest.raises(ConnectionError, match="not sent: closed by the client"):
        session.publish(TOPIC, b"{}", 1).result(DEADLINE_S)


def test_identifiers_run_out_only_when_all_are_open() -> None:
    from conformance.mqtt.deliveries import IDENTIFIERS, Deliveries, Delivery

    deliveries = Deliveries()
    done: Future[Delivery] = Future()
    seen = {deliveries.begin(Publish("t", b"", 1), done).packet_id for _ in range(IDENTIFIERS)}
    assert seen == set(range(1, IDENTIFIERS + 1))
    with pytest.raises(OverflowError, match="65535"):
        deliveries.begin(Publish("t", b"", 1), done)
    deliveries.acknowledged(77, 1)
    assert deliveries.begin(Publish("t", b"", 1), Future()).packet_id == 77


@pytest.mark.parametrize("malformed", MALFORMED, ids=lambda malformed: malformed.name)
def test_malformed_packets_end_the_connection_and_are_recorded(broker: Broker, malformed: Malformed) -> None:
    with RawClient(broker.port) as client:
        if not malformed.first:
            assert client.connect() == Connack(0)
        client.send(malformed.raw)
        if malformed.statement == "MQTT-3.1.3-7":
            assert client.next() == Connack(2)
        assert client.next() is None
    (session,) = broker.connections.items()
    assert session.wait_end(DEADLINE_S)
    (record,) = session.log.violations
    assert [violation.statement for violation in record.violations] == [malformed.statement]


def test_other_protocols_are_answered_with_code_1(broker: Broker) -> None:
    mqtt_5 = frame(Kind.CONNECT, text("MQTT") + b"\x05\x02\x00\x3c" + b"\x05\x11\x00\x00\x00\x0a" + text("c"))
    for connect in (mqtt_5, encode(replace(CONNECT, protocol_name="MQIsdp", protocol_level=3))):
        with RawClient(broker.port) as client:
            client.send(connect)
            assert client.next() == Connack(1)
            assert client.next() is None


def test_mqtt_3_1_is_let_in_where_wanted() -> None:
    limits = Limits(protocols=frozenset((MQTT_3_1_1, MQTT_3_1)))
    with Broker(limits=limits) as broker, RawClient(broker.port) as client:
        assert client.connect(protocol_name="MQIsdp", protocol_level=3) == Connack(0)


def test_strangers_are_known_by_their_first_byte(broker: Broker) -> None:
    for greeting in (b"GET / HTTP/1.1\r\n", b"\x30\x7f", b"\xc0"):
        with RawClient(broker.port) as client:
            client.send(greeting)
            assert client.next() is None
    assert all(session.wait_end(DEADLINE_S) for session in broker.connections.items())
    assert all(
        session.log.violations[0].violations[0].statement == "MQTT-3.1.0-1" for session in broker.connections.items()
    )


def test_who_never_sends_connect_is_closed() -> None:
    with Broker(limits=Limits(connect_deadline_s=0.3)) as broker:
        for beginning in (b"", encode(CONNECT)[:-1]):
            with RawClient(broker.port) as client:
                client.send(beginning)
                assert client.next() is None
        ends = [session.wait_end(DEADLINE_S) for session in broker.connections.items()]
        assert ends == ["no CONNECT within 0.3 s"] * 2
        half = broker.connections.items()[1].log.items()
        assert encode(CONNECT)[:-1] in [record.raw for record in half]


def test_the_hooks_decide() -> None:
    class Strict(Hooks):
        closed: list[str]

        def authenticate(self, session: Session, connect: Connect) -> int | None:
            return {"good": 0, "bad": 4}.get(connect.client_id)

        def on_subscribe(self, session: Session, subscribe: Subscribe) -> list[int]:
            return [0 if pattern == TOPIC else SUBSCRIPTION_FAILED for pattern, _ in subscribe.filters]

        def on_connected(self, session: Session) -> None:
            session.publish(TOPIC, b"welcome")

        def on_closed(self, session: Session) -> None:
            self.closed.append(session.client_id or "")

    hooks = Strict()
    hooks.closed = []
    with Broker(hooks) as broker:
        with RawClient(broker.port) as client:
            assert client.connect("bad") == Connack(4)
            assert client.next() is None
        with RawClient(broker.port) as client:
            client.send(Connect("unknown"))
            assert client.next() is None
        with RawClient(broker.port) as client:
            assert client.connect("good") == Connack(0)
            assert client.next() == Publish(TOPIC, b"welcome")
            client.send(Subscribe(1, ((TOPIC, 1), ("x", 1))))
            assert client.next() == Suback(1, (0, SUBSCRIPTION_FAILED))
            session = session_of(broker)
            assert session.subscriptions == {TOPIC: 0}
        assert session.wait_end(DEADLINE_S)
    assert hooks.closed == ["bad", "unknown", "good"]


def test_an_exception_in_a_hook_is_raised_where_the_broker_is_left() -> None:
    class Broken(Hooks):
        def on_publish(self, session: Session, publish: Publish) -> None:
            raise LookupError("a fault of the suite")

    def use() -> None:
        with Broker(Broken()) as broker, RawClient(broker.port) as client:
            client.connect()
            client.send(Publish(TOPIC, b"", 1, 1))
            assert client.next() == Puback(1)

    with pytest.raises(LookupError, match="fault of the suite"):
        use()


def test_a_newer_connection_replaces_the_older(broker: Broker) -> None:
    with RawClient(broker.port) as first, RawClient(broker.port) as second:
        first.connect("same")
        second.connect("same")
        assert first.next() is None
        second.send(Pingreq())
        assert second.next() == Pingresp()
    older = broker.connects.items()[0]
    assert older.wait_end(DEADLINE_S) == "replaced by a newer connection of the same client"


def test_sessions_without_clean_session_are_resumed(broker: Broker) -> None:
    with RawClient(broker.port) as client:
        assert client.connect("kept", clean_session=False) == Connack(0, False)
        client.send(Subscribe(1, ((TOPIC, 1),)))
        client.next()
        session = session_of(broker)
        sent = session.publish(TOPIC, b"1", 1)
        first = client.next()
        assert isinstance(first, Publish)
    assert session.wait_end(DEADLINE_S)
    with RawClient(broker.port) as client:
        assert client.connect("kept", clean_session=False) == Connack(0, True)
        assert client.next() == first._replace(dup=True)
        assert not sent.done()
        client.send(Puback(first.packet_id or 0))
        assert sent.result(DEADLINE_S).publish == first
        resumed = broker.connects.items()[-1]
        assert resumed.subscriptions == {TOPIC: 1}
        with RawClient(broker.port) as newer:  # takes the session over while the older connection is there
            assert newer.connect("kept", clean_session=False) == Connack(0, True)
    assert broker.connects.items()[-1].wait_end(DEADLINE_S)
    with RawClient(broker.port) as client:
        assert client.connect("kept", clean_session=True) == Connack(0, False)
    assert broker.connects.items()[-1].wait_end(DEADLINE_S)
    with RawClient(broker.port) as client:
        assert client.connect("kept", clean_session=False) == Connack(0, False)


def test_a_common_broker_forwards_and_publishes_wills() -> None:
    with Broker(forward=True) as broker, RawClient(broker.port) as reader:
        reader.connect("reader")
        reader.send(Subscribe(1, (("a/#", 0), ("will", 1))))
        reader.next()
        with RawClient(broker.port) as writer:
            writer.connect("writer", will=Will("will", b"gone", 1))
            writer.send(Publish("b", b"no"), Publish("a/b", b"yes", 1, 1))
            assert writer.next() == Puback(1)
        assert reader.next() == Publish("a/b", b"yes")
        assert reader.next() == Publish("will", b"gone", 1, 1)
        with RawClient(broker.port) as writer:
            writer.connect("writer", will=Will("will", b"gone", 1))
            writer.send(Disconnect(), Disconnect())
        reader.send(Puback(1), Pingreq())
        assert reader.next() == Pingresp()


def test_records_have_time_direction_and_raw_bytes_in_order(broker: Broker) -> None:
    seen: list[Record] = []
    broker.observers.append(seen.append)
    with RawClient(broker.port) as client:
        client.connect()
        session = session_of(broker)
    assert session.wait_end(DEADLINE_S)
    records = session.log.items()
    assert [(record.direction, record.raw) for record in records] == [
        ("event", b""),
        ("in", encode(Connect("c"))),
        ("out", encode(Connack(0))),
        ("event", b""),
    ]
    assert records == seen
    assert [record.at for record in records] == sorted(record.at for record in records)
    assert records[-1].describe() == "connection over: closed by the client"


def test_a_flood_is_counted_and_kept_in_bounded_memory(broker: Broker) -> None:
    with RawClient(broker.port) as client:
        client.connect()
        session = session_of(broker)
        flood = encode(Publish(TOPIC, b"x" * 1000))
        for _ in range(50):
            client.send(flood * 100)
        client.send(Pingreq())
        assert client.next() == Pingresp()
    assert session.log.counts["in", Kind.PUBLISH] == 5000
    kept = session.log.items()
    assert len(kept) < 2000
    assert sum(len(record.raw) for record in kept) <= 1024 * 1024


def test_who_does_not_read_costs_bounded_memory() -> None:
    with Broker(limits=Limits(unread=100_000)) as broker, RawClient(broker.port) as client:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect()
        session = session_of(broker)
        for _ in range(200):
            session.publish(TOPIC, b"x" * 60_000)
        assert session.wait_end(DEADLINE_S) == "the client does not read what it is sent"


def test_packets_above_the_limit_end_the_connection_before_they_are_read(broker: Broker) -> None:
    broker.script = Script(max_packet=1000)
    with RawClient(broker.port) as client:
        client.connect()
        session = session_of(broker)
        client.send(b"\x30" + remaining_length(10_000_000) + b"x" * 100)
        assert client.next() is None
    assert session.wait_end(DEADLINE_S) == "a packet of 10000005 bytes, above the limit of 1000"


def test_connections_above_the_limit_are_refused() -> None:
    with Broker(limits=Limits(connections=2)) as broker, RawClient(broker.port) as one, RawClient(broker.port) as two:
        one.connect("1")
        two.connect("2")
        with RawClient(broker.port) as three:
            assert three.bytes() == b""
        one.send(Pingreq())
        assert one.next() == Pingresp()


def test_the_broker_stops_with_clients_connected_and_frees_its_port() -> None:
    with Broker() as broker:
        client = RawClient(broker.port)
        client.connect()
        port = broker.port
    with client:
        assert client.next() is None
    assert "mqtt-broker" not in [thread.name for thread in threading.enumerate()]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)
    late = broker.run(lambda: 1)
    with pytest.raises(ConnectionError, match="stopped"):
        late.result(1)


def test_a_port_that_is_taken_is_told_at_the_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        broker = Broker(port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use") as failure, broker:
            pass
        assert failure.value.errno == errno.EADDRINUSE

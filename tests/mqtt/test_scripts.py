"""Every deviation of a script, seen by a client: no step sleeps, each has a deadline."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from conformance.mqtt.broker import Broker
from conformance.mqtt.encode import encode, frame
from conformance.mqtt.packets import (
    Connack,
    Connect,
    Disconnect,
    Kind,
    Packet,
    Pingreq,
    Pingresp,
    Puback,
    Publish,
    Pubrec,
    Suback,
    Subscribe,
)
from conformance.mqtt.script import Hooks, Limits, Script
from conformance.mqtt.session import Session

from .clients import DEADLINE_S, RawClient

QUICK = 0.05
"""Long enough to be told from nothing, short enough for a test."""

STEPS: dict[str, Packet] = {
    "subscribe": Subscribe(1, (("t", 0),)),
    "publish": Publish("t", b"", 1, 1),
    "ping": Pingreq(),
}


@contextmanager
def talk(**script: Any) -> Iterator[tuple[Broker, RawClient]]:
    with Broker(script=Script(**script), limits=Limits(linger_s=QUICK)) as broker, RawClient(broker.port) as client:
        yield broker, client


def silent(client: RawClient) -> bool:
    """Whether nothing comes for a moment, not even the end of the connection."""
    client.socket.settimeout(QUICK)
    try:
        return client.socket.recv(1) is None
    except TimeoutError:
        return True
    finally:
        client.socket.settimeout(DEADLINE_S)


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 6, 255])
def test_any_return_code(code: int) -> None:
    with talk(connack=code, close_after_refusal=True) as (broker, client):
        client.send(Connect("c"), Publish("t", b"", 1, 1))
        assert client.bytes() == bytes((0x20, 2, 0, code))
        assert client.bytes() == b""
        session = broker.connects.items()[0]
        assert session.wait_end(DEADLINE_S) == f"refused with return code {code}"
        assert not session.accepted
        assert session.log.counts["out", Kind.PUBACK] == 0


def test_a_refusal_that_does_not_close() -> None:
    with talk(connack=5, close_after_refusal=False) as (_, client):
        assert client.connect() == Connack(5)
        client.send(Pingreq())
        assert silent(client)


def test_session_present_against_the_truth() -> None:
    with talk(session_present=True) as (_, client):
        assert client.connect() == Connack(0, True)


def test_connack_comes_late_and_packets_before_it_are_answered_after_it() -> None:
    with talk(connack_delay_s=QUICK) as (broker, client):
        started = time.monotonic()
        client.send(Connect("c"), Subscribe(1, (("t", 0),)), Publish("t", b"", 1, 2))
        assert [client.next() for _ in range(3)] == [Connack(0), Suback(1, (0,)), Puback(2)]
        assert time.monotonic() - started >= QUICK
        session = broker.connects.items()[0]
        arrived = session.wait_packet(Kind.PUBLISH, DEADLINE_S)
        answered = session.wait(lambda record: record.packet == Connack(0), DEADLINE_S)
        assert arrived is not None
        assert answered is not None
        assert arrived.at < answered.at


def test_other_bytes_in_place_of_connack_and_behind_it() -> None:
    with talk(instead_of_connack=b"\x20\x03\x00\x00\x00") as (_, client):
        client.send(Connect("c"))
        assert client.bytes() == b"\x20\x03\x00\x00\x00"
    with talk(after_connack=b"\xff\x00") as (_, client):
        client.send(Connect("c"))
        assert client.bytes() == b"\x20\x02\x00\x00\xff\x00"


def test_a_raw_message_behind_connack_may_be_acknowledged() -> None:
    with talk(after_connack=encode(Publish("t", b"", 1, 77))) as (broker, client):
        client.connect()
        client.next()
        client.send(Puback(77), Pingreq())
        assert client.next() == Pingresp()
        assert broker.connects.items()[0].log.violations == []


@pytest.mark.parametrize("reaction", ["silence", "close"])
@pytest.mark.parametrize("step", ["connect", *STEPS])
def test_silence_and_closing_at_every_step(step: str, reaction: str) -> None:
    with talk(**{step: reaction}) as (_, client):
        if step == "connect":
            client.send(Connect("c"))
        else:
            client.connect()
            client.send(STEPS[step])
        if reaction == "silence":
            assert silent(client)
        else:
            assert client.next() is None


@pytest.mark.parametrize("reaction", ["silence", "close"])
def test_silence_and_closing_before_tls(reaction: str) -> None:
    with talk(handshake=reaction) as (broker, client):
        if reaction == "silence":
            client.send(Connect("c"))
            assert silent(client)
        else:
            assert client.bytes() == b""
        assert broker.connects.items() == []


def test_return_codes_of_suback() -> None:
    with talk(suback=(3, 0x80)) as (broker, client):
        client.connect()
        client.send(Subscribe(1, (("t", 0),)))
        assert client.bytes() == b"\x90\x04\x00\x01\x03\x80"
        assert broker.connects.items()[0].subscriptions == {}


def test_acknowledgements_are_dropped_and_late() -> None:
    with talk(dropped_acknowledgements=2) as (broker, client):
        client.connect()
        client.send(Publish("t", b"", 1, 1), Publish("t", b"", 2, 2), Publish("t", b"", 1, 3))
        assert client.next() == Puback(3)
        session = broker.connects.items()[0]
        session.change(acknowledgement_delay_s=QUICK)
        started = time.monotonic()
        client.send(Publish("t", b"", 2, 4))
        assert client.next() == Pubrec(4)
        assert time.monotonic() - started >= QUICK


def test_keep_alive_is_enforced_at_one_and_a_half_times() -> None:
    with talk() as (broker, client):
        started = time.monotonic()
        client.connect(keep_alive=1)
        client.send(Pingreq())
        assert client.next() == Pingresp()
        assert client.next() is None
        assert 1.5 <= time.monotonic() - started < 1.5 + DEADLINE_S / 2
        session = broker.connects.items()[0]
        assert session.wait_end(DEADLINE_S) == "keep alive exceeded"
        assert [v.statement for record in session.log.violations for v in record.violations] == ["MQTT-3.1.2-23"]


@pytest.mark.parametrize("members", [{"keep_alive_factor": None}, {}])
def test_no_keep_alive_where_none_is_wanted(members: dict[str, Any]) -> None:
    with talk(**members) as (broker, client):
        client.connect(keep_alive=0 if not members else 1)
        session = broker.connects.items()[0]
        assert broker.run(lambda: len(session._wire._timers)).result(DEADLINE_S) == 1  # type: ignore[attr-defined]


def test_any_factor_of_keep_alive() -> None:
    with talk(keep_alive_factor=0.05) as (_, client):
        client.connect(keep_alive=1)
        assert client.next() is None


def test_violations_may_be_survived_and_are_recorded() -> None:
    with talk(close_on_violation=False) as (broker, client):
        client.connect()
        client.send(
            encode(Publish("t/#", b"", 1, 1)), frame(Kind.PUBLISH, b"\x00\x02\xff\xff", 0), Connect("c"), Pingreq()
        )
        assert client.next() == Puback(1)
        assert client.next() == Pingresp()
        records = broker.connects.items()[0].log.violations
        assert [v.statement for record in records for v in record.violations] == [
            "MQTT-3.3.2-2",
            "MQTT-1.5.3-1",
            "MQTT-3.1.0-2",
        ]


def test_oversized_packets_may_be_survived() -> None:
    with talk(max_packet=100, close_on_oversized=False) as (broker, client):
        client.connect()
        client.send(Publish("t", b"x" * 100_000, 1, 1), Pingreq())
        assert client.next() == Pingresp()
        assert [record.frame.oversized for record in broker.connects.items()[0].log.items() if record.frame][
            -2
        ] > 100_000


def test_scripts_queue_for_the_next_connections() -> None:
    with Broker(limits=Limits(linger_s=QUICK)) as broker:
        broker.queue_scripts(Script(connack=3), Script(connack=5))
        codes = []
        for _ in range(3):
            with RawClient(broker.port) as client:
                codes.append(client.connect().return_code)
        assert codes == [3, 5, 0]


def test_a_hook_may_choose_the_script_by_client() -> None:
    class Choosing(Hooks):
        def authenticate(self, session: Session, connect: Connect) -> int | None:
            if connect.client_id == "mute":
                session.change(ping="silence")
            return 0

    with Broker(Choosing()) as broker, RawClient(broker.port) as mute, RawClient(broker.port) as other:
        mute.connect("mute")
        other.connect("other")
        for client in (mute, other):
            client.send(Pingreq())
        assert other.next() == Pingresp()
        assert silent(mute)


def test_kick_and_reset() -> None:
    for reset in (False, True):
        with talk() as (broker, client):
            client.connect()
            session = broker.connects.items()[0]
            session.kick("the suite wants it so", reset=reset)
            assert session.wait_end(DEADLINE_S) == "the suite wants it so"
            if reset:
                with pytest.raises(ConnectionResetError):
                    client.socket.recv(1)
            else:
                assert client.socket.recv(1) == b""


def test_half_open_says_nothing_records_and_stays() -> None:
    with talk() as (broker, client):
        client.connect(keep_alive=1)
        session = broker.connects.items()[0]
        session.freeze()
        position = session.log.position
        client.send(Pingreq(), b"\xff\xff")
        assert session.wait_packet(Kind.PINGREQ, DEADLINE_S, position) is not None
        session.publish("t", b"{}")
        session.send(Pingresp())
        client.socket.shutdown(socket.SHUT_WR)
        assert silent(client)
        assert session.end is None
        session.kick()
        assert client.next() is None


def test_raw_bytes_and_packets_can_be_sent_at_any_time() -> None:
    with talk() as (broker, client):
        client.connect()
        session = broker.connects.items()[0]
        session.send(Pingresp())
        session.send(b"\xd0")
        session.send(b"\x00")
        assert [client.next(), client.next()] == [Pingresp(), Pingresp()]


def test_the_broker_goes_away_and_comes_back_on_its_port() -> None:
    with Broker() as broker:
        port = broker.port
        with RawClient(port) as client:
            client.connect()
            broker.stop_listening()
            assert client.next() is None
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), 1)
        broker.listen()
        assert broker.port == port
        with RawClient(port) as client:
            assert client.connect() == Connack(0)


def test_not_closing_after_disconnect_is_told() -> None:
    with talk() as (broker, client):
        client.connect()
        client.send(Disconnect())
        assert client.next() is None
        session = broker.connects.items()[0]
        assert [v.statement for record in session.log.violations for v in record.violations] == ["MQTT-3.14.4-1"]


def test_waiting_ends_in_time_and_finds_what_was_there() -> None:
    with talk() as (broker, client):
        assert broker.wait_connect(0.01) is None
        client.connect()
        session = broker.wait_connect(DEADLINE_S)
        assert session is not None
        assert session.wait_packet(Kind.CONNECT, 0) is not None
        assert session.wait_packet(Kind.CONNECT, 0.01, session.log.position) is None
        assert session.wait_end(0.01) is None
        assert broker.wait_connection(0) is session

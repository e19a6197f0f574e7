"""What other people's programs think: paho-mqtt as a client, Debian's mosquitto as clients and as a broker.

Without mosquitto its tests are skipped, and say so; in CI that is a failure.
"""

from __future__ import annotations

import queue
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from conformance.crypto.certificates import Certificate
from conformance.iut.process import Process, free_port
from conformance.mqtt.broker import Broker
from conformance.mqtt.conduct import ServerConduct
from conformance.mqtt.malformed import Malformed, malformed_packets
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
from conformance.mqtt.script import Limits, Script
from conformance.mqtt.tls import server_context

from .clients import DEADLINE_S, RawClient
from .programs import mosquitto_program

TOPIC = "/devices/dev-1/command"
MALFORMED = malformed_packets(Connect("dev-1", username="u", password=b"p"), TOPIC)
LENIENT = {
    "packet-of-the-other-side": "mosquitto passes over a SUBACK",
    "ping-with-body": "mosquitto does not look at the body of a PINGREQ",
    "ping-flags": "mosquitto does not look at the flags of a PINGREQ",
    "publish-dup-with-qos-0": "mosquitto 2.0 passes over DUP with QoS 0",
}
"""Malformed packets that mosquitto survives, although the standard closes the connection. Newer versions know more."""


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return Certificate.made()


@pytest.fixture(scope="module")
def ca_file(certificate: Certificate, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_text(certificate.ca_pem, encoding="ascii")
    return path


@pytest.fixture
def broker(certificate: Certificate) -> Iterator[Broker]:
    with Broker(context=server_context(certificate), limits=Limits(linger_s=1), forward=True) as running:
        yield running


class PahoClient:
    """paho-mqtt with its callbacks turned into a queue; leaving the block disconnects."""

    def __init__(self, port: int, ca_file: Path, client_id: str = "dev-1", **members: Any) -> None:
        self.seen: queue.Queue[tuple[str, Any]] = queue.Queue()
        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id, **members)
        self.client.username_pw_set("u", "p")
        self.client.tls_set_context(ssl.create_default_context(cafile=str(ca_file)))
        self.client.on_connect = lambda c, u, flags, code, p: self.seen.put(("connect", code.value))
        self.client.on_disconnect = lambda c, u, flags, code, p: self.seen.put(("disconnect", code.value))
        self.client.on_message = lambda c, u, message: self.seen.put(
            ("message", (message.topic, message.payload, message.qos))
        )
        self.client.on_publish = lambda c, u, mid, code, p: self.seen.put(("publish", mid))
        self.client.on_subscribe = lambda c, u, mid, codes, p: self.seen.put(
            ("subscribe", [code.value for code in codes])
        )
        self.client.connect_async("127.0.0.1", port, 60)

    def __enter__(self) -> PahoClient:
        self.client.loop_start()
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def next(self) -> tuple[str, Any]:
        return self.seen.get(timeout=DEADLINE_S)


@pytest.mark.parametrize("clean", [True, False])
def test_paho_connects_publishes_receives_and_leaves(broker: Broker, ca_file: Path, clean: bool) -> None:
    with PahoClient(broker.port, ca_file, clean_session=clean) as device:
        assert device.next() == ("connect", 0)
        session = broker.wait_connect(DEADLINE_S)
        assert session is not None
        device.client.subscribe([(TOPIC, 1), ("x/#", 2)])
        assert device.next() == ("subscribe", [1, 2])
        for qos in (0, 1, 2):
            mid = device.client.publish("y", b"{}", qos).mid
            assert device.next() == ("publish", mid)
            sent = session.publish(TOPIC, b"%d" % qos, qos)
            assert device.next() == ("message", (TOPIC, b"%d" % qos, qos))
            sent.result(DEADLINE_S)
    assert session.wait_end(DEADLINE_S) == "closed by the client after DISCONNECT"
    assert session.log.violations == []


@pytest.mark.parametrize(("code", "told"), [(1, 132), (2, 133), (3, 136), (4, 134), (5, 135)])
def test_paho_understands_refusals(broker: Broker, ca_file: Path, code: int, told: int) -> None:
    broker.script = Script(connack=code)
    with PahoClient(broker.port, ca_file) as device:
        assert device.next() == ("connect", told)
    assert broker.connects.items()[0].log.violations == []


def test_paho_reconnects_after_a_kick_and_sends_again_what_was_not_acknowledged(broker: Broker, ca_file: Path) -> None:
    broker.queue_scripts(Script(dropped_acknowledgements=1))
    device = PahoClient(broker.port, ca_file, clean_session=False)
    device.client.reconnect_delay_set(1, 1)
    with device:
        assert device.next() == ("connect", 0)
        first = broker.wait_connect(DEADLINE_S)
        assert first is not None
        mid = device.client.publish("y", b"once", 1).mid
        assert first.wait(lambda record: isinstance(record.packet, Publish), DEADLINE_S)
        first.kick()
        assert device.next()[0] == "disconnect"
        assert device.next() == ("connect", 0)
        assert device.next() == ("publish", mid)
        second = broker.connects.items()[1]
        again = second.wait(lambda record: isinstance(record.packet, Publish), DEADLINE_S)
        assert again is not None
        assert again.packet == Publish("y", b"once", 1, mid, dup=True)
    for session in (first, second):
        assert session.log.violations == []


def test_an_mqtt_5_paho_is_told_that_its_protocol_is_not_spoken(broker: Broker, ca_file: Path) -> None:
    with PahoClient(broker.port, ca_file, protocol=paho.MQTTv5) as device:
        device.next()
        session = broker.wait_connect(DEADLINE_S, lambda session: True)
        assert session is not None
        assert session.wait_end(DEADLINE_S) == "refused with return code 1"
        assert session.log.violations == []


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_mosquitto_clients_talk_through_our_broker(broker: Broker, ca_file: Path, qos: int) -> None:
    common = ["-h", "127.0.0.1", "-p", str(broker.port), "--cafile", str(ca_file), "-q", str(qos), "-u", "u", "-P", "p"]
    reader = subprocess.Popen(
        [
            mosquitto_program("mosquitto_sub"),
            *common,
            "-i",
            "reader",
            "-t",
            "a/+",
            "-C",
            "1",
            "-W",
            "20",
            "-F",
            "%t %q %p",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        session = broker.wait_connect(DEADLINE_S)
        assert session is not None
        assert session.wait(lambda record: isinstance(record.packet, Suback), DEADLINE_S)
        writer = [mosquitto_program("mosquitto_pub"), *common, "-i", "writer", "-t", "a/b", "-m", '{"a": 1}']
        assert subprocess.run(writer, timeout=20, check=False).returncode == 0
        assert reader.communicate(timeout=20)[0] == f'a/b {qos} {{"a": 1}}\n'
    finally:
        reader.kill()
        reader.wait()
    assert len(broker.connects.items()) == 2
    for each in broker.connects.items():
        assert each.wait_end(DEADLINE_S) == "closed by the client after DISCONNECT"
        assert each.log.violations == []


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    program = mosquitto_program("mosquitto")
    port = free_port()
    settings = tmp_path_factory.mktemp("mosquitto") / "mosquitto.conf"
    lines = [f"listener {port} 127.0.0.1", "allow_anonymous true", "persistence false", "user root"]
    settings.write_text("\n".join([*lines, ""]), encoding="ascii")
    with Process(f"{program} -c {settings}", {}) as process:
        process.wait_ready("127.0.0.1", port, DEADLINE_S)
        yield port


class Watched(RawClient):
    """A client whose server is watched: a violation of mosquitto would be a false alarm of ours."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.conduct = ServerConduct()

    def send(self, *what: Packet | bytes) -> None:
        for packet in what:
            if not isinstance(packet, bytes):
                self.conduct.sent(packet)
        super().send(*what)

    def next(self) -> Packet | None:
        packet = super().next()
        assert packet is None or self.conduct.received(packet) == ()
        return packet


def test_our_client_side_finds_nothing_wrong_withmosquitto_program(mosquitto: int) -> None:
    with Watched(mosquitto) as client:
        assert client.connect("dev-1") == Connack(0)
        client.send(Subscribe(1, ((TOPIC, 2), ("a/#", 1))))
        assert client.next() == Suback(1, (2, 1))
        client.send(Publish("b", b"0"), Publish("b", b"1", 1, 2), Publish("b", b"2", 2, 3))
        assert [client.next(), client.next()] == [Puback(2), Pubrec(3)]
        client.send(Pubrel(3))
        assert client.next() == Pubcomp(3)
        client.send(Publish(TOPIC, b"x", 2, 4))
        assert client.next() == Pubrec(4)
        client.send(Pubrel(4))
        seen = [client.next(), client.next()]
        assert Pubcomp(4) in seen
        (message,) = [packet for packet in seen if isinstance(packet, Publish)]
        assert (message.topic, message.payload, message.qos) == (TOPIC, b"x", 2)
        client.send(Pubrec(message.packet_id or 0))
        assert client.next() == Pubrel(message.packet_id or 0)
        client.send(Pubcomp(message.packet_id or 0), Unsubscribe(5, ("a/#",)), Pingreq())
        assert [client.next(), client.next()] == [Unsuback(5), Pingresp()]
        client.send(Disconnect())
        assert client.next() is None


@pytest.mark.parametrize(
    "malformed", [each for each in MALFORMED if each.name not in LENIENT], ids=lambda each: each.name
)
def test_mosquitto_closes_at_what_we_call_malformed(mosquitto: int, malformed: Malformed) -> None:
    with RawClient(mosquitto) as client:
        if not malformed.first:
            assert client.connect("dev-1") == Connack(0)
        client.send(malformed.raw)
        if malformed.statement == "MQTT-3.1.3-7":
            assert client.next() == Connack(2)
        assert client.next() is None


def test_the_exceptions_of_mosquitto_are_malformed_packets() -> None:
    assert set(LENIENT) <= {each.name for each in MALFORMED}

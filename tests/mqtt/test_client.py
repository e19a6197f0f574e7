"""The suite's own client: what it says, what it sees, how a connection ends, and that it never waits longer than told."""

from __future__ import annotations

import base64
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from conformance.crypto.certificates import Authority, Certificate
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.evidence.results import read_evidence
from conformance.mqtt.broker import Broker
from conformance.mqtt.client import Client
from conformance.mqtt.encode import encode
from conformance.mqtt.malformed import malformed_packets
from conformance.mqtt.packets import Connack, Connect, Pingreq, Pingresp, Puback, Publish, Subscribe
from conformance.mqtt.parser import Parser
from conformance.mqtt.record import Record
from conformance.mqtt.script import Hooks, Limits, Script
from conformance.mqtt.session import Session
from conformance.mqtt.tls import TlsError, client_context, server_context

from .clients import DEADLINE_S

CONNECT = Connect("dev-1", username="u", password=b"canary-password-of-the-suite")


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return Certificate.made()


@pytest.mark.parametrize("encrypted", [False, True])
def test_talking(certificate: Certificate, encrypted: bool) -> None:
    context = server_context(certificate) if encrypted else None
    trusting = client_context(certificate.ca_pem) if encrypted else None
    with Broker(context=context) as broker, Client("127.0.0.1", broker.port, context=trusting) as client:
        assert client.connect(CONNECT) == Connack(0)
        client.send(Subscribe(1, (("t", 1),)), Publish("t", b"1", 1, 2), Pingreq())
        seen = [client.next() for _ in range(3)]
        assert [frame.packet for frame in seen if frame][1:] == [Puback(2), Pingresp()]
        broker.connects.items()[0].kick()
        assert client.next() is None
        assert client.end in ("closed by the server", "the connection broke: Connection reset by peer")
        assert client.next() is None
    assert client.log.violations == []
    sent = [record.raw for record in client.log.items() if record.direction == "in"]
    assert sent[:2] == [encode(CONNECT), encode(Subscribe(1, (("t", 1),)))]


def test_what_a_server_does_wrong_is_seen() -> None:
    with Broker(script=Script(session_present=True, after_connack=b"\x20\x02\x00\x00")) as broker:
        with Client("127.0.0.1", broker.port) as client:
            client.connect(CONNECT)
            client.next()
        seen = [violation.statement for record in client.log.violations for violation in record.violations]
        assert seen == ["MQTT-3.2.2-1", "MQTT-3.2"]
    with Broker(script=Script(instead_of_connack=b"\x20\x02\x00\x09")) as broker:
        with Client("127.0.0.1", broker.port) as client:
            assert client.connect(CONNECT) == Connack(9)
        assert [violation.statement for violation in client.log.violations[0].violations] == ["MQTT-3.2.2-6"]
    with Broker(script=Script(instead_of_connack=b"\xff\x00")) as broker:
        with Client("127.0.0.1", broker.port) as client:
            assert client.connect(CONNECT) is None
        assert [violation.statement for violation in client.log.violations[0].violations] == ["MQTT-2.2.1"]


@pytest.mark.parametrize("script", [Script(connect="silence"), Script(handshake="silence")], ids=["MQTT", "TLS"])
def test_silence_ends_with_the_deadline(certificate: Certificate, script: Script) -> None:
    with Broker(context=server_context(certificate), script=script) as broker:
        started = time.monotonic()

        def talk() -> None:
            trusting = client_context(certificate.ca_pem)
            timeout_s = 0.05 if script.handshake == "silence" else DEADLINE_S
            with Client("127.0.0.1", broker.port, context=trusting, timeout_s=timeout_s) as client:
                client.connect(CONNECT, 0.05)

        with pytest.raises(TimeoutError):
            talk()
        assert time.monotonic() - started < DEADLINE_S


def test_a_foreign_certificate_is_refused_and_the_server_is_told(certificate: Certificate) -> None:
    records: list[Record] = []
    with Broker(context=server_context(certificate), limits=Limits(linger_s=0.05)) as broker:
        trusting = client_context(Authority.made("another").pem)
        with pytest.raises(TlsError, match="certificate verify failed"):
            Client("127.0.0.1", broker.port, context=trusting, observers=[records.append])
        session = broker.wait_connection(DEADLINE_S)
        assert session is not None
        assert session.wait_end(DEADLINE_S) == "TLS failed: the other side sent the alert: unknown ca"
    assert records[-1].text.startswith("TLS failed: certificate verify failed: ")


def test_a_server_that_resets_or_leaves_in_the_handshake(certificate: Certificate) -> None:
    with Broker(script=Script(handshake="close")) as broker, pytest.raises(OSError, match=r"closed|reset"):
        Client("127.0.0.1", broker.port, context=client_context(certificate.ca_pem))
    with Broker() as broker, Client("127.0.0.1", broker.port) as client:
        client.connect(CONNECT)
        broker.connects.items()[0].kick(reset=True)
        assert client.next() is None
        assert client.end == "the connection broke: Connection reset by peer"
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        Client("127.0.0.1", port)


def test_malformed_packets_are_told_by_name_and_show_no_password(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    with Recorder(path, Redactor()) as recorder, Broker(limits=Limits(linger_s=0.05)) as broker:
        for malformed in malformed_packets(CONNECT, "t"):
            recorder.begin("p/s/c")
            observer = lambda record: recorder.mqtt(record, suite="client")  # noqa: E731
            with Client("127.0.0.1", broker.port, observers=[observer]) as client:
                if not malformed.first:
                    client.connect(CONNECT)
                client.send(malformed.raw, label=malformed.name)
                while client.next():
                    pass
    shown = path.read_bytes()
    told = []
    for record in read_evidence(path):
        part: Any = record["out"] or record["in"]
        if part["body"]:
            shown += base64.b64decode(part["body"]["base64"])
            told.append((part["text"], [each["statement"] for each in part["violations"]]))
    assert b"canary-p" not in shown
    assert ("connect-reserved-flag", ["MQTT-3.1.2-3"]) in told
    assert ("publish-qos-3", ["MQTT-3.3.1-4"]) in told


@pytest.mark.parametrize("encrypted", [False, True])
def test_leaving_returns_when_the_server_has_noticed(certificate: Certificate, encrypted: bool) -> None:
    closed: list[str | None] = []

    class Noticing(Hooks):
        def on_closed(self, session: Session) -> None:
            closed.append(session.end)

    context = server_context(certificate) if encrypted else None
    trusting = client_context(certificate.ca_pem) if encrypted else None
    with Broker(Noticing(), context=context) as broker, Client("127.0.0.1", broker.port, context=trusting) as client:
        assert client.connect(CONNECT) == Connack(0)
        client.leave()
        assert closed == ["closed by the client after DISCONNECT"]
        assert client.end == "closed by the server"
        client.leave()


def test_leaving_a_server_that_never_closes_ends_with_the_deadline() -> None:
    with Broker(limits=Limits(linger_s=30)) as broker, Client("127.0.0.1", broker.port) as client:
        client.connect(CONNECT)
        broker.connects.items()[0].freeze()
        client.leave(0.05)
        assert client.end == "closed by this client"


def test_malformed_packets_are_made_of_a_long_connect_too() -> None:
    """Two bytes of remaining length: the fields are found behind them."""
    long = Connect("d" * 64, username="d" * 64, password=b"0" * 64)
    assert len(encode(long)) > 2 + 127
    for each in malformed_packets(long, "t"):
        violations = [found for frame in Parser().feed(each.raw) for found in frame.violations]
        if each.statement in {"MQTT-3.1.2-1", "MQTT-3.1.0-1"} or (not each.first and not violations):
            continue  # of the order of packets, or of what is in them
        assert each.statement in {found.statement for found in violations}, each.name

"""TLS: certificates of every kind, what a ClientHello offers, and why a handshake failed."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import socket
import ssl
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from conformance.crypto.certificates import (
    LOOPBACK,
    Authority,
    Certificate,
    Period,
    addresses_of_this_machine,
    self_signed,
)
from conformance.mqtt.broker import Broker
from conformance.mqtt.encode import encode
from conformance.mqtt.hello import read_client_hello
from conformance.mqtt.packets import Connack, Connect, Disconnect, Publish
from conformance.mqtt.script import Limits, Script
from conformance.mqtt.session import Session
from conformance.mqtt.tls import TlsStream, client_context, server_context

from .clients import DEADLINE_S, RawClient
from .packets import fixed


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.made()


@pytest.fixture(scope="module")
def certificate(authority: Authority) -> Certificate:
    return authority.server()


@pytest.fixture
def broker(certificate: Certificate) -> Iterator[Broker]:
    with Broker(context=server_context(certificate)) as running:
        yield running


def refused(broker: Broker, context: ssl.SSLContext, name: str = "127.0.0.1") -> tuple[ssl.SSLError, Session]:
    """Return how the client says that the handshake failed, and the session that was to be."""
    since = broker.connections.position
    with pytest.raises(ssl.SSLError) as failure:
        RawClient(broker.port, context, name)
    session = broker.wait_connection(DEADLINE_S, since)
    assert session is not None
    assert session.wait_end(DEADLINE_S)
    return failure.value, session


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_that_checks_is_satisfied(
    broker: Broker, certificate: Certificate, name: str, version: ssl.TLSVersion
) -> None:
    context = client_context(certificate.ca_pem)
    context.minimum_version = context.maximum_version = version
    with RawClient(broker.port, context, name) as client:
        assert client.connect() == Connack(0)
        session = broker.connects.items()[0]
        large = Publish("t", os.urandom(300_000), 0)
        client.send(large)
        session.publish("t", large.payload)
        assert client.next() == large
        assert session.tls.version == client.socket.version()  # type: ignore[attr-defined]
        assert session.tls.cipher == client.socket.cipher()[0]  # type: ignore[attr-defined]
        client.send(Disconnect())
    assert session.wait_end(DEADLINE_S) == "closed by the client after DISCONNECT"
    assert session.log.counts["in", 3] == 1


@pytest.mark.parametrize("algorithm", ["ec", "rsa"])
def test_both_kinds_of_keys_serve(algorithm: str) -> None:
    authority = Authority.made(algorithm=algorithm)  # type: ignore[arg-type]
    made = authority.server(algorithm=algorithm)  # type: ignore[arg-type]
    key = x509.load_pem_x509_certificate(made.chain_pem.encode()).public_key()
    assert isinstance(key, {"ec": ec.EllipticCurvePublicKey, "rsa": rsa.RSAPublicKey}[algorithm])
    with Broker(context=server_context(made)) as broker, RawClient(broker.port, client_context(made.ca_pem)) as client:
        assert client.connect() == Connack(0)


@pytest.mark.parametrize(
    ("kind", "words", "alert"),
    [
        ("expired", "expired", "certificate expired"),
        ("wrong host", "IP address mismatch", "bad certificate"),
        ("self-signed", "self-signed", "unknown ca"),
        ("another authority", "unable to get local issuer", "unknown ca"),
    ],
)
def test_certificates_that_a_client_must_refuse(authority: Authority, kind: str, words: str, alert: str) -> None:
    shown = {
        "expired": authority.server(period=Period.expired()),
        "wrong host": authority.server(["elsewhere.example"]),
        "self-signed": self_signed(),
        "another authority": Authority.made("another").server(),
    }[kind]
    with Broker(context=server_context(shown)) as broker:
        error, session = refused(broker, client_context(authority.pem))
    assert words in str(error)
    assert session.end == f"TLS failed: the other side sent the alert: {alert}"
    assert session.tls.hello is not None


def test_a_self_signed_certificate_serves_whoever_trusts_it() -> None:
    made = self_signed()
    with Broker(context=server_context(made)) as broker, RawClient(broker.port, client_context(made.ca_pem)) as client:
        assert client.connect() == Connack(0)


def test_the_certificate_may_change_between_connections(broker: Broker, certificate: Certificate) -> None:
    trusting = client_context(certificate.ca_pem)
    with RawClient(broker.port, trusting) as client:
        client.connect()
    broker.context = server_context(Authority.made("another").server())
    refused(broker, trusting)
    broker.context = server_context(certificate)
    with RawClient(broker.port, trusting) as client:
        client.connect()


def test_client_certificates(authority: Authority) -> None:
    shown = authority.client("device-1")
    server = authority.server()
    for client_auth, certificates in (("request", [None, shown]), ("require", [shown]), ("none", [shown])):
        context = server_context(server, client_auth=client_auth, client_ca_pem=authority.pem)  # type: ignore[arg-type]
        with Broker(context=context) as broker:
            for each in certificates:
                with RawClient(broker.port, client_context(authority.pem, each)) as client:
                    client.connect()
                    seen = broker.connects.items()[-1].tls.peer_certificate
                    wanted = each if client_auth != "none" else None
                    assert (seen is None) is (wanted is None)
                    if seen:
                        name = x509.load_der_x509_certificate(seen).subject.rfc4514_string()
                        assert name == "CN=device-1"


def test_a_missing_client_certificate_is_told(authority: Authority) -> None:
    context = server_context(authority.server(), client_auth="require")
    with Broker(context=context) as broker:
        with RawClient(broker.port, client_context(authority.pem)) as client:
            assert client.bytes() == b""  # with TLS 1.3 the client learns of it only here
        session = broker.connections.items()[0]
        assert session.wait_end(DEADLINE_S) == "TLS failed: peer did not return a certificate"


def test_the_offer_of_a_client_is_told_whatever_became_of_it(broker: Broker, certificate: Certificate) -> None:
    broker.context = server_context(certificate, minimum=ssl.TLSVersion.TLSv1_3)
    context = client_context(certificate.ca_pem)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
    context.set_alpn_protocols(["mqtt"])
    _, session = refused(broker, context, "localhost")
    assert session.end == "TLS failed: unsupported protocol"
    hello = session.tls.hello
    assert hello is not None
    assert hello.versions == ("TLSv1.2",)
    assert hello.ciphers == ("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_EMPTY_RENEGOTIATION_INFO_SCSV")
    assert (hello.server_name, hello.protocols) == ("localhost", ("mqtt",))
    assert hello.describe().startswith("offers TLSv1.2; ECDHE-ECDSA-AES128-GCM-SHA256 ")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated")
def test_old_devices_are_served_where_wanted(authority: Authority) -> None:
    server = authority.server(algorithm="rsa")
    old = client_context(authority.pem)
    old.set_ciphers("AES128-SHA:@SECLEVEL=0")
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1
    context = server_context(server, minimum=ssl.TLSVersion.TLSv1)
    with Broker(context=context) as broker, RawClient(broker.port, old) as client:
        assert client.connect() == Connack(0)
        assert broker.connects.items()[0].tls.version == "TLSv1"
    with Broker(context=server_context(server)) as broker:
        _, session = refused(broker, old)
        assert session.end == "TLS failed: unsupported protocol"


@pytest.mark.parametrize(
    ("sent", "end"),
    [
        (encode(Connect("c")), "TLS failed: no TLS: an MQTT CONNECT in clear"),
        (b"\x15\x03\x01\x00\x02\x02\x50", "TLS failed: alert 80 of TLS in place of an offer"),
        (b"GET / HTTP/1.1\r\n\r\n", "TLS failed: no TLS: the connection begins with 47 45 54 20 2f 20 48 54"),
        (b"\x16\x03\x01\x00\x05garbage", "TLS failed: "),
    ],
)
def test_what_is_no_tls_is_told(broker: Broker, sent: bytes, end: str) -> None:
    with RawClient(broker.port) as client:
        client.send(sent)
        while client.bytes():
            pass
    session = broker.connections.items()[0]
    told = session.wait_end(DEADLINE_S)
    assert told is not None
    assert told.startswith(end)


def test_garbage_inside_tls_ends_the_connection(broker: Broker, certificate: Certificate) -> None:
    with RawClient(broker.port, client_context(certificate.ca_pem)) as client:
        client.send(b"\x00garbage")
        assert client.next() is None
        session = broker.connections.items()[0]
    assert session.wait_end(DEADLINE_S) == "the first packet is no CONNECT that can be read"


def test_garbage_instead_of_records_ends_the_connection(broker: Broker, certificate: Certificate) -> None:
    with RawClient(broker.port, client_context(certificate.ca_pem)) as client:
        client.connect()
        os.write(client.socket.fileno(), b"\x17\x03\x03\x00\x10 this is no record")
        assert client.next() is None
    told = broker.connects.items()[0].wait_end(DEADLINE_S)
    assert told is not None
    assert told.startswith("TLS failed: ")


def test_a_handshake_that_stops_half_way_is_closed(certificate: Certificate) -> None:
    limits = Limits(connect_deadline_s=0.05)
    hello = TlsStream(client_context(None), server_side=False, server_hostname="x").outgoing()
    with Broker(context=server_context(certificate), limits=limits) as broker:
        for beginning in (b"", hello[:20], hello):
            with RawClient(broker.port) as client:
                client.socket.sendall(beginning)
                while client.bytes():
                    pass
        ends = [session.wait_end(DEADLINE_S) for session in broker.connections.items()]
        assert ends == ["no TLS handshake within 0.05 s"] * 3


def test_a_broker_that_never_answers_the_handshake(broker: Broker, certificate: Certificate) -> None:
    broker.script = Script(handshake="silence")
    with socket.create_connection(("127.0.0.1", broker.port), DEADLINE_S) as plain:
        plain.settimeout(0.05)
        with pytest.raises(TimeoutError):
            client_context(certificate.ca_pem).wrap_socket(plain, server_hostname="127.0.0.1")


@fixed
@given(st.binary(max_size=600))
def test_no_bytes_make_reading_a_hello_raise(data: bytes) -> None:
    read_client_hello(data)
    read_client_hello(b"\x16\x03\x01" + len(data).to_bytes(2, "big") + b"\x01" + (len(data)).to_bytes(3, "big") + data)


def test_a_hello_is_read_once_it_is_whole_however_it_is_cut() -> None:
    stream = TlsStream(client_context(None), server_side=False, server_hostname="device.example")
    raw = stream.outgoing()
    whole = read_client_hello(raw)
    assert whole is not None
    assert whole.server_name == "device.example"
    assert whole.versions == ("TLSv1.3", "TLSv1.2")
    for cut in range(len(raw)):
        assert read_client_hello(raw[:cut]) is None
    body = raw[5:]
    for at in (1, 100, len(body) - 1):  # spread over two records
        records = b"".join(b"\x16\x03\x01" + len(part).to_bytes(2, "big") + part for part in (body[:at], body[at:]))
        assert read_client_hello(records) == whole


def test_certificates_carry_the_callers_dates_and_names() -> None:
    period = Period(dt.datetime(1970, 1, 2, tzinfo=dt.UTC), dt.datetime(2037, 12, 31, tzinfo=dt.UTC))
    authority = Authority.made("My authority", period=period)
    made = authority.server(["board.local", "192.0.2.7", "2001:db8::7", "board.local"], period=period, name="board")
    read = x509.load_pem_x509_certificate(made.chain_pem.encode())
    assert (read.not_valid_before_utc, read.not_valid_after_utc) == (period.begins, period.ends)
    names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["board.local"]
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["192.0.2.7", "2001:db8::7"]
    read.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.pem.encode()))


def test_the_default_certificate_is_for_loopback_and_its_hosts() -> None:
    made = Certificate.made("10.0.0.5")
    read = x509.load_pem_x509_certificate(made.chain_pem.encode())
    names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert ipaddress.ip_address("10.0.0.5") in names.get_values_for_type(x509.IPAddress)
    assert "PRIVATE KEY" not in repr(made)
    with made.files() as (chain, key):
        assert chain.read_text() == made.chain_pem
        assert key.stat().st_mode & 0o077 == 0 or key.parent.stat().st_mode & 0o077 == 0
    assert not chain.exists()


def test_the_addresses_of_this_machine_are_names_for_certificates() -> None:
    found = addresses_of_this_machine()
    assert set(LOOPBACK) <= set(found)
    Authority.made().server(found)

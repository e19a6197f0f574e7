"""One request to a hostile peer: a plain reason, within the time, with bounded memory; and no false blame."""

from __future__ import annotations

import datetime as dt
import gc
import ipaddress
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from conformance.evidence.exchange import Answer, Request
from conformance.iut import raw
from conformance.iut.http import MAX_BODY, HttpClient
from conformance.iut.process import free_port

from .hostile import BEHAVIOURS, YES, Connection, Hostile, healthy, redirecting, whole

CONTEXT = ssl.create_default_context()
TIMEOUT_S = 0.15
LONG_S = 5.0
"""For answers that come at once, however busy the machine is."""
PATIENCE_S = 5.0
"""Longest time for one exchange on a busy machine; a hang would be endless."""
MEMORY = 3 * MAX_BODY
"""Peak of our own allocations for one answer: what is kept, its joined copy, and what is being read."""


@pytest.fixture(params=["keep-alive client", "raw socket"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def limit(name: str) -> float:
    """Return the time that a behaviour gets: only where nothing else ends it, the time is what is tested."""
    told = BEHAVIOURS[name][1]
    return TIMEOUT_S if "no complete answer" in told or "within the time" in told else LONG_S


def ask(way: str, url: str, timeout_s: float = LONG_S) -> Answer:
    if way == "raw socket":
        payload = b"GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        return raw.send(f"{url}/x", payload, timeout_s=timeout_s, context=CONTEXT)
    with HttpClient(url, timeout_s=timeout_s) as client:
        return client.send(Request("GET", f"{url}/x"))


TOLERANT = {"no gzip"}
"""The raw way reads bodies as they are and knows no encodings."""


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_hostile_answer_ends_in_a_plain_reason(name: str, way: str) -> None:
    behaviour, told = BEHAVIOURS[name]
    with Hostile(behaviour) as server:
        gc.collect()
        tracemalloc.start()
        started = time.monotonic()
        answer = ask(way, server.url, limit(name))
        took = time.monotonic() - started
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert took < PATIENCE_S
    assert peak < MEMORY + 2 * 1024 * 1024  # the server's chunks are ours too
    if way == "raw socket":
        judged = answer.failure is not None or answer.json_problem is not None or answer.status != 200
        assert judged or name in TOLERANT
    else:
        reason = f"{answer.describe()} {answer.json_problem}"
        assert told in reason, reason
        if not told:
            assert answer.failure is not None
    assert len(answer.describe()) < 400
    assert "\n" not in answer.describe()
    assert "Traceback" not in answer.describe()


def test_nobody_listening_is_a_refused_connection(way: str) -> None:
    answer = ask(way, f"http://127.0.0.1:{free_port()}")
    assert answer.failure is not None
    assert answer.failure.kind == "refused"
    assert "refused" in answer.failure.text


def test_a_listener_that_never_accepts_ends_at_the_timeout(way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        answer = ask(way, f"http://127.0.0.1:{listener.getsockname()[1]}", TIMEOUT_S)
    assert answer.failure is not None
    assert answer.failure.kind == "timeout"
    assert answer.failure.text == "no complete answer within 0.15 s"


def test_a_name_that_does_not_resolve_is_told() -> None:
    answer = ask("keep-alive client", "http://no-such-host.invalid")
    assert answer.failure is not None
    assert answer.failure.kind == "resolve"


def test_an_address_that_is_none_is_told_and_does_not_raise() -> None:
    with HttpClient("http://h", timeout_s=LONG_S) as client:
        for url in ("http://[::1", "http://h:99999/", "nonsense", "ftp://h/", "http:///x"):
            answer = client.send(Request("GET", url))
            assert answer.failure is not None, url


def test_a_certificate_of_nobody_is_refused_and_that_of_the_testers_ca_is_accepted(tmp_path: Path, way: str) -> None:
    pem = own_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with Hostile(healthy, tls=context) as server:
        refused = ask(way, server.url)
        assert refused.failure is not None
        assert "certificate verify failed" in refused.failure.text.lower()
        assert server.requests == []
        with HttpClient(server.url, timeout_s=LONG_S, ca_file=pem) as client:
            assert client.send(Request("GET", server.url)).status == 200


def own_certificate(folder: Path) -> Path:
    """Write a key and a self-signed certificate for loopback; return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(1))
        .not_valid_after(now + dt.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = folder / "own.pem"
    file.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    return file


def test_the_limit_of_a_body_is_exact() -> None:
    for size, failed in ((MAX_BODY, False), (MAX_BODY + 1, True)):
        with Hostile(lambda connection, request, size=size: connection.send(whole(b"a" * size))) as server:  # type: ignore[misc]
            answer = ask("keep-alive client", server.url, timeout_s=10)
        assert (answer.failure is not None) is failed
        assert len(answer.body) == MAX_BODY


def test_interim_answers_before_the_real_one_are_passed_over(way: str) -> None:
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 20
    with Hostile(lambda connection, request: connection.send(interim + whole(YES))) as server:
        answer = ask(way, server.url)
    assert (answer.status, answer.body) == (200, YES)


def test_what_came_before_the_connection_broke_is_kept() -> None:
    behaviour, _ = BEHAVIOURS["Content-Length too long, closed"]
    with Hostile(behaviour) as server:
        answer = ask("keep-alive client", server.url)
    assert (answer.status, answer.body) == (200, YES)
    assert answer.header("content-type") == "application/json"


# ---- redirects ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_no_request_arrives_where_a_redirect_points(status: str, way: str) -> None:
    with Hostile(healthy) as elsewhere:
        answered = whole(b"", status, f"Location: {elsewhere.url}/stolen", f"Refresh: 0; url={elsewhere.url}")
        with Hostile(lambda connection, request: connection.send(answered)) as server:
            answer = ask(way, server.url)
        assert answer.status == int(status[:3])
        assert elsewhere.connections == 0


def test_a_redirect_to_itself_is_not_followed_either(way: str) -> None:
    with Hostile(lambda connection, request: None) as server:
        server.behaviour = redirecting(f"{server.url}/again")
        assert ask(way, server.url).status == 307
        assert len(server.requests) == 1


# ---- keep-alive --------------------------------------------------------------------------------------------------


@pytest.fixture
def client() -> Iterator[HttpClient]:
    with HttpClient("http://h", timeout_s=2) as opened:
        yield opened


def test_one_connection_serves_many_requests(client: HttpClient) -> None:
    with Hostile(healthy) as server:
        for _ in range(10):
            assert client.send(Request("GET", f"{server.url}/x")).status == 200
        assert (server.connections, len(server.requests)) == (1, 10)


@pytest.mark.parametrize("ending", ["close", "reset"])
def test_a_stale_connection_closed_between_requests_is_not_blamed(client: HttpClient, ending: str) -> None:
    closed = threading.Event()

    def behave(connection: Connection, request: bytes) -> None:
        connection.send(whole(YES))
        if ending == "reset":
            connection.reset()
        else:
            connection.socket.close()
        closed.set()

    with Hostile(behave) as server:
        for number in range(1, 5):
            answer = client.send(Request("POST", f"{server.url}/x", (), b"{}"))
            assert (answer.status, answer.failure) == (200, None)
            assert closed.wait(5)
            closed.clear()
            assert len(server.requests) == number


def test_a_connection_closed_in_the_moment_of_reuse_is_tried_once_more(client: HttpClient) -> None:
    def behave(connection: Connection, request: bytes) -> None:
        if b"/second" in request and server.connections == 1:
            return  # it was read, but as far as the client can tell it may have crossed our closing
        healthy(connection, request)

    with Hostile(behave) as server:
        assert client.send(Request("GET", f"{server.url}/first")).status == 200
        answer = client.send(Request("GET", f"{server.url}/second"))
        assert (answer.status, answer.failure) == (200, None)
        assert server.connections == 2


def test_a_server_that_always_closes_is_blamed_after_one_repetition(client: HttpClient) -> None:
    def behave(connection: Connection, request: bytes) -> None:
        if b"/first" in request:
            healthy(connection, request)

    with Hostile(behave) as server:
        assert client.send(Request("GET", f"{server.url}/first")).status == 200
        answer = client.send(Request("GET", f"{server.url}/second"))
        assert answer.failure is not None
        assert answer.failure.kind == "reset"
        assert len([request for request in server.requests if b"/second" in request]) == 2
        third = client.send(Request("GET", f"{server.url}/third"))
        assert third.failure is not None
        assert len([request for request in server.requests if b"/third" in request]) == 1


def test_an_answer_that_broke_in_its_middle_is_not_asked_for_again(client: HttpClient) -> None:
    def behave(connection: Connection, request: bytes) -> None:
        if b"/first" in request:
            healthy(connection, request)
        else:
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    with Hostile(behave) as server:
        client.send(Request("GET", f"{server.url}/first"))
        assert client.send(Request("GET", f"{server.url}/second")).failure is not None
        assert len(server.requests) == 2


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_the_next_request_after_a_hostile_answer_is_served(name: str) -> None:
    behaviour, _ = BEHAVIOURS[name]

    def behave(connection: Connection, request: bytes) -> None:
        if b"/hostile" in request:
            behaviour(connection, request)
        else:
            healthy(connection, request)

    with Hostile(behave) as server, HttpClient(server.url, timeout_s=limit(name)) as client:
        client.send(Request("GET", f"{server.url}/hostile"))
        client.timeout_s = LONG_S
        answer = client.send(Request("GET", f"{server.url}/honest"))
        assert (answer.status, answer.body, answer.failure) == (200, YES, None)


def test_more_than_the_promised_length_does_not_spoil_the_next_answer(client: HttpClient) -> None:
    def behave(connection: Connection, request: bytes) -> None:
        connection.keep = True
        excess = b"HTTP/1.1 500 Smuggled\r\nContent-Length: 0\r\n\r\n" if b"/first" in request else b""
        connection.send(whole(YES) + excess)

    with Hostile(behave) as server:
        assert client.send(Request("GET", f"{server.url}/first")).status == 200
        assert client.send(Request("GET", f"{server.url}/second")).status == 200

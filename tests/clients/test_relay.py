"""The relay on a real socket: concurrent calls stay concurrent, connections stay open, our mistakes hang no client."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from conformance.crypto.certificates import Certificate
from conformance.evidence.exchange import Answer, Failure, Request
from conformance.iut.callbacks import MAX_BODY
from conformance.iut.errors import StartError
from conformance.iut.relay import Relay


def connected(relay: Relay) -> closing[http.client.HTTPConnection]:
    parts = urlsplit(relay.own_url)
    return closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5))


def answering(
    status: int = 200, body: bytes = b"{}", failure: Failure | None = None
) -> Callable[..., tuple[Answer, float]]:
    headers = (("Content-Type", "application/json"), ("Transfer-Encoding", "chunked"), ("X-Told", "yes"))
    return lambda request: (Answer(request, status, headers=headers, body=body, failure=failure), 0.0)


def test_call_arrives_as_it_was_sent_and_its_answer_comes_back() -> None:
    seen: list[Request] = []

    def serve(request: Request) -> tuple[Answer, float]:
        seen.append(request)
        return answering()(request)

    with Relay(serve) as relay, connected(relay) as connection:
        for path in ("/a/b%2Fc?x=1&&y", "http://other.invalid/z?q=1", "ftp://["):
            connection.putrequest("PUT", path, skip_accept_encoding=True)
            connection.putheader("X-Own", "one")
            connection.putheader("X-Own", "two")
            connection.putheader("Content-Length", "4")
            connection.endheaders(b"\xff{}\n")
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b"{}")
            assert answer.headers["X-Told"] == "yes"
            assert answer.headers["Transfer-Encoding"] is None
    assert [each.url.removeprefix(relay.own_url) for each in seen] == ["/a/b%2Fc?x=1&&y", "/z?q=1", "/"]
    assert [value for name, value in seen[0].headers if name == "X-Own"] == ["one", "two"]
    assert seen[0].body == b"\xff{}\n"


def test_two_calls_are_served_at_the_same_time() -> None:
    both = threading.Barrier(2)

    def serve(request: Request) -> tuple[Answer, float]:
        both.wait(5)
        return answering()(request)

    def call() -> None:
        with connected(relay) as connection:
            connection.request("GET", "/")
            connection.getresponse().read()

    with Relay(serve) as relay:
        other = threading.Thread(target=call)
        other.start()
        call()
        other.join(5)
    assert not both.broken
    assert relay.error is None


@pytest.mark.parametrize(("status", "length"), [(204, None), (200, "0")])
def test_answer_without_content_says_nothing_of_its_length(status: int, length: str | None) -> None:
    with Relay(answering(status, b"")) as relay, connected(relay) as connection:
        for _ in range(2):  # the connection stays open
            connection.request("DELETE", "/x")
            answer = connection.getresponse()
            assert answer.read() == b""
            assert answer.headers["Content-Length"] == length


def test_reference_that_is_gone_closes_the_connection() -> None:
    with Relay(answering(failure=Failure("reset", "gone"))) as relay, connected(relay) as connection:
        connection.request("GET", "/")
        with pytest.raises(http.client.RemoteDisconnected):
            connection.getresponse()


def test_body_that_is_too_large_to_keep_is_refused_and_handed_to_nobody() -> None:
    seen: list[Request] = []

    def serve(request: Request) -> tuple[Answer, float]:
        seen.append(request)
        return answering()(request)

    with Relay(serve) as relay, connected(relay) as connection:
        for size, status in ((MAX_BODY + 1, 413), (MAX_BODY, 200)):
            connection.request("POST", "/x?y=1", b" " * size)
            answer = connection.getresponse()
            assert (answer.status, len(answer.read()) > 0) == (status, status == 200)
    assert [len(each.body or b"") for each in seen] == [MAX_BODY]
    assert relay.unread == [f"POST /x?y=1: 1 bytes beyond {MAX_BODY} were dropped; refused with 413 and unjudged"]


def test_mistake_of_ours_is_kept_and_answered() -> None:
    def serve(request: Request) -> tuple[Answer, float]:
        raise LookupError(request.method)

    with Relay(serve) as relay, connected(relay) as connection:
        connection.request("GET", "/")
        assert connection.getresponse().status == 500
    assert isinstance(relay.error, LookupError)


def test_address_that_is_taken_is_told_with_the_remedy() -> None:
    with Relay(answering()) as relay:
        port = urlsplit(relay.own_url).port or 0
        with pytest.raises(
            StartError, match=rf"the address for the client: cannot listen on 127.0.0.1:{port} .*--port"
        ):
            Relay(answering(), port=port, certificate=Certificate.made("127.0.0.1")).start()

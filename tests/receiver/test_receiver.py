"""The callback receiver on real sockets: what comes is kept, waited for and written down; nothing a sender does hangs it."""

from __future__ import annotations

import contextlib
import gc
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conformance.contract.location import schemas_root
from conformance.contract.messages import Message
from conformance.crypto.certificates import Certificate
from conformance.evidence.exchange import Answer, Request
from conformance.evidence.recorder import HEAD, Recorder
from conformance.evidence.redaction import Redactor
from conformance.evidence.results import read_evidence
from conformance.iut import callbacks
from conformance.iut.errors import StartError
from conformance.iut.http import HttpClient
from conformance.iut.receiver import Channel, Receiver, Reply, receiver_of

MESSAGE = b'{"notifyType":"deviceAdded","deviceId":"d1"}'


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started


def push(channel: Channel, body: bytes = MESSAGE, *, url: str | None = None, timeout_s: float = 5) -> Answer:
    with HttpClient(url or channel.url, timeout_s=timeout_s) as client:
        return client.send(Request("POST", client.base_url, (("Content-Type", "application/json"),), body))


def raw(receiver: Receiver, *parts: bytes) -> bytes:
    host, port = receiver.own_url.removeprefix("http://").rsplit(":", 1)
    with socket.create_connection((host, int(port)), 5) as stream:
        for part in parts:
            stream.sendall(part)
        answer = b""
        while part := stream.recv(65536):
            answer += part
        return answer


def test_push_is_answered_200_and_kept_as_it_came(receiver: Receiver) -> None:
    channel = receiver.channel()
    assert push(channel).status == 200
    got = channel.wait(timeout_s=5)
    assert got is not None
    assert (got.method, got.url, got.body, got.media_type) == ("POST", channel.url, MESSAGE, "application/json")
    assert got.at("/deviceId") == "d1"
    assert channel.received == (got,)


def test_message_is_taken_once_and_one_that_does_not_fit_stays(receiver: Receiver) -> None:
    channel = receiver.channel()
    push(channel, b'{"n":1}')
    push(channel, b'{"n":2}')
    second = channel.wait(lambda got: got.at("/n") == 2, timeout_s=5)
    assert second is not None
    assert channel.wait(lambda got: got.at("/n") == 2, timeout_s=0) is None
    first = channel.wait(timeout_s=0)
    assert first is not None
    assert first.at("/n") == 1


def test_wait_wakes_on_the_message_itself(receiver: Receiver) -> None:
    channel = receiver.channel()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(channel.wait, timeout_s=30)
        push(channel)
        assert waiting.result(5) is not None


def test_wait_without_a_message_ends_at_its_deadline(receiver: Receiver) -> None:
    assert receiver.channel().wait(timeout_s=0.05) is None


def test_channels_are_apart_and_an_unknown_path_is_404(receiver: Receiver) -> None:
    one, other = receiver.channel(), receiver.channel()
    assert push(one, url=f"{receiver.own_url}/nobody").status == 404
    push(other)
    assert one.received == ()
    assert len(receiver.received("/nobody")) == 1


def test_replies_are_given_in_turn_and_the_last_one_stays(receiver: Receiver) -> None:
    channel = receiver.channel()
    channel.reply(Reply(500), Reply(302, headers=(("Location", "/x"),)), Reply(body=b"ok"))
    assert [push(channel).status for _ in range(4)] == [500, 302, 200, 200]
    assert [got.status for got in channel.received] == [500, 302, 200, 200]


def test_a_slow_reply_holds_nobody_else_up(receiver: Receiver) -> None:
    slow, quick = receiver.channel(), receiver.channel()
    slow.reply(Reply(delay_s=60))
    assert push(slow, timeout_s=0.2).failure is not None
    assert push(quick).status == 200


def test_closing_reply_gives_no_answer(receiver: Receiver) -> None:
    channel = receiver.channel()
    channel.reply(Reply(close=True))
    answer = push(channel)
    assert answer.failure is not None
    got = channel.wait(timeout_s=5)
    assert got is not None
    assert got.status == 0


def test_connection_is_kept_and_told_apart(receiver: Receiver) -> None:
    channel = receiver.channel()
    with HttpClient(channel.url, timeout_s=5) as client:
        for _ in range(3):
            client.send(Request("POST", client.base_url, (), b"{}"))
    push(channel)
    connections = [got.connection for got in channel.received]
    assert len(set(connections[:3])) == 1
    assert connections[3] != connections[0]


def test_bytes_that_are_not_http_are_answered_400_and_hurt_nobody(receiver: Receiver) -> None:
    assert raw(receiver, b"\x16\x03\x01 hello\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert push(receiver.channel()).status == 200


def test_expect_continue_and_a_split_request_are_served(receiver: Receiver) -> None:
    channel = receiver.channel()
    head = f"POST {channel.path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n"
    answer = raw(receiver, head.encode(), b"Content-Length: 4\r\n\r\n", b"{", b"} \n")
    assert b"HTTP/1.1 200" in answer
    assert [got.body for got in channel.received] == [b"{} \n"]


def test_body_beyond_the_bound_is_cut_and_said(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "MAX_BODY", 100)
    channel = receiver.channel()
    assert push(channel, b"a" * 1000).status == 200
    got = channel.wait(timeout_s=5)
    assert got is not None
    assert len(got.body) == 100
    assert "900 bytes" in str(got.json_problem)


def test_unfinished_request_ends_in_time(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "REQUEST_S", 0.1)
    channel = receiver.channel()
    head = f"POST {channel.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n".encode()
    assert raw(receiver, head, b"{") == b""
    assert channel.received == ()


def test_https_with_a_certificate_of_its_own(tmp_path: Path) -> None:
    with Receiver(certificate=Certificate.made()) as receiver:
        (tmp_path / "ca.pem").write_text(receiver.ca_pem or "")
        channel = receiver.channel()
        assert channel.url.startswith("https://")
        with HttpClient(channel.url, timeout_s=5, ca_file=tmp_path / "ca.pem") as client:
            assert client.send(Request("POST", client.base_url, (), MESSAGE)).status == 200
        assert len(channel.received) == 1


def test_public_url_is_given_away_and_a_prefix_of_a_proxy_is_no_other_path() -> None:
    with Receiver(public_url="https://example.invalid/hook/") as receiver:
        channel = receiver.channel()
        assert channel.url == f"https://example.invalid/hook{channel.path}"
        for prefix in ("", "/hook"):
            push(channel, url=f"{receiver.own_url}{prefix}{channel.path}")
        assert len(channel.received) == 2


def test_busy_port_is_one_clear_line(receiver: Receiver) -> None:
    port = int(receiver.own_url.rsplit(":", 1)[1])
    with pytest.raises(StartError, match="callback_listen"):
        Receiver(port=port).start()


def test_closing_ends_the_thread_and_hanging_connections() -> None:
    before = set(threading.enumerate())  # another test may keep a receiver of its own
    with Receiver() as receiver:
        channel = receiver.channel()
        channel.reply(Reply(delay_s=600))
        with ThreadPoolExecutor(1) as pool:
            hanging = pool.submit(push, channel)
            assert channel.wait(timeout_s=5) is not None
            receiver.close()
            assert hanging.result(5).failure is not None
    assert "callback-receiver" not in {thread.name for thread in set(threading.enumerate()) - before}


def test_connections_that_are_just_being_accepted_are_closed_too() -> None:
    """Nothing is left for the collector, which would complain of it at any line of any later test."""
    for _ in range(10):
        with Receiver() as closing:
            peers = [socket.create_connection(closing._address) for _ in range(5)]
        gc.collect()
        for peer in peers:
            with peer:
                peer.settimeout(5)
                with contextlib.suppress(ConnectionResetError):
                    assert peer.recv(1) == b""


def test_what_came_is_evidence_without_secrets(tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.learn("sesame-4711", "password")
    with Recorder(tmp_path / "evidence.ndjson", redactor) as recorder, Receiver(record=recorder.callback) as receiver:
        recorder.begin("p/s/case")
        channel = receiver.channel()
        push(channel, b'{"a":"sesame-4711"}')
        got = channel.wait(timeout_s=5)
        assert got is not None
        assert recorder.end() == [got.evidence]
    text = (tmp_path / "evidence.ndjson").read_text()
    assert "sesame-4711" not in text
    schema = json.loads((schemas_root() / "suite" / "evidence.json").read_text(encoding="utf-8"))
    (record,) = read_evidence(tmp_path / "evidence.ndjson")
    assert Message("evidence", schema).violations(dict(record)) == ()
    assert record["kind"] == "callback"


@pytest.mark.parametrize(
    ("pixit", "own", "given"),
    [
        ({}, "http://127.0.0.1:", None),
        ({"callback_listen": "https://127.0.0.1:0"}, "https://127.0.0.1:", None),
        ({"callback_url": "https://example.invalid/x"}, "http://127.0.0.1:", "https://example.invalid/x/"),
    ],
)
def test_receiver_is_as_the_tester_says(pixit: dict[str, str], own: str, given: str | None) -> None:
    with receiver_of(pixit.get, None) as receiver:
        assert receiver.own_url.startswith(own)
        assert receiver.channel().url.startswith(given or own)


def test_secret_across_the_end_of_the_kept_head_is_whole_and_a_huge_body_costs_nothing(tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.learn("sesame-4711", "password")
    body = b"a" * (HEAD - 5) + b"sesame-4711" + b"b" * 10_000_000
    with Recorder(tmp_path / "evidence.ndjson", redactor) as recorder, Receiver(record=recorder.callback) as receiver:
        channel = receiver.channel()
        push(channel, body)
        assert channel.wait(timeout_s=10) is not None
    assert "sesa" not in (tmp_path / "evidence.ndjson").read_text()

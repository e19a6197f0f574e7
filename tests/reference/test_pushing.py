"""Pushing in the background: in order per address, and no receiver holds up another."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator

import pytest

from conformance.crypto.certificates import Certificate
from conformance.iut.process import free_port
from conformance.iut.receiver import Receiver, Reply
from conformance.reference import pushing
from conformance.reference.pushing import Push, Pusher, send

SOON_S = 5.0


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started


def bodies(numbers: range) -> list[bytes]:
    return [b"%d" % number for number in numbers]


def test_messages_for_one_address_arrive_in_order(receiver: Receiver) -> None:
    channel, pusher = receiver.channel(), Pusher()
    for body in bodies(range(50)):
        pusher.push(Push(channel.url, body))
    assert channel.wait(lambda each: each.body == b"49", timeout_s=SOON_S)
    assert [each.body for each in channel.received] == bodies(range(50))


def test_whole_address_and_content_type_are_kept(receiver: Receiver) -> None:
    channel = receiver.channel()
    assert send(Push(f"{channel.url}?a=1&b", b"{}"), SOON_S) == 200
    (received,) = channel.received
    assert received.url.endswith(f"{channel.path}?a=1&b")
    assert (received.method, received.media_type, received.body) == ("POST", "application/json", b"{}")


def test_slow_receiver_holds_up_its_own_messages_only(receiver: Receiver) -> None:
    slow, quick, pusher = receiver.channel("slow"), receiver.channel("quick"), Pusher()
    slow.reply(Reply(delay_s=SOON_S))
    for body in bodies(range(2)):
        pusher.push(Push(slow.url, body))
    assert slow.wait(timeout_s=SOON_S)
    started = time.monotonic()
    pusher.push(Push(quick.url, b"{}"))
    assert quick.wait(timeout_s=SOON_S)
    assert time.monotonic() - started < SOON_S
    assert [each.body for each in slow.received] == [b"0"]


def test_messages_on_one_lane_wait_for_each_other(receiver: Receiver) -> None:
    slow, quick, pusher = receiver.channel("slow"), receiver.channel("quick"), Pusher()
    slow.reply(Reply(delay_s=SOON_S))
    for channel in (slow, quick):
        pusher.push(Push(channel.url, b"{}"), lane="all")
    assert slow.wait(timeout_s=SOON_S)
    assert quick.received == ()


@pytest.mark.parametrize("reply", [Reply(500), Reply(302, headers=(("Location", "/elsewhere"),)), Reply(close=True)])
def test_message_is_sent_once_whatever_is_answered(receiver: Receiver, reply: Reply) -> None:
    channel, pusher = receiver.channel(), Pusher()
    channel.reply(reply, Reply())
    for body in bodies(range(2)):
        pusher.push(Push(channel.url, body))
    assert channel.wait(lambda each: each.body == b"1", timeout_s=SOON_S)
    assert [each.body for each in channel.received] == bodies(range(2))
    assert receiver.received("/elsewhere") == ()


def test_address_where_nobody_listens_costs_nothing(receiver: Receiver) -> None:
    channel, pusher = receiver.channel(), Pusher()
    for url in (f"http://127.0.0.1:{free_port()}/x", "http://127.0.0.1:notaport/x", "ftp:", channel.url):
        pusher.push(Push(url, b"{}"))
    assert channel.wait(timeout_s=SOON_S)


def test_https_receiver_is_trusted() -> None:
    with Receiver(certificate=Certificate.made("127.0.0.1")) as receiver:
        channel = receiver.channel()
        assert send(Push(channel.url, b"{}"), SOON_S) == 200


def test_receiver_that_speaks_no_http_is_left(receiver: Receiver) -> None:
    channel = receiver.channel()
    channel.reply(Reply(close=True))
    with pytest.raises((OSError, http.client.HTTPException)):
        send(Push(channel.url, b"{}"), SOON_S)


def test_what_waits_is_bounded(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "QUEUED_AT_MOST", 2)
    monkeypatch.setattr(pushing, "LANES_AT_MOST", 1)
    channel, pusher = receiver.channel(), Pusher()
    channel.reply(Reply(delay_s=SOON_S))
    pusher.push(Push(channel.url, b"first"))
    assert channel.wait(timeout_s=SOON_S)
    for body in bodies(range(3)):
        pusher.push(Push(channel.url, body))
    pusher.push(Push(receiver.channel("other").url, b"{}"))
    assert pusher.dropped == 2

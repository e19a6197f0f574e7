"""Benign variants of text and frame: the same answer in another writing, valid HTTP and valid JSON each."""

from __future__ import annotations

import json
import zlib

import httpx
import pytest

from conformance.reference.calls import Reply
from conformance.reference.framing import FRAMES, TEXTS, headed, rewriting, written

from .process import Running

PATH = "/api/v1/devices"
BODY = {"result": True, "info": {"name": "温度/计", "count": 7, "share": 0.5, "on": True, "list": [1, None, "a/b"]}}


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_another_and_says_the_same(name: str) -> None:
    reply = Reply(200, BODY)
    content = written(name, reply)
    assert content is not None
    assert content != reply.content()
    read = json.loads(content)
    assert {key: value for key, value in read.items() if key in BODY} == BODY


def test_whole_numbers_alone_get_a_fraction() -> None:
    content = written("text/whole-numbers", Reply(200, BODY))
    assert content is not None
    assert b'"count":7.0' in content
    assert b'"on":true' in content


def test_an_answer_without_a_body_stays_without() -> None:
    for name in TEXTS:
        assert written(name, Reply(204, None)) is None
        assert written(name, Reply(200, BODY, raw=b"as it is")) is None


@pytest.mark.parametrize("name", ["frame/gzip", "frame/deflate"])
def test_packed_body_unpacks(name: str) -> None:
    content, headers = headed(name, Reply(200, BODY), b'{"a":1}')
    assert zlib.decompress(content, wbits=47) == b'{"a":1}'
    assert ("content-encoding", name.removeprefix("frame/")) in headers


def _fetched(running: Running, name: str) -> list[httpx.Response]:
    """Ask twice, over one connection where it stays open."""
    running.control("PUT", "quirks", [name] if name else [])
    try:
        return [running.client.get(PATH, headers=running.authorization) for _ in range(2)]
    finally:
        running.control("PUT", "quirks", [])


@pytest.mark.parametrize("name", FRAMES)
def test_frame_carries_the_same_answer(running: Running, name: str) -> None:
    right = _fetched(running, "")[0].json()
    for answer in _fetched(running, name):
        assert answer.status_code == 200
        assert answer.json()["info"]["total"] == right["info"]["total"]
        assert answer.headers["content-type"].partition(";")[0].lower() == "application/json"


def test_frames_are_what_they_say(running: Running) -> None:
    seen = {name: _fetched(running, name)[0] for name in FRAMES}
    assert seen["frame/chunked"].headers.get("transfer-encoding") == "chunked"
    assert seen["frame/chunked"].headers.get("content-length") is None
    assert seen["frame/close"].headers.get("connection") == "close"
    assert seen["frame/no-length"].headers.get("content-length") is None
    old = ("frame/http-1.0", "frame/http-1.0-keep-alive")
    assert {seen[name].http_version for name in old} == {"HTTP/1.0"}
    assert seen["frame/split"].http_version == "HTTP/1.1"
    assert seen["frame/no-reason"].reason_phrase == ""
    assert seen["frame/no-date"].headers.get("date") is None
    assert seen["frame/split"].headers.get("date") is not None
    assert len(seen["frame/more-headers"].headers.get_list("set-cookie")) == 2
    assert seen["frame/media-type-case"].headers.get("content-type") == "Application/JSON"


def test_early_hints_and_capitals_are_on_the_wire() -> None:
    answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
    hints, capitals, spaced = (
        rewriting(name) for name in ("frame/early-hints", "frame/header-case", "frame/header-blanks")
    )
    assert hints is not None
    assert hints(answer).startswith(b"HTTP/1.1 103 ")
    assert hints(answer).endswith(answer)
    assert capitals is not None
    assert b"\r\nCONTENT-TYPE: application/json\r\n" in capitals(answer)
    assert spaced is not None
    assert b"\r\ncontent-type:  application/json\r\n" in spaced(answer)
    assert rewriting("frame/slow") is None

"""Reading what came: bounded, never raising, and telling in words what hinders it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from conformance.evidence.exchange import MAX_DEPTH, Answer, Failure, Request, at, read_json
from conformance.iut.clock import offset_ms
from conformance.suites.checks import json_equal


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "empty"),
        (b" \n", "not JSON"),
        (b"<html></html>", "not JSON"),
        (b'{"a": ', "not JSON"),
        (b'{"a": 1} x', "not JSON"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b"[Infinity, -Infinity]", "Infinity is not JSON"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8 (byte 0)"),
        (b'{"a": "\xc3\x28"}', "not UTF-8 (byte 7)"),
        (b'{"a": "\xed\xa0\x80"}', "not UTF-8"),
        (b'{"a": "\x01"}', "not JSON"),
        ("\ufeff{}".encode(), "not JSON"),
        (b"[" * 10_000 + b"]" * 10_000, "nests deeper than 100 levels"),
        (b"[" * 10_000, "nests deeper"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nests deeper"),
        (b"[" * 5_000_000, "nests deeper"),
        (b"1" * 100_000, "not JSON"),
    ],
    ids=lambda value: repr(value[:16]),
)
def test_what_is_no_json_is_told_in_one_line(body: bytes, told: str) -> None:
    value, problem = read_json(body)
    assert value is None
    assert problem is not None
    assert told in problem
    assert "\n" not in problem
    assert len(problem) < 200


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -1.5e300, "", "a\u2028b\U0001f600", [], {}, {"a": [{"b": None}]}, 10**400, "[" * 500 + "{" * 500],
    ids=lambda value: repr(value)[:16],
)
def test_json_is_read_as_it_is(value: Any) -> None:
    assert read_json(json.dumps(value).encode()) == (value, None)


def test_half_a_surrogate_that_is_escaped_is_read_and_does_not_raise() -> None:
    assert read_json(b'{"a": "\\ud800"}') == ({"a": "\ud800"}, None)


def test_nesting_is_allowed_up_to_the_bound() -> None:
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)[1] is None
    assert read_json(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))[1] is not None


def test_brackets_side_by_side_and_in_texts_are_no_depth() -> None:
    assert read_json(json.dumps([[]] * 1000).encode())[1] is None
    assert read_json(json.dumps({"a": '\\"[[' * 1000}).encode())[1] is None


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", {"a/b": {"~": [10, {"c": None}]}}),
        ("/a~1b/~0/0", 10),
        ("/a~1b/~0/1/c", None),
        ("/a~1b/~0/2", None),
        ("/a~1b/~0/-1", None),
        ("/a~1b/~0/x", None),
        ("/none/of/it", None),
    ],
)
def test_a_pointer_finds_or_gives_nothing(pointer: str, value: Any) -> None:
    assert at({"a/b": {"~": [10, {"c": None}]}}, pointer) == value


@pytest.mark.parametrize(
    ("left", "right"),
    [(1, 1.0), (0, -0.0), ("a", "a"), ([1, [2.0]], [1.0, [2]]), ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}), (None, None)],
)
def test_equal_json_values(left: Any, right: Any) -> None:
    assert json_equal(left, right)
    assert json_equal(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, True),
        (0, False),
        (1, "1"),
        (None, False),
        (None, 0),
        ("", None),
        ([], {}),
        ([1], [1, 1]),
        ([1, 2], [2, 1]),
        ({"a": 1}, {"a": 1, "b": None}),
        ({"a": True}, {"a": 1}),
        ([False], [0]),
    ],
)
def test_different_json_values(left: Any, right: Any) -> None:
    assert not json_equal(left, right)
    assert not json_equal(right, left)


def dated(value: str | None) -> Answer:
    return Answer(Request("GET", "http://h"), 200, "", () if value is None else (("DATE", value),))


NOW = dt.datetime(2026, 11, 20, 12, 0, 0, 500_000, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "offset"),
    [
        ("Fri, 20 Nov 2026 12:00:00 GMT", 0),
        ("Fri, 20 Nov 2026 12:00:10 GMT", 10_000),
        ("Fri, 20 Nov 2026 11:00:00 GMT", -3_600_000),
        ("Fri, 20 Nov 2026 13:00:00 +0100", 0),
        (None, None),
        ("", None),
        ("yesterday", None),
        ("Fri, 20 Nov 2026 12:00:00", None),
        ("Fri, 99 Nov 2026 12:00:00 GMT", None),
        ("Fri, 20 Nov 99999 12:00:00 GMT", None),
        ("Fri, 20 Nov 2026 12:00:00 +999999999999", None),
        ("\x00" * 100, None),
    ],
)
def test_the_clock_offset_comes_from_a_usable_date_header_alone(value: str | None, offset: int | None) -> None:
    assert offset_ms(dated(value), NOW) == offset


def test_an_answer_describes_itself_in_one_short_line() -> None:
    request = Request("GET", "http://h")
    assert Answer(request, failure=Failure("reset", "the connection broke")).describe() == (
        "no answer: the connection broke"
    )
    assert Answer(request, 200, body=b"ok").describe() == "HTTP 200 ok"
    assert Answer(request, 204).describe() == "HTTP 204"
    assert len(Answer(request, 200, body=b"x" * 5000).describe()) < 200


def test_headers_are_found_without_case_and_media_types_without_parameters() -> None:
    answer = Answer(Request("GET", "http://h"), 200, headers=(("CONTENT-type", " Application/JSON ; charset=x"),))
    assert answer.header("Content-Type") == " Application/JSON ; charset=x"
    assert answer.media_type == "application/json"
    assert Answer(Request("GET", "http://h")).media_type is None

"""Topic names, topic filters, subscribers: the examples of MQTT 3.1.1, 4.7, and a slow second opinion."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.mqtt.topics import Subscriptions, matches, topic_filter_problem, topic_name_problem

from .packets import fixed


@pytest.mark.parametrize(
    ("pattern", "topic"),
    [
        ("sport/tennis/player1/#", "sport/tennis/player1"),
        ("sport/tennis/player1/#", "sport/tennis/player1/ranking"),
        ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon"),
        ("sport/#", "sport"),
        ("#", "a"),
        ("#", "/a"),
        ("sport/tennis/+", "sport/tennis/player1"),
        ("sport/+", "sport/"),
        ("+/+", "/finance"),
        ("/+", "/finance"),
        ("+/tennis/#", "sport/tennis"),
        ("$SYS/#", "$SYS/monitor"),
        ("$SYS/monitor/+", "$SYS/monitor/Clients"),
        ("a/$b", "a/$b"),
        ("+/$b", "a/$b"),
        ("a//b", "a//b"),
    ],
)
def test_matching(pattern: str, topic: str) -> None:
    assert matches(pattern, topic)


@pytest.mark.parametrize(
    ("pattern", "topic"),
    [
        ("sport/tennis/+", "sport/tennis/player1/ranking"),
        ("sport/+", "sport"),
        ("+", "/finance"),
        ("#", "$SYS/monitor"),
        ("+/monitor/Clients", "$SYS/monitor/Clients"),
        ("a", "A"),
        ("a", "/a"),
        ("a/", "a"),
        ("a/b/c", "a/b"),
    ],
)
def test_not_matching(pattern: str, topic: str) -> None:
    assert not matches(pattern, topic)


LEVELS = st.sampled_from(["", "a", "b", "$x"])
NAMES = st.lists(LEVELS, min_size=1, max_size=4).map("/".join).filter(bool)
PATTERNS = st.lists(LEVELS | st.just("+"), min_size=1, max_size=4).map("/".join).filter(bool) | st.sampled_from(
    ["#", "a/#", "+/#", "a/+/#", "$x/#"]
)


def slow(pattern: str, topic: str) -> bool:
    if topic.startswith("$") and pattern[0] in "+#":
        return False
    escaped = re.escape(pattern).replace(r"\+", "[^/]*").replace("/\\#", "(/.*)?").replace(r"\#", ".*")
    return re.fullmatch(escaped, topic) is not None


@fixed
@given(PATTERNS, NAMES)
def test_matching_agrees_with_a_regular_expression(pattern: str, topic: str) -> None:
    assert matches(pattern, topic) == slow(pattern, topic)


@fixed
@given(st.lists(st.tuples(st.integers(0, 3), PATTERNS, st.integers(0, 2)), max_size=8), NAMES)
def test_subscribers_are_those_whose_filters_match(added: list[tuple[int, str, int]], topic: str) -> None:
    subscriptions: Subscriptions[int] = Subscriptions()
    for key, pattern, qos in added:
        subscriptions.add(key, pattern, qos)
    latest = {(key, pattern): qos for key, pattern, qos in added}
    wanted: dict[int, int] = {}
    for (key, pattern), qos in latest.items():
        if slow(pattern, topic):
            wanted[key] = max(qos, wanted.get(key, 0))
    assert subscriptions.of(topic) == wanted
    for key, pattern, _ in added:
        subscriptions.remove(key, pattern)
    assert subscriptions.of(topic) == {}


@pytest.mark.parametrize("pattern", ["#", "a/#", "+", "+/a/+", "/", "a/+/#", "$SYS/#", "a b"])
def test_filters_in_order(pattern: str) -> None:
    assert topic_filter_problem(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "statement"),
    [
        ("", "MQTT-4.7.3-1"),
        ("a#", "MQTT-4.7.1-2"),
        ("a/#/b", "MQTT-4.7.1-2"),
        ("##", "MQTT-4.7.1-2"),
        ("a+", "MQTT-4.7.1-3"),
        ("++", "MQTT-4.7.1-3"),
        ("a/b+/c", "MQTT-4.7.1-3"),
    ],
)
def test_filters_out_of_order(pattern: str, statement: str) -> None:
    problem = topic_filter_problem(pattern)
    assert problem is not None
    assert problem.statement == statement


@pytest.mark.parametrize(("topic", "wrong"), [("a", False), ("$SYS", False), ("", True), ("a/+", True), ("#", True)])
def test_topic_names(topic: str, wrong: bool) -> None:
    assert (topic_name_problem(topic) is not None) is wrong

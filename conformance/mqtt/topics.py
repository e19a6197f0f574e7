"""Topic names and topic filters (MQTT 3.1.1, 4.7): what is wrong with one, which filter matches, who is subscribed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from conformance.mqtt.statements import Violation

Key = TypeVar("Key")


def topic_name_problem(topic: str) -> Violation | None:
    """Return what is wrong with the topic name of a PUBLISH or a will; None where nothing is."""
    if not topic:
        return Violation("MQTT-4.7.3-1", "an empty topic name")
    if "+" in topic or "#" in topic:
        return Violation("MQTT-3.3.2-2", f"the topic name {topic[:80]!r}")
    return None


def topic_filter_problem(pattern: str) -> Violation | None:
    """Return what is wrong with a topic filter; None where nothing is."""
    if not pattern:
        return Violation("MQTT-4.7.3-1", "an empty topic filter")
    if "#" in pattern and (pattern.index("#") != len(pattern) - 1 or (len(pattern) > 1 and pattern[-2] != "/")):
        return Violation("MQTT-4.7.1-2", f"the topic filter {pattern[:80]!r}")
    if "+" in pattern and any("+" in level and level != "+" for level in pattern.split("/")):
        return Violation("MQTT-4.7.1-3", f"the topic filter {pattern[:80]!r}")
    return None


def matches(pattern: str, topic: str) -> bool:
    """Tell whether a topic filter matches a topic name; filters that begin with a wildcard never match `$` topics."""
    if pattern == topic:
        return True
    if topic[:1] == "$" and pattern[:1] in ("+", "#"):
        return False
    wanted, levels = pattern.split("/"), topic.split("/")
    for at, level in enumerate(wanted):
        if level == "#":
            return True
        if at == len(levels) or level not in ("+", levels[at]):
            return False
    return len(wanted) == len(levels)


class Subscriptions(Generic[Key]):
    """Who is subscribed to what: finding the subscribers of a topic does not walk through all of them.

    Filters without wildcards, which devices use, are looked up; the others are compared one by one.
    """

    def __init__(self) -> None:
        self._exact: dict[str, dict[Key, int]] = {}
        self._wild: dict[str, dict[Key, int]] = {}

    def add(self, key: Key, pattern: str, qos: int) -> None:
        """Subscribe; a former subscription of the same filter is replaced (MQTT-3.8.4-3)."""
        self._table(pattern).setdefault(pattern, {})[key] = qos

    def remove(self, key: Key, pattern: str) -> None:
        """Unsubscribe; a filter that is not subscribed is no mistake."""
        table = self._table(pattern)
        holders = table.get(pattern)
        if holders is not None:
            holders.pop(key, None)
            if not holders:
                del table[pattern]

    def of(self, topic: str) -> dict[Key, int]:
        """Return who gets a message on `topic`, each with the greatest QoS that was granted (MQTT-3.3.5-1)."""
        found: dict[Key, int] = {}
        for holders in self._matching(topic):
            for key, qos in holders.items():
                found[key] = max(qos, found.get(key, 0))
        return found

    def _matching(self, topic: str) -> Iterator[dict[Key, int]]:
        if topic in self._exact:
            yield self._exact[topic]
        for pattern, holders in self._wild.items():
            if matches(pattern, topic):
                yield holders

    def _table(self, pattern: str) -> dict[str, dict[Key, int]]:
        return self._wild if "+" in pattern or "#" in pattern else self._exact

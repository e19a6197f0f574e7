"""Parts of role device on their own: what a long watch keeps, what is drawn from a product model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.iut.product_model import Command, Value
from conformance.mqtt.packets import Connect, Publish
from conformance.mqtt.record import Record
from conformance.mqtt.session import ENDED
from conformance.suites.device import drawn
from conformance.suites.device.watch import Soak


def watched(*records: Record) -> Soak:
    found = Soak(lambda record: isinstance(record.packet, Publish), {"s1"}, _last=0.0)
    for record in records:
        found(record)
    return found


def report(at: float) -> Record:
    return Record(at, "s1", "in", b"", Publish("t", b"{}"))


def connect(at: float, session: str = "s2") -> Record:
    return Record(at, session, "in", b"", Connect("d"))


def end(at: float, session: str = "s1") -> Record:
    return Record(at, session, "event", b"", text=f"{ENDED}closed by the client")


def test_gap_ends_with_the_connection_and_begins_with_the_next() -> None:
    found = watched(report(5), end(12), connect(60), report(63))
    assert (found.longest_gap_s, found.connects, found.ends) == (7, 1, ["closed by the client"])
    found.gap(64)
    assert found.longest_gap_s == 7


def test_gap_until_the_end_of_the_watch_counts_and_so_does_that_before_the_first_report() -> None:
    assert watched(report(4), report(5)).longest_gap_s == 4
    found = watched(report(1))
    found.gap(9)
    assert found.longest_gap_s == 8


def test_connections_of_others_are_no_ends_of_the_device() -> None:
    assert watched(end(3, "s9")).ends == []


def test_memory_is_kept_by_quarters() -> None:
    found = watched()
    for share, memory in ((0.0, 5), (0.2, 9), (0.4, 7), (0.6, 8), (0.9, 6), (1.0, 4)):
        found.took(memory, share)
    assert found.memory == [(5, 9), (7, 7), (8, 8), (4, 6)]


VALUES: list[Mapping[str, Any]] = [
    {"type": "integer", "minimum": 0, "maximum": 100},
    {"type": "integer", "minimum": 0.5},
    {"type": "integer", "minimum": 3_000_000_000},
    {"type": "integer", "maximum": -3_000_000_000},
    {"type": "number", "minimum": 0.5, "maximum": 0.75},
    {"type": "number"},
    {"type": "string", "maxLength": 3},
    {"type": "string", "enum": ["day", "night"]},
    {"type": "boolean"},
    {"type": "object"},
    {"type": "array"},
]


@pytest.mark.parametrize("schema", VALUES, ids=str)
def test_what_is_drawn_fits_the_product_model(schema: Mapping[str, Any]) -> None:
    described = Value("p", schema, required=True)

    @settings(max_examples=30, derandomize=True, database=None, deadline=None)
    @given(drawn.paras(Command("s", "c", (described,))))
    def test(paras: dict[str, Any]) -> None:
        assert paras.keys() == {"p"}
        assert described.breach(paras["p"]) is None

    test()


def test_texts_are_no_ascii_alone() -> None:
    seen: set[str] = set()

    @settings(max_examples=50, derandomize=True, database=None, deadline=None)
    @given(st.data())
    def test(data: st.DataObject) -> None:
        seen.add(data.draw(drawn.value(Value("p", {"type": "string"}, required=True))))

    test()
    assert any(not text.isascii() for text in seen)
    assert not any("\0" in text or "\n" in text for text in seen)

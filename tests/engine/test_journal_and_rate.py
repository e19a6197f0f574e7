"""The journal survives being killed; the rate limiter never sends too early."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.iut.journal import Entry, Journal, read
from conformance.iut.rate import RateLimiter


def left(path: Path) -> list[tuple[str, str, str | None]]:
    return [(entry.kind, entry.name, entry.id) for entry in read(path)[1]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.ndjson"


@pytest.fixture
def journal(file: Path) -> Iterator[Journal]:
    """An open journal: what is read from its file is read while the run is still under way."""
    opened = Journal(file, {"iut": "iut.toml", "run": "r1"})
    yield opened
    opened.close()


def test_what_may_still_exist_is_read_youngest_first(file: Path, journal: Journal) -> None:
    journal.intend("device", "a", {})
    journal.made("device", "a", "1")
    journal.intend("attribute", "t", {"device": "1"})
    journal.made("attribute", "t", "temperature")
    journal.intend("device", "b", {})
    journal.intend("device", "c", {})
    journal.gone("device", "c")
    head, entries = read(file)
    assert head == {"event": "run", "iut": "iut.toml", "run": "r1"}
    assert entries == [
        Entry("device", "b", None, {}),
        Entry("attribute", "t", "temperature", {"device": "1"}),
        Entry("device", "a", "1", {}),
    ]


def test_a_journal_cut_at_any_byte_is_readable_and_forgets_nothing_that_was_made(file: Path) -> None:
    journal = Journal(file, {"iut": "iut.toml"})
    journal.intend("device", "gerät", {})
    journal.made("device", "gerät", "1")
    journal.close()
    whole = file.read_bytes()
    seen = set()
    for length in range(len(whole) + 1):
        file.write_bytes(whole[:length])
        (entry,) = left(file) or [("", "", None)]
        seen.add(entry)
    assert seen == {("", "", None), ("device", "gerät", None), ("device", "gerät", "1")}


def test_a_journal_that_was_cut_is_continued_on_a_readable_line(file: Path) -> None:
    Journal(file, {"iut": "iut.toml"}).close()
    with file.open("a", encoding="utf-8") as stream:
        stream.write('{"event": "intend", "kind": "device", "name": "a", "parents": {}}\n{"event": "ma')
    again = Journal(file, {"iut": "iut.toml"})
    again.gone("device", "a")
    again.close()
    assert read(file) == ({"event": "run", "iut": "iut.toml"}, [])


@pytest.mark.parametrize("name", ["a\u2028b", "a\x85b", "a\x1cb", "\ud800", "\\n", '"', "\x00", "名"])
def test_any_name_comes_back(name: str, file: Path, journal: Journal) -> None:
    journal.intend("device", name, {})
    assert left(file) == [("device", name, None)]
    journal.made("device", name, "1")
    assert left(file) == [("device", name, "1")]
    journal.gone("device", name, "1")
    assert left(file) == []


def test_objects_of_the_same_name_are_told_apart_by_their_ids(file: Path, journal: Journal) -> None:
    for identity in ("1", "2"):
        journal.intend("device", "same", {})
        journal.made("device", "same", identity)
    assert left(file) == [("device", "same", "2"), ("device", "same", "1")]
    journal.gone("device", "same", "1")
    assert left(file) == [("device", "same", "2")]


def test_a_refused_call_takes_its_own_intention_off_and_no_older_object(file: Path, journal: Journal) -> None:
    journal.intend("device", "same", {})
    journal.made("device", "same", "1")
    journal.intend("device", "same", {})
    journal.gone("device", "same")
    assert left(file) == [("device", "same", "1")]


def test_what_was_found_by_its_name_and_deleted_is_gone(file: Path, journal: Journal) -> None:
    journal.intend("device", "a", {})
    journal.gone("device", "a", "found-7")
    assert left(file) == []


def test_lines_that_are_no_records_are_passed_over(file: Path) -> None:
    file.write_bytes(b'[1]\nnull\n\xff\xfe\n{"event": "intend", "kind": "k", "name": "n"}\n{}\n')
    assert left(file) == [("k", "n", None)]


def test_without_a_path_nothing_is_written() -> None:
    journal = Journal(None, {})
    journal.intend("device", "a", {})
    journal.close()


class Clock:
    """Time that passes only when somebody sleeps or the test says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def sent_at(per_s: float | None, pauses: list[float]) -> list[float]:
    clock = Clock()
    limiter = RateLimiter(per_s, clock=clock, sleep=clock.sleep)
    times = []
    for pause in pauses:
        clock.now += pause
        limiter.wait()
        times.append(clock.now - 100.0)
    return times


def test_calls_that_are_held_up_on_their_way_make_no_burst() -> None:
    clock = Clock()
    limiter = RateLimiter(10, clock=clock, sleep=clock.sleep)
    arrived = []
    for delay in [0.4, *[0.0] * 24]:
        limiter.wait()
        clock.now += delay  # on its way
        arrived.append(clock.now)
        limiter.answered()
    for first, last in zip(arrived, arrived[10:], strict=False):
        assert last - first >= 1


def test_calls_are_spaced_evenly() -> None:
    assert sent_at(4, [0] * 5) == pytest.approx([0, 0.25, 0.5, 0.75, 1.0])


def test_a_slow_caller_never_waits() -> None:
    assert sent_at(4, [0, 1, 1]) == pytest.approx([0, 1, 2])


def test_a_pause_earns_no_burst() -> None:
    assert sent_at(1, [0, 10, 0, 0]) == pytest.approx([0, 10, 11, 12])


def test_less_than_one_call_per_second_is_possible() -> None:
    assert sent_at(0.5, [0, 0, 0]) == pytest.approx([0, 2, 4])


def test_without_a_limit_nobody_waits() -> None:
    assert sent_at(None, [0] * 100) == [0] * 100


@pytest.mark.parametrize("per_s", [1, 3, 7.5, 1000])
def test_no_window_of_any_length_sees_more_calls_than_the_limit(per_s: float) -> None:
    times = sent_at(per_s, [0, 0, 0.01, 0, 2, 0, 0.3, 0, 0])
    for first in range(len(times)):
        for last in range(first + 1, len(times)):
            assert last - first <= (times[last] - times[first]) * per_s + 1e-6

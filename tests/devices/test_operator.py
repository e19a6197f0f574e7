"""A person at a terminal may skip a step in which a board is awaited; nobody waits for one where there is no terminal."""

from __future__ import annotations

import os
import pty
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.evidence.verdict import Verdict
from conformance.iut.operator import Operator
from conformance.runner.execute import execute
from tests.devices.bench import CASES, PLATFORM, device, opened

Terminal = tuple[int, int]


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """Both ends of a terminal: the person's and the program's."""
    ends = pty.openpty()
    yield ends
    for end in ends:
        os.close(end)


def test_lines_are_taken_as_they_come_and_earlier_ones_forgotten(terminal: Terminal) -> None:
    person, program = terminal
    operator = Operator(program)
    assert operator.line() is None
    os.write(person, b"too early\n")
    operator.listen()
    assert operator.line() is None
    os.write(person, " kein Gerät \nnoch eine\n".encode())
    assert [operator.line(), operator.line(), operator.line()] == ["kein Gerät", "noch eine", None]
    os.write(person, b"\x04")  # end of file: nobody is there any more
    assert operator.line() is None
    os.write(person, b"back\n")
    assert operator.line() is None


def test_nobody_is_asked_without_a_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "input").write_text("skip it\n", encoding="ascii")
    with (tmp_path / "input").open(encoding="ascii") as file:
        monkeypatch.setattr("sys.stdin", file)
        assert Operator.present() is None
    assert Operator.present() is None  # it is closed by now
    monkeypatch.setattr("sys.stdin", None)
    assert Operator.present() is None


def test_step_is_skipped_for_the_reason_that_was_written(terminal: Terminal, certificate: dict[str, str]) -> None:
    person, program = terminal
    told: list[str] = []

    def answer(text: str) -> None:
        told.append(text)
        os.write(person, b"\n" if len(told) == 1 else b"the antenna is missing\n")

    iut = replace(device(connect_timeout_s=20), reference=None, embedded=False)
    with opened(iut, certificate) as environment:
        environment.operator, environment.tell = Operator(program), answer
        outcome = execute(environment, CASES[f"{PLATFORM}/device/connect/opens"])
        assert environment.gone_since is None
    assert outcome.verdict is Verdict.INCONCLUSIVE
    assert outcome.reason == "skipped by the operator while awaiting the device to connect: the antenna is missing"
    assert "seen: no connection at all" in told[0]
    assert "to skip this, write why and press Enter" in told[0]
    assert "write why before you press Enter" in told[1]

"""No accepted reading of the envelope's document is blamed: the whole suite against a platform that shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import Role
from conformance.evidence.exchange import Request
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.evidence.verdict import Verdict
from conformance.iut.config import Iut
from conformance.iut.upper_tester import HttpUpperTester
from conformance.reference.envelope.readings import ON_DEMAND
from conformance.reference.quirks import SHAPES
from conformance.runner.embedded import embedded
from conformance.runner.execute import execute
from conformance.runner.session import Options, session
from conformance.suites.case import Case
from conformance.suites.environment import Environment
from conformance.suites.registry import suite
from tests.faults.share import share

from ..reference.process import Running

KEYS = {"pid": "4711", "secret_key": "K7mR2xQ9", "plain_pid": "4712", "des_key": "t4Wz8LpC"}
DRAWN = ("generated/", "coverage")
"""Purposes that draw messages: their answers do not depend on a reading, and they take most of the time."""
HIDING = {"shape/null-optional", "shape/absent-optional", "shape/absent-leaf"}
"""Shapes that take the body away."""


class Judged:
    """A warm platform whose readings are switched."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        tester = environment.upper_tester
        assert isinstance(tester, HttpUpperTester)
        self.headers = tester.headers

    def verdicts(self, *quirks: str) -> dict[str, Any]:
        """Return every case that is no PASS, with what it says."""
        self.control("PUT", "quirks", list(quirks))
        self.control("POST", "reset")
        try:
            return found(self.environment)
        finally:
            self.control("PUT", "quirks", [])

    def control(self, method: str, name: str, value: Any = None) -> None:
        url = f"{self.environment.client.base_url}/__control__/{name}"
        answer = self.environment.client.send(Request(method, url, self.headers, json.dumps(value).encode()))
        assert answer.status == 200, answer.describe()


def _cases() -> list[Case]:
    return [
        case
        for case in suite("envelope").cases
        if case.role is Role.PLATFORM and not case.strict and not case.purpose.startswith(DRAWN)
    ]


def found(environment: Environment) -> dict[str, Any]:
    outcomes = [execute(environment, case) for case in _cases()]
    assert len(outcomes) > 150
    return {
        each.case.id: (each.reason, [(row.requirement.id, row.expected, row.actual) for row in each.broken])
        for each in outcomes
        if each.verdict is not Verdict.PASS
    }


@pytest.fixture(scope="module")
def judged() -> Iterator[Judged]:
    redactor = Redactor()
    iut = embedded("envelope", Role.PLATFORM)
    with session(iut, Options(), recorder=Recorder(None, redactor), redactor=redactor) as environment:
        yield Judged(environment)


@pytest.mark.parametrize("name", share(sorted(ON_DEMAND - {"des-key/own"}), str))
def test_platform_that_follows_an_accepted_reading_passes(judged: Judged, name: str) -> None:
    assert judged.verdicts(name) == {}


@pytest.mark.parametrize("name", sorted(SHAPES.keys() - HIDING))
def test_platform_with_another_free_shape_passes(judged: Judged, name: str) -> None:
    assert judged.verdicts(name) == {}


def test_answer_whose_body_was_taken_away_breaks_the_promise_and_the_sign_over_it_alone(judged: Judged) -> None:
    for name in sorted(HIDING):
        cited = {row[0] for _, rows in judged.verdicts(name).values() for row in rows}
        assert cited == {"envelope/global/probe-answer", "envelope/encrypted-call/response-sign"}


@pytest.mark.parametrize(
    ("keys", "given", "quirks"),
    [
        (KEYS, ("pid", "secret_key", "plain_pid", "des_key"), ["des-key/own"]),
        ({**KEYS, "secret_key": "K7mR2xQ9-longer-secret"}, ("pid", "secret_key", "plain_pid"), []),
        (KEYS, ("pid", "secret_key", "plain_pid"), []),
    ],
    ids=["des-key/own", "des-key/first-eight", "des-key/secret-key"],
)
def test_platform_with_keys_of_an_accepted_reading_passes(
    keys: dict[str, str], given: tuple[str, ...], quirks: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps(keys), encoding="utf-8")
    with Running("--credentials", str(file), module="conformance.reference.envelope") as running:
        running.control("PUT", "quirks", quirks)
        redactor = Redactor()
        iut = replace(
            Iut("live", "1", Role.PLATFORM, "envelope", url=running.url, pixit=running.ready["pixit"]),
            credentials={name: keys[name] for name in given},
            pics={"encryption": True, "plain": True},
        )
        with session(iut, Options(), recorder=Recorder(None, redactor), redactor=redactor) as environment:
            assert found(environment) == {}


def test_platform_with_one_entry_for_both_modes_passes(tmp_path: Path) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps(KEYS), encoding="utf-8")
    with Running("--credentials", str(file), module="conformance.reference.envelope") as running:
        running.control("PUT", "quirks", ["mode-of-entry/served"])
        redactor = Redactor()
        iut = replace(
            Iut("live", "1", Role.PLATFORM, "envelope", url=running.url, pixit=running.ready["pixit"]),
            credentials={name: KEYS[name] for name in ("pid", "secret_key")},
            pics={"encryption": True, "plain": True},
        )
        with session(iut, Options(), recorder=Recorder(None, redactor), redactor=redactor) as environment:
            assert found(environment) == {}

"""Role client in the matrix: complete, and no fault is killed by who does nothing wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.clients.bench import CLASSES
from tests.clients.derived import derived
from tests.clients.test_wrong_clients import EXPECTED
from tests.matrix import crew, roles
from tests.matrix.falling import falls

LEFT_OUT = {"thingscloud/ends-badly"}
"""Lines of the table that speak of no sentence."""
FALLING = {
    # What is taken out: a fault that nothing else catches by its statement.
    "envelope/client/any/time-stamp": "stale-timestamp",
    "envelope/client/encrypted-call/enciphered": "not-enciphered",
    "envelope/client/encrypted-call/request": "no-sign",
    "envelope/client/plain-call/credentials": "call/plain-call/credentials/pId",
    "envelope/client/provoked/other-form": "reads-as-text",
}


@pytest.fixture(autouse=True)
def _cooled() -> Iterator[None]:
    yield
    crew.cool()


@pytest.mark.parametrize("platform", CLASSES)
def test_every_wrong_client_is_a_fault(platform: str) -> None:
    there = {each.fault for each in roles.wrongs("client", platform)}
    tabled = {fault for fault in EXPECTED[platform] if f"{platform}/{fault}" not in LEFT_OUT}
    assert tabled | derived(platform).keys() | {"ends-on-new-members", "reads-as-text"} == there


def test_client_that_breaks_no_sentence_is_killed_by_no_case_of_any_fault() -> None:
    wrongs = roles.wrongs("client", "envelope")
    cases = tuple(dict.fromkeys(case for each in wrongs for case in each.cases))
    harmless = replace(wrongs[0], fault="ends-badly", cases=cases, requirement=None, sections=("envelope/",))
    judged = crew.judged(harmless)
    assert (judged.by, judged.tried) == (None, len(cases))


@pytest.mark.parametrize(("taken", "fault"), FALLING.items())
def test_matrix_falls_without(taken: str, fault: str) -> None:
    wrongs = [each for each in roles.wrongs("client", "envelope") if each.fault == fault]
    assert [each.before.key for each in falls(wrongs, [taken], 1)] == [f"client/envelope/{fault}"]

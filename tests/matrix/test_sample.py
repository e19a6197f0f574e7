"""The gate: a sample with every kind of every implementation is killed, or survives for a reason that is written down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.matrix import crew, roles, sample, survivors
from tests.matrix.wrong import Wrong

SIZE = 320
"""Faults that CI judges; the whole matrix runs with `tox -e faults`."""
SEED = 0
EVERY = tuple(wrong for ground in roles.grounds() for wrong in roles.wrongs(*ground))
DRAWN = sample.drawn(EVERY, SIZE, SEED)
PARTS = [
    pytest.param([wrong for wrong in DRAWN if wrong.ground == ground], id="-".join(ground))
    for ground in roles.grounds()
]


@pytest.fixture(scope="module", autouse=True)
def _cooled() -> Iterator[None]:
    yield
    crew.cool()


@pytest.mark.parametrize("part", PARTS)
def test_sample_is_killed_or_explained(part: list[Wrong]) -> None:
    found = [crew.judged(wrong) for wrong in part]
    judged = {each.key: each.by is not None for each in found}
    account = survivors.account(judged, [wrong.key for wrong in EVERY])
    assert [(each.key, each.doubted) for each in found if each.doubted] == []
    assert account.unexplained == ()
    assert account.killed == (), "survivors.yaml says that they survive"


def test_sample_has_three_hundred_faults_and_two_of_every_kind_of_every_implementation() -> None:
    assert len(DRAWN) >= 300
    for stratum in {wrong.stratum for wrong in EVERY}:
        there = sum(wrong.stratum == stratum for wrong in EVERY)
        assert sum(wrong.stratum == stratum for wrong in DRAWN) >= min(sample.AT_LEAST, there), stratum


def test_sample_hangs_on_the_seed_alone() -> None:
    assert sample.drawn(EVERY, SIZE, SEED) == DRAWN
    assert sample.drawn(EVERY, SIZE, SEED + 1) != DRAWN


def test_there_are_three_thousand_faults_of_all_roles_and_each_has_a_name_of_its_own() -> None:
    assert len(EVERY) >= 3000
    assert len({wrong.key for wrong in EVERY}) == len(EVERY)
    assert {wrong.role for wrong in EVERY} == set(roles.names())
    unseen = [wrong.key for wrong in EVERY if not wrong.cases]
    assert all(any(entry.fits(key) for entry in survivors.entries()) for key in unseen), unseen


def test_every_entry_of_survivors_fits_a_fault() -> None:
    assert survivors.account({}, [wrong.key for wrong in EVERY]).idle == ()

"""The part of the tables that is run."""

from __future__ import annotations

import pytest

from tests.faults import test_behaviour, test_generic_purposes
from tests.faults.share import EVERYTHING, PARTS, VARIABLE, share

NAMES = [f"{case}-{fault}" for _, case, fault in test_behaviour.PAIRS]


def test_each_pair_is_in_one_part_and_no_more() -> None:
    found = [name for part in range(PARTS) for name in share(NAMES, str, str(part))]
    assert sorted(found) == sorted(NAMES)


def test_parts_are_of_a_size() -> None:
    sizes = [len(share(NAMES, str, str(part))) for part in range(PARTS)]
    assert max(sizes) < 1.5 * min(sizes)


def test_everything_is_everything() -> None:
    assert share(NAMES, str, EVERYTHING) == NAMES


def test_a_part_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=rf"{VARIABLE}=8: give all, or 0 to 7"):
        share(NAMES, str, "8")


def test_what_runs_here_is_the_part_that_is_asked_for() -> None:
    for tried, table in (
        (test_behaviour.TRIED, test_behaviour.PAIRS),
        (test_generic_purposes.TRIED, test_generic_purposes.TABLE),
    ):
        assert 0 < len(tried) <= len(table)

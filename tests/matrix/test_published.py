"""What README says of the proof is what the command wrote last."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.matrix import benign, report, roles

README = (report.FILE.parents[1] / "README.md").read_text(encoding="utf-8")
WRITTEN: dict[str, Any] = json.loads(report.FILE.read_text(encoding="utf-8"))
SENTENCE = re.compile(
    r"(?P<faults>[\d,]+) wrong implementations, (?P<killed>[\d,]+) caught \((?P<rate>[\d.]+) %\).*?"
    r"(?P<variants>\d+) ways of being right, shown (?P<shown>\d+) times, (?P<blamed>\w+) blamed",
    re.DOTALL,
)


def test_readme_shows_the_numbers_of_the_matrix() -> None:
    found = SENTENCE.search(README)
    assert found is not None
    told = {name: text.replace(",", "") for name, text in found.groupdict().items()}
    benign_part = WRITTEN["benign"]
    assert told == {
        "faults": str(WRITTEN["faults"]),
        "killed": str(WRITTEN["killed"]),
        "rate": str(WRITTEN["rate"]),
        "variants": str(benign_part["variants"]),
        "shown": str(benign_part["shown"]),
        "blamed": {0: "none"}.get(benign_part["blamed"], str(benign_part["blamed"])),
    }


def test_numbers_are_those_that_are_demanded() -> None:
    assert WRITTEN["faults"] >= 3000
    assert WRITTEN["rate"] >= report.DEMANDED_RATE
    assert WRITTEN["benign"]["variants"] >= 60
    assert WRITTEN["benign"]["blamed"] == 0
    assert sum(WRITTEN["benign"]["verdicts"].values()) == WRITTEN["benign"]["judgements"]
    assert WRITTEN["killed"] + sum(each["faults"] for each in WRITTEN["survivors"].values()) == WRITTEN["faults"]


@pytest.mark.parametrize(("role", "platform"), roles.grounds())
def test_matrix_is_not_of_another_time(role: str, platform: str) -> None:
    """A run that is much older than the contracts says little; `tox -e faults` writes a new one."""
    there = len(roles.wrongs(role, platform))
    written = sum(row["faults"] for row in WRITTEN["kinds"] if (row["role"], row["platform"]) == (role, platform))
    assert abs(there - written) <= max(3, there // 10), "run `tox -e faults`"


def test_ways_of_being_right_are_at_least_sixty() -> None:
    assert len({variant for _, _, variant in benign.listed(roles.grounds())}) >= 60

"""The tables in expected/: which faults each behaviour case must notice."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from conformance.contract import datafile

FOLDER = Path(__file__).parent / "expected"


@cache
def expected(platform: str) -> dict[str, list[str]]:
    """Return the faults by case, of all files of a platform."""
    found: dict[str, list[str]] = {}
    for file in sorted(FOLDER.glob(f"{platform}-*.yaml")):
        table: dict[str, Any] = datafile.read(file) or {}
        found.update(table)
    return found

"""What is known of a matrix under way: a file of lines, so that an interrupted run can go on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .benign import Blame, Trial
from .wrong import Judged, Wrong


class StateError(ValueError):
    """The file cannot be gone on with; the text says why and what to do."""


def digest(wrongs: Iterable[Wrong]) -> str:
    """Return what tells one matrix from another: its faults and the cases chosen for them."""
    text = "\n".join(f"{wrong.key} {' '.join(wrong.cases)}" for wrong in wrongs)
    return hashlib.sha256(text.encode()).hexdigest()


class State:
    """The file."""

    def __init__(self, file: Path, matrix: str) -> None:
        self._file = file
        self._matrix = matrix

    def read(self) -> tuple[list[Judged], list[Trial]]:
        """Return what was judged before, faults and ways of being right; a line that was cut off by the end of its run is left
        out.

        Raises:
            StateError: there is no such file, or it is of another matrix.
        """
        try:
            head, *lines = self._file.read_text(encoding="utf-8").splitlines()
            known = json.loads(head)["matrix"]
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise StateError(f"--resume: {self._file} cannot be read ({error}); run without --resume") from error
        if known != self._matrix:
            raise StateError(f"--resume: {self._file} is of other faults or cases; run without --resume")
        judged, trials = [], []
        for line in lines:
            try:
                told = json.loads(line)
                if "variant" in told:
                    trials.append(_trial(told))
                else:
                    judged.append(Judged(**told))
            except (ValueError, TypeError, LookupError):
                continue
        return judged, trials

    def begin(self) -> None:
        """Start anew."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps({"matrix": self._matrix}) + "\n", encoding="utf-8")

    def add(self, judged: Judged | Trial) -> None:
        """Write what became of a fault, or of a way of being right."""
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(judged)) + "\n")


def _trial(told: dict[str, Any]) -> Trial:
    blames = [Blame(**each) for each in told.pop("blames")]
    return Trial(**told, blames=blames)

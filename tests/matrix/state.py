"""What is known of a matrix under way: a file of lines, so that an interrupted run can go on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

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

    def read(self) -> list[Judged]:
        """Return what was judged before; a line that was cut off by the end of its run is left out.

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
        found = []
        for line in lines:
            try:
                found.append(Judged(**json.loads(line)))
            except (ValueError, TypeError):
                continue
        return found

    def begin(self) -> None:
        """Start anew."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps({"matrix": self._matrix}) + "\n", encoding="utf-8")

    def add(self, judged: Judged) -> None:
        """Write what became of a fault."""
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(judged)) + "\n")

"""What a run made on the IUT: written down before the call that makes it, so that a killed run can be cleaned up.

`journal.ndjson` begins with how the IUT is reached (the IUT file, never a secret), then one line per event: `intend` before
the call, `made` with the id after it, `gone` once it is deleted. Names repeat (generated messages choose them), ids do not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any


@dataclass(frozen=True)
class Entry:
    """An object that may still exist."""

    kind: str
    name: str
    id: str | None
    """None where the run ended between the call and its answer."""
    parents: dict[str, str]


class Journal:
    """Appends to `journal.ndjson`; each line is on disk before the call goes out."""

    def __init__(self, path: Path | None, head: dict[str, Any]) -> None:
        self._file: IO[str] | None = None
        if path:
            # Half a surrogate, which a generated name may hold, is written as JSON's own escape for it.
            self._file = path.open("a", encoding="utf-8", errors="backslashreplace", buffering=1)
        self._write({"event": "run", **head})

    def _write(self, record: dict[str, Any]) -> None:
        if self._file:
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def intend(self, kind: str, name: str, parents: dict[str, str]) -> None:
        """Write that an object is about to be made."""
        self._write({"event": "intend", "kind": kind, "name": name, "parents": parents})

    def made(self, kind: str, name: str, identity: str) -> None:
        """Write the id of what was made."""
        self._write({"event": "made", "kind": kind, "name": name, "id": identity})

    def gone(self, kind: str, name: str, identity: str | None = None) -> None:
        """Write that the object of that id is deleted, or, without an id, that it was never made."""
        self._write({"event": "gone", "kind": kind, "name": name, "id": identity})

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
            self._file = None


def read(path: Path) -> tuple[dict[str, Any], list[Entry]]:
    """Read a journal: its head, and what may still exist, youngest first. A last line cut in its middle is passed over."""
    head: dict[str, Any] = {}
    entries: list[Entry] = []
    for record in _records(path):
        kind, name, identity = record.get("kind", ""), record.get("name", ""), record.get("id")
        match record.get("event"):
            case "run":
                head = record
            case "intend":
                entries.append(Entry(kind, name, None, record.get("parents", {})))
            case "made":
                intended = _take(entries, kind, name, None)
                entries.append(Entry(kind, name, identity, intended.parents if intended else {}))
            case "gone":
                # The id of what `clean` found by its name was never written: then the line that only names it is meant.
                if _take(entries, kind, name, identity) is None:
                    _take(entries, kind, name, None)
    return head, entries[::-1]


def _take(entries: list[Entry], kind: str, name: str, identity: str | None) -> Entry | None:
    """Remove and return the youngest entry of that kind, name and id; None where there is none."""
    for number in range(len(entries) - 1, -1, -1):
        entry = entries[number]
        if (entry.kind, entry.name, entry.id) == (kind, name, identity):
            return entries.pop(number)
    return None


def _records(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):  # no splitlines: names may hold U+2028
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record

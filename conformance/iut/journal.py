"""What a run made on the IUT: written down before the call that makes it, so that a killed run can be cleaned up.

`journal.ndjson` begins with how the IUT is reached (the IUT file, never a secret), then one line per event: `intend` before
the call, `made` with the id after it, `gone` once it is deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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
        self._file = path.open("a", encoding="utf-8", buffering=1) if path else None
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

    def gone(self, kind: str, name: str) -> None:
        """Write that the object is deleted, or was never made."""
        self._write({"event": "gone", "kind": kind, "name": name})

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
            self._file = None


def read(path: Path) -> tuple[dict[str, Any], list[Entry]]:
    """Read a journal: its head, and what may still exist, youngest first. A last line cut in its middle is passed over."""
    head: dict[str, Any] = {}
    entries: dict[tuple[str, str], Entry] = {}
    for record in _records(path):
        key = (record.get("kind", ""), record.get("name", ""))
        match record.get("event"):
            case "run":
                head = record
            case "intend":
                entries[key] = Entry(*key, None, record.get("parents", {}))
            case "made":
                known = entries.get(key)
                entries[key] = Entry(*key, record["id"], known.parents if known else {})
            case "gone":
                entries.pop(key, None)
    return head, list(reversed(entries.values()))


def _records(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record

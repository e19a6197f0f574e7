"""Reading the vector files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from conformance.contract.datafile import DataError, read
from conformance.contract.location import vectors_root
from conformance.vectors.model import Note, VectorFile, VectorTest
from conformance.vectors.operations import OPERATIONS


def file_name(scheme: str, operation: str) -> str:
    """Return the name of the file that holds an operation's vectors."""
    return f"{scheme}-{operation}.json"


def from_json(data: Any) -> VectorFile:
    """Turn a file's content, valid by its schema, into records."""
    scheme, operation = data["scheme"], data["operation"]
    notes = {
        flag: Note(flag, note["bugType"], note["description"], note["effect"]) for flag, note in data["notes"].items()
    }
    tests = tuple(
        VectorTest(
            id=test["tcId"],
            scheme=scheme,
            operation=operation,
            group=group["type"],
            comment=test["comment"],
            flags=tuple(test["flags"]),
            result=test["result"],
            inputs={**group["inputs"], **test["inputs"]},
            expected=test["expected"],
            intermediates=test.get("intermediates", {}),
            notes=tuple(notes[flag] for flag in test["flags"]),
            decrypt_with=group.get("decryptWith"),
        )
        for group in data["testGroups"]
        for test in group["tests"]
    )
    return VectorFile(scheme, operation, data["source"], data["sourceKind"], data["generatorVersion"], notes, tests)


def read_file(path: Path) -> VectorFile:
    """Read one vector file.

    Raises:
        DataError: it is missing, is not JSON, or lacks a member that a vector file has.
    """
    try:
        return from_json(read(path))
    except (KeyError, TypeError) as error:
        raise DataError(f"{path}: not a vector file, {error} is missing or misplaced") from error


@cache
def load() -> tuple[VectorFile, ...]:
    """Load all vector files, in the order of schemes and operations.

    Raises:
        DataError: a file is missing or malformed.
    """
    return tuple(read_file(vectors_root() / file_name(*key)) for key in OPERATIONS)

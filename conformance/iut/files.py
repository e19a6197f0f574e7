"""Files that the IUT file names, relative to itself."""

from __future__ import annotations

from pathlib import Path

from conformance.iut.config import Iut
from conformance.iut.errors import UsageError


def named_file(iut: Iut, named: str) -> Path:
    """Return where a file is that the IUT file names."""
    return iut.file.parent / named if iut.file else Path(named)


def pem(iut: Iut, key: str, named: str) -> str:
    """Return the text of a PEM file that a key of the IUT file names; whether it holds what it should is the caller's to see.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return named_file(iut, named).read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise not_pem(key, named, error) from error


def not_pem(key: str, named: str, error: Exception) -> UsageError:
    """Return what to tell of a file that is not what its key asks for."""
    return UsageError(f"{key} = {named!r}: cannot be read as PEM ({error})")

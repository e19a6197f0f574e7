"""Credentials that whoever starts a reference may give: in a JSON file, else in environment variables, else made anew.

An IUT file can so refer to values that are known before the start; no reference has a fixed secret.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def gathered(
    made: Mapping[str, str], prefix: str, file: Path | None, environment: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return `made` with the values replaced that the variables `<prefix>_<NAME>` or the file give.

    Raises:
        ValueError: the file holds something else than an object of texts under the names of `made`.
        OSError: the file cannot be read.
    """
    variables = {name: environment.get(f"{prefix}_{name.upper()}") for name in made}
    given: dict[str, Any] = {**made, **{name: value for name, value in variables.items() if value}}
    if file is not None:
        read = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(read, dict) or not all(isinstance(value, str) and value for value in read.values()):
            raise ValueError("a JSON object of texts is expected")
        if unknown := sorted(read.keys() - made.keys()):
            raise ValueError(f"unknown credential {unknown[0]!r}; known are {', '.join(made)}")
        given |= read
    return given

"""Credential references: `env:NAME` and `file:PATH`. Secrets do not stand in an IUT file, which people share."""

from __future__ import annotations

import os
from pathlib import Path

from conformance.iut.errors import UsageError


def resolve(key: str, reference: str, base: Path, *, allow_literal: bool) -> str:
    """Return the secret that `reference` names; relative file paths start at `base`.

    Raises:
        UsageError: the variable or file is missing or empty, or a literal secret stands where none is allowed.
    """
    kind, colon, name = reference.partition(":")
    if colon and kind == "env":
        if not name:
            raise UsageError(f'{key} = "env:": names no variable; write "env:NAME"')
        value = os.environ.get(name)
        if value == "":
            raise UsageError(f'{key} = "env:{name}": the environment variable {name} is empty; give it a value')
        if value is None:
            raise UsageError(
                f'{key} = "env:{name}": the environment variable {name} is not set; export it and run again'
            )
        return value
    if colon and kind == "file":
        path = base / Path(name).expanduser()
        try:
            value = path.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise UsageError(f'{key} = "file:{name}": cannot read the file ({reason}); check the path') from error
        if not value:
            raise UsageError(f'{key} = "file:{name}": the file is empty; write the secret into it')
        return value
    if allow_literal:
        return reference
    # The value may be a secret: it is not repeated here.
    raise UsageError(
        f'{key}: a literal secret is not allowed; write "env:NAME" or "file:PATH", or run with --allow-literal-secrets'
    )

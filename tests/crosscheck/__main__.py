"""Print the table of agreement: `python -m tests.crosscheck`. Exit 1 where code bases disagree, 2 where one is missing."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from . import java, openssl
from .table import compare, render

READERS = ("pycryptodome", "openssl", "java", "second reader")


def main() -> int:
    """Compare, print, and return the exit status."""
    missing = [
        name for name, there in (("openssl", openssl.available()), ("java (JDK 17)", java.available())) if not there
    ]
    if missing:
        print(f"not installed: {', '.join(missing)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        rows = compare([openssl.OpenSsl(Path(folder)), java.Java()])
    print(render(rows, READERS))
    return 1 if any(row.disagreements for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())

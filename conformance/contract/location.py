"""Where the data of the suite lie.

In a checkout `schemas/` and `vectors/` stand beside the package and are looked for there first, because an editable
install copies the wheel's data only once and would serve yesterday's. In a wheel they lie in `conformance/_data`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def _root(name: str) -> Path:
    candidates = (_PACKAGE.parent / name, _PACKAGE / "_data" / name)
    # A foreign folder `schemas` beside site-packages must not be mistaken for ours.
    for candidate in candidates:
        if (candidate / ".iot-conformance").is_file():
            return candidate
    looked = " and ".join(str(candidate) for candidate in candidates)
    raise FileNotFoundError(f"the data folder {name!r} of iot-conformance is missing; looked in {looked}")


def schemas_root() -> Path:
    """Return the folder that holds one contract per platform, and `suite/` with the schemas of our own files.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    return _root("schemas")


def vectors_root() -> Path:
    """Return the folder of the known-answer vectors.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    return _root("vectors")

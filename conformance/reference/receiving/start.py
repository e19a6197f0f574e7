"""Starting a reference application: the same command line as every reference, without credentials of its own."""

from __future__ import annotations

from pathlib import Path

from conformance.contract import load
from conformance.reference import launch
from conformance.reference.receiving.service import Receiving


def main(platform: str, name: str, arguments: list[str] | None = None) -> int:
    """Serve the application of a platform as the command line says; return the exit status."""

    def start(_: Path | None) -> launch.Started:
        return launch.Started(Receiving(load(platform)), {}, {})

    return launch.main(name, start, arguments)

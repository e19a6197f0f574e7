"""Other people's programs that are a second opinion; where one is missing a test is skipped, and in CI it fails."""

from __future__ import annotations

import os
import shutil

import pytest


def mosquitto_program(program: str) -> str:
    """Return where a program of Debian's mosquitto packages is."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(f"required in CI and not installed: {program}")
        pytest.skip(f"not installed: {program} (apt-get install mosquitto mosquitto-clients)")
    return path

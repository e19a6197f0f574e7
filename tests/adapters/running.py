"""Judging a program of role crypto in this process, and the tools that the examples need."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import Role
from conformance.evidence.results import CaseResult, Results
from conformance.iut.config import Iut
from conformance.runner.run import Plan, Run
from conformance.runner.selection import Filters

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "adapters"


@dataclass
class Judged:
    """What came of a program."""

    results: Results

    @property
    def verdict(self) -> str:
        return self.results["verdict"]

    def case(self, identity: str) -> CaseResult:
        return next(case for case in self.results["cases"] if case["id"] == identity)

    def having(self, *verdicts: str) -> list[CaseResult]:
        return [case for case in self.results["cases"] if case["verdict"] in verdicts]


def judge(*command: str, only: tuple[str, ...] = (), out: Path | None = None, pixit: Mapping[str, Any] = {}) -> Judged:
    """Judge a program by the cases that match."""
    iut = Iut("a program", "1", Role.CRYPTO, None, command=shlex.join(command), pixit=dict(pixit))
    run = Run(Plan((iut,), Filters(only=only), out=out), "20261126T120000Z-abcdef")
    run.execute()
    return Judged(run.results())


def python(script: Path, *arguments: str) -> tuple[str, ...]:
    """Return the command of a Python adapter; it runs with the libraries of the tests."""
    return (sys.executable, str(script), *arguments)


def need(*tools: str) -> None:
    """Skip where a tool is missing; in CI it must be there."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        lacking(", ".join(missing))


def lacking(what: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"required in CI and not installed: {what}")
    pytest.skip(f"not installed: {what}")


def compiled(source: Path, folder: Path, *options: str) -> str:
    """Compile a C program against OpenSSL, as a stranger would, with every warning an error."""
    need("gcc")
    probe = ["gcc", "-E", "-x", "c", "-", "-o", os.devnull]
    if subprocess.run(probe, input=b"#include <openssl/evp.h>\n", capture_output=True, check=False).returncode:
        lacking("libssl-dev")
    program = folder / source.stem
    command = ["gcc", "-std=c99", "-Wall", "-Werror", *options, "-o", str(program), str(source), "-lcrypto"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return str(program)

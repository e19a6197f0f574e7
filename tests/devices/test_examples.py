"""The devices to copy: compiled as their first lines say, they pass."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.contract import Role
from conformance.evidence.verdict import Verdict
from conformance.iut.config import Iut
from tests.adapters.running import ROOT, lacking, need
from tests.devices.bench import CASES, PLATFORM, judge

EXAMPLES = ROOT / "examples" / "devices"
LIBRARIES = {"mosquitto.h": "libmosquitto-dev", "cjson/cJSON.h": "libcjson-dev", "openssl/hmac.h": "libssl-dev"}
TRIED = [
    name
    for name in CASES
    if name.split("/")[2] in {"connect", "subscribe", "report", "command", "unknown", "wrong", "throughout"}
] + [f"{PLATFORM}/device/connection/kicked"]
"""All but what takes the minute of its keep alive, or a connection each."""


def command(language: str, folder: Path) -> str:
    words = "{host} {port} {ca_file} {device_id} 1"
    if language == "python":
        return f"{shlex.join([sys.executable, str(EXAMPLES / 'meter.py')])} {words}"
    need("gcc")
    for header, package in LIBRARIES.items():
        probe = ["gcc", "-E", "-x", "c", "-", "-o", os.devnull]
        asked = f"#include <stddef.h>\n#include <{header}>\n".encode()
        if subprocess.run(probe, input=asked, capture_output=True, check=False).returncode:
            lacking(package)
    source, program = EXAMPLES / "meter.c", folder / "meter"
    line = next(line for line in source.read_text(encoding="utf-8").splitlines() if " gcc -std" in line)
    words_of_gcc = shlex.split(line.partition("gcc ")[2].replace("-o meter meter.c", f"-o {program} {source}"))
    done = subprocess.run(
        ["gcc", "-Wextra", "-Werror", *words_of_gcc], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return f"{shlex.quote(str(program))} {words}"


@pytest.mark.parametrize("language", ["c", "python"])
def test_device_to_copy_passes(tmp_path: Path, certificate: dict[str, str], language: str) -> None:
    told = {
        "product_model": str(EXAMPLES / "meter.json"),
        "connect_timeout_s": 10,
        "report_period_s": 5,
        "examples": 5,
        "command_timeout_s": 5,
    }
    iut = Iut(
        "meter", "", Role.DEVICE, PLATFORM, command=command(language, tmp_path), pics={"commands": True}, pixit=told
    )
    outcomes = judge(iut, TRIED, certificate)
    assert [(each.case.id, each.reason, each.broken) for each in outcomes if each.verdict is not Verdict.PASS] == []

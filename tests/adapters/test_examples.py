"""The shipped adapters pass every vector of the schemes that they declare, and the suite asks them nothing else."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.contract import Role
from conformance.runner.embedded import everything
from conformance.runner.run import Plan, Run
from conformance.suites.registry import suite
from conformance.vectors import load

from .running import EXAMPLES, ROOT, compiled, judge, need, python

SCHEMES = {
    "python": {"envelope", "mqtt-password", "rsa-token"},
    "node": {"envelope", "mqtt-password", "rsa-token"},
    "java": {"envelope", "mqtt-password", "rsa-token"},
    "c": {"envelope", "mqtt-password"},
}


def command(language: str, folder: Path) -> tuple[str, ...]:
    match language:
        case "python":
            return python(EXAMPLES / "adapter.py")
        case "node":
            need("node")
            return ("node", str(EXAMPLES / "adapter.mjs"))
        case "java":
            need("java", "javac")
            return ("java", str(EXAMPLES / "Adapter.java"))
        case _:
            return (compiled(EXAMPLES / "adapter.c", folder),)


@pytest.mark.parametrize("language", SCHEMES)
def test_example_passes_every_vector_of_the_schemes_that_it_declares(language: str, tmp_path: Path) -> None:
    judged = judge(*command(language, tmp_path), pixit={"start_timeout_s": 60, "request_timeout_s": 60})
    assert [case["message"] for case in judged.having("FAIL", "WARN", "INCONCLUSIVE", "ERROR")] == []
    assert judged.results["run"]["exit"] == 0
    asked = Counter(case["subject"] for case in judged.having("PASS"))
    assert set(asked) == SCHEMES[language] | {"adapter"}
    # What is left out is another scheme, fixed padding bytes (for generators), or two different hashes, which Node lacks.
    for case in judged.having("NOT_APPLICABLE"):
        kind = re.match(r"the program does not declare (the scheme|the operation|padding)", case["message"])
        assert kind is not None, case["message"]
        assert case["subject"] not in SCHEMES[language] or "/encrypt-fixed/" in case["id"] or language == "node"
    vectors = {file.scheme: 0 for file in load()}
    for file in load():
        vectors[file.scheme] += len(file.tests)
    for scheme in SCHEMES[language] - {"rsa-token"}:
        assert asked[scheme] == vectors[scheme]


def test_our_own_routines_are_judged_the_same_way_and_leave_nothing_open(tmp_path: Path) -> None:
    run = Run(Plan(everything((), (Role.CRYPTO,)), out=tmp_path), "20261126T120000Z-abcdef")
    run.execute()
    results = run.results()
    assert {case["verdict"] for case in results["cases"]} == {"PASS"}
    assert {row["verdict"] for row in results["requirements"]} == {"PASS"}
    assert [case["id"] for case in results["cases"]] == [case.id for case in suite("crypto").cases]
    known = {row["id"] for row in results["requirements"]}
    assert all(case["requirements"] and set(case["requirements"]) <= known for case in results["cases"])


def test_exported_headers_compile_without_a_warning_and_serve_a_c_program(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["vectors", "export", "--format", "c-header", "--out", str(tmp_path / "vectors")])
    assert done.exit_code == 0, done.output
    headers = sorted((tmp_path / "vectors").glob("iot_*.h"))
    assert len(headers) == len(load()) + 1
    everything = tmp_path / "everything.c"
    counts = [f"IOT_{file.scheme}_{file.operation}_COUNT".upper().replace("-", "_") for file in load()]
    everything.write_text(
        "#include <stdio.h>\n"
        + "".join(f'#include "{header.name}"\n' for header in headers)
        + f'int main(void) {{ printf("%d\\n", {" + ".join(counts)}); return 0; }}\n'
    )
    program = compiled(everything, tmp_path, "-Wextra", f"-I{tmp_path / 'vectors'}")
    total = subprocess.run([program], capture_output=True, text=True, check=True, timeout=60).stdout
    assert int(total) == sum(len(file.tests) for file in load())

    checker = compiled(ROOT / "examples" / "vectors" / "check_password.c", tmp_path, f"-I{tmp_path / 'vectors'}")
    right = subprocess.run([checker], capture_output=True, text=True, check=False, timeout=60)
    assert (right.returncode, right.stderr) == (0, "")
    wrong = subprocess.run([checker, "swap"], capture_output=True, text=True, check=False, timeout=60)
    assert wrong.returncode == 1
    assert "crypto/mqtt-password/password/capture-node" in wrong.stderr
    assert "SwappedKeyMessage" in wrong.stderr

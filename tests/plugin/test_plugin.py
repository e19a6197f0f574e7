"""The suites under plain pytest: verdicts, exit statuses and JUnit agree with those of the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as Xml
from pathlib import Path

import pytest

from conformance.crypto.certificates import Authority

STUB = """
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

MODE = sys.argv[2]

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        info = {"access_token": "token-of-the-stub"} if "token" in self.path or "login" in self.path else INFO[MODE]
        body = json.dumps({"result": True, "info": info}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = do_PUT = do_DELETE = answer
    def log_message(self, *args): pass

INFO = {
    "right": {"id": "p1", "name": "n", "descr": "d", "tags": {}},
    "wrong": {"id": 7, "name": "n", "descr": "d", "tags": {}},
}
HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
IUT = """
[iut]
name = "stub"
version = "1"
role = "platform"
platform = "thingscloud"
command = "{python} stub.py {{port}} {mode}"
[credentials]
{credentials}
[pics]
{pics}
"""
CREDENTIALS = "\n".join(f'{key} = "env:STUB_{key.upper()}"' for key in ("app_id", "access_key", "secret_key"))


def _prepare(folder: Path, mode: str, *, credentials: str = CREDENTIALS, pics: str = "", waiver: str = "") -> None:
    (folder / "stub.py").write_text(STUB)
    text = IUT.format(python=sys.executable, mode=mode, credentials=credentials, pics=pics) + waiver
    (folder / "iut.toml").write_text(text)


def _environment() -> dict[str, str]:
    known = {f"STUB_{key}": f"value-of-{key.lower()}" for key in ("APP_ID", "ACCESS_KEY", "SECRET_KEY")}
    return {**{key: value for key, value in os.environ.items() if key != "PYTEST_ADDOPTS"}, **known}


def _pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "conformance.plugin", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False, timeout=120
    )


def _cli(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "conformance", "run", "--iut", "iut.toml", "--out", "cli", *arguments]
    return subprocess.run(
        command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False, timeout=120
    )


ONLY = "thingscloud/project/minimal"
RUNS = {
    "PASS": ({"mode": "right"}, 0, ""),
    "FAIL": ({"mode": "wrong"}, 1, "failure"),
    "INCONCLUSIVE": ({"mode": "right", "credentials": ""}, 3, "error"),
}


@pytest.mark.parametrize("verdict", RUNS)
def test_exit_status_and_junit_agree_with_the_command_line(tmp_path: Path, verdict: str) -> None:
    settings, status, element = RUNS[verdict]
    _prepare(tmp_path, **settings)
    by_pytest = _pytest(tmp_path, "--iut", "iut.toml", "--iut-only", ONLY, "--iut-out", "out", "--junitxml=pytest.xml")
    by_cli = _cli(tmp_path, "--only", ONLY)
    assert by_pytest.returncode == by_cli.returncode == status, by_pytest.stdout + by_cli.stdout + by_cli.stderr
    for file in ("pytest.xml", "out/junit.xml", "cli/junit.xml"):
        cases = list(Xml.parse(tmp_path / file).iter("testcase"))
        assert len(cases) == 1
        kinds = [child.tag for child in cases[0] if child.tag in {"failure", "error", "skipped"}]
        assert kinds == ([element] if element else [])
    for out in ("out", "cli"):
        assert json.loads((tmp_path / out / "results.json").read_text())["verdict"] == verdict


def test_not_applicable_is_a_skip_with_its_reason(tmp_path: Path) -> None:
    _prepare(tmp_path, "right", pics="customers = false")
    done = _pytest(tmp_path, "--iut", "iut.toml", "--iut-only", "thingscloud/customer-list/minimal", "-rs")
    assert done.returncode == 3  # nothing was judged
    assert "pics.customers = false" in done.stdout


def test_a_mistake_in_the_iut_file_is_one_line_and_status_2(tmp_path: Path) -> None:
    (tmp_path / "iut.toml").write_text("[iut]\nrole = 'plattform'\n")
    done = _pytest(tmp_path, "--iut", "iut.toml")
    assert done.returncode == 2
    assert "iut.role = 'plattform': not a role" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_an_address_that_cannot_be_spoken_to_is_one_line_and_status_2(tmp_path: Path) -> None:
    _prepare(tmp_path, "right", waiver="[pixit]\nrequest_timeout_s = 1\n")
    (tmp_path / "ca.pem").write_text(Authority.made().pem, encoding="ascii")
    text = (tmp_path / "iut.toml").read_text()
    (tmp_path / "iut.toml").write_text(text.replace('version = "1"', 'version = "1"\nca_file = "ca.pem"'))
    done = _pytest(tmp_path, "--iut", "iut.toml", "--iut-only", ONLY)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "no TLS there" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("waiver", "told"),
    [
        ('case = "thingscloud/project/minimal"\nverdict = "FAIL"\nexpires = 2999-01-01', "is stale"),
        ('case = "thingscloud/project/minimal"\nverdict = "FAIL"\nexpires = 2020-01-01', "expired on 2020-01-01"),
        ('case = "thingscloud/projekt/*"\nverdict = "FAIL"\nexpires = 2999-01-01', "matches no case"),
    ],
)
def test_faulty_waiver_makes_status_1_with_one_line(tmp_path: Path, waiver: str, told: str) -> None:
    _prepare(tmp_path, "right", waiver=f'\n[[waiver]]\nreason = "known"\n{waiver}\n')
    done = _cli(tmp_path, "--only", ONLY)
    assert done.returncode == 1
    assert told in " ".join(done.stdout.split())


def test_waived_failure_does_not_count(tmp_path: Path) -> None:
    waiver = f'\n[[waiver]]\ncase = "{ONLY}"\nverdict = "FAIL"\nreason = "known"\nexpires = 2999-01-01\n'
    _prepare(tmp_path, "wrong", waiver=waiver)
    done = _cli(tmp_path, "--only", ONLY)
    assert done.returncode == 0, done.stdout
    case = json.loads((tmp_path / "cli" / "results.json").read_text())["cases"][0]
    assert case["verdict"] == "FAIL"
    assert case["waived"]["reason"] == "known"


def test_plugin_is_not_active_in_other_peoples_runs(tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text("def test_theirs(): pass\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--help"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60).stdout
    assert "--iut" not in told

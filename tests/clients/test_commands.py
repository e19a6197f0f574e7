"""Judging a client as a user does: `init`, `check`, `run --role client` and `serve --judge`, with programs of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.location import schemas_root
from conformance.contract.messages import Message
from conformance.evidence.results import read_evidence
from conformance.iut.process import python_module
from tests.engine.live import artefacts, command, results

OUT_FILES = {"results.json", "junit.xml", "report.html", "summary.md", "evidence.ndjson"}
CANARY = "CANARY-Qm7xT2vL9"
CLIENT = "conformance.reference.envelope.client"


def iut_file(folder: Path, *arguments: str, platform: str = "envelope", more: str = "") -> Path:
    """The file that `init` writes, with a reference client as the command."""
    file = folder / "client.toml"
    assert command("init", "client", platform, "--file", str(file)).status == 0
    started = python_module(f"conformance.reference.{platform}.client", "--url", "URL", "--ca", "CA", *arguments)
    started = started.replace("URL", "{url}").replace("CA", "{ca_file}")
    text = re.sub(r"(?m)^command = .*$", lambda _: f"command = {json.dumps(started)}", file.read_text(encoding="utf-8"))
    file.write_text(text + more, encoding="utf-8")
    return file


def test_wrong_client_fails_with_all_artefacts_and_the_line_that_repeats_it(tmp_path: Path) -> None:
    file = iut_file(tmp_path, "--with", "timestamp-of-another-day")
    done = command("run", "--iut", str(file), "--provoke", "unknown-members", "--out", str(tmp_path / "out"))
    assert done.status == 1, done.output
    assert artefacts(tmp_path / "out").keys() == OUT_FILES
    found = results(tmp_path / "out")
    schema = json.loads((schemas_root() / "suite" / "results.json").read_text(encoding="utf-8"))
    assert Message("results", schema).violations(found) == ()
    (failed,) = [case for case in found["cases"] if case["verdict"] == "FAIL"]
    assert failed["id"] == "envelope/client/any/time-stamp"
    assert failed["reproduce"] == (
        f"iot-conformance run --iut {file} --provoke unknown-members --seed 0 --only envelope/client/any/time-stamp"
    )
    assert failed["findings"][0]["exchange"] in failed["exchanges"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f'"{failed["findings"][0]["exchange"]}"' in page
    shown = {record["id"]: record for record in read_evidence(tmp_path / "out" / "evidence.ndjson")}
    record: Any = shown[failed["findings"][0]["exchange"]]
    assert record["out"]["method"] == "POST"
    skipped = {case["id"]: case["message"] for case in found["cases"] if case["verdict"] == "NOT_APPLICABLE"}
    assert skipped == {"envelope/client/provoked/other-form": "nobody asked for it; give --provoke other-form"}


def test_client_that_does_not_end_is_stopped_at_its_deadline(tmp_path: Path) -> None:
    file = iut_file(tmp_path, "--with", "hangs")
    text = file.read_text(encoding="utf-8").replace("# client_timeout_s = 120", "client_timeout_s = 1.5")
    file.write_text(text, encoding="utf-8")
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"))
    assert done.status == 3, done.output
    (open_case,) = [case for case in results(tmp_path / "out")["cases"] if case["verdict"] == "INCONCLUSIVE"]
    assert open_case["id"] == "envelope/client/any/ends"
    assert "it was still running and was stopped" in open_case["message"]


def test_check_runs_the_client_once_and_judges_nothing(tmp_path: Path) -> None:
    done = command("check", "--iut", str(iut_file(tmp_path, "--with", "stale-timestamp")))
    assert done.status == 0, done.output
    assert "the client: it ended with status 0" in done.output
    assert "6 calls, of 2 documented operations" in done.output


def test_check_says_that_a_program_makes_no_call(tmp_path: Path) -> None:
    file = iut_file(tmp_path)
    text = re.sub(r"(?m)^command = .*$", f'command = "{sys.executable} -c pass {{url}}"', file.read_text())
    file.write_text(text, encoding="utf-8")
    done = command("check", "--iut", str(file))
    assert done.status == 2
    assert "0 calls, of 0 documented operations; see that it uses {url}" in done.output


MISTAKES = [
    (("run", "--role", "client", "--provoke", "nonsense"), "--provoke 'nonsense': not known"),
    (("run", "--role", "client", "--provoke", ","), "--provoke ',': not known"),
    (("run", "--role", "platform", "--provoke", "throttle"), "--provoke and --lenient concern role client"),
    (("run", "--role", "crypto", "--lenient"), "--provoke and --lenient concern role client"),
    (("serve", "envelope", "--judge", "--provoke", "nonsense"), "--provoke 'nonsense': not known"),
    (("serve", "envelope", "--judge", "--provoke", "throttle"), "the document describes no refusal of callers"),
    (("serve", "envelope", "--judge", "--role", "application"), "there is no embedded reference"),
    (("serve", "huawei", "--judge", "--role", "application"), "--judge listens to clients"),
    (("serve", "envelope", "--judge", "--write-iut", "x.toml"), "--judge listens to clients"),
    (("serve", "envelope", "--provoke", "throttle"), "belong to --judge"),
    (("serve", "envelope", "--out", "x"), "belong to --judge"),
    (("init", "client"), "PLATFORM is missing"),
]


@pytest.mark.parametrize(("arguments", "text"), MISTAKES, ids=[" ".join(each) for each, _ in MISTAKES])
def test_mistake_in_use_is_one_line(tmp_path: Path, monkeypatch: Any, arguments: Any, text: str) -> None:
    monkeypatch.chdir(tmp_path)
    done = command(*arguments)
    assert done.status == 2, done.output
    assert done.stderr.count("\n") == 1
    assert text in done.stderr


FILES = {
    "url": ('url = "http://127.0.0.1:1"', "", "role client starts a program"),
    "no command": ("", "", "role client starts a program"),
    "placeholder": ('command = "x {port}"', "", "role client offers {ca_file}, {url}"),
    "claim": (
        'command = "true"',
        '[pics]\noperations = ["query"]',
        "pics.operations names 'query', which is no operation",
    ),
    "claim as text": ('command = "true"', '[pics]\noperations = "query"', "not of type array"),
    "no program": ('command = "./no-such-client"', "", "cannot start './no-such-client'"),
}


@pytest.mark.parametrize("name", FILES)
def test_mistake_in_the_file_is_one_line(tmp_path: Path, name: str) -> None:
    reach, more, text = FILES[name]
    file = tmp_path / "client.toml"
    file.write_text(f'[iut]\nrole = "client"\nplatform = "envelope"\n{reach}\n{more}\n', encoding="utf-8")
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"))
    assert done.status == 2, done.output
    assert text in done.stderr
    assert done.stderr.count("\n") == 1


def test_credentials_of_the_file_are_those_of_the_platform_and_no_secret_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_ID", "acme-app")
    monkeypatch.setenv("SECRET_KEY", CANARY)
    file = iut_file(tmp_path, "--with", "token-in-query", platform="thingscloud")
    text = file.read_text(encoding="utf-8")
    for name in ("app_id", "secret_key"):
        text = text.replace(f"# {name} = ", f"{name} = ")
    file.write_text(text, encoding="utf-8")
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"))
    assert done.status == 1, done.output
    written = b"".join(artefacts(tmp_path / "out").values()) + done.output.encode()
    assert b"acme-app" in written
    assert CANARY.encode() not in written
    # The token that an answer gave is a pseudonym wherever the client put it.
    assert not re.search(rb"access_token=[0-9a-f]{20}|Bearer [0-9a-f]{20}", written)
    assert "access_token=‹access_token".encode() in written


def test_listening_ends_at_ctrl_c_with_the_verdict(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "conformance", "serve", "envelope", "--judge", "--out", "out"]
    child = subprocess.Popen(arguments, cwd=tmp_path, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert child.stdout is not None
    known: dict[str, str] = {}
    url = name = ""
    for line in child.stdout:
        if match := re.match(r"judging clients of envelope at (\S+)", line):
            url = match[1]
        elif match := re.match(r"  (\w+) = (.*)\n", line):
            name, known[match[1]] = match[1], match[2]
        if name == "rate_limit":
            break
    facts = {f"IOT_CONFORMANCE_{key.upper()}": json.loads(known[key]) for key in ("pid", "plain_pid", "secret_key")}
    facts["IOT_CONFORMANCE_PROBES"] = json.dumps([{"path": "/ping", "body": {}}])
    client = [sys.executable, "-m", CLIENT, "--url", url, "--with", "timestamp-in-seconds"]
    subprocess.run(client, env={**os.environ, **facts}, check=True, timeout=20)
    child.send_signal(signal.SIGINT)
    printed, _ = child.communicate(timeout=30)
    assert child.returncode == 1, printed
    assert artefacts(tmp_path / "out").keys() == OUT_FILES
    found = results(tmp_path / "out")
    assert found["run"]["complete"] is True
    assert found["run"]["exit"] == 1
    assert re.search(r"POST   /ping  encrypted-call  200  encrypted-call/call/timeStamp/pattern", printed), printed

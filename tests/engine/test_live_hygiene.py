"""Somebody else's system: only what is allowed is sent, what was made is taken away, also after a killed run."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import CallClass, Contract, load
from conformance.evidence.results import read_evidence
from conformance.iut.journal import Journal, read
from conformance.suites.registry import Suite, suite

from .fake import InProcess
from .hostile import Connection, Hostile, Platform, healthy, whole
from .live import CREDENTIALS, Live, command, iut_file, results

READ = "thingscloud/project/minimal"
SEND = "thingscloud/command-send/minimal"
CLASSES = [CallClass.DESTRUCTIVE, CallClass.IRREVERSIBLE, CallClass.THROTTLE]


def variant(kind: CallClass) -> Contract:
    """Return the contract as if sending a command were of another class."""
    contract = load("thingscloud")
    changed = replace(contract.operations["command-send"], call_class=kind)
    return replace(contract, operations={**contract.operations, "command-send": changed})


def subjects(live: Live) -> list[str]:
    return [entry["subject"] for entry in live.log()]


@pytest.mark.parametrize("kind", CLASSES)
def test_a_class_that_is_not_allowed_is_not_sent_to_a_url_nor_are_its_preambles(
    kind: CallClass, live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conformance.runner.session.load", lambda _: variant(kind))
    file = iut_file(tmp_path / "iut", live.url)
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", SEND, "--only", READ)
    assert done.status == 3
    cases = {case["id"]: case for case in results(tmp_path / "out")["cases"]}
    assert cases[READ]["verdict"] == "PASS"
    assert cases[SEND]["verdict"] == "INCONCLUSIVE"
    assert f"without --allow {kind}" in cases[SEND]["message"]
    assert set(subjects(live)) <= {"project", "access-token"}


@pytest.mark.parametrize("kind", CLASSES)
def test_an_allowed_class_is_sent(kind: CallClass, live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.runner.session.load", lambda _: variant(kind))
    file = iut_file(tmp_path / "iut", live.url)
    options = ("--out", str(tmp_path / "out"), "--only", SEND, "--allow", kind.value)
    done = command("run", "--iut", str(file), *options)
    assert done.status == 0, done.output
    assert "command-send" in subjects(live)
    assert results(tmp_path / "out")["run"]["allowed"] == [kind.value]


def test_the_word_of_a_case_about_its_class_counts(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = suite("thingscloud")
    cases = tuple(replace(case, call_class=CallClass.DESTRUCTIVE) if case.id == READ else case for case in known.cases)
    monkeypatch.setattr("conformance.runner.run.suite", lambda _: Suite(cases, known.skipped))
    file = iut_file(tmp_path / "iut", live.url)
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", READ)
    assert done.status == 3
    assert subjects(live) == []


def test_allowing_what_needs_no_leave_is_a_mistake() -> None:
    assert command("run", "--allow", "mutating").status == 2


def test_a_plan_sends_nothing_writes_nothing_and_tells_what_would_be_sent(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conformance.cli.plan.load", lambda _: variant(CallClass.IRREVERSIBLE))
    with Hostile(healthy) as server:
        file = iut_file(tmp_path / "iut", server.url, "")
        text = file.read_text(encoding="utf-8").replace('rate_limit = "none"', "rate_limit = 2")
        file.write_text(text.replace('access_key = "file:access_key.secret"\n', ""), encoding="utf-8")
        done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--plan")
        assert server.connections == 0
    assert done.status == 0, done.output
    assert not (tmp_path / "out").exists()
    assert "nothing was sent" in " ".join(done.stdout.split())
    assert "no: needs --allow irreversible" in done.stdout
    assert "min at 2 calls/s" in done.stdout
    assert "missing credentials.access_key" in done.stdout
    command("run", "--iut", str(iut_file(tmp_path / "iut", live.url)), "--plan")
    assert live.log() == []


@pytest.mark.parametrize("prefix", ["conf", "mine"])
def test_what_a_run_makes_bears_its_prefix_and_is_gone_afterwards(prefix: str, live: Live, tmp_path: Path) -> None:
    before = live.names()
    file = iut_file(tmp_path / "iut", live.url, f'run_prefix = "{prefix}"')
    only = [
        word
        for subject in ("device-create", "customer-create", "device-read", "customer-tags-update", "attributes")
        for word in ("--only", f"thingscloud/{subject}/m*imal")
    ]
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), *only)
    assert done.status == 0, done.output
    run = results(tmp_path / "out")["run"]["id"]
    made = [
        json.loads(record["out"]["body"]["text"])["name"]  # type: ignore[typeddict-item, index]
        for record in read_evidence(tmp_path / "out" / "evidence.ndjson")
        if record["kind"] == "http" and record["out"]["url"].endswith(("/device", "/customer"))  # type: ignore
    ]
    assert len(made) >= 7
    assert len(set(made)) == len(made)
    assert all(name.startswith(f"{prefix}-{run[-6:]}-") for name in made)
    assert live.names() == before
    assert read(tmp_path / "out" / "journal.ndjson")[1] == []


def test_an_embedded_run_keeps_no_journal(tmp_path: Path) -> None:
    done = command("run", "--platform", "thingscloud", "--out", str(tmp_path / "out"), "--only", READ)
    assert done.status == 0
    assert not (tmp_path / "out" / "journal.ndjson").exists()


def test_a_limit_of_calls_is_kept_and_what_was_made_is_still_taken_away(live: Live, tmp_path: Path) -> None:
    before = live.names()
    live.control("DELETE", "log")
    file = iut_file(tmp_path / "iut", live.url)
    options = ("--only", "thingscloud/device-*/minimal", "--max-calls", "4")
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), *options)
    assert done.status == 3, done.output
    sent = subjects(live)
    assert len([subject for subject in sent if subject != "device-delete"]) <= 4
    reasons = {case["message"] for case in results(tmp_path / "out")["cases"] if case["verdict"] == "INCONCLUSIVE"}
    assert any("limit of 4 calls (--max-calls) is used up" in reason for reason in reasons)
    assert live.names() == before
    assert read(tmp_path / "out" / "journal.ndjson")[1] == []  # a call that is refused unsent makes nothing
    assert "still on the platform" not in done.output


def test_clean_tells_what_was_never_made(live: Live, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    file = iut_file(tmp_path / "iut", live.url)
    journal = Journal(out / "journal.ndjson", {"iut": str(file), "platform": "thingscloud", "run": "x"})
    journal.intend("device", "conf-never", {})
    journal.close()
    done = command("clean", str(out))
    assert (done.status, done.stdout) == (0, f"{out}: was not there: device conf-never\n")


def test_a_limit_of_time_is_kept(live: Live, tmp_path: Path) -> None:
    file = iut_file(tmp_path / "iut", live.url)
    options = ("--only", "*/minimal", "--max-time", "0.000001")
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), *options)
    assert done.status == 3
    assert {case["verdict"] for case in results(tmp_path / "out")["cases"]} == {"INCONCLUSIVE"}
    assert live.log() == []


def test_the_rate_limit_of_the_file_spaces_the_calls(live: Live, tmp_path: Path) -> None:
    file = iut_file(tmp_path / "iut", live.url)
    text = file.read_text(encoding="utf-8").replace('rate_limit = "none"', "rate_limit = 20")
    file.write_text(text, encoding="utf-8")
    only = ("--only", "thingscloud/project/*", "--exclude", "*/generated/*", "--exclude", "*/coverage")
    command("run", "--iut", str(file), "--out", str(tmp_path / "out"), *only)
    times = [entry["t_ms"] for entry in live.log()]
    assert len(times) >= 3
    assert times[-1] - times[0] >= (len(times) - 1) * 50 - 45  # of the first and last arrival, one may be late


def test_the_proxies_of_the_environment_are_ignored(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Hostile(healthy) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        file = iut_file(tmp_path / "iut", live.url)
        done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", READ)
        assert proxy.connections == 0
    assert done.status == 0, done.output


def test_the_proxy_of_the_file_is_used(tmp_path: Path) -> None:
    with Hostile(lambda connection, request: connection.send(whole(b"{}"))) as proxy:
        file = iut_file(tmp_path / "iut", "http://platform.invalid", f'proxy = "{proxy.url}"')
        command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", READ)
        assert proxy.requests[0].startswith(b"POST http://platform.invalid/")


# ---- killed runs -------------------------------------------------------------------------------------------------


class Holding:
    """A platform that stops at one call, tells the test, and answers no more until it is let go."""

    def __init__(self, method: bytes, path: bytes) -> None:
        self.platform = Platform()
        self.start = method + b" " + path
        self.hold = True
        self.reached = threading.Event()

    def __call__(self, connection: Connection, request: bytes) -> None:
        if self.hold and request.startswith(self.start):
            self.platform.answer(request)  # carried out, but its answer never arrives
            self.reached.set()
            connection.until_left()
        else:
            self.platform(connection, request)

    def devices(self) -> set[str]:
        """Return the names of all devices, as the API lists them."""
        return names(self.platform.core)


def names(core: InProcess) -> set[str]:
    from conformance.suites.context import Context

    from .fake import a_case

    context = Context(core.environment(), a_case(lambda _: None))
    found: set[str] = set()
    for page in range(1, 100):
        items = context.call("device-list", page=page).at("/info/items")
        if not items:
            break
        found |= {item["name"] for item in items}
    return found


@contextmanager
def held_run(
    folder: Path, holding: Holding, only: str, *options: str
) -> Iterator[tuple[subprocess.Popen[str], Hostile, Path]]:
    """Start a run in a process of its own; yield it when the platform has got the call at which it stops."""
    with Hostile(holding) as server:
        file = iut_file(folder / "iut", server.url, "request_timeout_s = 60")
        for name in CREDENTIALS:
            (file.parent / f"{name}.secret").write_text(holding.platform.core.credentials[name], encoding="utf-8")
        arguments = ["run", "--iut", str(file), "--out", str(folder / "out"), "--only", READ, "--only", only, *options]
        with subprocess.Popen(
            [sys.executable, "-m", "conformance", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                assert holding.reached.wait(60), process.communicate(timeout=1)
                yield process, server, file
            finally:
                process.kill()


KILLED = {
    "after it learnt the id": (b"GET", b"/api/v1/device/", "thingscloud/device-read/minimal"),
    "before it learnt the id": (b"POST", b"/api/v1/device ", "thingscloud/device-create/minimal"),
}


@pytest.mark.parametrize("name", KILLED)
def test_a_killed_run_leaves_readable_evidence_and_clean_empties_the_platform(name: str, tmp_path: Path) -> None:
    method, path, identity = KILLED[name]
    holding = Holding(method, path)
    before = holding.devices()
    with held_run(tmp_path, holding, identity) as (process, _, _):
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        out = tmp_path / "out"
        assert not (out / "results.json").exists()
        seen = list(read_evidence(out / "evidence.ndjson"))
        assert {record["case"] for record in seen} >= {READ}
        (entry,) = read(out / "journal.ndjson")[1]
        assert entry.kind == "device"
        assert (entry.id is None) is (name == "before it learnt the id")
        assert holding.devices() - before == {entry.name}
        holding.hold = False
        done = command("clean", str(out))
        assert done.status == 0, done.output
        assert f"deleted device {entry.name}" in done.stdout
        assert holding.devices() == before
        again = command("clean", str(tmp_path))
        assert (again.status, again.stdout) == (0, f"{out}: nothing left\n")


def test_clean_tells_what_it_could_not_delete_and_keeps_it_in_the_journal(tmp_path: Path) -> None:
    holding = Holding(b"GET", b"/api/v1/device/")
    with held_run(tmp_path, holding, "thingscloud/device-read/minimal") as (process, server, _):
        process.send_signal(signal.SIGKILL)
        process.wait(10)

        def broken(connection: Connection, request: bytes) -> None:
            if request.startswith(b"DELETE"):
                connection.send(whole(b"{}", "500 Oops"))
            else:
                holding.platform(connection, request)

        server.behaviour = broken
        done = command("clean", str(tmp_path / "out"))
        assert done.status == 1
        assert "is still there: HTTP 500" in done.stderr
        assert "deleted" not in done.stdout
        assert len(read(tmp_path / "out" / "journal.ndjson")[1]) == 1


def test_nothing_to_clean_is_no_mistake_and_a_folder_that_is_not_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where no run left anything either
    for words in (("clean", str(tmp_path)), ("clean",)):
        done = command(*words)
        assert (done.status, done.stderr) == (0, "")
        assert "holds no journal of a run against a url; nothing to clean" in done.stdout
    done = command("clean", str(tmp_path / "none"))
    assert done.status == 2
    assert "no such folder" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_exits_130_and_its_artefacts_tell_how_far_it_came(
    number: signal.Signals, tmp_path: Path
) -> None:
    import xml.etree.ElementTree as ElementTree

    holding = Holding(b"GET", b"/api/v1/device/")
    with held_run(tmp_path, holding, "thingscloud/device-read/minimal") as (process, _, _):
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 130, stdout + stderr
    assert "interrupted; cleaned up, writing what was judged so far" in stderr
    assert "Traceback" not in stderr
    read_back: dict[str, Any] = results(tmp_path / "out")
    assert (read_back["run"]["complete"], read_back["run"]["exit"]) == (False, 130)
    assert [(case["id"], case["verdict"]) for case in read_back["cases"]] == [(READ, "PASS")]
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"report.html", "summary.md", "evidence.ndjson"}
    junit = ElementTree.parse(tmp_path / "out" / "junit.xml").getroot()
    assert [case.get("name") for case in junit.iter("testcase")]
    assert read(tmp_path / "out" / "journal.ndjson")[0]["iut"] == str(tmp_path / "iut" / "iut.toml")

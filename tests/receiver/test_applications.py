"""Applications of other people: started by command, judged as a whole; written here as their authors would write them."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from conformance.cli.main import main
from conformance.contract import Role, load, platforms
from conformance.crypto.certificates import Certificate
from conformance.iut.receiver import Receiver, Reply
from conformance.runner.embedded import module_of
from conformance.suites.application.robust import BURST

PLATFORMS = [platform for platform in platforms() if module_of(platform, Role.APPLICATION)]

NAIVE = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if b"somethingNew" in body and "dies" in sys.argv:
            os._exit(3)
        kinds = (b'"notifyType":"deviceAdded"', b'"notifyType":"deviceDeleted"')
        if "text-search" in sys.argv and b"device" in body and not any(kind in body for kind in kinds):
            pass  # somebody else's message
        unknown = any(f'"{word[8:]}"'.encode() in body for word in sys.argv if word.startswith("without="))
        self.send_response(404 if unknown or "refuses" in sys.argv else 200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass

HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def command(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments])


def iut_file(folder: Path, platform: str, *arguments: str) -> Path:
    (folder / "naive.py").write_text(NAIVE)
    file = folder / "iut.toml"
    assert command("init", "application", platform, "--file", str(file)).exit_code == 0
    started = " ".join([sys.executable, str(folder / "naive.py"), "{port}", *arguments])
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(f'command = "{started}"' if line.startswith("url =") else line for line in lines))
    return file


def judged(file: Path, folder: Path, *only: str) -> dict[str, Any]:
    words = [word for pattern in only for word in ("--only", pattern)]
    done = command("run", "--iut", str(file), "--out", str(folder / "out"), *words)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    read: dict[str, Any] = json.loads((folder / "out" / "results.json").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_server_of_the_standard_library_that_searches_the_text_passes(platform: str, tmp_path: Path) -> None:
    file = iut_file(tmp_path, platform, "text-search")
    assert command("check", "--iut", str(file)).exit_code == 0
    results = judged(file, tmp_path, "*/maximal", "*/any/*")
    assert results["verdict"] == "PASS"
    assert {case["role"] for case in results["cases"]} == {"application"}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_an_application_is_not_subscribed_to_is_not_pushed(platform: str, tmp_path: Path) -> None:
    notifications = load(platform).notifications
    told = [each for each in notifications.values() if each.notify_type]
    first, other = told[0], told[-1]
    cases = (f"*/{first.subject}/maximal", f"*/{other.subject}/maximal", "*/any/keep-alive")
    file = iut_file(tmp_path, platform, f"without={other.notify_type}")
    assert judged(file, tmp_path, *cases)["verdict"] == "FAIL"
    claimed = json.dumps([subject for subject in notifications if subject != other.subject])
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^# notifications = .*$", f"notifications = {claimed}", text), encoding="utf-8")
    (tmp_path / "again").mkdir()
    results = judged(file, tmp_path / "again", *cases)
    assert results["verdict"] == "PASS"
    reason = f"pics.notifications does not name {other.subject}"
    assert {case["id"].split("/", 2)[2]: case["message"] for case in results["cases"] if case["message"]} == {
        f"{other.subject}/maximal": reason
    }
    (answered,) = (each for each in results["requirements"] if each["id"] == other.requirement("answered"))
    assert (answered["verdict"], answered["reason"]) == ("NOT_APPLICABLE", reason)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_claim_about_a_notification_that_there_is_not_is_a_mistake(platform: str, tmp_path: Path) -> None:
    file = iut_file(tmp_path, platform)
    text = re.sub(r"(?m)^# notifications = .*$", 'notifications = ["none-such"]', file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    for done in (
        command("check", "--iut", str(file)),
        command("run", "--iut", str(file), "--out", str(tmp_path / "o")),
    ):
        assert done.exit_code == 2
        assert (
            "pics.notifications names 'none-such', which is no notification; see: iot-conformance list" in done.output
        )


@pytest.mark.parametrize("platform", PLATFORMS)
def test_only_statements_about_applications_are_reported(platform: str, tmp_path: Path) -> None:
    results = judged(iut_file(tmp_path, platform), tmp_path, "*/minimal")
    own = {each.id for each in load(platform).requirements.values() if each.role is not Role.PLATFORM}
    assert {row["id"] for row in results["requirements"]} <= own


@pytest.mark.parametrize("platform", PLATFORMS)
def test_failure_cites_the_sentence_and_says_how_to_repeat_it(platform: str, tmp_path: Path) -> None:
    subject = next(iter(load(platform).notifications))
    results = judged(iut_file(tmp_path, platform, "refuses"), tmp_path, f"*/{subject}/minimal")
    (case,) = results["cases"]
    assert results["run"]["exit"] == 1
    assert case["verdict"] == "FAIL"
    notification = load(platform).notifications[subject]
    assert case["findings"][0]["requirement"] == notification.requirement("answered")
    assert f"--only {case['id']}" in case["message"]
    assert case["section"] == notification.section


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_application_that_dies_is_warned_of_once_and_started_again(platform: str, tmp_path: Path) -> None:
    results = judged(iut_file(tmp_path, platform, "dies"), tmp_path, "*/any/*")
    verdicts = {case["id"].partition("/application/")[2]: case["verdict"] for case in results["cases"]}
    assert {name for name, verdict in verdicts.items() if verdict != "PASS"} == {"any/unknown-kind"}
    assert verdicts["any/unknown-kind"] == "WARN"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_address_where_nobody_listens_is_one_line(platform: str, tmp_path: Path) -> None:
    file = tmp_path / "iut.toml"
    assert command("init", "application", platform, "--file", str(file)).exit_code == 0
    text = file.read_text(encoding="utf-8").replace("http://127.0.0.1:8080/callback", "http://127.0.0.1:9")
    file.write_text(text, encoding="utf-8")
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert "nobody accepts connections" in done.output


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_path_that_the_tester_names_is_pushed_to(platform: str, tmp_path: Path) -> None:
    file = iut_file(tmp_path, platform)
    file.write_text(
        file.read_text(encoding="utf-8").replace('# callback_path = "/callback"', 'callback_path = "/hooks/iot"')
    )
    judged(file, tmp_path, "*/device-added/minimal")
    (line,) = (tmp_path / "out" / "evidence.ndjson").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["out"]["url"].endswith("/hooks/iot")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_application_at_an_https_address_is_judged_over_tls(platform: str, tmp_path: Path) -> None:
    with Receiver(certificate=Certificate.made()) as application:
        channel = application.channel()
        channel.reply(Reply(body=b"ok"))
        (tmp_path / "ca.pem").write_text(application.ca_pem or "", encoding="ascii")
        file = tmp_path / "iut.toml"
        assert command("init", "application", platform, "--file", str(file)).exit_code == 0
        text = file.read_text(encoding="utf-8").replace("http://127.0.0.1:8080/callback", channel.url)
        file.write_text(text.replace('# ca_file = "ca.pem"', 'ca_file = "ca.pem"'), encoding="utf-8")
        results = judged(file, tmp_path, "*/maximal", "*/generated")
        assert results["verdict"] == "PASS"
        pushed = [got.json for got in channel.received]
    count = len(load(platform).notifications)
    assert len(pushed) == count + 5 * count  # five generated messages each, as a live system is spared
    assert all(isinstance(message, dict) for message in pushed)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_tester_s_limits_hold_for_pushes(platform: str, tmp_path: Path) -> None:
    file = iut_file(tmp_path, platform)
    done = command(
        "run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", "*/any/burst", "--max-calls", "9"
    )
    assert done.exit_code == 3
    assert "--max-calls" in done.output


@pytest.mark.parametrize("platform", PLATFORMS)
def test_burst_and_ten_megabytes_reach_a_live_application_with_leave_only(platform: str, tmp_path: Path) -> None:
    with Receiver() as application:
        channel = application.channel()
        channel.reply(Reply(body=b"ok"))
        file = tmp_path / "iut.toml"
        assert command("init", "application", platform, "--file", str(file)).exit_code == 0
        text = file.read_text(encoding="utf-8").replace("http://127.0.0.1:8080/callback", channel.url)
        file.write_text(text, encoding="utf-8")
        run = ("run", "--iut", str(file), "--only", "*/any/burst", "--only", "*/any/huge")
        unasked = command(*run, "--out", str(tmp_path / "unasked"))
        before = len(channel.received)
        asked = command(*run, "--out", str(tmp_path / "asked"), "--allow", "throttle")
        pushed = len(channel.received)
    assert (before, unasked.exit_code) == (0, 3)
    for case in json.loads((tmp_path / "unasked" / "results.json").read_text(encoding="utf-8"))["cases"]:
        assert (case["verdict"], case["exchanges"]) == ("INCONCLUSIVE", [])
        assert "--allow throttle" in case["message"]
    assert asked.exit_code == 0, asked.output
    assert pushed > BURST

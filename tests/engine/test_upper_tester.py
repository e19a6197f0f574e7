"""The upper tester in its three forms: what it does, and that its absence or failure never blames the IUT."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from conformance.evidence.findings import Inconclusive
from conformance.iut.upper_tester import (
    CommandUpperTester,
    HttpUpperTester,
    NoUpperTester,
    OperatorUpperTester,
    upper_tester,
)


class _Hook(BaseHTTPRequestHandler):
    answer: ClassVar[tuple[int, bytes]] = (200, b"{}")
    seen: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        _Hook.seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        status, body = _Hook.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Hook)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    _Hook.seen.clear()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    thread.join()
    server.server_close()


def test_http_hook_gets_case_action_and_params(hook: str) -> None:
    _Hook.answer = (200, b'{"result": {"now_ms": 5}}')
    assert HttpUpperTester(hook, timeout_s=5).act("a/case", "clock", {"offset_s": 60}) == {"now_ms": 5}
    assert _Hook.seen == [{"id": 1, "case": "a/case", "action": "clock", "params": {"offset_s": 60}}]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((501, b""), "does not support 'clock'"),
        ((500, b"no"), "failed at 'clock'"),
        ((200, b"{}"), "failed at 'clock'"),
        ((200, b"not json"), "failed at 'clock'"),
    ],
)
def test_failing_hook_is_inconclusive(hook: str, answer: tuple[int, bytes], told: str) -> None:
    _Hook.answer = answer
    with pytest.raises(Inconclusive, match=told):
        HttpUpperTester(hook, timeout_s=5).act("a/case", "clock", {})


def _command(tmp_path: Path, body: str) -> CommandUpperTester:
    script = tmp_path / "hook.py"
    script.write_text(f"import json, sys\nmessage = json.load(sys.stdin)\n{body}\n")
    return CommandUpperTester(f"{sys.executable} {script}", timeout_s=10)


def test_command_gets_the_message_on_standard_input(tmp_path: Path) -> None:
    tester = _command(tmp_path, "print(json.dumps({'result': message}))")
    assert tester.act("a/case", "clock", {"offset_s": 1}) == {
        "protocol": 1,
        "id": 1,
        "case": "a/case",
        "action": "clock",
        "params": {"offset_s": 1},
    }


@pytest.mark.parametrize(
    ("body", "told"), [("sys.exit(3)", "ended with status 3"), ("print('x')", "failed"), ("print('[]')", "failed")]
)
def test_failing_command_is_inconclusive(tmp_path: Path, body: str, told: str) -> None:
    with pytest.raises(Inconclusive, match=told):
        _command(tmp_path, body).act("a/case", "clock", {})


def test_missing_command_is_inconclusive() -> None:
    with pytest.raises(Inconclusive, match="failed at 'clock'"):
        CommandUpperTester("/no/such/program", timeout_s=5).act("a/case", "clock", {})


def test_operator_is_asked_only_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(text: str) -> str:
        asked.append(text)
        return answers.pop(0)

    answers = ["y", '{"seen": 1}', "the switch is locked away"]
    tester = OperatorUpperTester(ask)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(Inconclusive, match="there is no terminal"):
        tester.act("a/case", "clock", {})
    assert asked == []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert tester.act("a/case", "clock", {"offset_s": 60}) == {}
    assert tester.act("a/case", "clock", {}) == {"seen": 1}
    with pytest.raises(Inconclusive, match="the switch is locked away"):
        tester.act("a/case", "clock", {})
    assert '"offset_s": 60' in asked[0]


def test_table_of_the_iut_file_chooses_the_form() -> None:
    assert isinstance(upper_tester({"url": "http://127.0.0.1:9/"}, timeout_s=1), HttpUpperTester)
    assert isinstance(upper_tester({"command": "true"}, timeout_s=1), CommandUpperTester)
    assert isinstance(upper_tester({"operator": True}, timeout_s=1), OperatorUpperTester)
    with pytest.raises(Inconclusive, match=r"give \[upper_tester\]"):
        upper_tester({}, timeout_s=1).act("a/case", "clock", {})
    assert isinstance(upper_tester({"operator": False}, timeout_s=1), NoUpperTester)

"""The reference as it is started: a process that listens, answers over real HTTP, obeys its control and ends."""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from conformance.contract import Role
from conformance.reference.asgi import MAX_BODY
from conformance.reference.faults import TRANSPORTS
from conformance.reference.launch import main
from conformance.reference.server import listen, url_of
from conformance.reference.thingscloud.start import start
from conformance.reference.transport import DEPTH, ELSEWHERE, HUGE
from conformance.runner.embedded import module_of

from .process import CONTROL, Running

PATH = "/api/v1/project"


def _raw(running: Running, request: bytes) -> bytes:
    """Send bytes, return what comes until the other side closes."""
    host, port = running.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def _get(running: Running, **options: Any) -> httpx.Response:
    return running.client.get(PATH, headers=running.authorization, **options)


def test_registry_names_a_module_that_starts(running: Running) -> None:
    assert module_of("thingscloud", Role.PLATFORM) == "conformance.reference.thingscloud"
    assert module_of("thingscloud", Role.DEVICE) is None
    assert running.ready.keys() == {"url", "credentials", "pixit"}
    assert running.ready["credentials"].keys() == {"app_id", "access_key", "secret_key", "account", "password"}


def test_signs_in_and_serves_over_http(running: Running) -> None:
    answer = _get(running)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["result"] is True


def test_query_and_path_are_decoded_once(running: Running) -> None:
    answer = running.client.get("/api/v1/device/a%252Fb%2Fc", headers=running.authorization)
    assert answer.json()["message"] == "Device not found"
    listed = running.client.get("/api/v1/devices?&type=a%26b&page=1", headers=running.authorization)
    assert listed.json()["info"]["items"] == []


def test_framing_faults_reach_the_wire(running: Running) -> None:
    authorization = running.authorization
    running.control("PUT", "faults", ["content-type/project/absent", "envelope/project/not-json", "status/project/201"])
    answer = running.client.get(PATH, headers=authorization)
    running.control("PUT", "faults", [])
    assert answer.status_code == 201
    assert "content-type" not in answer.headers
    with pytest.raises(ValueError, match="Expecting"):
        answer.json()


def test_body_beyond_any_documented_length_is_answered(running: Running) -> None:
    content = b'{"name": "' + b"a" * (MAX_BODY + 1) + b'"}'
    answer = running.client.post("/api/v1/device", content=content, headers=running.authorization)
    assert (answer.status_code, answer.json()["errcode"]) == (404, 400)


def test_missing_host_answers_400(running: Running) -> None:
    request = b"GET /api/v1/project HTTP/1.1\r\nConnection: close\r\n\r\n"
    assert _raw(running, request).startswith(b"HTTP/1.1 400 ")
    running.control("PUT", "faults", ["behaviour/host-not-required"])
    assert _raw(running, request).startswith(b"HTTP/1.1 200 ")
    running.control("PUT", "faults", [])


def test_control_needs_its_token(running: Running) -> None:
    assert running.client.get("/__control__/faults").status_code == 401
    assert running.client.get("/__control__/faults", headers={"X-Control-Token": "wrong"}).status_code == 401


def test_control_is_an_unknown_path_unless_asked_for() -> None:
    command = [sys.executable, "-m", "conformance.reference.thingscloud"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        with httpx.Client(trust_env=False) as client:
            answer = client.get(f"{url}/__control__/faults", headers={"X-Control-Token": CONTROL})
        process.terminate()
        assert process.wait(5) == 0
    assert (answer.status_code, answer.json()) == (404, {"message": "Request invalid"})


@pytest.mark.parametrize(
    ("method", "name", "value", "status"),
    [
        ("PUT", "faults", ["no-such"], 400),
        ("PUT", "faults", {"a": 1}, 400),
        ("PUT", "quirks", ["no-such"], 400),
        ("POST", "clock", {}, 400),
        ("POST", "clock", {"offset_s": "soon"}, 400),
        ("GET", "nothing", None, 404),
    ],
)
def test_control_refuses_what_it_does_not_know(
    running: Running, method: str, name: str, value: Any, status: int
) -> None:
    content = json.dumps(value)
    answer = running.client.request(
        method, f"/__control__/{name}", content=content, headers={"X-Control-Token": CONTROL}
    )
    assert answer.status_code == status
    assert answer.json()["message"]


def test_control_switches_faults_and_quirks(running: Running) -> None:
    listed = running.control("GET", "faults")
    assert {"id", "description", "requirement", "kind", "subject", "active"} == listed[0].keys()
    running.control("PUT", "faults", ["status/project/500"])
    assert _get(running).status_code == 500
    assert [each["id"] for each in running.control("GET", "faults") if each["active"]] == ["status/project/500"]
    running.control("PUT", "faults", [])
    running.control("PUT", "quirks", ["shape/unknown-members"])
    assert "x_undocumented" in _get(running).json()
    running.control("PUT", "quirks", [])
    assert "x_undocumented" not in _get(running).json()


def test_control_moves_the_clock_and_throttles(running: Running) -> None:
    assert _get(running).json()["result"] is True
    running.control("POST", "clock", {"offset_s": 90000})
    assert _get(running).json()["result"] is False
    running.control("POST", "clock", {"offset_s": 0})
    running.control("POST", "throttle", {"per_s": 2})
    assert [_get(running).status_code for _ in range(4)][2:] == [429, 429]
    running.control("POST", "throttle", {"per_s": None})
    assert _get(running).status_code == 200


def test_log_tells_class_and_outcome_and_no_query(running: Running) -> None:
    running.control("DELETE", "log")
    running.client.get("/api/v1/devices?page=1&secret=hidden", headers=running.authorization)
    running.client.delete("/api/v1/device/none", headers=running.authorization)
    first, second = running.control("GET", "log")
    assert (first["method"], first["path"], first["class"], first["refused"]) == (
        "GET",
        "/api/v1/devices",
        "read-only",
        None,
    )
    assert (second["subject"], second["class"], second["refused"]) == ("device-delete", "mutating", "Device not found")
    assert "hidden" not in json.dumps([first, second])


def test_reset_forgets_what_was_made(running: Running) -> None:
    running.client.post("/api/v1/device", json={"name": "n"}, headers=running.authorization)
    running.control("POST", "reset")
    assert running.client.get("/api/v1/devices", headers=running.authorization).json()["info"]["total"] == 45


BROKEN = {
    "close": httpx.RemoteProtocolError,
    "reset-mid-body": httpx.ReadError,
    "hang": httpx.ReadTimeout,
    "drip": httpx.ReadTimeout,
    "wrong-length": httpx.RemoteProtocolError,
    "not-http": httpx.RemoteProtocolError,
}


@pytest.mark.parametrize("action", BROKEN)
def test_transport_fault_breaks_the_answer(running: Running, action: str) -> None:
    authorization = running.authorization
    running.control("PUT", "faults", [f"transport/project/{action}"])
    with httpx.Client(base_url=running.url, trust_env=False, timeout=0.1) as client, pytest.raises(BROKEN[action]):
        client.get(PATH, headers=authorization)
    running.control("PUT", "faults", [])
    assert _get(running).status_code == 200


def _stream(running: Running, most: int) -> tuple[httpx.Response, int]:
    """Read raw bytes until there are more than `most`; return the answer and how many came."""
    seen = 0
    with running.client.stream("GET", PATH, headers=running.authorization) as answer:
        for chunk in answer.iter_raw():
            seen += len(chunk)
            if seen > most:
                break
    return answer, seen


def test_transport_fault_drips_byte_by_byte(running: Running) -> None:
    authorization = running.authorization
    running.control("PUT", "faults", ["transport/project/drip"])
    with running.client.stream("GET", PATH, headers=authorization) as answer:
        sizes = [len(next(chunks)) for chunks in [answer.iter_raw()] for _ in range(2)]
    running.control("PUT", "faults", [])
    assert sizes == [1, 1]


def test_transport_fault_never_ends(running: Running) -> None:
    assert running.authorization
    running.control("PUT", "faults", ["transport/project/endless"])
    assert _stream(running, 8 * 1024 * 1024)[1] > 8 * 1024 * 1024
    running.control("PUT", "faults", [])


def test_transport_fault_is_huge_and_says_so(running: Running) -> None:
    assert running.authorization
    running.control("PUT", "faults", ["transport/project/huge"])
    answer, _ = _stream(running, 1024 * 1024)
    running.control("PUT", "faults", [])
    assert int(answer.headers["content-length"]) > HUGE


def test_transport_fault_is_a_gzip_bomb(running: Running) -> None:
    authorization = running.authorization
    running.control("PUT", "faults", ["transport/project/gzip-bomb"])
    with running.client.stream("GET", PATH, headers=authorization) as answer:
        packed = b"".join(answer.iter_raw())
    running.control("PUT", "faults", [])
    assert answer.headers["content-encoding"] == "gzip"
    assert len(packed) < 1024 * 1024
    assert len(gzip.decompress(packed)) > HUGE


def test_transport_fault_sends_odd_bodies(running: Running) -> None:
    authorization = running.authorization
    shown = {}
    for action in ("bad-utf8", "deep-json", "html", "redirect-elsewhere", "5xx"):
        running.control("PUT", "faults", [f"transport/project/{action}"])
        shown[action] = running.client.get(PATH, headers=authorization)
    running.control("PUT", "faults", [])
    with pytest.raises(UnicodeDecodeError):
        shown["bad-utf8"].content.decode()
    assert shown["deep-json"].content.count(b"[") == DEPTH
    assert (shown["html"].status_code, shown["html"].headers["content-type"][:9]) == (502, "text/html")
    assert (shown["redirect-elsewhere"].status_code, shown["redirect-elsewhere"].headers["location"]) == (
        302,
        ELSEWHERE,
    )
    assert (shown["5xx"].status_code, shown["5xx"].content) == (503, b"")


def test_transport_fault_sends_more_than_it_says(running: Running) -> None:
    token = running.authorization["Authorization"]
    running.control("PUT", "faults", ["transport/project/excess-length"])
    request = f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n".encode()
    head, _, body = _raw_open(running, request).partition(b"\r\n\r\n")
    running.control("PUT", "faults", [])
    assert f"content-length: {len(body) - 1}".encode() in head


def _raw_open(running: Running, request: bytes) -> bytes:
    """Send bytes and keep the sending side open; return what comes until the other side closes."""
    host, port = running.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 5) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_every_transport_fault_is_tested_on_the_wire() -> None:
    tested = {
        *BROKEN,
        "endless",
        "huge",
        "gzip-bomb",
        "bad-utf8",
        "deep-json",
        "html",
        "redirect-elsewhere",
        "5xx",
        "excess-length",
    }
    assert tested == TRANSPORTS.keys()


def test_ends_when_its_parent_ends(tmp_path: Path) -> None:
    """The parent starts the reference, tells its process id and ends without a word to it."""
    script = tmp_path / "parent.py"
    script.write_text(
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-m', 'conformance.reference.thingscloud', '--parent'],"
        " stdout=subprocess.PIPE, text=True)\n"
        "print(child.stdout.readline(), flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, str(script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        url = json.loads(parent.stdout.readline())["url"]
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), 5) as connection:
            # An answered request shows that the connection left the backlog: only then is its end ours to close.
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            while b"}" not in connection.recv(65536):
                pass
            parent.kill()
            parent.wait(5)
            assert connection.recv(1) == b""  # its end closes what is open


@pytest.mark.parametrize("module", ["thingscloud", "huawei.device"])
def test_ends_when_the_parent_has_ended_before_it_looks(module: str, tmp_path: Path) -> None:
    """The parent tells its number, as the suite does, and ends while the interpreter of its child still starts."""
    others = {"huawei.device": ["--host", "127.0.0.1", "--port", "1", "--ca", "/", "--device-id", "d", "--secret", "s"]}
    script = tmp_path / "parent.py"
    script.write_text(
        "import subprocess, sys\n"
        "from conformance.iut.process import bound_to_us\n"
        "child = subprocess.Popen([sys.executable, '-m', *sys.argv[1:], *bound_to_us()], stderr=subprocess.DEVNULL)\n"
        "print(child.pid, flush=True)\n"
    )
    command = [sys.executable, str(script), f"conformance.reference.{module}", *others.get(module, [])]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=20).stdout
    try:
        child = psutil.Process(int(told.splitlines()[0]))
    except psutil.NoSuchProcess:
        return
    gone, _ = psutil.wait_procs([child], timeout=20)
    assert gone == [child]


def test_log_is_readable_and_holds_no_secret(tmp_path: Path) -> None:
    secrets = {
        "app_id": "an-app",
        "access_key": "an-access-key",
        "secret_key": "a-secret-key",
        "account": "a-boss",
        "password": "a-word",
    }
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps(secrets))
    with Running("--log", "--credentials", str(file)) as started:
        assert started.ready["credentials"] == secrets
        token = started.authorization["Authorization"].removeprefix("Bearer ")
        started.client.post("/api/v1/device", json={"descr": "x"}, headers=started.authorization)
        started.client.post("/api/v1/admin_login", json={**secrets, "password": "wrong-word"})
        started.process.terminate()
        _, log = started.process.communicate(timeout=5)
        assert started.process.returncode == 0
    lines = log.splitlines()
    assert [line.split()[1:5] for line in lines] == [
        ["POST", "/api/v1/access_token", "access-token", "200"],
        ["POST", "/api/v1/device", "device-create", "200"],
        ["POST", "/api/v1/admin_login", "admin-login", "200"],
    ]
    assert lines[0].endswith(" ok")
    assert lines[1].endswith(" refused: The request is invalid: name required")
    assert not any(secret in log for secret in (*secrets.values(), token, "wrong-word"))


@pytest.mark.parametrize("content", ['{"colour": "red"}', "[]", "{", '{"app_id": 7}'])
def test_wrong_credentials_file_is_one_clear_line(
    tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(content)
    assert main("reference", start, ["--credentials", str(file)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 1
    assert str(file) in shown.err


def test_answers_are_fast(running: Running) -> None:
    """A bound that only a mistake breaks: several times what a slow machine needs."""
    started = time.perf_counter()
    for _ in range(100):
        assert _get(running).status_code == 200
    assert (time.perf_counter() - started) / 100 < 0.02


def test_taken_port_is_one_clear_line(running: Running, capsys: pytest.CaptureFixture[str]) -> None:
    port = running.url.rpartition(":")[2]
    assert main("reference", start, ["--port", port]) == 2
    assert port in capsys.readouterr().err


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_url_names_the_address_that_is_bound(host: str) -> None:
    try:
        listener = listen(host, 0)
    except OSError:
        pytest.skip(f"this machine has no {host}")
    with listener:
        port = listener.getsockname()[1]
        assert url_of(listener) == (f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")

"""No secret in any artefact, on the console or in a traceback, in any spelling: looked for with canaries."""

from __future__ import annotations

import json
import re
import traceback
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.contract import Role
from conformance.iut.config import Iut
from conformance.runner.run import Plan, Run
from conformance.runner.selection import Filters
from conformance.suites.context import Context
from conformance.suites.registry import Suite, suite

from .canary import found, spellings
from .fake import a_case
from .hostile import Connection, Hostile, Platform, whole
from .live import CREDENTIALS, SECRETS, Done, Live, artefacts, command, iut_file

ECHOING = ("thingscloud/project/minimal", "thingscloud/device-types/minimal", "thingscloud/global/error/404-400")
TOKEN = "tok/CANARY+iss==Rw5Jt8YzE3uNc6GfKq"
ISSUED = {"token": TOKEN, **SECRETS}


def clean(folder: Path, done: Done, secrets: dict[str, str]) -> None:
    files = artefacts(folder)
    assert set(files) >= {"evidence.ndjson", "results.json", "junit.xml", "summary.md", "report.html"}
    for name, content in files.items():
        assert found(content, secrets) == [], name
    assert found(done.stdout.encode(), secrets) == []
    assert found(done.stderr.encode(), secrets) == []


def test_canaries_are_found_where_nothing_hides_them() -> None:
    for secret in SECRETS.values():
        for spelling in spellings(secret):
            assert found(b"x" + spelling + b"y", {"it": secret}) == ["it"]
        assert found(b"x" + secret.encode()[:8], {"it": secret}) == ["it"]
    assert found(b"nothing here", SECRETS) == []


@pytest.mark.parametrize("verbose", [(), ("-v",)], ids=["plain", "verbose"])
def test_a_run_shows_no_secret_that_was_configured_or_issued(
    live: Live, tmp_path: Path, verbose: tuple[str, ...]
) -> None:
    file = iut_file(tmp_path / "iut", live.url)
    patterns = (
        "access-token/*",
        "admin-login/*",
        "customer-create/*",
        "customer-password-update/*",
        "device-certificate/*",
    )
    only = [word for pattern in patterns for word in ("--only", f"thingscloud/{pattern}")]
    done = command(
        "run", "--iut", str(file), "--out", str(tmp_path / "out"), "--exclude", "*/lifetime", *only, *verbose
    )
    assert done.status == 0, done.output
    clean(tmp_path / "out", done, SECRETS)
    evidence = (tmp_path / "out" / "evidence.ndjson").read_text("utf-8")
    for shown in re.findall(r'(?:access_token|password|secret_key|access_key)\\":\s*\\"([^"\\]+)', evidence):
        assert shown.startswith("‹"), shown
    assert "‹access_token 1›" in evidence
    assert "Bearer ‹access_token" in evidence


@pytest.mark.parametrize(
    "fault", ["envelope/access-token/string", "status/access-token/500", "envelope/access-token/not-json"]
)
def test_tokens_in_answers_of_the_wrong_shape_are_hidden(live: Live, tmp_path: Path, fault: str) -> None:
    file = iut_file(tmp_path / "iut", live.url)
    live.control("PUT", "faults", [fault])
    done = command(
        "run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", "thingscloud/access-token/minimal"
    )
    assert done.status == 1, done.output
    evidence = (tmp_path / "out" / "evidence.ndjson").read_text("utf-8")
    tokens = re.findall(r'access_token[\\]*":\s*[\\]*"([^"\\]+)', evidence)
    assert all(token.startswith("‹") for token in tokens), tokens
    clean(tmp_path / "out", done, SECRETS)


def echoes() -> dict[str, object]:
    def said(request: bytes) -> str:
        found = re.search(rb"(?i)authorization: (.*)\r\n", request)
        return found[1].decode("utf-8") if found else "nothing"

    def plain(request: bytes) -> bytes:
        return whole(json.dumps({"result": False, "message": f"bad header: {said(request)}"}).encode())

    def php(request: bytes) -> bytes:
        body = json.dumps({"result": False, "message": said(request)}).replace("/", "\\/")
        return whole(body.encode())

    def nested(request: bytes) -> bytes:
        inner = json.dumps({"headers": {"Authorization": said(request)}})
        return whole(json.dumps({"result": False, "message": inner}).encode())

    def malformed(request: bytes) -> bytes:
        return whole(f'{{"result": false, "message": "you sent {said(request)}", }}'.encode())

    def truncated(request: bytes) -> bytes:
        return whole(f'{{"result": false, "message": "you sent {said(request)[:-12]}'.encode())

    def broken_off(request: bytes) -> bytes:
        body = f'{{"result": false, "message": "you sent {said(request)}'.encode()
        return whole(body).replace(b"Content-Length: ", b"Content-Length: 9")[: -len(TOKEN) // 2]

    def far(request: bytes) -> bytes:
        padding = "x" * (130 - len("Bearer "))
        return whole(f"<html>{padding}{said(request)} and more {'y' * 500}</html>".encode(), "502 Bad")

    def head(request: bytes) -> bytes:
        return whole(b"<html>", f"400 {said(request)}", f"X-Echo: {said(request)}", f"Set-Cookie: t={said(request)}")

    def no_http(request: bytes) -> bytes:
        return f"GARBAGE {said(request)}\r\n\r\n".encode()

    def not_utf8(request: bytes) -> bytes:
        return whole(b"\xff\xfe" + said(request).encode() + b"\xff")

    def a_name(request: bytes) -> bytes:
        return whole(json.dumps({"result": True, "info": {said(request): {said(request)[7:]: 1}}}).encode())

    def ten_times(request: bytes) -> bytes:
        import base64
        from urllib.parse import quote

        token = said(request)
        many = [token, base64.b64encode(token.encode()).decode(), token.encode().hex(), quote(token, safe="")]
        return whole(json.dumps({"result": "no", "message": many}).encode())

    return {
        each.__name__: each
        for each in (
            plain, php, nested, malformed, truncated, broken_off, far, head, no_http, not_utf8, a_name, ten_times,
        )
    }  # fmt: skip


@pytest.mark.parametrize("name", echoes())
def test_credentials_that_the_platform_echoes_are_hidden(name: str, tmp_path: Path) -> None:
    echo = echoes()[name]

    def behave(connection: Connection, request: bytes) -> None:
        if b"/access_token " in request.partition(b"\r\n")[0]:
            connection.send(whole(json.dumps({"result": True, "info": {"access_token": TOKEN}}).encode()))
            connection.keep = True
        else:
            connection.send(echo(request))  # type: ignore[operator]

    with Hostile(behave) as server:
        file = iut_file(tmp_path / "iut", server.url)
        only = [word for identity in ECHOING for word in ("--only", identity)]
        done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "-v", *only)
        assert any(TOKEN.encode() in request for request in server.requests)
        checked = command("check", "--iut", str(file))
    assert done.status in {1, 3}, done.output
    clean(tmp_path / "out", done, ISSUED)
    assert found(checked.output.encode(), ISSUED) == []


@pytest.mark.parametrize("name", ["whole", "cut"])
def test_a_sign_in_that_echoes_what_it_was_given_shows_nothing(name: str, tmp_path: Path) -> None:
    def behave(connection: Connection, request: bytes) -> None:
        body = request.partition(b"\r\n\r\n")[2]
        message = json.dumps({"result": False, "message": f"unknown credentials {body.decode()}"}).encode()
        connection.send(whole(message if name == "whole" else message[: len(message) // 2]))

    with Hostile(behave) as server:
        file = iut_file(tmp_path / "iut", server.url)
        done = command(
            "run", "--iut", str(file), "--out", str(tmp_path / "out"), "-v",
            "--only", "thingscloud/access-token/minimal", "--only", "thingscloud/admin-login/minimal",
            "--only", "thingscloud/project/minimal",
        )  # fmt: skip
        checked = command("check", "--iut", str(file))
    assert done.status == 1
    clean(tmp_path / "out", done, SECRETS)
    assert found(checked.output.encode(), SECRETS) == []


def test_an_exception_of_the_suite_tells_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = Platform()
    credentials = platform.core.credentials

    def crash(context: Context) -> None:
        token = context.token("api-token")
        secrets["token"] = token
        raise RuntimeError(f"cannot handle {token!r} of {credentials!r}")

    crashing = a_case(crash, "thingscloud/project/crash", requirements=("thingscloud/project/success",))
    known = suite("thingscloud")
    monkeypatch.setattr("conformance.runner.run.suite", lambda _: Suite((*known.cases, crashing), known.skipped))
    secrets = {name: credentials[name] for name in SECRETS}
    with Hostile(platform) as server:
        file = iut_file(tmp_path / "iut", server.url)
        for name in CREDENTIALS:
            (file.parent / f"{name}.secret").write_text(credentials[name], encoding="utf-8")
        options = ("--iut", str(file), "--out", str(tmp_path / "out"), "--only", crashing.id, "-v")
        done = command("run", *options)
    assert done.status == 4, done.output
    assert "RuntimeError: cannot handle '‹access_token 1›'" in done.stdout
    clean(tmp_path / "out", done, secrets)


def test_what_a_started_platform_prints_is_told_without_secrets(tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(f"import sys\nprint('starting with', {SECRETS['password']!r})\nsys.exit(3)\n", encoding="utf-8")
    reach = f'command = "python3 {script} {{port}}"'
    file = iut_file(tmp_path / "iut", "", reach=reach)
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"))
    assert done.status == 2
    assert "ended with status 3 before its port accepted; it printed: starting with ‹password 1›" in done.stderr
    assert found(done.output.encode(), SECRETS) == []


def test_the_password_of_a_proxy_is_hidden(tmp_path: Path) -> None:
    with Hostile(lambda connection, request: connection.send(whole(b"{}"))) as proxy:
        secret = {"proxy": "CANARYpx-Ue63MzLr"}
        address = proxy.url.replace("http://", f"http://user:{secret['proxy']}@")
        file = iut_file(tmp_path / "iut", "http://platform.invalid", f'proxy = "{address}"')
        done = command(
            "run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", "thingscloud/project/minimal"
        )
        assert proxy.requests
    assert done.status == 3
    clean(tmp_path / "out", done, {**SECRETS, **secret})


def test_an_iut_does_not_show_its_credentials_when_printed(tmp_path: Path) -> None:
    iut = Iut("n", "1", Role.PLATFORM, "thingscloud", url="http://127.0.0.1:1", credentials=SECRETS)
    plan = Plan((iut,), Filters(only=("thingscloud/project/minimal",)))
    assert found(repr(iut).encode() + repr(plan).encode() + repr(replace(iut, name="x")).encode(), SECRETS) == []
    with pytest.raises(Exception, match="nobody accepts") as error:
        Run(plan, "r").execute()
    told = "".join(traceback.format_exception(error.value))
    assert found(told.encode(), SECRETS) == []

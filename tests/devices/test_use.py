"""Using role device: mistakes in the IUT file are one line, a board is told what to configure, a program is started."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import socket
import ssl
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from conformance.cli.main import main
from conformance.crypto.mqtt_client_id import timestamp
from conformance.crypto.mqtt_password import PasswordInput, password
from conformance.iut.errors import UsageError
from conformance.iut.process import Process
from conformance.iut.product_model import read
from conformance.mqtt.hello import ClientHello
from tests.devices.bench import device, opened

MODULE = "conformance.reference.huawei.device"
COMMAND = (
    f"{sys.executable} -m {MODULE} --host {{host}} --port {{port}} --ca {{ca_file}} --device-id {{device_id}} --parent"
)


def iut_file(folder: Path, *lines: str, pixit: tuple[str, ...] = (), head: tuple[str, ...] = ()) -> Path:
    file = folder / "iut.toml"
    text = ["[iut]", 'role = "device"', 'platform = "huawei"', *head, *lines, "[pics]", "commands = true", "[pixit]"]
    file.write_text("\n".join([*text, "connect_timeout_s = 5", *pixit]), encoding="utf-8")
    return file


def run(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "conformance", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "COLUMNS": "160"},
    )
    return done.returncode, done.stdout + done.stderr


WRONG: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "url": (('url = "https://127.0.0.1:1"',), (), "iut.url: a device connects to the suite"),
    "placeholder": (('command = "./f {url}"',), (), "unknown placeholder {url}; role device offers"),
    "tls": ((), ('tls_min_version = "0.9"',), "pixit.tls_min_version"),
    "model": ((), ('product_model = "none.json"',), "no such file; write one as docs/firmware.md shows"),
    "key": ((), ('server_key_file = "k.pem"',), "belong together"),
    "address": ((), ('listen_host = "192.0.2.1"',), "cannot listen there"),
}


@pytest.mark.parametrize("name", WRONG)
def test_mistake_in_the_file_is_one_line_with_its_remedy(tmp_path: Path, name: str) -> None:
    head, pixit, told = WRONG[name]
    status, text = run("run", "--iut", str(iut_file(tmp_path, head=head, pixit=pixit)), "--out", str(tmp_path / "out"))
    assert status == 2, text
    assert told in text
    assert "Traceback" not in text


def test_program_is_started_and_judged(tmp_path: Path) -> None:
    file = iut_file(tmp_path, head=(f"command = {json.dumps(COMMAND)}",))
    out = str(tmp_path / "out")
    status, text = run("run", "--iut", str(file), "--only", "huawei/device/connect/*", "--out", out)
    assert status == 0, text
    assert not (tmp_path / "out" / "device-ca.pem").exists()
    assert {case["verdict"] for case in json.loads((tmp_path / "out" / "results.json").read_text())["cases"]} == {
        "PASS"
    }


def test_check_tells_whether_a_device_connects(tmp_path: Path) -> None:
    status, text = run("check", "--iut", str(iut_file(tmp_path, head=(f"command = {json.dumps(COMMAND)}",))))
    assert status == 0, text
    assert "the device connected: client id conformance-0001_0_1_" in text
    (tmp_path / "b").mkdir()
    command = json.dumps(shlex.join([sys.executable, "-c", "print(8)"]))
    file = iut_file(tmp_path / "b", head=(f"command = {command}",))
    status, text = run("check", "--iut", str(file))
    assert status == 2, text
    assert "the program of the device has ended; it printed: 8" in text


def test_board_is_told_what_to_configure_and_its_connection_is_awaited(
    tmp_path: Path, certificate: dict[str, str]
) -> None:
    iut = replace(device(), reference=None, embedded=False, pixit={"connect_timeout_s": 10})
    with opened(iut, certificate) as environment:
        told = environment.notice
        for part in (
            f"port {environment.broker.port}",
            "conformance-0001",
            environment.identity.secret,
            "command/json",
        ):
            assert part in told
        assert environment.current is None
        values = {
            "host": "127.0.0.1",
            "port": str(environment.broker.port),
            "ca_file": certificate["server_ca_file"],
            "device_id": environment.identity.device_id,
            "secret": environment.identity.secret,
        }
        with Process(COMMAND, values):
            session = environment.await_session(10)
        assert session is not None
        assert isinstance(session.tls.hello, ClientHello)


def test_board_that_never_connects_is_no_failure_of_it(tmp_path: Path) -> None:
    file, out = iut_file(tmp_path), tmp_path / "out"
    file.write_text(file.read_text(encoding="utf-8").replace("timeout_s = 5", "timeout_s = 0.2"), encoding="utf-8")
    only = ("--only", "huawei/device/connect/*")
    done = CliRunner().invoke(main, ["run", "--iut", str(file), *only, "--out", str(out)])
    assert done.exit_code == 2, done.output
    assert "within 0.2 s (pixit.connect_timeout_s); configure it as told, switch it on" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not out.exists()


def test_program_that_never_connects_fails(tmp_path: Path) -> None:
    command = json.dumps(shlex.join([sys.executable, "-c", "import signal; signal.pause()"]))
    file, out = iut_file(tmp_path, head=(f"command = {command}",)), tmp_path / "out"
    file.write_text(file.read_text(encoding="utf-8").replace("timeout_s = 5", "timeout_s = 0.2"), encoding="utf-8")
    only = ("--only", "huawei/device/connect/opens")
    done = CliRunner().invoke(main, ["run", "--iut", str(file), *only, "--out", str(out)])
    assert done.exit_code == 1, done.output


def test_addresses_of_the_certificate_are_told_where_the_suite_listens_on_all(certificate: dict[str, str]) -> None:
    pixit = {"listen_host": "0.0.0.0", "server_names": ["192.0.2.7", "127.0.0.1", "cloud.invalid"]}
    iut = replace(device(), reference=None, embedded=False, pixit=pixit)
    with opened(iut, certificate) as environment:
        assert "server     192.0.2.7 or cloud.invalid, port" in environment.notice


@pytest.mark.parametrize("trusting", [True, False])
def test_the_offer_of_tls_is_told_only_where_the_handshake_failed(trusting: bool, certificate: dict[str, str]) -> None:
    context = ssl.create_default_context(cafile=certificate["server_ca_file"] if trusting else None)
    with opened(replace(device(), reference=None, embedded=False), certificate) as environment:
        with (
            socket.create_connection(("127.0.0.1", environment.broker.port)) as plain,
            contextlib.suppress(ssl.SSLError),
            context.wrap_socket(plain, server_hostname="127.0.0.1"),
        ):
            pass
        session = environment.broker.wait_connection(5)
        assert session is not None
        assert session.wait(lambda _: session.end is not None, 5) is not None
        assert ("offers TLS" in environment.seen()) is not trusting


def test_setting_of_a_board_is_written_without_its_secret(tmp_path: Path, certificate: dict[str, str]) -> None:
    iut = replace(device(), reference=None, embedded=False)
    with opened(iut, certificate, out=tmp_path) as environment:
        secret, told = environment.identity.secret, environment.notice
    written = (tmp_path / "device-setting.txt").read_text(encoding="utf-8")
    assert secret in told
    assert secret not in written
    assert written == told.replace(secret, "the one that the run printed") + "\n"


def test_file_of_init_is_taken_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "iut.toml"
    assert CliRunner().invoke(main, ["init", "device", "huawei", "--file", str(file)]).exit_code == 0
    status, text = run("run", "--iut", str(file), "--plan")
    assert status == 0, text
    assert "64 cases" in text


def test_long_checks_run_on_request_and_the_results_say_for_how_long(tmp_path: Path) -> None:
    file = iut_file(tmp_path, head=(f"command = {json.dumps(COMMAND)}",))
    only = ("--only", "*/soak/connection", "--only", "*/soak/reports")
    runner, out = CliRunner(), tmp_path / "out"
    planned = runner.invoke(main, ["run", "--iut", str(file), *only, "--soak", "0.02", "--plan"])
    assert "the device is left alone and watched for 0.02 min" in planned.output
    done = runner.invoke(main, ["run", "--iut", str(file), *only, "--soak", "0.02", "--out", str(out)])
    assert done.exit_code == 3, done.output
    results = json.loads((out / "results.json").read_text())
    assert [case["verdict"] for case in results["cases"]] == ["INCONCLUSIVE", "PASS"]
    assert "give --soak 2 or more" in results["cases"][0]["message"]
    assert results["run"]["filters"]["soak_min"] == 0.02
    assert all("--soak 0.02" in line for line in (results["run"]["reproduce"], results["cases"][0]["reproduce"]))


def test_statements_of_long_checks_are_left_out_where_none_was_asked_for(tmp_path: Path) -> None:
    file = iut_file(tmp_path, head=(f"command = {json.dumps(COMMAND)}",))
    done = CliRunner().invoke(
        main, ["run", "--iut", str(file), "--only", "*/connect/opens", "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 0, done.output
    told = {row["id"] for row in json.loads((tmp_path / "out" / "results.json").read_text())["requirements"]}
    assert "huawei/2.1/tls" in told
    assert told & {"huawei/2.1/memory", "huawei/2.1/stays-connected"} == set()


def test_reference_device_is_not_served() -> None:
    status, text = run("serve", "huawei", "--role", "device")
    assert status == 2
    assert "a device serves nothing" in text


MODELS: list[tuple[Any, str]] = [
    ({}, "expected a member 'services'"),
    ({"services": []}, "at least 1 elements"),
    ({"services": [{"serviceId": "a", "properties": [{"name": "b", "type": "int"}]}]}, "/services/0/properties/0/type"),
    ({"services": [{"serviceId": "a", "propertys": []}]}, "/services/0"),
]


@pytest.mark.parametrize(("model", "told"), MODELS)
def test_product_model_of_another_form_is_refused_with_the_place(tmp_path: Path, model: Any, told: str) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps(model), encoding="utf-8")
    with pytest.raises(UsageError, match=r"docs/firmware\.md") as caught:
        read(file)
    assert told in str(caught.value)


def test_product_model_tells_breaches_with_their_place(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    properties = [
        {"name": "t", "type": "number", "minimum": -40, "maximum": 85, "unit": "°C", "required": True},
        {"name": "m", "type": "string", "enum": ["a", "b"]},
    ]
    file.write_text(json.dumps({"services": [{"serviceId": "s", "properties": properties}]}), encoding="utf-8")
    model = read(file)
    assert list(model.breaches("s", {"t": 85})) == []
    assert list(model.breaches("s", {"t": 85.1})) == [("/t", "at most 85 (in °C)", 85.1)]
    assert [at for at, _, _ in model.breaches("s", {"m": "c"})] == ["/m", "/t"]
    assert [at for at, _, _ in model.breaches("s", {"t": True, "x": 1})] == ["/t", "/x"]
    assert [at for at, _, _ in model.breaches("z", {})] == [""]


def test_no_artefact_holds_the_secret_or_a_password_made_of_it(tmp_path: Path) -> None:
    secret = "canary-" + os.urandom(6).hex()
    (tmp_path / "secret").write_text(secret, encoding="ascii")
    file = iut_file(
        tmp_path, head=(f"command = {json.dumps(COMMAND)}",), pixit=("[credentials]", 'device_secret = "file:secret"')
    )
    only = ("--only", "huawei/device/connect/*", "--only", "huawei/device/report/topic")
    status, told = run("run", "--iut", str(file), *only, "--out", str(tmp_path / "out"), "-v")
    assert status == 0, told
    hours = [datetime.now(UTC) - timedelta(hours=each) for each in (0, 1)]
    hidden = [secret, *(password(PasswordInput(timestamp(each), secret)).password for each in hours)]
    for path in (tmp_path / "out").iterdir():
        told += path.read_text(encoding="utf-8")
    assert [each for each in hidden if each in told] == []
    assert "CONNECT" in told


def test_secret_that_a_program_prints_is_not_repeated(tmp_path: Path) -> None:
    program = json.dumps(shlex.join([sys.executable, "-c", "import sys; print(sys.argv[1])"]) + " {secret}")
    (tmp_path / "secret").write_text("canary-3f9b0c1d2e", encoding="ascii")
    credentials = ("[credentials]", 'device_secret = "file:secret"')
    file = iut_file(tmp_path, head=(f"command = {program}",), pixit=credentials)
    status, told = run("run", "--iut", str(file), "--only", "*/connect/opens", "--out", str(tmp_path / "out"))
    assert status == 1, told
    for path in (tmp_path / "out").iterdir():
        told += path.read_text(encoding="utf-8")
    assert "the program of the device has ended" in told
    assert "canary-3f9b0c1d2e" not in told

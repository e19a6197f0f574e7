"""Debian's mosquitto takes what the embedded device says: it connects over TLS, reports, and answers a command there, too.

Without mosquitto the test is skipped, and says so; in CI that is a failure.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.iut.process import Process, free_port, python_module
from tests.mqtt.programs import mosquitto_program

DEADLINE_S = 10.0
DEVICE = "conformance-0001"
DATA, COMMAND = (f"/huawei/v1/devices/{DEVICE}/{kind}/json" for kind in ("data", "command"))


@pytest.fixture
def mosquitto(tmp_path: Path, certificate: dict[str, str]) -> Iterator[tuple[int, Path]]:
    """Yield the port of a mosquitto over TLS, and its log."""
    program, port, log = mosquitto_program("mosquitto"), free_port(), tmp_path / "mosquitto.log"
    settings = tmp_path / "mosquitto.conf"
    lines = [
        f"listener {port} 127.0.0.1",
        *(
            f"{name} {certificate[file]}"
            for name, file in (("certfile", "server_cert_file"), ("keyfile", "server_key_file"))
        ),
        "allow_anonymous true",
        "persistence false",
        "user root",
        f"log_dest file {log}",
        "log_type all",
    ]
    settings.write_text("\n".join([*lines, ""]), encoding="utf-8")
    with Process(f"{program} -c {settings}", {}) as process:
        process.wait_ready("127.0.0.1", port, DEADLINE_S)
        yield port, log


@pytest.mark.parametrize("quirk", [(), ("--with", "qos-0"), ("--with", "pretty")], ids=["plain", "qos-0", "pretty"])
def test_mosquitto_finds_nothing_wrong_with_the_embedded_device(
    mosquitto: tuple[int, Path], certificate: dict[str, str], quirk: tuple[str, ...]
) -> None:
    port, log = mosquitto
    common = ["-h", "127.0.0.1", "-p", str(port), "--cafile", certificate["server_ca_file"], "-q", "1"]
    reader = subprocess.Popen(
        [mosquitto_program("mosquitto_sub"), *common, "-t", DATA, "-C", "2", "-W", "20", "-F", "%j"],
        stdout=subprocess.PIPE,
        text=True,
    )
    flags = ("--host", "127.0.0.1", "--port", str(port), "--ca", certificate["server_ca_file"], "--device-id", DEVICE)
    command = python_module("conformance.reference.huawei.device", *flags, "--parent", *quirk)
    with Process(command, {"secret": "s3cret"}):
        assert reader.stdout is not None
        report = json.loads(reader.stdout.readline())
        asked = {"msgType": "cloudReq", "serviceId": "Meter", "mid": 65535, "cmd": "SET_LEVEL", "paras": {"value": 7}}
        writer = [mosquitto_program("mosquitto_pub"), *common, "-t", COMMAND, "-m", json.dumps(asked)]
        assert subprocess.run(writer, timeout=20, check=False).returncode == 0
        answer = json.loads(reader.communicate(timeout=20)[0])
    assert json.loads(report["payload"])["msgType"] == "deviceReq"
    told = json.loads(answer["payload"])
    assert (told["msgType"], told["mid"], told["errcode"]) == ("deviceRsp", 65535, 0)
    written = log.read_text(encoding="utf-8")
    # Before it came somebody looked whether the port accepts, and spoke no TLS.
    _, came, after = written.partition(f"as {DEVICE}_0_1_")
    assert came
    assert "p2, c1, k2" in after  # MQTT 3.1.1, a clean session, the keep alive
    assert "rotocol error" not in after
    assert "alformed" not in after

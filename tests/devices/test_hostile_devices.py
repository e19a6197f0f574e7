"""Devices that are none: every one of them ends in a verdict in bounded time and memory."""

from __future__ import annotations

import os
import shlex
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.contract import Role
from conformance.evidence.verdict import Verdict
from conformance.iut.config import Iut
from conformance.runner.execute import execute
from conformance.suites.device.watch import memory_of
from tests.devices.bench import CASES, PLATFORM, opened

HEAD = """
import socket, ssl, sys, time
host, port, ca = sys.argv[1], int(sys.argv[2]), sys.argv[3]
def tls():
    context = ssl.create_default_context(cafile=ca)
    return context.wrap_socket(socket.create_connection((host, port)), server_hostname=host)
def text(value):
    return len(value).to_bytes(2, "big") + value
def connect(own=b"d_0_0_2026112010"):
    body = text(b"MQTT") + bytes([4, 0xC2, 0, 60]) + text(own) + text(b"d") + text(b"p" * 64)
    return bytes([0x10, len(body)]) + body
def length(size):
    found = b""
    while True:
        size, low = divmod(size, 128)
        found += bytes([low | (0x80 if size else 0)])
        if not size:
            return found
"""
MOST_GROWN = 64 * 1024 * 1024
"""Bytes by which the suite itself may grow: records are bounded, and a packet that is too long is not kept."""
DEVICES = {
    "silent": "time.sleep(600)",
    "tcp-only": "s = socket.create_connection((host, port)); time.sleep(600)",
    "garbage": "s = socket.create_connection((host, port)); s.sendall(b'GET / HTTP/1.1' * 99); time.sleep(600)",
    "garbage-in-tls": "s = tls(); s.sendall(bytes(range(256)) * 99); time.sleep(600)",
    "no-connect": "s = tls(); time.sleep(600)",
    "many-sockets": "kept = [socket.create_connection((host, port)) for _ in range(200)]; time.sleep(600)",
    "dies-when-let-in": "s = tls(); s.sendall(connect()); s.recv(4); sys.exit('out of memory')",
    "ends": "sys.exit('no configuration')",
    "huge-packet": "s = tls(); s.sendall(connect()); s.sendall(b'\\x30' + length(10_000_000))\n"
    "try:\n    while True: s.sendall(b'x' * 65536)\nexcept OSError: time.sleep(600)",
    "half-open": "s = tls(); s.sendall(connect()); s.recv(9); kept = [tls() for _ in range(50)]; time.sleep(600)",
    "flood": "s = tls(); s.sendall(connect()); m = bytes([0x30, 4]) + text(b't') + b'x'\n"
    "try:\n    while True: s.sendall(m * 1000)\nexcept OSError: time.sleep(600)",
}


@pytest.mark.parametrize("name", DEVICES)
def test_every_device_ends_in_a_verdict(tmp_path: Path, certificate: dict[str, str], name: str) -> None:
    script = tmp_path / "device.py"
    script.write_text(HEAD + DEVICES[name], encoding="utf-8")
    command = shlex.join([sys.executable, str(script)]) + " {host} {port} {ca_file}"
    quick = {"connect_timeout_s": 2, "report_period_s": 1, "command_timeout_s": 0.3}
    told = {**quick, "device_command_service": "s", "device_command": "c"}
    iut = Iut("hostile", "", Role.DEVICE, PLATFORM, command=command, pics={"commands": True}, pixit=told)
    began, memory = time.monotonic(), memory_of(os.getpid()) or 0
    with opened(replace(iut), certificate) as environment:
        names = [f"{PLATFORM}/device/{each}" for each in ("connect/opens", "report/topic", "command/answered")]
        outcomes = [execute(environment, CASES[each]) for each in names]
        grown = (memory_of(os.getpid()) or 0) - memory - (memory_of(environment.pid) or 0)
    assert time.monotonic() - began < 20
    assert grown < MOST_GROWN, f"{grown / 2**20:.0f} MiB"
    verdicts = {each.verdict for each in outcomes}
    assert verdicts <= {Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE}, [each.reason for each in outcomes]
    assert verdicts & {Verdict.FAIL, Verdict.INCONCLUSIVE}, [(each.verdict, each.reason) for each in outcomes]

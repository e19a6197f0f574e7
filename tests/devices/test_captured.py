"""What real devices were seen to send is taken as valid where the field notes say so: CONNECT, subscription, report.

The captures' secrets and ids were invented by those who captured them; structure, order and blanks are as on the wire.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from conformance.crypto.mqtt_password import PasswordInput, password
from conformance.evidence.verdict import Verdict
from conformance.mqtt.client import Client
from conformance.mqtt.packets import Connect, Publish, Subscribe
from conformance.mqtt.tls import client_context
from conformance.runner.execute import execute
from tests.devices.bench import CASES, PLATFORM, device, opened

SECRET = "s3cret0123456789abcd"
NOVEMBER = "5b2b0ccc8db1b128f1ed6d06558cd507e974da127c4ba5f116c1e348bad30b27"
OCTOBER = "1bfdee61774e400e05889958e44c30f073e7f2e3a081bc02c7cd54caa8d7ee52"


@dataclass(frozen=True)
class Captured:
    """One client: its CONNECT, the QoS of its subscription and of its reports, and a report."""

    connect: Connect
    qos: tuple[int, int]
    report: bytes
    checked: bool
    """Whether its timestamp is one that must be current: that of a capture never is."""


def connect(client_id: str, password: str, keep_alive: int) -> Connect:
    return Connect(client_id, True, keep_alive, client_id.rsplit("_", 3)[0], password.encode())


MAGENTA: dict[str, Any] = {
    "identifier": "123",
    "msgType": "deviceReq",
    "hasMore": 0,
    "data": [{"serviceId": "IntData", "serviceData": {"p": 1}}],
}
PARAMETER: dict[str, Any] = {"data": [{"serviceId": "parameter", "serviceData": {"Load": "6"}}], "msgType": "deviceReq"}
DEVICES = {
    "node": Captured(
        connect("dev-0001_0_1_2026112010", NOVEMBER, 120),
        (0, 0),
        b'{"msgType":"deviceReq","data":[{"serviceId":"pop","serviceData":{"stackId":4}}]}',
        True,
    ),
    "liteos": Captured(connect("node-0001_2_0_2026102010", OCTOBER, 60), (1, 1), json.dumps(MAGENTA).encode(), False),
    "sdk-c": Captured(
        connect("dev-0003_0_0_2026112010", NOVEMBER, 120), (0, 1), json.dumps(PARAMETER, indent="\t").encode(), False
    ),
}


ANSWERS: dict[str, bytes] = {
    "node": b'{"msgType":"deviceRsp","mid":MID,"errcode":0,"body":{"result":0}}',
    "liteos": b'{"msgType":"deviceRsp","mid":MID,"errcode":0,"hasMore":0,"body":{"body_para":"body_para"}}',
    "sdk-c": b'{\n\t"mid":\tMID,\n\t"errcode":\t0,\n\t"msgType":\t"deviceRsp",\n\t"body":\t{\n\t\t"result":\t"0"\n\t}\n}',
}
"""What these clients answer to a command."""


def answering(client: Client, topic: str, answer: bytes) -> None:
    """Answer every command until the server is gone."""
    with client:
        while (frame := client.next(30)) is not None:
            if isinstance(frame.packet, Publish):
                mid = json.loads(frame.packet.payload)["mid"]
                client.send(Publish(topic, answer.replace(b"MID", str(mid).encode())))


@pytest.mark.parametrize("name", DEVICES)
def test_captured_answer_is_valid(certificate: dict[str, str], name: str) -> None:
    captured = DEVICES[name]
    own = captured.connect.username
    assert own is not None
    iut = device(device_id=own, node_id=own, device_command_service="s", device_command="c", command_timeout_s=5)
    iut = replace(iut, credentials={"device_secret": SECRET}, reference=None, embedded=False)
    with ThreadPoolExecutor(1) as pool, opened(iut, certificate) as environment:
        context = client_context(Path(certificate["server_ca_file"]).read_text(encoding="ascii"))
        client = Client("127.0.0.1", environment.broker.port, context=context)
        client.send(captured.connect, Subscribe(1, ((f"/huawei/v1/devices/{own}/command/json", 0),)))
        pool.submit(answering, client, f"/huawei/v1/devices/{own}/data/json", ANSWERS[name])
        names = [f"{PLATFORM}/device/command/{each}" for each in ("answered", "mid/65535", "burst")]
        outcomes = [execute(environment, CASES[each]) for each in names]
    assert [each.verdict for each in outcomes] == [Verdict.PASS] * 3, [each.broken for each in outcomes]


def test_timestamp_of_eight_digits_that_is_not_checked_is_a_warning(certificate: dict[str, str]) -> None:
    sent = password(PasswordInput("20201103", SECRET)).password
    iut = device(device_id="dev-0001")
    iut = replace(iut, credentials={"device_secret": SECRET}, reference=None, embedded=False)
    with opened(iut, certificate) as environment:
        context = client_context(Path(certificate["server_ca_file"]).read_text(encoding="ascii"))
        with Client("127.0.0.1", environment.broker.port, context=context) as client:
            client.send(connect("dev-0001_0_0_20201103", sent, 300))
            names = [
                f"{PLATFORM}/device/connect/{each}" for each in ("timestamp", "password", "client-id", "user-name")
            ]
            verdicts = [execute(environment, CASES[each]).verdict for each in names]
    assert verdicts == [Verdict.WARN, Verdict.PASS, Verdict.PASS, Verdict.PASS]


@pytest.mark.parametrize("name", DEVICES)
def test_captured_device_is_valid(certificate: dict[str, str], name: str) -> None:
    captured = DEVICES[name]
    own = captured.connect.username
    assert own is not None
    iut = device(device_id=own, node_id=own)
    iut = replace(iut, credentials={"device_secret": SECRET}, reference=None, embedded=False)
    with opened(iut, certificate) as environment:
        context = client_context(Path(certificate["server_ca_file"]).read_text(encoding="ascii"))
        with Client("127.0.0.1", environment.broker.port, context=context) as client:
            client.send(captured.connect)
            subscribed, published = captured.qos
            client.send(Subscribe(1, ((f"/huawei/v1/devices/{own}/command/json", subscribed),)))
            topic = f"/huawei/v1/devices/{own}/data/json"
            client.send(Publish(topic, captured.report, published, 2 if published else None))
            names = [each for each in CASES if each.split("/")[2] in {"connect", "subscribe", "report", "throughout"}]
            names.remove(f"{PLATFORM}/device/report/product-model")
            outcomes = {each: execute(environment, CASES[each]) for each in names}
    wrong = {
        each: [(finding.requirement.id, finding.actual) for finding in outcome.broken]
        for each, outcome in outcomes.items()
        if outcome.verdict is not Verdict.PASS
    }
    stale = {f"{PLATFORM}/device/connect/timestamp"} if captured.checked else set()
    assert wrong.keys() == stale, wrong

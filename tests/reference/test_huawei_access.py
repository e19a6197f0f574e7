"""The MQTT side of the Huawei reference: paho-mqtt as a second opinion, and what connections do to the platform's state."""

from __future__ import annotations

import json
import queue
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from conformance.crypto import mqtt_client_id, mqtt_password
from conformance.crypto.certificates import LOOPBACK, Authority
from conformance.crypto.mqtt_password import PasswordInput
from conformance.mqtt.client import Client
from conformance.mqtt.packets import Connack, Connect, Puback, Publish, Suback, Subscribe
from conformance.mqtt.tls import client_context
from conformance.reference.huawei.access.gateway import served
from conformance.reference.huawei.device_state import Devices
from conformance.reference.launch import Served
from tests.reference.huawei_drive import HuaweiDriver

DEADLINE_S = 5.0
STAMP = "2026112010"


@dataclass
class Bench:
    """A platform that takes devices, and a device that is registered with it."""

    driver: HuaweiDriver
    port: int
    authority: Authority
    id: str
    node_id: str
    secret: str
    log: list[str]

    def connect(self, by: str = "0", sign: str = "0") -> Connect:
        identity = self.node_id if by == "2" else self.id
        password = mqtt_password.password(PasswordInput(STAMP, self.secret)).password
        return Connect(f"{identity}_{by}_{sign}_{STAMP}", username=identity, password=password.encode())

    @contextmanager
    def client(self) -> Iterator[Client]:
        with Client("127.0.0.1", self.port, context=client_context(self.authority.pem), timeout_s=DEADLINE_S) as found:
            yield found

    def history(self) -> list[Any]:
        asked = {"deviceId": self.id, "gatewayId": self.id, "pageSize": 100}
        shown = self.driver.succeed("device-history", **asked)["deviceDataHistoryDTOs"]
        return [each["data"] for each in reversed(shown)]

    def status(self) -> str:
        return str(self.driver.succeed("device-query", deviceId=self.id)["deviceInfo"]["status"])

    def send(self) -> Any:
        body = {"header": {"mode": "ACK", "method": "SWITCH"}, "body": {"brightness": 4}}
        return self.driver.call("command-send", body, deviceId=self.id, serviceId="Lamp")


@pytest.fixture
def bench() -> Iterator[Bench]:
    driver, authority = HuaweiDriver(), Authority.made()
    node = "lamp_of_hall_2"
    made = driver.succeed(
        "device-register-secret",
        {"deviceInfo": {"nodeId": node}, "mqttConnect": True, "productId": driver.pixit["mqtt_product_id"]},
    )
    log: list[str] = []
    with served(driver.huawei, Served(authority, authority.server(LOOPBACK), "127.0.0.1", 0, log.append)) as beside:
        port = int(beside.pixit["mqtt_url"].rpartition(":")[2])
        yield Bench(driver, port, authority, made["deviceId"], node, made["secret"], log)


def reported(value: int) -> bytes:
    return json.dumps(
        {"msgType": "deviceReq", "data": [{"serviceId": "Lamp", "serviceData": {"brightness": value}}]}
    ).encode()


@pytest.mark.parametrize("by", ["0", "2"])
def test_paho_connects_reports_and_gets_a_command(bench: Bench, by: str) -> None:
    came: queue.Queue[Any] = queue.Queue()
    right = bench.connect(by)
    topic = f"/huawei/v1/devices/{right.username}"
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=right.client_id)
    client.username_pw_set(right.username, (right.password or b"").decode())
    client.tls_set_context(client_context(bench.authority.pem))
    client.on_connect = lambda *told: came.put(told[3].value)
    client.on_subscribe = lambda *told: came.put([code.value for code in told[3]])
    client.on_publish = lambda *_: came.put("acknowledged")
    client.on_message = lambda *told: came.put((told[2].topic, json.loads(told[2].payload)))
    client.connect("127.0.0.1", bench.port)
    client.loop_start()
    try:
        assert came.get(timeout=DEADLINE_S) == 0
        client.subscribe(f"{topic}/command/json", 1)
        assert came.get(timeout=DEADLINE_S) == [1]
        client.publish(f"{topic}/data/json", reported(7), 1)
        assert came.get(timeout=DEADLINE_S) == "acknowledged"
        assert bench.history() == [{"brightness": 7}]
        assert bench.send().status == 202
        command = {"msgType": "cloudReq", "serviceId": "Lamp", "mid": 1, "cmd": "SWITCH", "paras": {"brightness": 4}}
        assert came.get(timeout=DEADLINE_S) == (f"{topic}/command/json", command)
    finally:
        client.disconnect()
        client.loop_stop()


def test_paho_is_told_that_its_password_is_wrong(bench: Bench) -> None:
    came: queue.Queue[Any] = queue.Queue()
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=bench.connect().client_id)
    client.username_pw_set(bench.id, "0" * 64)
    client.tls_set_context(client_context(bench.authority.pem))
    client.on_connect = lambda *told: came.put(told[3].value)
    client.connect("127.0.0.1", bench.port)
    client.loop_start()
    try:
        assert came.get(timeout=DEADLINE_S) == 134  # paho 2 shows return code 4 so
    finally:
        client.disconnect()
        client.loop_stop()


def test_device_is_online_while_it_is_connected(bench: Bench) -> None:
    assert bench.status() == "INACTIVE"
    with bench.client() as client:
        assert client.connect(bench.connect()) == Connack(0)
        assert bench.status() == "ONLINE"
        client.leave()
    assert bench.status() == "OFFLINE"
    assert bench.send().row == "200-100428"


def test_checked_hour_is_held_against_the_platforms_clock(bench: Bench) -> None:
    clock = bench.driver.huawei.clock
    for hours, code in ((0, 0), (1, 0), (2, 4), (-1, 0), (-2, 4)):
        there = mqtt_client_id.hour(STAMP).timestamp() + 1800 + hours * 3600
        clock.offset_s += there - clock.now_ms() / 1000
        with bench.client() as client:
            assert client.connect(bench.connect(sign="1")) == Connack(code), hours


def test_newer_connection_of_a_device_ends_the_older_whatever_its_client_id(bench: Bench) -> None:
    with bench.client() as older, bench.client() as newer:
        assert older.connect(bench.connect()) == Connack(0)
        assert newer.connect(bench.connect("2")) == Connack(0)
        assert older.next() is None
        newer.send(Publish(f"/huawei/v1/devices/{bench.node_id}/data/json", reported(3), 1, 1))
        assert (frame := newer.next()) is not None
        assert frame.packet == Puback(1)
        assert bench.status() == "ONLINE"
    assert bench.history() == [{"brightness": 3}]


@pytest.mark.parametrize("how", ["deleted", "reset"])
def test_device_that_is_gone_loses_its_connection(bench: Bench, how: str) -> None:
    with bench.client() as client:
        assert client.connect(bench.connect()) == Connack(0)
        if how == "deleted":
            assert bench.driver.call("device-delete", deviceId=bench.id).refused is None
        else:
            bench.driver.huawei.reset()
        assert client.next() is None
    assert bench.driver.huawei.room(Devices).find(bench.id) is None


def test_topics_of_others_are_neither_granted_nor_taken(bench: Bench) -> None:
    with bench.client() as client:
        client.connect(bench.connect())
        filters = (f"/huawei/v1/devices/{bench.id}/command/json", 2), ("/huawei/v1/devices/+/command/json", 1), ("#", 0)
        client.send(Subscribe(1, filters))
        assert (frame := client.next()) is not None
        assert frame.packet == Suback(1, (1, 0x80, 0x80))
        for number, topic in enumerate(
            (f"/huawei/v1/devices/{bench.node_id}/data/json", "a", f"{bench.id}/data/json"), 2
        ):
            client.send(Publish(topic, reported(number), 1, number))
            assert (frame := client.next()) is not None
            assert frame.packet == Puback(number)
    assert bench.history() == []


def test_command_for_a_device_that_did_not_subscribe_has_failed(bench: Bench) -> None:
    with bench.client() as client:
        client.connect(bench.connect())
        assert bench.send().body["status"] == "failed"


def test_mids_go_round_and_pass_over_those_that_are_open(bench: Bench) -> None:
    from conformance.reference.huawei.access.commands import MIDS, Commands

    commands = bench.driver.huawei.room(Commands)
    commands._last = MIDS - 1
    with bench.client() as client:
        client.connect(bench.connect())
        client.send(Subscribe(1, ((f"/huawei/v1/devices/{bench.id}/command/json", 0),)))
        client.next()
        mids = []
        for number in range(4):
            if number == 3:
                commands._last = 0  # as after a whole round
            bench.send()
            frame = client.next()
            assert frame is not None
            assert isinstance(frame.packet, Publish)
            mids.append(json.loads(frame.packet.payload)["mid"])
        assert mids == [MIDS, 1, 2, 3]


def test_log_tells_what_devices_do_and_why_they_are_refused(bench: Bench) -> None:
    right = bench.connect()
    swapped = mqtt_password.password(PasswordInput(bench.secret, STAMP)).password.encode()
    for wrong in (
        replace(right, client_id="short"),
        replace(right, username="another"),
        replace(right, client_id=f"{bench.node_id}_0_0_{STAMP}"),
        replace(right, password=swapped),
        replace(right, password=b"?"),
        bench.connect(sign="1"),
    ):
        with bench.client() as client:
            assert client.connect(wrong) != Connack(0)
    topic = f"/huawei/v1/devices/{bench.id}"
    with bench.client() as client:
        client.connect(right)
        client.send(Subscribe(1, ((f"{topic}/command/json", 1), ("#", 0))))
        answer = b'{"msgType":"deviceRsp","mid":9,"errcode":0}'
        sent = [(f"{topic}/data/json", reported(1)), (f"{topic}/data/json", b"{}"), (f"{topic}/data/json", answer)]
        for number, (where, what) in enumerate([*sent, ("a", b""), ("/huawei/v1/devices/x/data/json", b"")], 1):
            client.send(Publish(where, what, 1, number))
        for _ in range(6):
            client.next()
    why = [line.partition("  ")[2] for line in bench.log]
    hour = mqtt_client_id.timestamp(datetime.now(UTC))
    assert why[:5] == [
        "refused: clientId has 1 parts; four are joined by _",
        "refused: the user name is not the id of the client id",
        "refused: no device with a secret has this device id",
        "refused: the password is right up to the timestamp, then HMAC with the secret as key and the timestamp as message",
        "refused: the password is wrong",
    ]
    assert why[5] == f"refused: the timestamp is checked, and the hour is {hour}"
    assert why[6:9] == ["let in", "granted with QoS 1", "refused"]
    assert why[9] == "device-report"
    assert why[10].startswith("refused: no device-report: ")
    assert why[11] == "device-command-response, to no command"
    assert why[12:] == ["refused: no documented topic of devices", "refused: not the data topic of this device"]
    assert bench.secret not in "\n".join(bench.log)


def test_certificate_is_of_the_authority_and_nothing_is_said_in_clear(bench: Bench) -> None:
    with (
        pytest.raises(ssl.SSLError),
        ssl.create_default_context().wrap_socket(_socket(bench.port), server_hostname="h"),
    ):
        pass
    with Client("127.0.0.1", bench.port, timeout_s=DEADLINE_S) as clear:
        assert clear.connect(bench.connect()) is None
        assert clear.end is not None


def _socket(port: int) -> Any:
    import socket

    return socket.create_connection(("127.0.0.1", port), DEADLINE_S)

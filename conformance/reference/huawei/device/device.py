"""The device itself: it connects, reports, answers commands, and comes back when its connection is lost. It stands on paho."""

from __future__ import annotations

import json
import os
import ssl
import sys
import time
from typing import Any, Final

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from conformance.reference.huawei.device.hearing import read
from conformance.reference.huawei.device.speech import Given, answer, credentials, report, written
from conformance.reference.huawei.device.strict import StrictClient

KEEP_ALIVE_S: Final = 2
REPORT_EVERY_S: Final = 5.0
TIRES_S: Final = 1.0
"""How long a connection serves a device that is good for a short while only."""
LEAKED: Final = 2 * 1024 * 1024
"""Bytes that a leaking device loses in each turn."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 2.0
"""How long it waits before it tries again: doubled with each refusal."""
TURN_S: Final = 0.05
LATE_S: Final = 8.0
NO_CHECK_TIME: Final = ssl.VerifyFlags(0x200000)
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python has no name for."""
DISPLAY: Final = 16
"""Characters of its display."""
HOLE: Final = range(30, 71)
"""Levels that a careless device has forgotten."""
LONG: Final = 4096
"""Bytes of a buffer that a careless device has."""


class Device:
    """A meter with a level that can be set."""

    def __init__(
        self,
        given: Given,
        host: str,
        port: int,
        ca_file: str,
        *,
        certificate: tuple[str, str] | None = None,
        report_every_s: float = REPORT_EVERY_S,
    ) -> None:
        """Make one that shows `certificate` (files of certificate and key) to a platform that asks for one."""
        self.given, self.host, self.port, self.ca_file = given, host, port, ca_file
        self.certificate, self.report_every_s = certificate, report_every_s
        self.level = 42
        self._connections = 0
        self._up = self._deaf = self._refused = self._mute = False
        self._next_report = self._up_since = 0.0
        self._lost: list[bytes] = []
        self._answered: set[str] = set()
        self._commands = 0

    def run(self) -> None:
        """Work until the process is ended."""
        if self.given.has("ends-at-once"):
            sys.exit("the device ends at once")
        wait_s = FIRST_WAIT_S
        while True:
            if self._once():
                wait_s = FIRST_WAIT_S
            if self._connections and self.given.has("never-returns"):
                time.sleep(3600)
            if self._refused and self.given.has("gives-up-when-refused"):
                time.sleep(3600)
            if not self.given.has("tight-loop"):
                time.sleep(wait_s)
                wait_s = min(LONGEST_WAIT_S, 2 * wait_s)

    def _once(self, *, old: bool = False) -> bool:
        """Connect and work until the connection is lost; tell whether it was let in. `old` speaks MQTT 3.1."""
        old = old or self.given.has("mqtt-3.1")
        client = self._client(MQTTProtocolVersion.MQTTv31 if old else MQTTProtocolVersion.MQTTv311)
        self._up = self._refused = False
        try:
            client.connect(self.host, self.port, keepalive=KEEP_ALIVE_S)
            while client.loop(TURN_S) == MQTTErrorCode.MQTT_ERR_SUCCESS:
                if self._up and time.monotonic() >= self._next_report:
                    self._report(client)
                if self._up:
                    self._grows_old(client)
        except OSError:
            pass
        if self._refused and self.given.has("mqisdp-after-refusal") and not old:
            self._once(old=True)
        return self._up

    def _grows_old(self, client: Client) -> None:
        """Show what only time shows of some faults."""
        if self.given.has("leaks"):
            self._lost.append(b"x" * LEAKED)
        if self.given.has("drops-now-and-then") and self._tired:
            client.disconnect()

    @property
    def _tired(self) -> bool:
        return time.monotonic() - self._up_since > TIRES_S

    def _client(self, protocol: MQTTProtocolVersion) -> Client:
        own = credentials(self.given)
        client = StrictClient(
            self.given.has,
            CallbackAPIVersion.VERSION2,
            client_id=own.client_id,
            protocol=protocol,
            clean_session=True,
            manual_ack=self.given.has("ignores-redelivery"),
        )
        client.username_pw_set(own.username, own.password)
        if not self.given.has("no-tls"):
            context = ssl.create_default_context(cafile=self.ca_file)
            if self.given.has("trusts-anyone"):
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            if self.given.has("ignores-dates"):
                context.verify_flags |= NO_CHECK_TIME
            if self.certificate is not None:
                context.load_cert_chain(*self.certificate)
            client.tls_set_context(context)
        client.on_connect = self._on_connect
        client.on_subscribe = lambda *_: self._report(client)
        client.on_message = self._on_message
        if self.given.has("no-pings"):
            client.loop_misc = lambda: MQTTErrorCode.MQTT_ERR_SUCCESS  # type: ignore[method-assign]
        return client

    def _on_connect(self, client: Client, _: Any, __: Any, reason: Any, ___: Any) -> None:
        if reason.is_failure:
            self._refused = True
            return
        self._up = True
        self._up_since = time.monotonic()
        self._connections += 1
        self._next_report = self._up_since + self.report_every_s
        given = self.given
        if given.has("reserved-flags"):
            stream = client.socket()
            assert stream is not None
            stream.send(b"\xc1\x00")
        if given.has("subscribes-nothing") or (given.has("subscribes-once") and self._connections > 1):
            self._report(client)
            return
        topic = given.topic("command")
        if given.has("subscribes-another"):
            topic = topic.replace("/json", "/binary")
        if given.has("subscribes-by-wildcard"):
            topic = topic.replace("/json", "/#")
        client.subscribe(topic, qos=0 if given.has("qos-0") else 1)

    def _report(self, client: Client) -> None:
        self._next_report = time.monotonic() + self.report_every_s
        given = self.given
        if given.has("reports-nothing") or self._mute:
            return
        self._mute = given.has("reports-once")
        topic = given.topic("data")
        if given.has("reports-elsewhere"):
            topic = topic.replace("/data/", "/report/")
        if given.has("publishes-wildcard"):
            _publish_unchecked(client, f"{topic}/#")
        qos = 2 if given.has("qos-2") else self._qos
        client.publish(topic, report(given), qos=qos, retain=given.has("retains"))

    @property
    def _qos(self) -> int:
        return 0 if self.given.has("qos-0") else 1

    # ---- commands ------------------------------------------------------------------------------------------------

    def _on_message(self, client: Client, _: Any, message: MQTTMessage) -> None:
        if self.given.has("ignores-redelivery") and not message.dup:
            client.ack(message.mid, message.qos)
        if self._deaf or (self.given.has("deaf-after-a-while") and self._tired):
            return
        payload = bytes(message.payload)
        if self.given.has("ascii-only") and not payload.isascii():
            return
        command = read(payload, halves=self.given.has("carries-out-halves"))
        if self.given.has("ends-on-long") and len(payload) > LONG:
            os._exit(139)
        if command is None:
            self._odd(client)
            return
        errcode = self._carry_out(command)
        if errcode is None or self._leaves_out(command, payload):
            return
        if self.given.has("answers-late"):
            time.sleep(LATE_S)
        given = self.given
        told = answer(given, command["mid"], errcode)
        if given.has("mid-counted"):
            told["mid"] = self._commands
        kind = "command" if given.has("answers-elsewhere") else "data"
        client.publish(given.topic(kind), written(given, told), qos=self._qos)

    def _odd(self, client: Client) -> None:
        """Take something that is no command: say nothing."""
        if self.given.has("ends-on-odd"):
            os._exit(139)
        self._deaf = self.given.has("deaf-after-odd")
        self._mute = self.given.has("silent-after-odd")
        if self.given.has("disconnects-on-odd"):
            client.disconnect()
            time.sleep(3600)
        if self.given.has("closes-on-odd"):
            client.disconnect()

    def _carry_out(self, command: dict[str, Any]) -> int | None:
        """Do what a command says; return its errcode, or None where it is not answered."""
        given, paras = self.given, command["paras"]
        if given.has("needs-has-more") and "hasMore" not in command:
            return None
        if given.has("ends-without-has-more") and "hasMore" not in command:
            os._exit(139)
        if given.has("counts-members") and len(command) != 5:
            return None
        if given.has("carries-out-anything"):
            return 0
        if command["serviceId"] != "Meter" or command["cmd"] not in {"SET_LEVEL", "RESET", "SHOW"}:
            return 1
        if command["cmd"] == "SHOW":
            return 0 if isinstance(paras.get("text"), str) and len(paras["text"]) <= DISPLAY else 1
        value = paras.get("value", 0 if command["cmd"] == "RESET" else None)
        if type(value) is not int or not 0 <= value <= 100:
            return 1
        if given.has("bounds-unanswered") and value == 0:
            return None
        if given.has("hole-in-range") and value in HOLE:
            return None
        self.level = value
        return 0

    def _leaves_out(self, command: dict[str, Any], payload: bytes) -> bool:
        """Tell whether a fault keeps the answer back."""
        given = self.given
        self._commands += 1
        same = json.dumps([command["serviceId"], command["cmd"], command["paras"]])
        known = same in self._answered
        self._answered.add(same)
        return (
            given.has("answers-nothing")
            or (given.has("reads-by-position") and not payload.startswith(b'{"msgType":'))
            or (given.has("drops-every-other") and self._commands % 2 == 0)
            or (given.has("answers-each-command-once") and known)
        )


def _publish_unchecked(client: Client, topic: str) -> None:
    """Publish to a topic that paho refuses: written by hand, QoS 0."""
    name = topic.encode()
    body = len(name).to_bytes(2, "big") + name + b"{}"
    stream = client.socket()
    assert stream is not None
    assert len(body) < 128
    stream.send(bytes([0x30, len(body)]) + body)

"""A meter with a level that can be set, as a device of a Huawei IoT platform (chapter 2): it reports and takes commands.

    pip install "paho-mqtt>=2"
    IOT_CONFORMANCE_SECRET=... python meter.py HOST PORT CA_FILE DEVICE_ID [REPORT_EVERY_S]

Copy it and replace the meter. Every connection is made with a client of its own, because the password holds the hour.
"""

from __future__ import annotations

import hmac
import json
import os
import sys
import time
from typing import Any

import paho.mqtt.client as mqtt

KEEP_ALIVE_S, FIRST_WAIT_S, LONGEST_WAIT_S = 60, 1, 60


class Meter:
    def __init__(self, host: str, port: int, ca_file: str, device_id: str, secret: str, every_s: float) -> None:
        self.host, self.port, self.ca_file = host, port, ca_file
        self.device_id, self.secret, self.every_s = device_id, secret, every_s
        self.topics = {kind: f"/huawei/v1/devices/{device_id}/{kind}/json" for kind in ("data", "command")}
        self.level = 42
        self.up = False

    def run(self) -> None:
        wait_s = FIRST_WAIT_S
        while True:
            wait_s = FIRST_WAIT_S if self.once() else min(LONGEST_WAIT_S, 2 * wait_s)
            time.sleep(wait_s)

    def once(self) -> bool:
        """Connect and work until the connection is lost; tell whether the platform let us in."""
        self.up = False
        hour = time.strftime("%Y%m%d%H", time.gmtime())
        # Type 0: by device id; 1: the platform checks the hour. The hour is the key, the secret the message.
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=f"{self.device_id}_0_1_{hour}")
        password = hmac.new(hour.encode(), self.secret.encode(), "sha256").hexdigest()
        client.username_pw_set(self.device_id, password)
        client.tls_set(self.ca_file)  # verifies the authority, the dates and the name
        client.on_connect = self.on_connect
        client.on_subscribe = lambda *_: self.report(client)
        client.on_message = self.on_message
        next_report = time.monotonic() + self.every_s
        try:
            client.connect(self.host, self.port, KEEP_ALIVE_S)
            while client.loop(0.2) == mqtt.MQTT_ERR_SUCCESS:
                if self.up and time.monotonic() >= next_report:
                    next_report = time.monotonic() + self.every_s
                    self.report(client)
        except OSError as error:
            print(error, file=sys.stderr)
        return self.up

    def on_connect(self, client: mqtt.Client, _: Any, __: Any, reason: Any, ___: Any) -> None:
        self.up = not reason.is_failure
        if self.up:
            client.subscribe(self.topics["command"], 1)

    def report(self, client: mqtt.Client) -> None:
        data = {"serviceId": "Meter", "serviceData": {"level": self.level}}
        client.publish(self.topics["data"], json.dumps({"msgType": "deviceReq", "data": [data]}), 1)

    def on_message(self, client: mqtt.Client, _: Any, message: mqtt.MQTTMessage) -> None:
        try:
            command = json.loads(message.payload)
        except (ValueError, RecursionError):
            return
        errcode = self.carry_out(command)
        if errcode is not None:
            answer = {"msgType": "deviceRsp", "mid": command["mid"], "errcode": errcode}
            client.publish(self.topics["data"], json.dumps(answer), 1)

    def carry_out(self, command: Any) -> int | None:
        """Take a command and return its errcode; None for what is no command, which is not answered."""
        if not isinstance(command, dict) or command.get("msgType") != "cloudReq":
            return None
        service, name, paras, mid = (command.get(key) for key in ("serviceId", "cmd", "paras", "mid"))
        if not (isinstance(service, str) and isinstance(name, str) and isinstance(paras, dict)):
            return None
        if type(mid) is not int or not 1 <= mid <= 65535:
            return None
        value = paras.get("value")
        if (service, name) != ("Meter", "SET_LEVEL") or type(value) is not int or not 0 <= value <= 100:
            return 1
        self.level = value
        return 0


if __name__ == "__main__":
    if len(sys.argv) < 5 or "IOT_CONFORMANCE_SECRET" not in os.environ:
        sys.exit(f"usage: IOT_CONFORMANCE_SECRET=... {sys.argv[0]} HOST PORT CA_FILE DEVICE_ID [REPORT_EVERY_S]")
    host, port, ca_file, device_id = sys.argv[1:5]
    secret = os.environ["IOT_CONFORMANCE_SECRET"]
    Meter(host, int(port), ca_file, device_id, secret, float(sys.argv[5]) if len(sys.argv) > 5 else 30).run()

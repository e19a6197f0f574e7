"""2.4 设备接收命令: commands on their way to connected devices, and the answers to them (2.5)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

from conformance.mqtt.deliveries import Delivery
from conformance.mqtt.session import Session
from conformance.mqtt.topics import matches
from conformance.reference.huawei.access.connections import Connected, Connections
from conformance.reference.huawei.access.ways import ANSWERS_AFTER_PUBACK, ANSWERS_BY_MODEL
from conformance.reference.huawei.device_state import Device
from conformance.reference.huawei.platform import Huawei, Room

MIDS: Final = 65_535
AT_MOST_ONCE: Final = "qos-unstated/at-most-once"
OTHER_TYPES: Final[Mapping[str, Any]] = {"msgType": "deviceReq", "serviceId": 7, "cmd": 7, "paras": "{}", "mid": "one"}
"""What faults put in place of the members of a command."""


@dataclass(frozen=True)
class Order:
    """A command as the application gave it."""

    request_id: str
    service_id: str
    method: str
    paras: Mapping[str, Any]


class Commands(Room):
    """The commands that wait for the answer of their device, and the numbers that tell them apart."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self._last = 0
        self._open: dict[tuple[str, int], Order] = {}
        self._kept: dict[str, Order] = {}
        """Commands for devices that are away; a fault keeps them."""

    def send(self, device: Device, order: Order) -> bool:
        """Send a command to a device that is connected by MQTT; tell whether it could be sent."""
        on, connections = self.huawei.faults.on, self.huawei.room(Connections)
        receiver = connections.of(device)
        if receiver is None:
            return False
        if on("command-not-sent"):
            return True
        reached = [each for each in connections.all() if on("command-to-all")] or [receiver]
        sent = [delivery for each in reached for delivery in self._publish(each, order)]
        if self.huawei.quirks.on(ANSWERS_AFTER_PUBACK):
            self.huawei.service.awaited += sent
        return bool(sent)

    def keep(self, device: Device, order: Order) -> None:
        """Keep a command until its device comes, which a right platform never does."""
        self._kept[device.id] = order

    def subscribed(self, receiver: Connected) -> None:
        """Learn that a device has subscribed its command topic."""
        kept = self._kept.pop(receiver.device.id, None)
        if kept is not None:
            self._publish(receiver, kept)

    def answered(self, device: Device, message: Mapping[str, Any]) -> bool:
        """Take the answer of a device to one of its commands; tell whether there is one, since any other mid means nothing."""
        on = self.huawei.faults.on
        order = self._open.pop((device.id, message["mid"]), None)
        if order is None:
            return False
        if not on("response-untold") and not (message["errcode"] and on("response-failed-untold")):
            body = {} if on("response-body-lost") else message.get("body") or {}
            if self.huawei.quirks.on(ANSWERS_BY_MODEL):
                body = {name: value for name, value in body.items() if name in _fields(device, order)}
            self.huawei.tell("command-answered", device=device, order=order, body=body)
        return True

    def _publish(self, receiver: Connected, order: Order) -> list[Future[Delivery]]:
        """Publish a command on every connection that listens to it; return what tells of its arrival on each."""
        on = self.huawei.faults.on
        topic = receiver.topic("command")
        if on("command-by-device-id"):
            topic = f"/huawei/v1/devices/{receiver.device.id}/command/json"
        granted = [
            (session, qos)
            for session in self._listeners(receiver)
            for pattern, qos in session.subscriptions.items()
            if matches(pattern, topic)
        ]
        if on("command-by-device-id"):
            granted = [(receiver.session, 0)]
        if not granted:
            return []
        mid = self._mid(receiver.device)
        self._open[receiver.device.id, mid] = order
        payload = self._payload(order, mid)
        at_most_once = self.huawei.quirks.on(AT_MOST_ONCE)
        return [session.publish(topic, payload, 0 if at_most_once else min(qos, 1)) for session, qos in granted]

    def _listeners(self, receiver: Connected) -> list[Session]:
        if not self.huawei.faults.on("any-topic-subscribed"):
            return [receiver.session]
        return [each.session for each in self.huawei.room(Connections).all()]

    def _mid(self, device: Device) -> int:
        on = self.huawei.faults.on
        if on("command-mid-zero"):
            return 0
        if on("command-mid-large"):
            return MIDS + 1
        if on("command-mid-constant"):
            return 1
        for _ in range(MIDS):
            self._last = self._last % MIDS + 1
            if (device.id, self._last) not in self._open:
                break
        return self._last

    def _payload(self, order: Order, mid: int) -> bytes:
        """Return a command as it goes out: the documented members, in the order of the example, compact."""
        on = self.huawei.faults.on
        message = {
            "msgType": "cloudReq",
            "serviceId": "Other" if on("command-of-other-service") else order.service_id,
            "mid": mid,
            "cmd": order.method.lower() if on("command-renamed") else order.method,
            "paras": {} if on("command-paras-lost") else dict(order.paras),
        }
        for member, other in OTHER_TYPES.items():
            if on(f"command-mistypes-{member}"):
                message[member] = other
            if on(f"command-lacks-{member}"):
                del message[member]
        if on("command-not-json"):
            return repr(message).encode()
        whole = [message] if on("command-in-a-list") else message
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _fields(device: Device, order: Order) -> Collection[str]:
    """Return the fields that the product model names for the answer to a command."""
    services = device.product.services if device.product else {}
    return services[order.service_id].commands[order.method].response

"""paho-mqtt, and what it overlooks: a packet that MQTT 3.1.1 forbids ends the connection (MQTT-4.8.0-1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from paho.mqtt.client import Client
from paho.mqtt.enums import MQTTErrorCode

PUBLISH: Final = 3
_WITH_FLAG_1: Final = frozenset({6, 8, 10})
"""PUBREL, SUBSCRIBE, UNSUBSCRIBE: their reserved flags are 0010; those of other packets are zero."""


class StrictClient(Client):
    """A client that looks at reserved flags and at the characters of topics; its faults make it look at nothing."""

    def __init__(self, has: Callable[[str], bool], *arguments: Any, **members: Any) -> None:
        super().__init__(*arguments, **members)
        self._has = has

    def _packet_handle(self) -> MQTTErrorCode:
        packet = self._in_packet
        if not self._has("reads-leniently") and not _allowed(packet["command"], bytes(packet["packet"])):
            return MQTTErrorCode.MQTT_ERR_PROTOCOL
        return super()._packet_handle()

    def _packet_read(self) -> MQTTErrorCode:
        result = super()._packet_read()
        if result == MQTTErrorCode.MQTT_ERR_PROTOCOL and self._has("swallows-malformed"):
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        return result


def _allowed(first: int, packet: bytes) -> bool:
    """Tell whether flags (MQTT-2.2.2-1) and topic (MQTT-1.5.3-1, MQTT-1.5.3-2) of a packet are as they must be."""
    kind, flags = first >> 4, first & 0x0F
    if kind != PUBLISH:
        return flags == (2 if kind in _WITH_FLAG_1 else 0)
    topic = packet[2 : 2 + int.from_bytes(packet[:2], "big")]
    try:
        return "\0" not in topic.decode("utf-8")
    except UnicodeDecodeError:
        return False

"""Ways to be right on the MQTT side that no sentence forbids and no erratum is about; real platforms are known for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ANSWERS_BY_MODEL: Final = "device/answers-by-model"
LATEST_BY_EVENT_TIME: Final = "device/latest-by-event-time"
REPEATS_DROPPED: Final = "device/repeats-dropped"
LENIENT: Final = "device/lenient"
ANSWERS_AFTER_PUBACK: Final = "device/answers-after-puback"
KEEP_ALIVE_FLOOR: Final = "device/keep-alive-floor"
GREETS: Final = "device/greets"

WAYS: Final[Mapping[str, str]] = {
    ANSWERS_BY_MODEL: "of an answer to a command the fields that the product model names are told, and no others",
    LATEST_BY_EVENT_TIME: "the latest data of a service are those with the latest eventTime, whenever they came",
    REPEATS_DROPPED: "a report that repeats one of the device is kept once, unless it tells another time",
    LENIENT: "wrong packets that widely used brokers pass over are taken as if they were right",
    ANSWERS_AFTER_PUBACK: "a call that sends a command is answered when the device has acknowledged the command",
    KEEP_ALIVE_FLOOR: "a keep alive of less than two seconds counts as two",
    GREETS: "a device that connects is sent a message by a subscription that the platform made for it",
}
"""By name, what such a platform does."""
OVERLOOKED: Final = frozenset(
    {
        *("MQTT-2.2.2-1", "MQTT-3.6.1-1", "MQTT-3.8.1-1", "MQTT-3.10.1-1"),  # flags of the fixed header
        *("MQTT-3.1.2-3", "MQTT-3.1.2-13", "MQTT-3.1.2-14", "MQTT-3.1.2-15", "MQTT-3.1.2-22"),  # flags of CONNECT
        *("MQTT-2.3.1-1", "MQTT-3.3.1-2"),  # packet identifier 0, DUP with QoS 0
    }
)
"""Statements of MQTT that a lenient broker does not look at."""
FLOOR_S: Final = 2
"""The least keep alive of a platform that has one."""

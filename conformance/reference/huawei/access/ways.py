"""Ways to be right on the MQTT side that no sentence forbids and no erratum is about; real platforms are known for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ANSWERS_BY_MODEL: Final = "device/answers-by-model"
LATEST_BY_EVENT_TIME: Final = "device/latest-by-event-time"
REPEATS_DROPPED: Final = "device/repeats-dropped"

WAYS: Final[Mapping[str, str]] = {
    ANSWERS_BY_MODEL: "of an answer to a command the fields that the product model names are told, and no others",
    LATEST_BY_EVENT_TIME: "the latest data of a service are those with the latest eventTime, whenever they came",
    REPEATS_DROPPED: "a report that repeats one of the device is kept once, unless it tells another time",
}
"""By name, what such a platform does."""

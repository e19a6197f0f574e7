"""Ways to be right on the MQTT side that no sentence forbids and no erratum is about; real platforms are known for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ANSWERS_BY_MODEL: Final = "device/answers-by-model"

WAYS: Final[Mapping[str, str]] = {
    ANSWERS_BY_MODEL: "of an answer to a command the fields that the product model names are told, and no others",
}
"""By name, what such a platform does."""

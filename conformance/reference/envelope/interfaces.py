"""The demo interfaces: a register of devices, enough to see that a body arrived as it was sent."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, Final

from conformance.reference.calls import Refused
from conformance.reference.switchboard import Switchboard

SEEDED: Final = 7
OTHER: Final = 8

PROBES: Final[list[dict[str, Any]]] = [
    {
        "name": "query",
        "path": "/deviceQuery",
        "body": {"deviceId": SEEDED},
        "success": {
            "type": "object",
            "required": ["deviceId", "name"],
            "properties": {"deviceId": {"const": SEEDED}, "name": {"const": "Boiler, floor 12"}},
        },
    },
    {
        "name": "register",
        "path": "/deviceRegister",
        "body": {"deviceId": 21, "name": "温度传感器 \u00e9 in hall 2"},
        "success": {
            "type": "object",
            "required": ["deviceId", "name"],
            "properties": {"deviceId": {"const": 21}, "name": {"const": "温度传感器 \u00e9 in hall 2"}},
        },
    },
    {"name": "ping", "path": "/ping", "body": {}},
]
"""What a tester writes into the IUT file; the first changes nothing, the second always the same."""

NOTHING: Final = object()
"""What an interface returns that has no business data."""


class Interfaces:
    """The register, and what can be called."""

    def __init__(self, faults: Switchboard) -> None:
        self._faults = faults
        self.reset()

    def reset(self) -> None:
        """Go back to the seed."""
        self._devices: dict[int, dict[str, Any]] = {
            SEEDED: {"deviceId": SEEDED, "name": "Boiler, floor 12"},
            OTHER: {"deviceId": OTHER, "name": "Pump"},
        }

    def knows(self, path: str) -> bool:
        """Tell whether an interface lives at a path."""
        return path in self._handlers()

    def call(self, path: str, content: Any) -> Any:
        """Carry a call out; `NOTHING` where there is nothing to return.

        Raises:
            Refused: the interface says no.
        """
        return self._handlers()[path](content)

    def _handlers(self) -> Mapping[str, Callable[[Any], Any]]:
        return {"/deviceQuery": self._query, "/deviceRegister": self._register, "/ping": lambda _: NOTHING}

    def _query(self, content: Any) -> Any:
        device = self._devices.get(_number(content))
        if self._faults.on("query-answers-other-device"):
            device = self._devices[OTHER]
        if device is None:
            raise Refused("unknown-object", "There is no device with this deviceId")
        return copy.deepcopy(device)

    def _register(self, content: Any) -> Any:
        number, name = _number(content), content.get("name")
        if not isinstance(name, str) or not name:
            raise Refused("invalid-content", "name is missing or no text")
        if self._faults.on("register-garbles-text"):
            name = name.encode("ascii", "replace").decode()
        self._devices[number] = {"deviceId": number, "name": name}
        return copy.deepcopy(self._devices[number])


def _number(content: Any) -> int:
    value = content.get("deviceId") if isinstance(content, dict) else None
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused("invalid-content", "deviceId is missing or no integer")
    return value

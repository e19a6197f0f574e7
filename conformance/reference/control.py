"""The control endpoint: how the tests of the suite switch faults and quirks, move the clock and read the log.

It exists only when a token is given at the start, and it lives under a path that no document knows. It is for tests.
Cases of the suite reach nothing of it but the upper tester, through the same protocol that a tester's own hook speaks.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from conformance.reference.calls import Call, Reply
from conformance.reference.service import Service
from conformance.reference.switchboard import UnknownNameError

PREFIX: Final = "/__control__/"
UPPER_TESTER: Final = "upper-tester"
ACTIONS: Final = ("clock", "throttle")
"""Upper tester actions that every reference carries out."""

Action = Callable[[Any], Any]
"""Carries out an upper tester action of one platform: takes the parameters, returns the result."""


class Control:
    """Answers calls under `/__control__/` whose X-Control-Token is right."""

    def __init__(self, service: Service, token: str) -> None:
        self._service = service
        self._token = token.encode()

    def answer(self, call: Call) -> Reply:
        """Answer one control call: 200 with JSON, 400 for a wrong value, 401 without the token, 404 for a wrong name."""
        given = call.headers.get("x-control-token", "").encode()
        if not hmac.compare_digest(given, self._token):
            return Reply(401, {"message": "X-Control-Token is missing or wrong"})
        try:
            value = json.loads(call.body) if call.body else None
            if call.path == PREFIX + UPPER_TESTER:
                return self._upper_tester(call.method, value)
            return Reply(200, self._act(call.method, call.path.removeprefix(PREFIX), value))
        except LookupError:
            return Reply(404, {"message": f"no control {call.method} {call.path}"})
        except (ValueError, TypeError) as error:
            return Reply(400, {"message": str(error)})

    def _upper_tester(self, method: str, value: Any) -> Reply:
        """Speak the upper tester protocol: GET tells the actions, POST carries one out, 501 where it is unknown."""
        if method == "GET":
            return Reply(200, {"protocol": 1, "actions": [*ACTIONS, *self._own]})
        action, params = _member(value, "action"), value.get("params")
        if action in self._own:
            return Reply(200, {"result": self._own[action](params)})
        if action not in ACTIONS:
            return Reply(501, {"message": f"no action {action}"})
        return Reply(200, {"result": self._act("POST", action, params)})

    @property
    def _own(self) -> Mapping[str, Action]:
        """Actions of this platform alone."""
        found: Mapping[str, Action] = getattr(self._service.platform, "actions", {})
        return found

    def _act(self, method: str, name: str, value: Any) -> Any:
        service = self._service
        match method, name:
            case "GET", "faults":
                return [
                    {
                        "id": fault.id,
                        "kind": fault.kind,
                        "subject": fault.subject,
                        "requirement": fault.requirement,
                        "description": fault.description,
                        "active": service.faults.has(fault.id),
                    }
                    for fault in service.faults.known.values()
                ]
            case "PUT", "faults":
                service.faults.set(_names(value))
                return {"active": list(service.faults.active)}
            case "GET", "quirks":
                active = service.quirks.active
                return [
                    {"id": key, "description": text, "active": key in active}
                    for key, text in service.quirks.known.items()
                ]
            case "PUT", "quirks":
                service.quirks.set(_names(value))
                return {"active": sorted(service.quirks.active)}
            case "POST", "clock":
                service.clock.offset_s = float(_member(value, "offset_s"))
                return {"now_ms": service.clock.now_ms()}
            case "POST", "throttle":
                limit = value["calls"] if isinstance(value, dict) and "calls" in value else _member(value, "per_s")
                service.throttle.allow(None if limit is None else float(limit), float(value.get("window_s", 1)))
                return {"per_s": service.throttle.per_s}
            case "POST", "reset":
                service.platform.reset()
                return {}
            case "GET", "log":
                return list(service.log)
            case "DELETE", "log":
                service.log.clear()
                return {}
        raise LookupError(name)


def _names(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UnknownNameError("a JSON list of names is expected")
    return value


def _member(value: Any, name: str) -> Any:
    if not isinstance(value, dict) or name not in value:
        raise ValueError(f"a JSON object with {name!r} is expected")
    return value[name]

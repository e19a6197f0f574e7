"""The platform as a whole: envelope, objects by id, and one handler per operation from the chapters' modules.

Failures come in the shape of the document's 全局定义 (HTTP 200, `result` false); an unknown path and malformed JSON have
answers of their own there. The numbers in `errcode` are ours, but for 400.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from conformance.contract import Contract, Operation
from conformance.reference.calls import Call, Refused, Reply, Request
from conformance.reference.service import Handler, Service
from conformance.reference.thingscloud.auth import SIGN_IN, Credentials, Gate
from conformance.reference.thingscloud.behaviours import BEHAVIOURS
from conformance.reference.thingscloud.readings import readings
from conformance.reference.thingscloud.seed import seeded
from conformance.reference.thingscloud.state import Customer, Device, Project

CloudHandler = Callable[["ThingsCloud", Request], Any]

ERRCODES: Final = {
    "invalid": 1001,
    "credentials": 1002,
    "unknown-object": 1003,
    "conflict": 1004,
    "throttled": 1005,
}
_CUT: Final = 16
_LAST_OF_THE_BASIC_PLANE: Final = 0xFFFF


class ThingsCloud:
    """One project of the platform."""

    def __init__(self, contract: Contract, credentials: Credentials) -> None:
        from conformance.reference.thingscloud import chapters

        self.credentials = credentials
        self.service = Service(contract, BEHAVIOURS, readings(contract))
        self.service.platform = self
        self.faults = self.service.faults
        self.quirks = self.service.quirks
        self.clock = self.service.clock
        self.gate = Gate(credentials, self.clock, self.faults)
        self.project: Project = seeded(self.clock.now_ms())
        self.handlers: Mapping[str, Handler] = {
            subject: partial(handler, self) for subject, handler in chapters.HANDLERS.items()
        }

    # What the common service asks for.

    def admit(self, operation: Operation, call: Call) -> None:
        """Let a call in by its Bearer token."""
        self.gate.admit(operation, call, self._is_device_token)

    def admit_body(self, request: Request) -> None:
        """Let a sign-in pass by the credentials in its body."""
        self.gate.check(request.body, SIGN_IN[request.operation.subject])

    def success(self, request: Request, result: Any) -> Reply:  # noqa: ARG002 - part of the interface
        """Wrap what a handler returned: `{"result": true, "info": ...}`."""
        if result == {} and self.quirks.on("empty-info/nothing"):
            return Reply(200, {"result": True})
        return Reply(200, {"result": True, "info": result})

    def failure(self, refused: Refused) -> Reply:
        """Say no in the shape that the document gives for this kind of failure."""
        quirk = self.quirks.on
        bare: dict[str, Any] = {"message": refused.message}
        complete = self._failure_body(refused)
        match refused.kind:
            case "unknown-path":
                if self.faults.on("unknown-path-served"):
                    return Reply(200, {"result": True, "info": {}})
                text = "There is nothing here" if quirk("message-text/free") else refused.message
                return Reply(404, {"message": text}, row="404", refused=refused.told)
            case "malformed-json":
                text = "This is not JSON" if quirk("message-text/free") else refused.message
                return Reply(
                    404, {"result": False, "message": text, "errcode": 400}, row="404-400", refused=refused.told
                )
            case "unknown-object":
                if self.faults.on("unknown-object-served"):
                    return Reply(200, {"result": True, "info": {}})
                if quirk("unknown-id/unknown-path"):
                    return Reply(404, bare, refused=refused.told)
                if quirk("unknown-id/failure-with-404"):
                    return Reply(404, complete, refused=refused.told)
            case "credentials" if quirk("refusal-status/unauthorized"):
                return Reply(403 if refused.reason == "foreign" else 401, bare, refused=refused.told)
            case "throttled":
                return Reply(429, complete, refused=refused.told)
        return Reply(200, complete, refused=refused.told)

    def _failure_body(self, refused: Refused) -> dict[str, Any]:
        body: dict[str, Any] = {
            "result": False,
            "errcode": ERRCODES.get(refused.kind, 1000),
            "message": refused.message,
            "errors": [dict(each) for each in refused.errors],
        }
        if self.quirks.on("failure-members/message-only"):
            del body["errcode"], body["errors"]
        elif self.quirks.on("failure-members/without-errors"):
            del body["errors"]
        return body

    def unparsable(self, operation: Operation) -> Any:
        """Refuse malformed JSON, unless a fault takes it for the full example."""
        assert operation.request is not None
        if self.faults.on("malformed-json-accepted"):
            return copy.deepcopy(operation.request.full)
        raise Refused("malformed-json", "Invalid JSON message")

    def stand_ins(self, subject: str) -> Mapping[str, Any]:
        """Return the right credentials for a sign-in whose credentials a fault does not look at."""
        names = SIGN_IN.get(subject, ())
        return {name: value for name, value in self.credentials.as_dict().items() if name in names}

    def tolerated(self) -> frozenset[str]:
        """Return the constraint that the vendor's own tool breaks, where its reading is asked for."""
        if self.quirks.on("page-records-over-maximum/accepted"):
            return frozenset({"attribute-series/query:page_records/maximum"})
        return frozenset()

    def reset(self) -> None:
        """Go back to the seed; tokens stay valid."""
        self.project = seeded(self.clock.now_ms())

    # What the chapters ask for.

    def device(self, request: Request) -> Device:
        """Return the device that the path names; raise `Refused` where there is none."""
        device = self.project.devices.get(request.path["device_id"])
        if device is None or device.id in self.project.unreadable:
            raise Refused("unknown-object", "Device not found")
        return device

    def customer(self, request: Request) -> Customer:
        """Return the customer that the path names; raise `Refused` where there is none."""
        customer = self.project.customers.get(request.path["customer_id"])
        if customer is None or customer.id in self.project.unreadable:
            raise Refused("unknown-object", "Customer not found")
        return customer

    def check_not_empty(self, given: Any) -> None:
        """Refuse an update that gives nothing, where that reading is asked for."""
        if not given and self.quirks.on("empty-update/refused"):
            raise Refused("invalid", "Nothing is given that could be updated")

    def time(self, ms: int) -> int | float:
        """Return a time as answers show it: milliseconds, or seconds where that reading is asked for."""
        return ms / 1000 if self.quirks.on("time-unit/seconds") else ms

    def text(self, value: str) -> str:
        """Return a text as it is stored: unchanged."""
        if self.faults.on("text-to-ascii"):
            value = value.encode("ascii", "replace").decode()
        if self.faults.on("text-beyond-plane-lost"):
            value = "".join(each if ord(each) <= _LAST_OF_THE_BASIC_PLANE else "?" for each in value)
        return value[:_CUT] if self.faults.on("text-cut") else value

    def _is_device_token(self, value: str) -> bool:
        return any(device.access_token == value for device in self.project.devices.values())

"""The platform as a whole: envelope, devices by name and devEui, and one handler per operation from the chapters' modules."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from conformance.contract import Contract, Operation
from conformance.reference.calls import Call, Refused, Reply, Request
from conformance.reference.neuroncloud.behaviours import BEHAVIOURS
from conformance.reference.neuroncloud.credentials import Credentials
from conformance.reference.neuroncloud.encryption import Encryption
from conformance.reference.neuroncloud.gate import Gate
from conformance.reference.neuroncloud.readings import readings
from conformance.reference.neuroncloud.refusals import CREATED, OK, invalid, refusal
from conformance.reference.neuroncloud.seed import NUMBER_POINT, PREPARED, seeded
from conformance.reference.neuroncloud.state import Device, Tenancy
from conformance.reference.service import Handler, Service

CloudHandler = Callable[["NeuronCloud", Request], Any]

HISTORY: Final = "/device/v1/realtime/history"
PROJECT_HEADER: Final = "x-param-projectid"
USUAL: Final = Encryption()
ALL: Final = "*"
"""In place of a devEui: every device; only inside, where the path without devEui is read so."""


class NeuronService(Service):
    """The common service, with the readings that understand a call otherwise."""

    refused_push: Callable[[Any], None]
    """Does with a push that was refused for its length what only a fault does."""

    def answer(self, call: Call) -> Reply:
        """Answer one call; never raises for anything a caller can send."""
        quirk = self.quirks.on
        if quirk("optional-path-member/all") and call.path == "/device/v1/realtime//values":
            call = replace(call, path=f"/device/v1/realtime/{ALL}/values")
        if quirk("parameter-location/query") and call.path == HISTORY:
            call = replace(call, query=(), body=json.dumps(dict(call.query)).encode())
        reply = super().answer(call)
        place = "behaviour/over-thousand-stored"
        if self.faults.has(place) and reply.refused is not None and "body maxItems" in reply.refused:
            self.refused_push(json.loads(call.body))
            reply.faults.append(place)
        return reply


class NeuronCloud:
    """One tenant of the platform, and a neighbour whose devices it may not see."""

    def __init__(self, contract: Contract, credentials: Credentials, encryption: Encryption = USUAL) -> None:
        from conformance.reference.neuroncloud import chapters

        self.credentials = credentials
        self.service = NeuronService(contract, BEHAVIOURS, readings(contract))
        self.service.platform = self
        self.faults = self.service.faults
        self.quirks = self.service.quirks
        self.clock = self.service.clock
        tokens = {token.key_id: token for token in (credentials.valid, credentials.expired)}
        self.gate = Gate(tokens, self.faults, self.quirks, encryption)
        self.service.refused_push = partial(chapters.refused_push, self)
        self.tenancy: Tenancy = seeded(self.clock.now_ms())
        self.handlers: Mapping[str, Handler] = {
            subject: partial(handler, self) for subject, handler in chapters.HANDLERS.items()
        }

    # What the common service asks for.

    def admit(self, operation: Operation, call: Call) -> None:  # noqa: ARG002 - one kind of token serves every operation
        """Let a call in by its Key ID and encrypted Key."""
        self.gate.admit(call)

    def admit_body(self, request: Request) -> None:
        """Nobody signs in here: every operation has its credentials in its head."""
        raise AssertionError(request.operation.subject)

    def success(self, request: Request, result: Any) -> Reply:
        """Wrap what a handler returned: code, message, isSuccess, and `data` where the operation has any."""
        body: dict[str, Any] = {"code": OK, "message": "success", "isSuccess": True}
        if any(member.name == "data" for member in request.operation.response.members):
            body["data"] = _or_null(result) if self.quirks.on("empty-data/null") else result
        if self.quirks.on("code-or-flag/code-only"):
            del body["isSuccess"]
        elif self.quirks.on("code-or-flag/flag-only"):
            del body["code"]
        if self.faults.on("message-missing"):
            del body["message"]
        return Reply(CREATED if self.quirks.on("http-status/created") else OK, body)

    def failure(self, refused: Refused) -> Reply:
        """Say no, with a code of the document's table where it has one that fits."""
        if refused.kind == "unknown-path" and self.faults.on("unknown-path-served"):
            return Reply(OK, {"code": OK, "message": "success", "isSuccess": True})
        return refusal(refused, self.faults, self.quirks)

    def unparsable(self, operation: Operation) -> Any:
        """Refuse malformed JSON, unless a fault takes it for a request that serves."""
        assert operation.request is not None
        if self.faults.on("malformed-json-accepted"):
            return copy.deepcopy(self.stand_ins(operation.subject).get("body", operation.request.full))
        raise Refused("malformed-json", "The body is not JSON")

    def stand_ins(self, subject: str) -> Mapping[str, Any]:
        """Return a request that serves, for what a fault lets pass without it."""
        device = self.prepared
        record = {"equipmentName": device.name, "functionType": NUMBER_POINT, "buildingName": device.building}
        match subject:
            case "data-push":
                members = {f"[].{name}": value for name, value in record.items()}
                return {"body": [{**record, "value": 1.5}], **members}
            case "dataset-push":
                return {"body": []}
            case "point-history" | "dataset-query":
                return {"equipmentName": device.name, "field": "VALUE"}
        return {}

    def tolerated(self) -> frozenset[str]:
        """No reading bears a request that the contract's messages refuse."""
        return frozenset()

    def reset(self) -> None:
        """Go back to the seed."""
        self.tenancy = seeded(self.clock.now_ms())

    # What the chapters ask for.

    @property
    def prepared(self) -> Device:
        """The device that tests push to."""
        return next(device for device in self.tenancy.devices if device.name == PREPARED)

    def visible(self, fault: str) -> list[Device]:
        """Return the devices that the tenant may see; with that fault, those of the neighbour too."""
        return list(self.tenancy.devices) if self.faults.on(fault) else self.tenancy.own

    def device(self, request: Request, foreign_fault: str) -> Device | None:
        """Return the device whose devEui the path names, or None where a reading answers nothing.

        Raises:
            Refused: the tenant has no such device.
        """
        dev_eui = request.path["devEui"]
        found = [device for device in self.visible(foreign_fault) if device.dev_eui == dev_eui]
        if found:
            return found[0]
        if self.faults.on("unknown-device-shown"):
            return self.prepared
        if self.quirks.on("unknown-device/nothing"):
            return None
        raise Refused("unknown-object", "No device has this devEui")

    def check_project(self, request: Request) -> str:
        """Return the project that the header names; raise `Refused` where there is none."""
        project = request.call.headers.get(PROJECT_HEADER, "")
        unknown = PROJECT_HEADER in request.call.headers and project not in self.tenancy.projects
        if unknown and not self.quirks.on("unknown-project/accepted"):
            raise invalid("header:X-Param-ProjectId", "registered", "No project has this id")
        return project


def _or_null(result: Any) -> Any:
    """Return null in place of an empty list of values or devices."""
    if isinstance(result, dict) and result.get("records") == []:
        return {**result, "records": None}
    return None if result == [] else result

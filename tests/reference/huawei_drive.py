"""Calling the Huawei reference's core in this process: every operation with credentials, by member names."""

from __future__ import annotations

import copy
import itertools
import json
import re
from typing import Any
from urllib.parse import quote

from conformance.contract import Contract, load
from conformance.reference.calls import Call, Reply
from conformance.reference.huawei.auth import Credentials
from conformance.reference.huawei.platform import Huawei

_numbers = itertools.count(1)

CONTRACT: Contract = load("huawei")
GIVEN = Credentials("thisApplication0000000000", "its-secret")


class HuaweiDriver:
    """One platform in this process and an application with its token."""

    def __init__(self, *faults: str, quirks: tuple[str, ...] = ()) -> None:
        self.huawei = Huawei(CONTRACT, GIVEN)
        self.service = self.huawei.service
        self.pixit = self.huawei.pixit()
        self.token = self.huawei.gate.issue()[0]
        self.service.faults.set([f"behaviour/{name}" for name in faults])
        self.service.quirks.set(quirks)

    def call(self, subject: str, body: Any = None, **parameters: Any) -> Reply:
        """Call an operation; `parameters` go where the contract says. A null parameter is left out."""
        operation = CONTRACT.operations[subject]
        given = {name: str(value) for name, value in parameters.items() if value is not None}
        path = re.sub(r"\{(\w+)\}", lambda place: quote(given.pop(place[1]), safe=""), operation.path)
        headers = {"app_key": GIVEN.app_id, "authorization": f"Bearer {self.token}"}
        if body is not None:
            headers["content-type"] = "application/json"
        data = b"" if body is None else json.dumps(body).encode()
        return self.service.answer(Call(operation.method, path, tuple(given.items()), headers, data))

    def succeed(self, subject: str, body: Any = None, **parameters: Any) -> Any:
        """Call an operation that must succeed with a valid answer; return the body."""
        operation = CONTRACT.operations[subject]
        reply = self.call(subject, body, **parameters)
        assert (reply.refused, reply.status) == (None, operation.statuses[0]), reply
        if operation.answers_with_body:
            assert operation.response.violations(reply.body) == ()
        return reply.body

    def refused(self, subject: str, body: Any = None, **parameters: Any) -> str:
        """Call an operation that must refuse; return the row."""
        reply = self.call(subject, body, **parameters)
        assert reply.row is not None, reply
        return reply.row

    def act(self, action: str, **params: Any) -> Any:
        """Have the upper tester do something."""
        return self.huawei.actions[action](params)

    def example(self, subject: str, *, full: bool = False, **members: Any) -> dict[str, Any]:
        """Return an example request of an operation, fresh where names must differ, with `members` changed (null: left out)."""
        request = CONTRACT.operations[subject].request
        assert request is not None
        body: dict[str, Any] = copy.deepcopy(request.full if full else request.minimal)
        for member in request.annotated("x-unique"):
            if len(member.path) == 1 and member.path[0] in body:
                number = next(_numbers)
                body[member.path[0]] = f"{number:016X}" if "pattern" in member.schema else f"conf-{number}"
        return {name: value for name, value in {**body, **members}.items() if value is not None}

    def device(self, **members: Any) -> str:
        """Register a device that speaks LWM2M; return its id."""
        body = {"nodeId": f"node-{next(_numbers)}", "productId": self.pixit["product_id"], "timeout": 0, **members}
        return str(self.succeed("device-register-code", body)["deviceId"])

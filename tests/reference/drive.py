"""Calling the reference's core in this process: every documented operation, with fresh objects and full answers."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from conformance.contract import Contract, Operation, load
from conformance.contract.members import locate
from conformance.reference.calls import Call, Reply
from conformance.reference.thingscloud.auth import Credentials
from conformance.reference.thingscloud.cloud import ThingsCloud
from conformance.reference.thingscloud.start import pixit

_counter = itertools.count(1)

GIVEN = Credentials("app", "access", "secret", "boss", "word")


class Driver:
    """One platform in this process and a caller who is signed in."""

    def __init__(self) -> None:
        self.contract: Contract = load("thingscloud")
        self.cloud = ThingsCloud(self.contract, GIVEN)
        self.service = self.cloud.service
        self.pixit = pixit(self.cloud)
        self.tokens = {
            "api-token": self.cloud.gate.issue("api-token"),
            "admin-token": self.cloud.gate.issue("admin-token"),
        }

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        token: str | None = "api-token",
        content: bytes | None = None,
    ) -> Reply:
        """Send one call; `token` is the name of a kind of token, a token, or None for no Authorization."""
        headers = {} if token is None else {"authorization": f"Bearer {self.tokens.get(token, token)}"}
        data = content if content is not None else b"" if body is None else json.dumps(body).encode()
        return self.service.answer(
            Call(method, path, tuple((name, str(value)) for name, value in (query or {}).items()), headers, data)
        )

    def info(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Send one call that must succeed; return `info`."""
        reply = self.send(method, path, body, **options)
        assert reply.refused is None, (path, reply)
        return reply.body["info"]

    def call(self, subject: str, body: Any = ..., **options: Any) -> Reply:
        """Call an operation with its full example and objects that exist."""
        operation = self.contract.operations[subject]
        path = self.path(operation)
        if body is ...:
            body = self.body(operation)
        options.setdefault("token", operation.credentials[0] if operation.credentials else None)
        return self.send(operation.method, path, body, **options)

    def path(self, operation: Operation) -> str:
        """Return the operation's path with ids of objects that may be destroyed, and that show every member."""
        values = {"identifier": "temperature"}
        if "{customer_id}" in operation.path:
            values["customer_id"] = self.customer()
        if "{device_id}" in operation.path:
            values["device_id"] = self.pixit["alarm_device"] if operation.method == "GET" else self.device()
        return operation.path.format_map({name: quote(value, safe="") for name, value in values.items()})

    def device(self, **members: Any) -> str:
        """Create a device with every member filled; return its id."""
        number = next(_counter)
        given = {
            "name": f"made {number}",
            "descr": "made here",
            "type": self.pixit["device_type"],
            "tags": {"site": "1", "floor": "2", "other": "3"},
            "device_key": f"key-{number}",
        }
        return str(self.info("POST", "/api/v1/device", {**given, **members})["id"])

    def customer(self, **members: Any) -> str:
        """Create a customer with every member filled; return its id."""
        number = next(_counter)
        given = {
            "name": "made",
            "account": f"account-{number}",
            "password": "secret word",
            "descr": "made here",
            "email": f"made{number}@example.org",
            "mobile": f"{number}",
            "tags": {"site": "1"},
        }
        return str(self.info("POST", "/api/v1/customer", {**given, **members})["id"])

    def body(self, operation: Operation) -> Any:
        """Return the full request of an operation, with unique texts, an existing device type and right credentials."""
        if operation.request is None:
            return None
        body = copy.deepcopy(operation.request.full)
        for member in operation.request.members:
            if member.annotation("x-unique"):
                body[member.name] = f"{body[member.name]}-{next(_counter)}"
        if operation.subject == "device-create":
            body["type"] = self.pixit["device_type"]
        if not operation.credentials:
            body.update({name: value for name, value in GIVEN.as_dict().items() if name in body})
        return body

    def query(self, operation: Operation) -> dict[str, Any]:
        """Return a value within the bounds for every query parameter."""
        now = self.cloud.clock.now_ms()
        known = {
            "page": 1,
            "page_records": 50,
            "start_time": now - 1000,
            "end_time": now,
            "type": self.pixit["device_type"],
            "group": self.pixit["device_group"],
        }
        return {each.name: known[each.name] for each in operation.parameters if each.location == "query"}


def violations_of(driver: Driver, operation: Operation) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Yield (member/keyword, body, query): for every constraint of a request a request that breaks it alone."""
    for member in operation.request_members:
        for constraint in member.constraints:
            for value in _breaking(constraint.keyword, constraint.value, member.schema):
                body, query = driver.body(operation), driver.query(operation)
                if member.path[:1] == ("query",):
                    query[member.path[1]] = value
                elif member.path[:1] == ("path",):
                    continue
                elif constraint.keyword == "required":
                    body.pop(member.path[-1])
                elif constraint.keyword == "anyOf":
                    body = {}
                else:
                    body = _with(body, member.path, value)
                if body == driver.body(operation) and query == driver.query(operation):
                    continue
                yield constraint.key, body, query


def _breaking(keyword: str, bound: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
    match keyword:
        case "type":
            kinds = [bound] if isinstance(bound, str) else list(bound)
            candidates = {"string": 7, "integer": "seven", "number": "seven", "object": "text", "array": {}}
            yield candidates[kinds[0]]
        case "minimum":
            yield bound - 1
        case "maximum":
            yield bound + 1
        case "required" | "anyOf":
            yield None


def _with(body: Any, path: tuple[str, ...], value: Any) -> Any:
    if not path:
        return value
    token, rest = path[0], path[1:]
    if token == "[]":
        return [_with(body[0], rest, value), *body[1:]]
    if token == "{}":
        token = next(iter(body))
    return {**body, token: _with(body[token], rest, value)}


__all__ = ["GIVEN", "Driver", "locate", "violations_of"]

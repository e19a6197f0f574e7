"""Calling the NeuronCloud reference's core in this process: every documented operation, with right credentials."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

from conformance.contract import Contract, Operation, load
from conformance.crypto.rsa_keys import public_key
from conformance.crypto.rsa_token import PKCS1, Padding, headers
from conformance.reference.calls import Call, Reply
from conformance.reference.clock import Clock
from conformance.reference.neuroncloud.cloud import NeuronCloud
from conformance.reference.neuroncloud.credentials import Credentials, Token
from conformance.reference.neuroncloud.start import pixit
from conformance.reference.neuroncloud.times import written

PUSH = "/dataPlatform/openapi"
LIST = "/device/v1/mn/page"
HISTORY = "/device/v1/realtime/history"
CONTRACT: Contract = load("neuroncloud")


@cache
def tokens() -> Credentials:
    """Return tokens made once: making RSA keys takes longer than all calls of a test."""
    return Credentials.made()


@cache
def signed(token: Token, padding: Padding = PKCS1) -> Mapping[str, str]:
    """Return the headers that identify the holder of a token, in lower case, encrypted once."""
    return presented(token.key_id, token.key, token, padding)


def presented(key_id: str, text: str, token: Token, padding: Padding = PKCS1) -> dict[str, str]:
    """Return headers with a text encrypted for a token."""
    made = headers(key_id, text, public_key(token.public_key), padding)
    return {name.lower(): value for name, value in made.items()}


class StoppedClock(Clock):
    """A clock that stands, so that two platforms begin with the same data; its offset moves it."""

    def now_ms(self) -> int:
        """Return 2026-11-20 12:00:30 UTC and the offset."""
        return 1795176030000 + int(self.offset_s * 1000)


class Driver:
    """One platform in this process and a caller with a valid token."""

    def __init__(self) -> None:
        self.cloud = NeuronCloud(CONTRACT, tokens())
        self.service = self.cloud.service
        self.cloud.clock = self.service.clock = StoppedClock()
        self.cloud.reset()
        self.pixit = pixit(self.cloud)
        self.now = self.cloud.clock.now_ms()

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        credentials: Mapping[str, str] | None = None,
        extra: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Reply:
        """Send one call; without `credentials` the valid ones, with an empty mapping none."""
        given = signed(tokens().valid) if credentials is None else credentials
        data = content if content is not None else b"" if body is None else json.dumps(body).encode()
        pairs = tuple((name, str(value)) for name, value in (query or {}).items())
        return self.service.answer(Call(method, path, pairs, {**given, **(extra or {})}, data))

    def data(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Send one call that must succeed; return `data`."""
        reply = self.send(method, path, body, **options)
        assert reply.refused is None, (path, reply)
        return reply.body.get("data")

    def call(self, subject: str, body: Any = ..., **options: Any) -> Reply:
        """Call an operation with its full example and the prepared objects."""
        operation = CONTRACT.operations[subject]
        values = {"devEui": self.pixit["dev_eui"], "datasetName": self.pixit["dataset"]}
        path = operation.path.partition("#")[0].format_map({name: quote(value) for name, value in values.items()})
        options.setdefault("query", self.query(operation))
        if any(each.name == "X-Param-ProjectId" for each in operation.parameters):
            options.setdefault("extra", {"x-param-projectid": self.pixit["project_id"]})
        return self.send(operation.method, path, self.body(operation) if body is ... else body, **options)

    def body(self, operation: Operation) -> Any:
        """Return the full request of an operation with the prepared names in place of the example's."""
        if operation.request is None:
            return None
        names = {
            "Meter 1": "equipment_name",
            "temperature": "function_type",
            "door": "text_function_type",
            "Hall 1": "building",
            "0011223344556677": "dev_eui",
            "TH-100": "equ_model",
            "amount": "dataset_field",
            "note": "dataset_text_field",
        }
        body = _renamed(copy.deepcopy(operation.request.full), {old: self.pixit[new] for old, new in names.items()})
        if isinstance(body, dict):
            body |= {"startTime": written(self.now - 3 * 86_400_000), "endTime": written(self.now)}
            body["functionType"] = self.pixit["function_type"]
        elif operation.subject == "data-push":
            for record in body:
                record["time"] = written(self.now)
        return body

    def query(self, operation: Operation) -> dict[str, Any]:
        """Return required query parameters."""
        return {"current": 1, "size": 10} if operation.subject == "device-list" else {}

    def record(self, **members: Any) -> dict[str, Any]:
        """Return a record for the prepared device; a member that is None is left out."""
        given = {
            "equipmentName": self.pixit["equipment_name"],
            "functionType": self.pixit["function_type"],
            "buildingName": self.pixit["building"],
            "value": 1.5,
            **members,
        }
        return {name: value for name, value in given.items() if value is not None}

    def text(self, reading: str, **members: Any) -> dict[str, Any]:
        """Return a record with a text."""
        return self.record(functionType=self.pixit["text_function_type"], value=None, reading=reading, **members)

    def history(self, **members: Any) -> list[dict[str, Any]]:
        """Return the history of the prepared device."""
        body = {"equipmentName": self.pixit["equipment_name"], "field": "VALUE", **members}
        found: list[dict[str, Any]] = self.data("POST", HISTORY, body)
        return found

    def latest(self, dev_eui: str | None = None) -> list[dict[str, Any]]:
        """Return the latest values of a device, the prepared one unless another is named."""
        found: list[dict[str, Any]] = self.data("GET", f"/device/v1/realtime/{dev_eui or self.pixit['dev_eui']}/values")
        return found

    def page(self, current: int = 1, size: int = 10, **query: Any) -> dict[str, Any]:
        """Return one page of the device list."""
        found: dict[str, Any] = self.data("GET", LIST, query={"current": current, "size": size, **query})
        return found

    def names(self, current: int = 1, size: int = 100, **query: Any) -> list[str]:
        """Return the names on one page of the device list."""
        return [record["name"] for record in self.page(current, size, **query)["records"]]


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {names.get(key, key): _renamed(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def violations_of(driver: Driver, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (member/keyword, options of `call`): for every constraint of a request a request that breaks it alone."""
    for member in operation.request_members:
        for constraint in member.constraints:
            location, name = member.path[0] if member.path else "", member.path[-1] if member.path else ""
            if location == "header":
                project = {"x-param-projectid": driver.pixit["project_id"]}
                credentials = {key: text for key, text in signed(tokens().valid).items() if key != name.lower()}
                lacking = {"extra": {}} if name == "X-Param-ProjectId" else {"credentials": credentials}
                yield constraint.key, {"extra": project if "project" in str(operation.needs) else {}, **lacking}
            elif location == "query":
                query = driver.query(operation)
                if constraint.keyword == "required":
                    del query[name]
                else:
                    query[name] = "seven"
                yield constraint.key, {"query": query}
            elif location != "path":
                yield constraint.key, {"body": _broken(driver.body(operation), member.path, constraint.keyword)}


def _broken(body: Any, path: tuple[str, ...], keyword: str) -> Any:
    """Return the body with one constraint broken at `path`, in its first element where that is a list."""
    match keyword, path:
        case "maxItems", ():
            return [body[0]] * 1001
        case "anyOf", ("[]",):
            return [{name: value for name, value in body[0].items() if name != "value"}, *body[1:]]
        case "type", ():
            return "text"
        case "type", ("[]",):
            return [7, *body[1:]]
    holder = body[0] if path[0] == "[]" else body
    if keyword == "required":
        del holder[path[-1]]
    else:
        holder[path[-1]] = "2" if path[-1] == "value" else [2]
    return body

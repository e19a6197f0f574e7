"""A case without a network: an environment whose transport is a function, or the reference's core in this process."""

from __future__ import annotations

import importlib
import json
import ssl
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.contract import Contract, Role, load
from conformance.evidence.exchange import Answer, Failure, Request
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.iut.config import Iut
from conformance.iut.http import HttpClient
from conformance.iut.journal import Journal
from conformance.iut.rate import RateLimiter
from conformance.platforms.driver import driver
from conformance.reference.calls import Call
from conformance.reference.service import Service
from conformance.suites.case import Body, Case
from conformance.suites.context import Context
from conformance.suites.environment import Environment

PLATFORM = "thingscloud"
URL = "http://platform.invalid"
JSON = (("Content-Type", "application/json"),)
YES = {"result": True, "info": {}}
NO = {"result": False, "errcode": 1001, "message": "no", "errors": []}

Transport = Callable[[Request], Answer]


class FakeClient(HttpClient):
    """Hands every request to a function and remembers it."""

    def __init__(self, transport: Transport) -> None:
        # Not HttpClient's own: reading the system's certificates takes longer than most tests.
        self.base_url, self.timeout_s, self.calls = URL, 1.0, 0
        self.clock_offset_ms = None
        self.limiter, self.context = RateLimiter(None), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.transport = transport
        self.sent: list[Request] = []

    def send(self, request: Request) -> Answer:
        self.sent.append(request)
        return self.transport(request)


def answer(body: Any = YES, status: int = 200, headers: Iterable[tuple[str, str]] = JSON, **members: Any) -> Answer:
    """Return an answer; a body that is no bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(Request("GET", URL), status, "", tuple(headers), content, **members)


def broken(kind: str = "reset", text: str = "the connection broke") -> Answer:
    return Answer(Request("GET", URL), failure=Failure(kind, text))


def _always(fixed: Answer) -> Transport:
    return lambda _: fixed


def environment(
    transport: Transport | Answer | None = None,
    *,
    contract: Contract | None = None,
    out: Path | None = None,
    **iut: Any,
) -> Environment:
    """Return an environment of the embedded kind; `iut` overrides members of the IUT (`url=...` makes it live)."""
    given = _always(transport or broken()) if isinstance(transport, Answer | None) else transport
    redactor = Redactor(["access_token", "password"])
    contract = contract or load(PLATFORM)
    described: dict[str, Any] = {"embedded": "url" not in iut, **iut}
    return Environment(
        iut=Iut("fake", "1", Role.PLATFORM, contract.platform, **described),
        contract=contract,
        driver=driver(contract.platform),
        client=FakeClient(given),
        recorder=Recorder(out / "evidence.ndjson" if out else None, redactor),
        redactor=redactor,
        journal=Journal(out / "journal.ndjson" if out else None, {}),
        prefix="conf-test-",
        seed=0,
    )


def a_case(body: Body, identity: str = f"{PLATFORM}/project/try", **members: Any) -> Case:
    return Case(identity, "A case of a test.", members.pop("requirements", ()), body, **members)


def context(transport: Transport | Answer | None = None, **members: Any) -> Context:
    return Context(environment(transport, **members), a_case(lambda _: None))


class InProcess:
    """A reference's core as a transport: no socket, no process, the same answers."""

    def __init__(self, platform: str = PLATFORM) -> None:
        started = importlib.import_module(f"conformance.reference.{platform}.start").start(None)
        self.contract = load(platform)
        self.service: Service = started.service
        self.credentials = dict(started.credentials)
        self.pixit = dict(started.pixit)

    def __call__(self, request: Request) -> Answer:
        parts = urlsplit(request.url)
        headers = {name.lower(): value for name, value in request.headers}
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        reply = self.service.answer(Call(request.method, parts.path, query, headers, request.body or b""))
        return Answer(request, reply.status, "", tuple(reply.headers.items()), reply.content() or b"")

    def environment(self, **members: Any) -> Environment:
        given = {"contract": self.contract, "credentials": self.credentials, "pixit": self.pixit, **members}
        return environment(self, **given)


def sent(environment: Environment) -> list[Request]:
    """Return what went out."""
    assert isinstance(environment.client, FakeClient)
    return environment.client.sent


def weaker(contract: Contract) -> Contract:
    """Return the contract of a platform that documents no shape for failures."""
    return replace(contract, failure_shape=None, failure=None)

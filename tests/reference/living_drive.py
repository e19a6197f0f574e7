"""Calling the "Living" reference's core in this process: every operation with a token and objects that exist."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.contract import Contract, Operation, load
from conformance.crypto import gateway as signature
from conformance.reference.calls import Call, Reply
from conformance.reference.living.auth import Credentials
from conformance.reference.living.living import Living
from conformance.reference.living.seed import NVR, OTHER, PRODUCTION
from conformance.reference.living.start import pixit

_counter = itertools.count(1)

CONTRACT: Contract = load("living")
GIVEN = Credentials("7e1f0c5a9b3d4e2f8a6c", "20123456", "an-app-secret")
KEY = b"the same in every test"
SIGNED = ("X-Ca-Key", "X-Ca-Nonce", "X-Ca-Timestamp")

Entries = list[dict[str, Any]]


class LivingDriver:
    """One platform in this process and a caller with its token."""

    def __init__(self, *faults: str, gateway: bool = False, quirks: tuple[str, ...] = ()) -> None:
        self.living = Living(CONTRACT, GIVEN, gateway=gateway, key=KEY)
        self.service = self.living.service
        self.pixit = pixit(self.living)
        self.service.faults.set(faults)
        self.service.quirks.set(quirks)

    def send(
        self, path: str, body: Any = None, *, method: str = "POST", content: bytes | None = None, **headers: str
    ) -> Reply:
        """Send one call as it is."""
        data = content if content is not None else json.dumps(body).encode()
        return self.service.answer(Call(method, path, (), {"content-type": "application/json", **headers}, data))

    def body(self, subject: str, **params: Any) -> dict[str, Any]:
        """Return the full request of an operation with a token and objects that exist, and with `params` changed."""
        request = CONTRACT.operations[subject].request
        assert request is not None
        body: dict[str, Any] = copy.deepcopy(request.full)
        body["request"]["cloudToken"] = GIVEN.cloud_token
        given = body["params"]
        nvr = subject.startswith("nvr-")
        if "productKey" in given:
            given["productKey"] = NVR if nvr else PRODUCTION
        if "applyId" in given:
            given["applyId"] = self.pixit["batch_id"]
        if "deviceNames" in given:
            given["deviceNames"] = self.names(2)
        if "batchId" in given and "batchId" not in params:
            given["batchId"] = self.pixit["nvr_batch_id"] if nvr else self._waiting()
        given.update(params)
        return body

    def call(self, subject: str, body: Any = ..., *, content: bytes | None = None, **params: Any) -> Reply:
        """Call an operation."""
        if body is ...:
            body = self.body(subject, **params)
        return self.send(CONTRACT.operations[subject].path, body, content=content)

    def data(self, subject: str, **params: Any) -> Any:
        """Call an operation that must succeed; return `data`."""
        reply = self.call(subject, **params)
        assert reply.refused is None, reply
        return reply.body["data"]

    def names(self, amount: int) -> list[str]:
        """Return names that no device bears."""
        return [f"device{next(_counter)}" for _ in range(amount)]

    def uploaded(self, amount: int = 3, **params: Any) -> tuple[str, list[str]]:
        """Upload names; return the batch number and the names."""
        names = self.names(amount)
        return str(self.data("device-names-upload", deviceNames=names, **params)), names

    def _waiting(self) -> str:
        """Return a batch of names that waits for its production; behind a gateway one that was not uploaded through it."""
        if self.living.gateway is None:
            return self.uploaded()[0]
        return str(self.living.stand_ins("named-devices-generate")["params.batchId"])

    def page(self, number: str, page: int = 1, size: int = 200) -> dict[str, Any]:
        """Return one page of certificates."""
        found: dict[str, Any] = self.data("certificate-list", applyId=number, pageNo=page, pageSize=size)
        return found

    def certificates(self, number: str, size: int = 200) -> Entries:
        """Return all certificates of a batch, paged until a page is not full."""
        return _all(lambda page: self.page(number, page, size)["items"], size)

    def products(self, size: int = 5) -> Entries:
        """Return all products, paged likewise."""
        return _all(lambda page: self.data("product-list", pageNo=page, pageSize=size), size)

    def nvr_page(self, number: str, page: int = 1, size: int = 20) -> dict[str, Any]:
        """Return one page of NVR certificates."""
        found: dict[str, Any] = self.data("nvr-certificate-list", batchId=number, pageNo=page, pageSize=size)
        return found

    def nvrs(self, number: str, size: int = 20) -> Entries:
        """Return all NVR certificates of a batch, paged likewise."""
        return _all(lambda page: self.nvr_page(number, page, size)["NvrDeviceCertList"], size)

    def signed(self, subject: str = "product-list", **changes: Any) -> Reply:
        """Send a signed call; `changes` replace parts after signing (path, body, headers) or the key and secret."""
        operation = CONTRACT.operations[subject]
        content = json.dumps(self.body(subject)).encode()
        secret, key = changes.get("secret", GIVEN.app_secret), changes.get("key", GIVEN.app_key)
        headers = (
            ("Content-Type", "application/json"),
            ("Accept", "application/json"),
            ("X-Ca-Key", key),
            ("X-Ca-Nonce", "1"),
            ("X-Ca-Timestamp", "1795169463733"),
        )
        request = signature.Request("POST", changes.get("signed_path", operation.path), headers, content)
        made = signature.signed_headers(signature.SignInput(request, SIGNED, secret))
        sent = {name.lower(): value for name, value in made} | changes.get("headers", {})
        sent = {name: value for name, value in sent.items() if value is not None}
        return self.service.answer(Call("POST", operation.path, (), sent, changes.get("content", content)))


def _all(fetch: Callable[[int], Entries], size: int) -> Entries:
    found: Entries = []
    for page in itertools.count(1):
        shown = fetch(page)
        found += shown
        if len(shown) < size or page > 1000:
            break
    return found


def violations_of(driver: LivingDriver, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (member/keyword, body): for every constraint of a request, but the token's, a request that breaks it alone."""
    assert operation.request is not None
    for member in operation.request.members:
        if member.annotation("x-credential"):
            continue
        for constraint in member.constraints:
            body = driver.body(operation.subject)
            if constraint.keyword == "required":
                _holder(body, member.path).pop(member.path[-1])
            else:
                value = _breaking(constraint.keyword, constraint.value)
                if not member.path:
                    body = value
                else:
                    holder = _holder(body, member.path)
                    last: Any = 0 if member.path[-1] == "[]" else member.path[-1]
                    holder[last] = value
            yield constraint.key, body


def _holder(body: Any, path: tuple[str, ...]) -> Any:
    for token in path[:-1]:
        body = body[0 if token == "[]" else token]
    return body


def _breaking(keyword: str, bound: Any) -> Any:
    match keyword:
        case "type":
            first = bound if isinstance(bound, str) else bound[0]
            both = isinstance(bound, list) and "integer" in bound
            return True if both else {"string": 7, "integer": "seven", "object": "text", "array": {}}[first]
        case "enum":
            return "9.9.9"
        case "minimum":
            return bound - 1
        case "maximum":
            return bound + 1
        case "maxItems":
            return [f"many{number}" for number in range(bound + 1)]
    raise AssertionError(keyword)


def product_of(driver: LivingDriver, **params: Any) -> Mapping[str, Any]:
    """Return one product as the single query shows it."""
    found: Mapping[str, Any] = driver.data("product-read", **params)
    return found


__all__ = ["CONTRACT", "GIVEN", "NVR", "OTHER", "PRODUCTION", "LivingDriver", "product_of", "violations_of"]

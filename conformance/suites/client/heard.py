"""A call of a client, understood: which operation it is, and what stands in its path, query, headers and body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.contract import Contract, Operation
from conformance.contract.parameters import kinds, typed
from conformance.contract.records import FORM
from conformance.contract.routing import Routes
from conformance.evidence.exchange import Answer, Request, read_json
from conformance.evidence.overheard import Overheard
from conformance.platforms.driver import Facts

Mode = Callable[[Contract, Operation, Any, Facts], Operation]
"""Tells which operation a call is where its address does not: takes the body, and the operation of the address."""


@dataclass(frozen=True)
class Heard:
    """One call, taken apart. What could not be read is told and is no accident of ours."""

    overheard: Overheard
    operation: Operation | None
    """None where nothing documented lives at its address."""
    path: Mapping[str, str]
    """Path parameters, decoded."""
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    """Names in lower case; of a header that occurs twice the last."""
    body: Any
    """The body as a JSON value, a form as an object of texts; None where there is none or it cannot be read."""
    problem: str
    """Why the body is not in the documented encoding; empty where it is, or where none is documented."""
    elsewhere: bool = False
    """The members of the body stand in the query, which is an accepted reading (`x-body-place`)."""
    bare: bool = False
    """There is no body where every member of it is optional: nothing is left to judge."""

    @property
    def request(self) -> Request:
        """The request as it came."""
        return self.overheard.request

    @property
    def answer(self) -> Answer:
        """What it was answered."""
        return self.overheard.answer

    @property
    def subject(self) -> str:
        """The operation's name; empty where there is none."""
        return self.operation.subject if self.operation else ""


class Understanding:
    """Takes calls apart by the contract of one platform."""

    def __init__(self, contract: Contract, facts: Facts, mode: Mode | None = None) -> None:
        self.contract, self._facts, self._mode = contract, facts, mode
        self._routes = Routes(contract.operations.values())

    def of(self, overheard: Overheard) -> Heard:
        """Return a call, understood; never raises for what a client can send."""
        request = overheard.request
        parts = urlsplit(request.url)
        headers = {name.lower(): value for name, value in request.headers}
        operation, path = self._find(request.method, parts.path, headers)
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        body, problem = self._body(operation, request.body or b"")
        if operation is not None and self._mode is not None:
            operation = self._mode(self.contract, operation, body, self._facts)
        nothing = not request.body or body == {}
        if operation is not None and operation.body_place and nothing and query:
            return Heard(overheard, operation, path, query, headers, _in_query(operation, query), "", elsewhere=True)
        wanted = operation.request if operation is not None else None
        if not request.body and wanted is not None and wanted.is_valid({}):
            return Heard(overheard, operation, path, query, headers, None, "", bare=True)
        return Heard(overheard, operation, path, query, headers, body, problem)

    def methods(self, url: str) -> tuple[str, ...]:
        """Return the documented methods of an address."""
        return self._routes.methods(urlsplit(url).path)

    def _find(self, method: str, path: str, headers: Mapping[str, str]) -> tuple[Operation | None, Mapping[str, str]]:
        found = self._routes.find(method, path, headers)
        if found is None and self._mode is not None and method == "POST":
            # The operations have no address of their own: whatever is called is one of them.
            return next(iter(self.contract.operations.values())), {"interface": path[1:]}
        return found if found is not None else (None, {})

    def _body(self, operation: Operation | None, content: bytes) -> tuple[Any, str]:
        if operation is None or operation.request is None:
            return (read_json(content)[0], "") if content else (None, "")
        value, problem = read_json(content)
        if operation.media_type != FORM:
            return value, problem or ""
        if not problem and isinstance(value, dict | list):
            return None, "the body is JSON"
        try:
            return dict(parse_qsl(content.decode("utf-8"), keep_blank_values=True)), ""
        except UnicodeDecodeError as error:
            return None, f"the body is not UTF-8 (byte {error.start})"


def _in_query(operation: Operation, query: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    assert operation.request is not None
    schemas = {each.path[0]: each.schema for each in operation.request.members if len(each.path) == 1}
    return {name: typed(value, kinds(schemas.get(name, {}))) for name, value in query}

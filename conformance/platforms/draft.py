"""A request under construction, addressed by the contract's member names."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from conformance.contract import Operation
from conformance.contract.members import BODY, ELEMENT, VALUE, locate
from conformance.iut.probes import Probe


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False

    def __deepcopy__(self, memo: object) -> _Absent:
        return self


ABSENT: Final = _Absent()
"""No body at all, as opposed to the JSON value null."""


class _Sealed:
    def __repr__(self) -> str:
        return "SEALED"

    def __deepcopy__(self, memo: object) -> _Sealed:
        return self


SEALED: Final = _Sealed()
"""Stands for a member that the driver writes as the message goes out (a ciphertext, a sign, the time of sending).

Whatever else stands in the member's place is sent as it is: a case that wants a wrong sign sets one.
"""


@dataclass
class Draft:
    """One request of an operation."""

    operation: Operation
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = ABSENT
    payload: bytes | None = None
    """Exact body bytes in place of `body` (malformed JSON)."""
    probe: Probe | None = None
    """The call that the tester names, where the operation has no address of its own."""
    content: Any = None
    """What the message carries, for the driver to put into its sealed members."""
    plain: bytes | None = None
    """What the driver enciphered, as evidence beside what goes on the wire."""

    def copy(self) -> Draft:
        """Return an independent copy."""
        return copy.deepcopy(self, {id(self.operation): self.operation, id(self.probe): self.probe})

    def _place(self, path: tuple[str, ...]) -> tuple[Any, Any]:
        """Return container and key of a member; makes what is missing on the way."""
        containers: dict[str, dict[str, Any]] = {"path": self.path, "query": self.query, "header": self.headers}
        if len(path) == 2 and path[0] in containers and f"{path[0]}:{path[1]}" in _parameters(self.operation):
            return containers[path[0]], path[1]
        if self.body is ABSENT:
            self.body = {}
        holder: Any = self.body
        for token in path[:-1]:
            if token == ELEMENT:
                holder = holder[0]
            elif token == VALUE:
                holder = next(iter(holder.values()))
            else:
                holder = holder.setdefault(token, {})
        last = path[-1]
        if last == ELEMENT:
            return holder, 0
        return (holder, next(iter(holder))) if last == VALUE else (holder, last)

    def set(self, path: tuple[str, ...], value: Any) -> None:
        """Set the member at `path`; of a list the first element, of a free map the first value."""
        if not path:
            self.body = value
            return
        container, key = self._place(path)
        container[key] = value

    def remove(self, path: tuple[str, ...]) -> None:
        """Leave the member at `path` out."""
        if not path:
            self.body = ABSENT
            return
        container, key = self._place(path)
        if isinstance(container, list):
            del container[key]
        else:
            container.pop(key, None)

    def get(self, path: tuple[str, ...]) -> Any:
        """Return the value of the member at `path`; None where it is absent."""
        if not path:
            return self.body
        if f"{path[0]}:{path[-1]}" in _parameters(self.operation):
            return {"path": self.path, "query": self.query, "header": self.headers}[path[0]].get(path[1])
        return next(locate(self.body, path), None)

    def in_query(self) -> Draft:
        """Return a copy whose body's members stand in the query; a body that has none, or exact bytes, stay a body."""
        if self.payload is not None or not isinstance(self.body, dict):
            return self
        return replace(self, query={**self.query, **self.body}, body=ABSENT)

    def target(self) -> str:
        """Return path and query as they go on the wire."""
        if self.probe is not None:
            return self.probe.path
        # Two operations on one path are told apart by a fragment in the contract, which never goes on the wire.
        path = self.operation.path.partition("#")[0]
        for name, value in self.path.items():
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        query = {name: _text(value) for name, value in self.query.items() if value is not None}
        return f"{path}?{urlencode(query)}" if query else path

    def bytes(self) -> bytes | None:
        """Return the body as it goes on the wire."""
        if self.payload is not None:
            return self.payload
        if self.body is ABSENT:
            return None
        if self.operation.media_type == "application/x-www-form-urlencoded" and isinstance(self.body, dict):
            return urlencode({name: _text(value) for name, value in self.body.items()}).encode()
        return as_bytes(self.body)


def as_bytes(value: Any) -> bytes:
    """Write a JSON value as it goes on the wire."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _parameters(operation: Operation) -> frozenset[str]:
    return frozenset(parameter.member for parameter in operation.parameters)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def is_body(name: str) -> bool:
    """Tell whether a member name means the whole body."""
    return name == BODY

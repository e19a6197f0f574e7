"""From method and path to an operation: a table built from the contract, looked up by the number of segments.

A document may print one method and path twice; the contract tells the second apart by a fragment, which is never sent.
Its calls are known by the required headers that the other operation does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from conformance.contract.records import Operation


class Routes:
    """Every documented method and path template."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._exact: dict[tuple[str, str], Operation] = {}
        self._templates: dict[tuple[str, int], list[tuple[tuple[str, ...], Operation]]] = {}
        self._second: dict[tuple[str, str], list[tuple[frozenset[str], Operation]]] = {}
        for operation in operations:
            path, fragment, _ = operation.path.partition("#")
            if fragment:
                names = frozenset(name.lower() for name in telling_headers(operation))
                self._second.setdefault((operation.method, path), []).append((names, operation))
            elif "{" in path:
                segments = tuple(path.split("/"))
                self._templates.setdefault((operation.method, len(segments)), []).append((segments, operation))
            else:
                self._exact[operation.method, path] = operation

    def find(
        self, method: str, path: str, headers: Mapping[str, str] | None = None
    ) -> tuple[Operation, dict[str, str]] | None:
        """Return the operation and its path parameters (decoded), or None where nothing documented lives.

        `headers` (names in lower case) choose between operations that share method and path.
        """
        for names, operation in self._second.get((method, path), ()):
            if headers is not None and names <= headers.keys():
                return operation, {}
        exact = self._exact.get((method, path))
        if exact is not None:
            return exact, {}
        segments = path.split("/")
        for template, operation in self._templates.get((method, len(segments)), ()):
            found: dict[str, str] = {}
            for expected, segment in zip(template, segments, strict=True):
                if expected.startswith("{") and expected.endswith("}"):
                    if not segment:
                        break
                    found[expected[1:-1]] = unquote(segment)
                elif expected != segment:
                    break
            else:
                return operation, found
        return None

    def methods(self, path: str) -> tuple[str, ...]:
        """Return the documented methods of a path, in alphabetical order; none where nothing documented lives."""
        methods = {method for method, _ in (*self._exact, *self._templates)}
        return tuple(method for method in sorted(methods) if self.find(method, path))


def telling_headers(operation: Operation) -> tuple[str, ...]:
    """Return the headers that tell an operation from another at the same path; none where it has the path alone."""
    if "#" not in operation.path:
        return ()
    return tuple(
        each.name
        for each in operation.parameters
        if each.location == "header" and each.required and not each.schema.get("x-credential")
    )

"""From method and path to an operation: a table built from the contract, looked up by the number of segments."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from conformance.contract import Operation


class Routes:
    """Every documented method and path template."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._exact: dict[tuple[str, str], Operation] = {}
        self._templates: dict[tuple[str, int], list[tuple[tuple[str, ...], Operation]]] = {}
        for operation in operations:
            path = operation.path
            if "{" in path:
                segments = tuple(path.split("/"))
                self._templates.setdefault((operation.method, len(segments)), []).append((segments, operation))
            else:
                self._exact[operation.method, path] = operation

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """Return the operation and its path parameters (decoded), or None where nothing documented lives."""
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

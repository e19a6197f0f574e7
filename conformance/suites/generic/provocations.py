"""Ways to provoke a documented refusal, by the name that an error row gives.

A provocation returns the answer to be held against the row. What only one platform knows stands in its own suite.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from conformance.contract import Operation
from conformance.evidence.exchange import Answer
from conformance.suites.context import Context

Provocation = Callable[[Context, Operation | None], Answer]


def malformed_json(context: Context, operation: Operation | None) -> Answer:
    """Send a body that is no JSON text to an operation that takes one."""
    target = operation or next(each for each in context.contract.operations.values() if _plain(each))
    draft = context.draft(target)
    draft.payload = b'{"name": '
    return context.send(draft)


def unknown_path(context: Context, operation: Operation | None) -> Answer:
    """Ask for a path that no operation has, with a message and credentials that are valid elsewhere."""
    del operation
    candidates = [each for each in context.contract.operations.values() if each.credentials and not each.needs]
    model = min(candidates, key=lambda each: each.method != "GET")
    prefix = "/".join(model.path.split("/")[:3])
    return context.send_elsewhere(context.draft(model), f"{prefix}/conformance-no-such-path")


def _plain(operation: Operation) -> bool:
    """A JSON operation with credentials that nothing has to be made for."""
    return operation.media_type == "application/json" and bool(operation.credentials) and not operation.needs


PROVOCATIONS: Final[dict[str, Provocation]] = {
    "malformed-json": malformed_json,
    "unknown-path": unknown_path,
}

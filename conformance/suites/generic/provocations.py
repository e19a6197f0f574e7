"""Ways to provoke a documented refusal, by the name that an error row gives.

A provocation returns the answer to be held against the row. A row about credentials names one of the ways in which the
platform's driver can present them; what only one platform knows stands in its own suite (`PROVOCATIONS` there).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from conformance.contract import CallClass, Operation
from conformance.evidence.exchange import Answer
from conformance.platforms.driver import driver
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
    candidates = [each for each in context.contract.operations.values() if each.credentials]
    model = min(candidates, key=_effort)
    prefix = "/".join(model.path.split("/")[:3])
    return context.send_elsewhere(context.draft(model), f"{prefix}/conformance-no-such-path")


def _plain(operation: Operation) -> bool:
    """A JSON operation with credentials that nothing has to be made for."""
    return operation.media_type == "application/json" and bool(operation.credentials) and not operation.needs


def _effort(operation: Operation) -> tuple[bool, bool, int, bool]:
    """Order operations by what a call of them asks for: best one that reads and needs nothing prepared."""
    in_path = any(member.startswith("path:") for member in operation.needs)
    changes = operation.call_class is not CallClass.READ_ONLY
    return changes, in_path, len(operation.needs), operation.method != "GET"


def presented(way: str) -> Provocation:
    """Return the provocation that presents credentials in one of the driver's ways, with a request that only reads."""

    def provoke(context: Context, operation: Operation | None) -> Answer:
        candidates = [each for each in context.contract.operations.values() if each.credentials]
        return context.send(context.draft(operation or min(candidates, key=_effort)), wrong=way)

    return provoke


@cache
def own(platform: str) -> Mapping[str, Provocation]:
    """Return the provocations of a platform's own suite: `PROVOCATIONS` of `conformance.suites.<platform>`, if any."""
    return getattr(importlib.import_module(f"conformance.suites.{platform}"), "PROVOCATIONS", {})


def provocation(platform: str, name: str | None) -> Provocation | None:
    """Return the provocation that an error row names; None where this version knows none of that name."""
    if name is None:
        return None
    found = PROVOCATIONS.get(name) or own(platform).get(name)
    return presented(name) if found is None and name in driver(platform).ways else found


def provocation_class(name: str | None) -> CallClass | None:
    """Return what a provocation does to a live system, where that is more than its operation says."""
    return CallClass.THROTTLE if name == "throttle" else None


PROVOCATIONS: Final[dict[str, Provocation]] = {
    "malformed-json": malformed_json,
    "unknown-path": unknown_path,
}

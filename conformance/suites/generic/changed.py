"""A valid request in which some members have other values: how the contract says that a refusal is provoked.

In the values `{unknown}` stands for an id that nobody has, `{pixit:KEY}` for what the tester told and `{object:KIND}` for
the id of an object that is made for the case. None leaves the member out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.contract import Operation
from conformance.evidence.findings import Inconclusive
from conformance.platforms.draft import Draft
from conformance.suites.context import Context

MEMBERS: Final = "members"
"""Name of the provocation that changes members of a valid request."""

_PLACE: Final = re.compile(r"\{(unknown|pixit:[a-z0-9_]+|object:[a-z0-9-]+)\}")


def changed(context: Context, operation: Operation, values: Mapping[str, Any]) -> Draft:
    """Return a valid request with the given members changed.

    Raises:
        Inconclusive: an object cannot be made, or the tester has not told a value.
    """
    members = {member.name: member.path for member in operation.request_members}
    # A parameter that is given needs no object to be made for it first.
    given = {members[name][1]: _filled(context, value) for name, value in values.items() if ":" in name and value}
    draft = context.draft(operation, **given)
    for name, value in values.items():
        if value is None:
            draft.remove(members[name])
        elif members[name][-1] not in given or ":" not in name:
            draft.set(members[name], _filled(context, value))
    return draft


def kinds_in(value: Any) -> Iterator[str]:
    """Yield the kinds of objects that the values of a provocation name."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from kinds_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from kinds_in(each)
    elif isinstance(value, str):
        yield from (place[7:] for place in _PLACE.findall(value) if place.startswith("object:"))


def _filled(context: Context, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_filled(context, key): _filled(context, each) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(context, each) for each in value]
    return _PLACE.sub(lambda place: _told(context, place[1]), value) if isinstance(value, str) else value


def _told(context: Context, place: str) -> str:
    kind, _, name = place.partition(":")
    if kind == "unknown":
        return context.unique()
    if kind == "object":
        return context.environment.objects.provide(context, name, shared=False).id
    told = context.pixit(name)
    if told is None:
        raise Inconclusive(f"needs what only the tester knows: give [pixit] {name} in the IUT file")
    return str(told)

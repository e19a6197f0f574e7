"""Which assertions of a schema bite: for each, an instance whose verdict changes when the assertion is deleted.

An assertion that never decides anything is dead: the schema says less than its author believed, or says it twice. What is
dead on purpose stands in redundant.yaml with its reason; the list is strict in both directions.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs

from conformance.contract.members import ASSERTIONS, Schema

from .data import nodes

LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
WORDS = (*ASSERTIONS, "contains", "minContains", "maxContains", "patternProperties")
CLOSED = ("additionalProperties", "items", "propertyNames", "unevaluatedProperties", "unevaluatedItems", "contains")

ANNOTATION = re.compile(r"(?<!/properties)/x-")
"""Within an annotation keywords are names of keywords."""


def assertions(schema: Schema) -> Iterator[str]:
    """JSON pointers of everything in `schema` that can refuse an instance; of `required`, every name by itself."""
    for pointer, node in nodes(schema):
        if ANNOTATION.search(pointer):
            continue
        yield from (f"{pointer}/{word}" for word in WORDS if word in node)
        yield from (f"{pointer}/required/{number}" for number, _ in enumerate(node.get("required", ())))
        yield from (f"{pointer}/{word}" for word in CLOSED if node.get(word) is False and word not in WORDS)
        for name, child in node.get("properties", {}).items():
            if child is False:
                yield f"{pointer}/properties/{name}"


def without(schema: Schema, pointer: str) -> Any:
    """A copy of `schema` that lacks what stands at `pointer`."""
    result = copy.deepcopy(dict(schema))
    *parents, last = pointer.removeprefix("/").split("/")
    place: Any = result
    for token in parents:
        place = place[int(token)] if isinstance(place, list) else place[token]
    del place[int(last) if isinstance(place, list) else last]
    return result


def judge(schema: Schema) -> Callable[[Any], bool]:
    return jsonschema_rs.validator_for(dict(schema), validate_formats=True).is_valid


def dead(schema: Schema, instances: Sequence[Any]) -> set[str]:
    """Pointers of the assertions whose deletion changes the verdict on none of `instances`."""
    full = judge(schema)
    verdicts = [(instance, full(instance)) for instance in instances]
    # Deleting an assertion can only matter where it decided: refusals come first, because nearly all of them decide so.
    verdicts.sort(key=lambda pair: pair[1])

    def bites(pointer: str) -> bool:
        less = judge(without(schema, pointer))
        return any(less(instance) != verdict for instance, verdict in verdicts)

    return {pointer for pointer in assertions(schema) if not bites(pointer)}


def differences(found: Mapping[str, set[str]], listed: Sequence[Mapping[str, str]]) -> list[str]:
    """What is wrong with the list of redundant assertions, given the dead ones of each message."""
    entries = [(entry["message"], entry["assertion"]) for entry in listed]
    actual = {(message, pointer) for message, pointers in found.items() for pointer in pointers}
    return [
        *(f"{message}: {pointer} never decides a verdict" for message, pointer in sorted(actual - set(entries))),
        *(
            f"{message}: {pointer} is listed, but decides or does not exist"
            for message, pointer in entries
            if (message, pointer) not in actual
        ),
        *(
            f"{message}: {pointer} is listed twice"
            for message, pointer in set(entries)
            if entries.count((message, pointer)) > 1
        ),
        *(
            f"{entry['message']}: {entry['assertion']} has no reason"
            for entry in listed
            if not entry.get("reason", "").strip()
        ),
    ]

"""Every assertion of every message decides something, and both validators decide alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import datafile, platforms
from conformance.contract.wording import validator

from .data import messages
from .mutants import canonical, pool
from .teeth import assertions, dead, differences, judge, without

REDUNDANT = datafile.read(Path(__file__).with_name("redundant.yaml")) or {}


@cache
def distinct(platform: str) -> dict[str, tuple[Any, list[Any]]]:
    """Schemas that differ in more than their words, with their instances; many answers are one shared shape."""
    found: dict[str, tuple[Any, list[Any]]] = {}
    for message in messages(platform).values():
        bare = {key: value for key, value in message.schema.items() if key not in {"title", "description", "examples"}}
        key = canonical([bare, message.examples])
        if key not in found:
            found[key] = (message.schema, pool(message.schema, message.examples))
    return found


@cache
def toothless(platform: str) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {key: dead(*pair) for key, pair in distinct(platform).items()}
    result = {}
    for name, message in messages(platform).items():
        bare = {key: value for key, value in message.schema.items() if key not in {"title", "description", "examples"}}
        result[name] = known[canonical([bare, message.examples])]
    return result


@pytest.mark.parametrize("platform", platforms())
def test_every_assertion_decides_a_verdict_or_is_listed_as_redundant(platform: str) -> None:
    assert differences(toothless(platform), REDUNDANT.get(platform) or ()) == []


def test_redundant_list_names_existing_platforms_only() -> None:
    assert set(REDUNDANT) <= set(platforms())


@pytest.mark.parametrize("platform", platforms())
def test_both_validators_agree_on_every_stored_and_every_mutated_instance(platform: str) -> None:
    count = 0
    for schema, instances in distinct(platform).values():
        quick, worded = judge(schema), validator(schema)
        disagreed = [each for each in instances if quick(each) != worded.is_valid(each)]
        assert disagreed == [], schema["title"]
        count += len(instances)
    assert count > 100 * len(distinct(platform))


@pytest.mark.parametrize("platform", platforms())
def test_mutants_of_every_message_hold_valid_and_invalid_instances(platform: str) -> None:
    for schema, instances in distinct(platform).values():
        assert {judge(schema)(each) for each in instances} == {True, False}, schema["title"]


LIVE = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 8, "pattern": "^[a-z]+$", "not": {"const": "bad"}},
        "kind": {"enum": ["a", "b"]},
        "size": {"type": ["integer", "null"], "minimum": 1, "exclusiveMaximum": 9, "multipleOf": 2},
        "list": {"type": "array", "minItems": 1, "maxItems": 3, "uniqueItems": True, "items": {"$ref": "#/$defs/word"}},
        "free": {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1, "maxProperties": 2},
        "closed": {"type": "object", "properties": {"a": True}, "additionalProperties": False},
        "when": {"type": "string", "format": "date-time"},
        "no": False,
    },
    "required": ["name"],
    "anyOf": [{"required": ["kind"]}, {"required": ["size"]}],
    "dependentRequired": {"closed": ["free"]},
    "$defs": {"word": {"type": "string", "minLength": 1}},
}
FULL = {
    "name": "abc",
    "kind": "a",
    "size": 4,
    "list": ["x", "y"],
    "free": {"a": "b"},
    "closed": {"a": 1},
    "when": "2026-11-20T12:00:00Z",
}
INSTANCES = [FULL, {"name": "abc", "kind": "a"}, {"name": "abc", "size": 4}]


def instances(schema: Any) -> list[Any]:
    return [*pool(schema, INSTANCES), {**FULL, "no": 1}]


def test_no_assertion_of_a_sound_schema_is_called_dead() -> None:
    assert dead(LIVE, instances(LIVE)) == set()


def test_walk_reaches_every_keyword_with_the_names_of_required_one_by_one() -> None:
    found = set(assertions(LIVE))
    assert {
        "/required/0",
        "/anyOf",
        "/anyOf/1/required/0",
        "/$defs/word/minLength",
        "/properties/no",
        "/properties/name/not",
    } <= found
    assert "/properties/closed/additionalProperties" in found
    assert "/properties/free/additionalProperties/type" in found
    assert {pointer for pointer in found if pointer.count("/") == 1} == {
        "/type",
        "/anyOf",
        "/dependentRequired",
    }


def test_names_of_members_are_no_keywords() -> None:
    assert set(assertions({"properties": {"type": {"type": "string"}, "required": {}}})) == {"/properties/type/type"}


@pytest.mark.parametrize(
    ("pointer", "schema"),
    [
        ("/minLength", {"type": "string", "minLength": 0}),
        ("/maximum", {"type": "string", "maximum": 3}),
        ("/properties/a/minimum", {"type": "object", "properties": {"a": {"minimum": 1, "exclusiveMinimum": 1}}}),
        ("/$defs/unused/type", {"type": "object", "$defs": {"unused": {"type": "string"}}}),
        ("/anyOf", {"type": "object", "anyOf": [{"required": ["a"]}, {"properties": {"a": True}}]}),
        ("/required/1", {"type": "object", "required": ["a", "b"], "dependentRequired": {"a": ["b"]}}),
    ],
)
def test_dead_keyword_is_found(pointer: str, schema: Any) -> None:
    assert pointer in dead(schema, pool(schema, [{"a": 5, "b": 6}, "x"]))


def test_deletion_leaves_the_schema_itself_alone() -> None:
    assert without(LIVE, "/anyOf/0/required/0")["anyOf"][0] == {"required": []}
    assert LIVE["anyOf"] == [{"required": ["kind"]}, {"required": ["size"]}]


def test_list_of_redundant_assertions_is_strict() -> None:
    entry = {"message": "m", "assertion": "/type", "reason": "said by the shared part"}
    assert differences({"m": {"/type"}}, [entry]) == []
    assert differences({"m": {"/type"}}, []) == ["m: /type never decides a verdict"]
    assert differences({"m": set()}, [entry]) == ["m: /type is listed, but decides or does not exist"]
    assert differences({"m": {"/type"}}, [entry, entry]) == ["m: /type is listed twice"]
    assert differences({"m": {"/type"}}, [{**entry, "reason": " "}]) == ["m: /type has no reason"]

"""Members of a message: their names, where they stand in an instance, and which constraints hold for them."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.contract.derive import unbreakable
from conformance.contract.members import BODY, ELEMENT, VALUE, Member, locate, match, name_of, present, resolve, walk

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id", "items"],
    "properties": {
        "id": {"type": "string", "maxLength": 8},
        "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
        "tags": {"type": "object", "additionalProperties": {"type": "string"}},
        "matrix": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
        "type": {"type": "string"},
    },
    "$defs": {
        "item": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string"}, "device": {"$ref": "#/$defs/device"}},
        },
        "device": {"properties": {"name": {"type": "string"}}},
    },
}


def by_name(schema: Any) -> dict[str, Member]:
    members = list(walk(schema))
    assert len({member.name for member in members}) == len(members)
    return {member.name: member for member in members}


def test_members_are_named_by_where_they_stand() -> None:
    assert list(by_name(SCHEMA)) == [
        BODY,
        "id",
        "items",
        "items[]",
        "items[].id",
        "items[].device",
        "items[].device.name",
        "tags",
        "tags{}",
        "matrix",
        "matrix[]",
        "matrix[][]",
        "type",
    ]


def test_required_is_told_per_member() -> None:
    assert {name for name, member in by_name(SCHEMA).items() if member.required} == {"id", "items", "items[].id"}


def test_constraints_begin_with_required_and_keep_their_bounds() -> None:
    found = [(each.key, each.value) for each in by_name(SCHEMA)["id"].constraints]
    assert found == [("id/required", True), ("id/type", "string"), ("id/maxLength", 8)]


def test_recursive_part_is_walked_once() -> None:
    node = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
    }
    schema = {"properties": {"root": {"$ref": "#/$defs/node"}}, "$defs": {"node": node}}
    assert list(by_name(schema)) == [BODY, "root", "root.name", "root.children"]


def test_schema_that_refers_to_itself_ends() -> None:
    schema = {
        "type": "object",
        "properties": {"next": {"$ref": "#/$defs/a"}},
        "$defs": {
            "a": {"properties": {"next": {"$ref": "#/$defs/b"}}},
            "b": {"properties": {"next": {"$ref": "#/$defs/a"}}},
        },
    }
    assert list(by_name(schema)) == [BODY, "next", "next.next"]


def test_endless_nesting_through_all_of_ends() -> None:
    schema = {
        "properties": {"a": {"allOf": [{"$ref": "#/$defs/x"}]}},
        "$defs": {"x": {"properties": {"a": {"allOf": [{"$ref": "#/$defs/x"}]}}}},
    }
    assert len(by_name(schema)) < 20


def test_branches_of_all_of_are_one_object_and_the_nearer_word_wins() -> None:
    schema = {
        "allOf": [{"$ref": "#/$defs/base"}, {"required": ["b"]}],
        "properties": {"a": {"type": "string", "description": "nearer"}, "b": {"type": "number"}},
        "$defs": {
            "base": {
                "type": "object",
                "required": ["a"],
                "properties": {"a": {"type": "string"}, "c": {"type": "null"}},
            }
        },
    }
    members = by_name(schema)
    assert members.keys() == {BODY, "a", "b", "c"}
    assert members["a"].annotation("description") == "nearer"
    assert {name for name, member in members.items() if member.required} == {"a", "b"}


def test_members_beside_a_reference_join_those_of_the_part() -> None:
    schema = {
        "$ref": "#/$defs/base",
        "required": ["b"],
        "properties": {"b": {"type": "number"}},
        "$defs": {"base": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}},
    }
    members = by_name(schema)
    assert members.keys() == {BODY, "a", "b"}
    assert members["a"].required
    assert members["b"].required


def test_boolean_schemas_are_members_without_constraints() -> None:
    members = by_name({"properties": {"any": True}, "items": True, "additionalProperties": False})
    assert [(name, member.constraints) for name, member in members.items()] == [(BODY, ()), ("any", ())]


def test_reference_with_escaped_name_is_followed() -> None:
    assert resolve({"$ref": "#/$defs/a~1b~0c"}, {"$defs": {"a/b~c": {"type": "null"}}}) == {"type": "null"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ((), BODY),
        (("a",), "a"),
        (("a", "b"), "a.b"),
        (("items", ELEMENT, "id"), "items[].id"),
        ((ELEMENT,), "[]"),
        (("tags", VALUE), "tags{}"),
        ((ELEMENT, ELEMENT, "x"), "[][].x"),
        (("body",), ".body"),
        (("body", "a"), "body.a"),
        (("a", "body"), "a.body"),
    ],
)
def test_name_of_path(path: tuple[str, ...], name: str) -> None:
    assert name_of(path) == name


INSTANCE: Any = {
    "items": [{"id": "a"}, {"id": None}, {}, 7],
    "tags": {"k": 1, "l": 2},
    "matrix": [[1, 2], [3]],
    "null": None,
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ((), [INSTANCE]),
        (("items", ELEMENT, "id"), ["a", None]),
        (("tags", VALUE), [1, 2]),
        (("matrix", ELEMENT, ELEMENT), [1, 2, 3]),
        (("null",), [None]),
        (("absent",), []),
        (("null", "below"), []),
        (("tags", ELEMENT), []),
        (("items", VALUE), []),
    ],
)
def test_locate_yields_every_value_of_a_member(path: tuple[str, ...], values: list[Any]) -> None:
    assert list(locate(INSTANCE, path)) == values
    assert present(INSTANCE, path) is bool(values)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ((), ()),
        (("items", 3, "id"), ("items", ELEMENT, "id")),
        (("tags", "site"), ("tags", VALUE)),
        (("tags", "tags"), ("tags", VALUE)),
        (("items", 0, "unknown"), ("items", ELEMENT, "unknown")),
        (("matrix", 1, 0), ("matrix", ELEMENT, ELEMENT)),
    ],
)
def test_match_tells_the_member_at_a_place(place: tuple[str | int, ...], path: tuple[str, ...]) -> None:
    assert match(place, frozenset(member.path for member in walk(SCHEMA))) == path


def test_match_prefers_a_named_member_to_a_free_key() -> None:
    schema = {"properties": {"known": {}}, "additionalProperties": {"type": "string"}}
    paths = frozenset(member.path for member in walk(schema))
    assert match(("known",), paths) == ("known",)
    assert match(("other",), paths) == (VALUE,)


def test_excuse_counts_for_every_constraint_or_for_those_that_it_names() -> None:
    told: list[tuple[str, str | None]] = []
    for excuse in ("A reason.", {"maximum": "It lasts."}):
        member = by_name({"properties": {"n": {"minimum": 1, "maximum": 9, "x-unjudged": excuse}}})["n"]
        told += [(each.keyword, unbreakable(member, each)) for each in member.constraints]
    assert told == [("minimum", "A reason."), ("maximum", "A reason."), ("minimum", None), ("maximum", "It lasts.")]

"""Judging an instance: verdict, wording of each keyword, what was exercised, and how files are bundled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import DataError, Message
from conformance.contract.messages import bundle, embed, shorten

WORDINGS: list[tuple[dict[str, Any], Any, str, str]] = [
    ({"type": "string"}, 7, "type string", "7"),
    ({"type": ["string", "null"]}, {"a": 1}, "type string or null", '{"a": 1}'),
    ({"enum": ["a", "b"]}, "c", 'one of ["a", "b"]', '"c"'),
    ({"const": True}, 1, "exactly true", "1"),
    ({"minLength": 2}, "é", "at least 2 characters", '"é"'),
    ({"maxLength": 2}, "abc", "at most 2 characters", '"abc"'),
    ({"minimum": 1}, 0, "at least 1", "0"),
    ({"maximum": 100}, 100.5, "at most 100", "100.5"),
    ({"exclusiveMinimum": 0}, 0, "exclusiveMinimum 0", "0"),
    ({"exclusiveMaximum": 9}, 9, "exclusiveMaximum 9", "9"),
    ({"multipleOf": 2}, 3, "multipleOf 2", "3"),
    ({"minItems": 1}, [], "at least 1 elements", "[]"),
    ({"maxItems": 1}, [1, 2], "at most 1 elements", "[1, 2]"),
    ({"uniqueItems": True}, [1, 1], "uniqueItems true", "[1, 1]"),
    ({"minProperties": 1}, {}, "minProperties 1", "{}"),
    ({"maxProperties": 0}, {"a": 1}, "maxProperties 0", '{"a": 1}'),
    ({"pattern": "^[a-z]+$"}, "A", 'text that matches "^[a-z]+$"', '"A"'),
    ({"format": "date-time"}, "today", 'format "date-time"', '"today"'),
    ({"not": {"type": "null"}}, None, 'not {"type": "null"}', "null"),
    ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, 'dependentRequired {"a": ["b"]}', '{"a": 1}'),
    ({"anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]}, {}, "at least one of a or b+c", "none of them"),
    (
        {"anyOf": [{"type": "string"}, {"title": "a list", "type": "array"}, False]},
        1,
        "one of the accepted readings: string, a list, false",
        "1",
    ),
    (
        {"oneOf": [{"type": "string"}, {"const": "x"}]},
        "x",
        'one of the accepted readings: string, {"const": "x"}',
        '"x"',
    ),
]


@pytest.mark.parametrize(
    ("schema", "value", "expected", "actual"),
    WORDINGS,
    ids=[next(iter(each[0])) + str(n) for n, each in enumerate(WORDINGS)],
)
def test_violation_is_worded(schema: dict[str, Any], value: Any, expected: str, actual: str) -> None:
    message = Message("m", {"properties": {"a/b": schema}})
    (violation,) = message.violations({"a/b": value})
    assert violation.member == "a/b"
    assert violation.keyword == next(iter(schema))
    assert violation.key == f"a/b/{violation.keyword}"
    assert violation.pointer == "/a~1b"
    assert violation.expected == expected
    assert violation.actual == actual


def test_missing_members_are_told_one_by_one_with_the_object_that_lacks_them() -> None:
    message = Message("m", {"properties": {"items": {"items": {"required": ["id", "name", "id2"]}}}})
    found = [
        (each.key, each.pointer, each.expected, each.actual)
        for each in message.violations({"items": [{"id": 1, "name": 1, "id2": 1}, {"name": 1}]})
    ]
    assert found == [
        ("items[].id/required", "/items/1", "a member 'id'", "absent"),
        ("items[].id2/required", "/items/1", "a member 'id2'", "absent"),
    ]


def test_violations_name_elements_and_free_keys_by_member() -> None:
    schema = {
        "properties": {"tags": {"additionalProperties": {"type": "string"}}, "list": {"items": {"type": "number"}}}
    }
    found = [
        (each.member, each.pointer) for each in Message("m", schema).violations({"tags": {"~": 1}, "list": [1, "x"]})
    ]
    assert found == [("list[]", "/list/1"), ("tags{}", "/tags/~0")]


def test_violation_of_the_whole_message_is_of_the_body() -> None:
    (violation,) = Message("m", {"type": "object"}).violations([])
    assert (violation.key, violation.pointer) == ("body/type", "")


@pytest.mark.parametrize("value", ["\ud800", 10**400, -(2**70), 1e308, "\x00", "\U0001f600"])
def test_values_beyond_the_quick_validator_are_judged(value: Any) -> None:
    assert Message("m", {"type": ["string", "number"]}).violations(value) == ()
    assert [each.key for each in Message("m", {"type": "null"}).violations(value)] == ["body/type"]


def test_deeply_nested_value_is_judged() -> None:
    deep: Any = None
    for _ in range(200):
        deep = [deep]
    assert Message("m", {"type": "array"}).is_valid(deep)
    (violation,) = Message("m", {"type": "object"}).violations(deep)
    assert violation.actual.endswith("…")


def test_exercised_tells_what_an_instance_really_tried() -> None:
    schema = {
        "type": "object",
        "required": ["info"],
        "properties": {
            "info": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
            "items": {
                "type": "array",
                "items": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}}},
            },
        },
    }
    message = Message("m", schema)

    def tried(instance: Any) -> set[str]:
        return {constraint.key for constraint in message.exercised(instance)}

    assert tried({}) == {"body/type", "info/required"}
    assert tried({"info": {}}) == {"body/type", "info/required", "info/type", "info.id/required"}
    assert tried({"items": []}) == {"body/type", "info/required", "items/type"}
    assert {"items[]/type", "items[].k/required"} <= tried({"items": [{}]})
    assert "items[].k/type" not in tried({"items": [{}]})
    assert tried({"info": {"id": "a"}, "items": [{"k": "v"}]}) == {each.key for each in message.constraints}


def test_full_and_minimal_are_the_largest_and_the_smallest_example() -> None:
    message = Message("m", {"examples": [{"a": 1, "b": [1, 2]}, {"a": 1}, {"a": 1, "b": []}]})
    assert message.full == {"a": 1, "b": [1, 2]}
    assert message.minimal == {"a": 1}
    assert Message("m", {}).full is None


def test_annotated_members_are_found() -> None:
    message = Message("m", {"properties": {"a": {"x-secret": True}, "b": {"x-secret": False}, "c": {}}})
    assert [member.name for member in message.annotated("x-secret")] == ["a"]


@pytest.mark.parametrize(
    ("value", "text"), [({"ä": None}, '{"ä": null}'), ("x" * 10, '"xxxx…'), (float("nan"), "NaN"), ({1}, "{1}")]
)
def test_values_are_shortened_to_one_line(value: Any, text: str) -> None:
    assert shorten(value, 6 if isinstance(value, str) else 200) == text


# Bundling


def write(folder: Path, **files: Any) -> None:
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/')}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")


def test_referred_files_are_embedded_with_what_they_refer_to(tmp_path: Path) -> None:
    write(
        tmp_path,
        m={
            "properties": {
                "a": {"$ref": "common/a.json", "description": "kept"},
                "n": {"$ref": "common/a.json#/properties/n"},
            }
        },
        common__a={
            "$schema": "s",
            "examples": [1],
            "properties": {"n": {"$ref": "#/$defs/n"}, "b": {"$ref": "b.json"}},
            "$defs": {"n": {"type": "number"}},
        },
        common__b={"type": "string"},
    )
    schema = bundle(tmp_path / "m.json")
    assert schema["properties"]["a"] == {"$ref": "#/$defs/a", "description": "kept"}
    assert schema["properties"]["n"] == {"$ref": "#/$defs/a/properties/n"}
    assert "$schema" not in schema["$defs"]["a"]
    assert "examples" not in schema["$defs"]["a"]
    message = Message("m", schema)
    assert [each.key for each in message.violations({"a": {"n": "x", "b": 1}, "n": "x"})] == [
        "a.b/type",
        "a.n/type",
        "n/type",
    ]


def test_recursive_files_are_embedded_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        m={"properties": {"tree": {"$ref": "node.json"}}},
        node={
            "type": "object",
            "properties": {"children": {"items": {"$ref": "node.json"}}, "other": {"$ref": "#/properties/children"}},
        },
    )
    message = Message("m", bundle(tmp_path / "m.json"))
    assert message.schema["$defs"].keys() == {"node"}
    assert message.is_valid({"tree": {"children": [{"children": [{}]}]}})
    assert not message.is_valid({"tree": {"children": [{"children": [7]}]}})
    assert not message.is_valid({"tree": {"other": [7]}})


def test_file_that_refers_to_itself_is_bundled(tmp_path: Path) -> None:
    write(tmp_path, node={"type": "object", "properties": {"children": {"items": {"$ref": "node.json"}}}})
    message = Message("node", bundle(tmp_path / "node.json"))
    assert message.is_valid({"children": [{"children": []}]})
    assert not message.is_valid({"children": [{"children": [1]}]})


def test_members_named_like_keywords_are_embedded_and_instances_are_not(tmp_path: Path) -> None:
    write(tmp_path, part={"type": "string"})
    schema = {
        "properties": {"default": {"$ref": "part.json"}, "$ref": {"type": "string"}, "enum": {"type": "number"}},
        "examples": [{"$ref": "no-file.json"}],
        "const": {"$ref": "no-file.json"},
    }
    found = embed(schema, tmp_path / "m.json")
    assert found["properties"]["default"] == {"$ref": "#/$defs/part"}
    assert found["examples"] == schema["examples"]
    assert found["const"] == schema["const"]


def test_missing_referred_file_is_refused_with_its_name(tmp_path: Path) -> None:
    write(tmp_path, m={"$ref": "common/none.json"})
    with pytest.raises(DataError, match=r"none\.json: No such file"):
        bundle(tmp_path / "m.json")


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, m={"anyOf": [{"$ref": "a/x.json"}, {"$ref": "b/x.json"}]}, a__x={}, b__x={})
    with pytest.raises(DataError, match="same name"):
        bundle(tmp_path / "m.json")


def test_file_of_the_name_of_an_own_part_is_refused(tmp_path: Path) -> None:
    write(tmp_path, m={"$ref": "x.json", "$defs": {"x": {}}}, x={})
    with pytest.raises(DataError, match=r"share the names \['x'\]"):
        bundle(tmp_path / "m.json")

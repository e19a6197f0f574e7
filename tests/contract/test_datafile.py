"""Reading data files: YAML 1.2 scalars, strictness, and errors that name the place."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance.contract import DataError, datafile


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            (word, word)
            for word in (
                "no",
                "No",
                "yes",
                "on",
                "off",
                "y",
                "n",
                "2020-02-14",
                "2020-02-14T10:00:00Z",
                "12:30:45",
                "1_000",
                "0b1",
                "=",
                "<<",
            )
        ),
        ("true", True),
        ("FALSE", False),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-7", -7),
        ("+7", 7),
        ("1e3", 1000.0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("-.inf", -math.inf),
        ("~", None),
        ("null", None),
        ("", None),
        ("'010'", "010"),
        ('"true"', "true"),
    ],
)
def test_yaml_scalar_is_read_as_yaml_1_2(text: str, value: Any) -> None:
    (found,) = datafile.parse_yaml(f"[{text}]" if text else "[~]")
    assert found == value
    assert type(found) is type(value)
    assert datafile.parse_yaml(f"a: {text}") == {"a": value}


def test_yaml_not_a_number_is_read() -> None:
    assert math.isnan(datafile.parse_yaml(".nan"))


def test_yaml_keys_are_read_as_yaml_1_2() -> None:
    assert datafile.parse_yaml("{no: 1, 2020-02-14: 2, 010: 3}") == {"no": 1, "2020-02-14": 2, 10: 3}


def test_yaml_is_read_by_the_c_parser_where_there_is_one() -> None:
    assert not yaml.__with_libyaml__ or issubclass(datafile._Loader, yaml.CSafeLoader)


@pytest.mark.parametrize("text", ["a: 1\na: 2", "x: {a: 1, b: 2, a: 1}", "- {a: 1, a: 1}", "{1: a, 01: b}"])
def test_duplicate_yaml_key_is_refused_with_file_key_and_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"table\.yaml: duplicate key '?[a1]'? .*line \d"):
        datafile.read(path)


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', '[{"x": {"a": 1, "b": 1, "a": 2}}]'])
def test_duplicate_json_key_is_refused_with_file_and_key(text: str, tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"message\.json: duplicate key 'a'"):
        datafile.read(path)


def test_same_key_in_different_objects_is_no_duplicate() -> None:
    assert datafile.parse_json('{"a": {"a": 1}, "b": {"a": 1}}') == {"a": {"a": 1}, "b": {"a": 1}}
    assert datafile.parse_yaml("{a: {a: 1}, b: {a: 1}}") == {"a": {"a": 1}, "b": {"a": 1}}


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.yaml", "a: [1"), ("a.yaml", "!!python/object:os.system x"), ("a.json", "{'a': 1}"), ("a.json", "")],
)
def test_malformed_file_is_refused_with_its_name(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=name.replace(".", r"\.")):
        datafile.read(tmp_path / name)


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_file_that_is_not_utf_8_is_refused_with_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b'"\xff"')
    with pytest.raises(DataError, match=name.replace(".", r"\.")):
        datafile.read(tmp_path / name)


def test_missing_file_is_refused_with_its_name_and_the_reason(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nothing\.json: No such file"):
        datafile.read(tmp_path / "nothing.json")


def test_unhashable_yaml_key_is_refused() -> None:
    with pytest.raises(DataError, match="text"):
        datafile.parse_yaml("? {a: 1}\n: 2")

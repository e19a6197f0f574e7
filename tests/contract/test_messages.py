"""Message schemas as files: sound schemas, known words, portable patterns, nothing lying about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance.contract import datafile, platforms
from conformance.contract.location import schemas_root
from conformance.contract.messages import Message
from conformance.contract.vocabulary import ANNOTATIONS, annotated

from .data import GENERAL, documented, folder, messages, nodes, schemas

FORMATS = {
    "date": ("2026-11-20", "2026-02-30"),
    "date-time": ("2026-11-20T12:00:00Z", "2026-11-20 noon"),
    "duration": ("P1DT2H", "1 day"),
    "email": ("a@example.org", "a@"),
    "hostname": ("a.example.org", "-a-"),
    "ipv4": ("192.0.2.1", "192.0.2.256"),
    "ipv6": ("2001:db8::1", "2001:db8::1::2"),
    "time": ("12:00:00Z", "25:00:00Z"),
    "uri": ("https://example.org/a?b=c", "no scheme"),
    "uri-reference": ("../a", "a b"),
    "uuid": ("0b8a2c4e-1d2f-4a5b-8c7d-001122334455", "0b8a2c4e"),
}
"""Formats that a contract may use, with a text that has it and one that has not."""

CONTRACT_DOCUMENT = Path(__file__).parents[2] / "docs" / "contract-format.md"


@pytest.mark.parametrize("platform", platforms())
def test_every_schema_is_valid_against_the_meta_schema(platform: str) -> None:
    for message in messages(platform).values():
        assert message.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema", message.name
        assert "$id" not in message.schema, message.name
    for place, schema in schemas(platform):
        for pointer, node in nodes(schema):
            if place.startswith(("paths", "webhooks")):
                if pointer.endswith("/schema"):
                    jsonschema.Draft202012Validator.check_schema(node)
            elif pointer == "":
                jsonschema.Draft202012Validator.check_schema(node)


@pytest.mark.parametrize("path", sorted((schemas_root() / "suite").glob("*.json")), ids=lambda path: str(path.stem))
def test_schema_of_our_own_files_is_valid_against_the_meta_schema(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(datafile.read(path))


@pytest.mark.parametrize("platform", platforms())
def test_every_message_and_every_member_is_described(platform: str) -> None:
    for name, message in messages(platform).items():
        assert message.schema.get("title"), name
        assert message.schema.get("description"), name
        for member in message.members:
            assert member.schema.get("description"), f"{name}: {member.name}"


@pytest.mark.parametrize("platform", platforms())
def test_every_message_stores_valid_examples(platform: str) -> None:
    for name, message in messages(platform).items():
        assert message.examples, name
        for example in message.examples:
            assert message.violations(example) == (), name


@pytest.mark.parametrize("platform", platforms())
def test_full_example_has_every_documented_member(platform: str) -> None:
    for name, message in messages(platform).items():
        shown = {constraint.member for example in message.examples for constraint in message.exercised(example)}
        assert {member.name for member in message.members if member.constraints} <= shown, name


@pytest.mark.parametrize("platform", platforms())
def test_minimal_example_of_a_request_has_required_members_only(platform: str) -> None:
    for name, message in messages(platform).items():
        if not name.endswith(".request") or not isinstance(message.minimal, dict):
            continue
        for key in message.minimal.keys() & message.schema.get("properties", {}).keys():
            less = {other: value for other, value in message.minimal.items() if other != key}
            # An update of nothing is no example, although no schema refuses it.
            assert less == {} or not message.is_valid(less), f"{name}: {key}"


@pytest.mark.parametrize("platform", platforms())
def test_known_formats_only(platform: str) -> None:
    used = {node["format"] for _, schema in schemas(platform) for _, node in nodes(schema) if "format" in node}
    assert used <= FORMATS.keys()


@pytest.mark.parametrize("name", FORMATS)
def test_known_format_is_judged_and_worded(name: str) -> None:
    message = Message("m", {"type": "string", "format": name})
    valid, invalid = FORMATS[name]
    assert message.violations(valid) == ()
    (violation,) = message.violations(invalid)
    assert (violation.key, violation.expected) == ("body/format", f'format "{name}"')


def trap(pattern: str) -> str | None:
    """Say what is wrong with a pattern that readers of the data would understand in different ways, or None.

    JSON Schema means ECMA-262: `$` stands at the very end and nowhere else. Our validators are proven to read it so; the
    data keep it where every reader sees that the end is meant.
    """
    bare = re.sub(r"\\\\", "", pattern)
    if found := re.search(r"\\[dDwWsSbBpP]", bare):
        return f"{found[0]} differs between dialects; name the characters"
    if re.search(r"\(\?[^:]", bare):
        return "groups of this kind do not exist in every dialect"
    outside = re.sub(r"\[[^\]]*\]", "", re.sub(r"\\.", "", bare))
    if re.search(r"\$(?!\)*(\||$))", outside):
        return "$ stands where no alternative ends"
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return None


def patterns(schema: Any) -> Iterator[str]:
    for _, node in nodes(schema):
        yield from (node[key] for key in ("pattern", "x-plausible") if key in node)
        yield from node.get("patternProperties", {})


@pytest.mark.parametrize("platform", platforms())
def test_patterns_mean_the_same_to_every_reader(platform: str) -> None:
    found = [(place, each, trap(each)) for place, schema in schemas(platform) for each in patterns(schema)]
    assert [each for each in found if each[2]] == []


@pytest.mark.parametrize("pattern", [r"^\d+$", r"^\w", r"a\b", r"^(?i)a$", "^a$b", "(", r"^\\\d$"])
def test_ambiguous_pattern_is_found(pattern: str) -> None:
    assert trap(pattern)


@pytest.mark.parametrize("pattern", ["^[0-9]{1,3}$", "^(a|b$)", r"^a\$b$", "^[$]a", r"^(?:a|b)$", r"^\\d$", "a"])
def test_plain_pattern_is_no_trap(pattern: str) -> None:
    assert trap(pattern) is None


@pytest.mark.parametrize(("text", "valid"), [("12", True), ("12\n", False), ("1\u0663", False), ("\ud800", False)])
def test_pattern_end_is_the_end_and_digits_are_ascii_for_both_validators(text: str, *, valid: bool) -> None:
    message = Message("m", {"pattern": r"^\d+$"})
    assert message.is_valid(text) is valid
    assert (message.violations(text) == ()) is valid


@pytest.mark.parametrize("platform", platforms())
def test_annotations_are_known_everywhere(platform: str) -> None:
    found = {(place, name) for place, schema in schemas(platform) for _, name, _ in annotated(schema)}
    found |= {("openapi.yaml", name) for _, name, _ in annotated(datafile.read(folder(platform) / "openapi.yaml"))}
    assert {each for each in found if each[1] not in ANNOTATIONS} == set()


def test_every_known_annotation_is_documented() -> None:
    text = CONTRACT_DOCUMENT.read_text(encoding="utf-8")
    assert {name for name in ANNOTATIONS if not re.search(rf"{name}(?![a-z-])", text)} == set()


@pytest.mark.parametrize("platform", platforms())
def test_every_reference_of_a_message_leads_to_a_file_of_its_platform(platform: str) -> None:
    base = folder(platform)
    for path in sorted(base.rglob("messages/**/*.json")):
        for pointer, node in nodes(datafile.read(path)):
            file = str(node.get("$ref", "#")).partition("#")[0]
            if file:
                target = (path.parent / file).resolve()
                assert target.is_file(), f"{path.name}{pointer}"
                assert target.is_relative_to(base.resolve()), f"{path.name}{pointer}"


def reachable(platform: str) -> set[Path]:
    """Every file that the operations and tables of a platform lead to."""
    base = folder(platform)
    todo = [base / "openapi.yaml", base / "errors.yaml", base / "errata.yaml"]
    todo += [path for path in (base / "asyncapi.yaml",) if path.is_file()]
    todo += [
        base / "messages" / f"{GENERAL[each['direction']]}.json"
        for each in documented(platform)
        if each["direction"] in GENERAL
    ]
    seen: set[Path] = set()
    while todo:
        path = todo.pop().resolve()
        if path in seen:
            continue
        seen.add(path)
        text = path.read_text(encoding="utf-8")
        found = re.findall(r"\$ref\"?: *['\"]?([^'\"#,}\s]+)", text)
        todo.extend(path.parent / each for each in found)
    return seen


@pytest.mark.parametrize("platform", platforms())
def test_no_file_of_paths_or_messages_is_an_orphan(platform: str) -> None:
    base = folder(platform)
    files = {
        path.resolve()
        for part in ("paths", "webhooks", "messages")
        for path in base.glob(f"{part}/**/*")
        if path.is_file()
    }
    assert {path.relative_to(base.resolve()).as_posix() for path in files - reachable(platform)} == set()


def test_reachability_misses_a_file_that_nothing_names() -> None:
    for platform in platforms():
        assert (schemas_root() / platform / "requirements.yaml").resolve() not in reachable(platform)

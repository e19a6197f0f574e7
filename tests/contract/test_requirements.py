"""Statements: ids that last, texts that a stranger understands; and the tables around them, key by key."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import conformance
from conformance.contract import ALLOWED_UNASKED, Constraint, Level, Message, Role, Source, load, platforms
from conformance.contract.derive import describe
from conformance.contract.members import ASSERTIONS

from .data import folder, table

ROOT = Path(__file__).parents[2]
ENGLISH = re.compile(r"[\x20-\x7e°–—’“”…≥≤×µ]+\Z")

KEYS: dict[str, tuple[set[str], set[str]]] = {
    "requirements.yaml": (
        {"id", "level", "role", "source", "statement"},
        {"heading", "standard", "untestable"},
    ),
    "errata.yaml": ({"id", "kind", "heading", "question", "readings"}, set()),
}
READING_KEYS = {"id", "text", "schema", "of", "example", "counter-example"}
ROW_KEYS = {"text", "scope", "requirement", "answer", "provoke", "with", "unreachable"}
OBJECT_KEYS = {"statement", "of", "pixit", "credential", "key", "create", "with", "find", "delete", "irreversible"}
OBJECT_KEYS |= {"sole", "renewed-by", "lifetime", "exclusive"}
IUT_KEYS = {"role", "type", "unit", "default", "question", "gates", "probe", "secret", "values", "pattern"}
IUT_KEYS |= {"schema", "example"}


@pytest.mark.parametrize("platform", platforms())
@pytest.mark.parametrize("name", KEYS)
def test_records_have_the_documented_keys_and_no_others(platform: str, name: str) -> None:
    needed, allowed = KEYS[name]
    for record in table(platform, name) or ():
        assert needed <= record.keys() <= needed | allowed, record["id"]
        for reading in record.get("readings", ()):
            assert reading.keys() == READING_KEYS, record["id"]


@pytest.mark.parametrize("platform", platforms())
def test_tables_have_the_documented_keys_and_no_others(platform: str) -> None:
    errors = table(platform, "errors.yaml")
    assert errors.keys() <= {"success", "refusal", "busy", "error-shape", "media-type", "rows"}
    for key, row in (errors.get("rows") or {}).items():
        assert row.keys() <= ROW_KEYS, key
        assert row["scope"] in {"platform", "operation"}, key
        # How a row of operations is provoked may be said by each of them.
        assert not {"provoke", "unreachable"} <= row.keys(), key
        assert row["scope"] == "operation" or "provoke" in row or "unreachable" in row, key
        assert re.match(r"[1-5][0-9]{2}(-.+)?\Z", key), key
    for name, rule in (table(platform, "objects.yaml") or {}).items():
        assert rule.keys() <= OBJECT_KEYS, name
    for kind, keys in table(platform, "iut.yaml").items():
        assert kind in {"pics", "pixit", "credentials"}
        for name, key in (keys or {}).items():
            assert key.keys() <= IUT_KEYS, name


@pytest.mark.parametrize("platform", platforms())
def test_statements_are_english_sentences_unique_in_the_platform(platform: str) -> None:
    requirements = load(platform).requirements.values()
    for each in requirements:
        assert ENGLISH.match(each.statement.replace("\n", " ")), each.id
        assert each.statement.endswith("."), each.id
    texts = Counter(each.statement for each in requirements)
    assert {text for text, count in texts.items() if count > 1} == set()


@pytest.mark.parametrize("platform", platforms())
def test_statements_state_facts(platform: str) -> None:
    assert {
        each.id for each in load(platform).requirements.values() if re.search(r"\bshould\b", each.statement, re.I)
    } == set()


@pytest.mark.parametrize("platform", platforms())
def test_ids_are_made_of_platform_section_and_names(platform: str) -> None:
    contract = load(platform)
    sections = {operation.section for operation in contract.operations.values()}
    sections |= {each.section for each in contract.notifications.values()} | {"global", "pics", "application", "client"}
    for key, each in contract.requirements.items():
        assert key == each.id
        start, section, _ = key.split("/", 2)
        assert start == platform
        assert section == each.section
        assert section in sections or re.match(r"[0-9]+(\.[0-9]+)*\Z", section), key
        assert not re.search(r"\s", key), key


@pytest.mark.parametrize("platform", platforms())
def test_ids_never_carry_a_position(platform: str) -> None:
    for key in load(platform).requirements:
        member = key.split("/")[2:]
        assert not re.search(r"\[[0-9]+\]|#|\$defs|anyOf\.|properties\.", "/".join(member)), key


@pytest.mark.parametrize("platform", platforms())
def test_every_statement_points_to_its_place_and_excuses_carry_a_reason(platform: str) -> None:
    for each in load(platform).requirements.values():
        assert each.heading.strip(), each.id
        assert each.untestable is None or each.untestable.endswith("."), each.id
        assert each.source is not Source.ROBUSTNESS or each.level is not Level.MUST, each.id


@pytest.mark.parametrize("platform", platforms())
def test_written_statement_of_a_base_standard_names_the_standard(platform: str) -> None:
    for record in table(platform, "requirements.yaml") or ():
        assert ("standard" in record) == (record["source"] == "base-standard"), record["id"]
        assert ("standard" in record) != ("heading" in record), record["id"]


def reordered(value: Any) -> Any:
    """The same schema with the members of every object in reverse order."""
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(value)}
    return value


@pytest.mark.parametrize("platform", platforms())
def test_derived_ids_do_not_depend_on_the_order_of_a_schema(platform: str) -> None:
    for operation in load(platform).operations.values():
        message = operation.response
        turned = Message(message.name, reordered(dict(message.schema)))
        assert {each.key for each in turned.constraints} == {each.key for each in message.constraints}, (
            operation.subject
        )
        assert len({each.key for each in message.constraints}) == len(message.constraints), operation.subject


@pytest.mark.parametrize("platform", platforms())
def test_derived_statements_exist_for_every_constraint(platform: str) -> None:
    contract = load(platform)
    for operation in contract.operations.values():
        derived = {operation.requirement("success")}
        derived |= {operation.requirement(f"response/{each.key}") for each in operation.response.constraints}
        derived |= {
            operation.requirement(f"request/{each.key}")
            for member in operation.request_members
            for each in member.constraints
        }
        derived |= {operation.requirement(f"error/{use.key}") for use in operation.errors}
        assert derived <= contract.requirements.keys(), operation.subject
        assert (operation.requirement("credentials") in contract.requirements) == bool(operation.credentials)


@pytest.mark.parametrize("platform", platforms())
def test_every_notification_has_its_statements_for_both_ends(platform: str) -> None:
    contract = load(platform)
    for each in contract.notifications.values():
        told = {identity for identity, _, _ in each.statements}
        assert told, each.subject
        assert len(told) == len(each.statements), each.subject
        for identity in (*told, each.requirement("sent")):
            assert contract.requirements[identity].role is Role.PLATFORM, identity
        for tail in ("answered", "new-members"):
            assert contract.requirements[each.requirement(tail)].role is Role.APPLICATION, each.subject


VALUES: dict[str, Any] = {
    "type": "string",
    "enum": ["a"],
    "anyOf": [{"required": ["a"]}],
    "oneOf": [{"type": "string"}],
}


@pytest.mark.parametrize("keyword", ["required", *ASSERTIONS])
def test_every_keyword_makes_a_clause_that_names_member_and_bound(keyword: str) -> None:
    clause = describe(Constraint("deviceInfo.nodeId", keyword, VALUES.get(keyword, 7)))
    assert clause.startswith("`deviceInfo.nodeId` ")
    assert keyword in {"required", "oneOf", "type", "enum", "anyOf"} or "7" in clause


def test_clause_about_a_member_called_body_names_it() -> None:
    assert describe(Constraint(".body", "required", True)) == "`body` is present"


def test_clause_about_the_whole_message_says_so() -> None:
    alternatives = [{"required": ["a"]}, {"required": ["b", "c"]}]
    assert describe(Constraint("body", "anyOf", alternatives)) == "the message has at least one of a, b+c"
    assert describe(Constraint("body", "type", ["object", "null"])) == "the message is of type object or null"


# PICS, PIXIT and credentials


@pytest.mark.parametrize("platform", platforms())
def test_every_key_of_the_iut_file_asks_a_question(platform: str) -> None:
    for name, key in load(platform).keys.items():
        assert ENGLISH.match(key.question), name
        assert key.question.endswith(("?", ".")) or "unset" in key.question.lower(), name
        assert re.match(r"[a-z0-9_]+\Z", key.name), name
        assert key.type in {"string", "number", "integer", "boolean", "array", "object"}, name


@pytest.mark.parametrize("platform", platforms())
def test_gates_are_subjects_and_probes_operations_that_only_read(platform: str) -> None:
    contract = load(platform)
    for name, key in contract.keys.items():
        subjects = {gate for gate in key.gates if "/" not in gate}
        assert subjects <= contract.operations.keys() | contract.device_messages.keys(), name
        if key.probe is not None:
            assert key.kind == "pics", name
            assert contract.operations[key.probe].call_class == "read-only", name


@pytest.mark.parametrize("platform", platforms())
def test_every_row_that_an_operation_lists_is_provoked_or_says_why_not(platform: str) -> None:
    contract = load(platform)
    for operation in contract.operations.values():
        assert len({use.key for use in operation.errors}) == len(operation.errors), operation.subject
        causes = {use.key: use for use in operation.errors}
        for use in operation.errors:
            row = contract.rows[use.key]
            said = [use.provoke, use.same_as, use.unreachable, row.provoke, row.unreachable]
            assert any(said), (operation.subject, use.key)
            assert sum(map(bool, said[:3])) <= 1, (operation.subject, use.key)
            assert not any(causes[other].same_as for other in use.same_as), (operation.subject, use.key)
            assert use.unreachable is None or use.unreachable.endswith("."), (operation.subject, use.key)
            members = {member.name for member in operation.request_members}
            assert use.values.keys() <= members, (operation.subject, use.key)


@pytest.mark.parametrize("platform", platforms())
def test_claims_gate_exactly_the_operations_that_name_them(platform: str) -> None:
    contract = load(platform)
    for key in contract.keys_of("pics"):
        naming = {operation.subject for operation in contract.operations.values() if key.name in operation.pics}
        assert naming == set(key.gates), key.name


@pytest.mark.parametrize("platform", platforms())
def test_objects_lead_to_existing_members_and_keys(platform: str) -> None:
    contract = load(platform)
    for rule in contract.objects.values():
        assert rule.statement, rule.name
        for key in rule.given.values():
            assert f"credentials.{key}" in contract.keys, rule.name
        if rule.create and rule.id_pointers:
            shown = [
                each
                for each in contract.operations[rule.create].response.examples
                if any(reached(each, pointer) for pointer in rule.id_pointers)
            ]
            assert shown, rule.name
        if rule.name_member and rule.create:
            assert rule.name_member in {each.name for each in contract.operations[rule.create].request_members}, (
                rule.name
            )
        if rule.find:
            answers = contract.operations[rule.find.operation].response.examples
            elements = [element for each in answers for element in reached(each, rule.find.items) or ()]
            assert any(reached(element, rule.find.id) for element in elements), rule.name
        if rule.create and not rule.credential:
            assert rule.delete or rule.irreversible, rule.name
            unasked = contract.operations[rule.create].call_class in ALLOWED_UNASKED
            assert not (rule.irreversible and unasked), f"{rule.name}: nothing undoes {rule.create}"


def reached(instance: Any, pointer: str) -> Any:
    for token in pointer.strip("/").split("/"):
        instance = instance.get(token) if isinstance(instance, dict) else None
    return instance


# Names


def functions(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize(
    "base", [ROOT / "tests", Path(conformance.__file__).parent / "suites"], ids=["tests", "suites"]
)
def test_names_of_tests_and_cases_state_facts(base: Path) -> None:
    names = [(path.name, name) for path in sorted(base.rglob("*.py")) for name in functions(path)]
    assert names
    assert [each for each in names if "should" in each[1].lower()] == []


@pytest.mark.parametrize("platform", platforms())
def test_folder_of_a_contract_holds_every_table(platform: str) -> None:
    tables = {"openapi.yaml", "requirements.yaml", "errors.yaml", "objects.yaml", "errata.yaml", "iut.yaml"}
    assert {path.name for path in folder(platform).iterdir() if path.is_file()} >= tables

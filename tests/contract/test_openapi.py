"""The operations as files, and the one OpenAPI document made from them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from conformance.contract import CallClass, load, platforms
from conformance.contract.openapi import Components, document

from .data import folder, nodes, read, table

NAME = re.compile(r"[a-z0-9-]+\Z")


@cache
def generated(platform: str) -> dict[str, Any]:
    return json.loads(json.dumps(document(platform)))  # type: ignore[no-any-return]


def follow(root: Any, reference: str) -> Any:
    for escaped in reference.removeprefix("#/").split("/"):
        token = escaped.replace("~1", "/").replace("~0", "~")
        root = root[int(token)] if isinstance(root, list) else root[token]
    return root


@pytest.mark.parametrize("platform", platforms())
def test_generated_document_is_valid_openapi_3_1(platform: str) -> None:
    description = generated(platform)
    assert description["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(description).validate()


@pytest.mark.parametrize("platform", platforms())
def test_every_reference_of_the_generated_document_resolves_within_it(platform: str) -> None:
    description = generated(platform)
    references = {node["$ref"] for _, node in nodes(description) if isinstance(node.get("$ref"), str)}
    assert references
    for reference in references:
        assert reference.startswith("#/components/schemas/")
        assert follow(description, reference), reference


@pytest.mark.parametrize("platform", platforms())
def test_every_component_of_the_generated_document_is_referred_to(platform: str) -> None:
    description = generated(platform)
    references = {node["$ref"].split("/")[3] for _, node in nodes(description) if isinstance(node.get("$ref"), str)}
    assert set(description["components"]["schemas"]) - references == set()


@pytest.mark.parametrize("platform", platforms())
def test_generated_document_has_every_operation_once(platform: str) -> None:
    found = [each["operationId"] for item in generated(platform)["paths"].values() for each in item.values()]
    assert sorted(found) == sorted(load(platform).operations)


@pytest.mark.parametrize("platform", platforms())
def test_generated_document_has_every_notification_once(platform: str) -> None:
    found = {name: item["post"]["operationId"] for name, item in generated(platform).get("webhooks", {}).items()}
    assert found == {subject: subject for subject in load(platform).notifications}


@pytest.mark.parametrize("platform", platforms())
def test_links_lead_to_operations_and_their_path_members(platform: str) -> None:
    contract = load(platform)
    for _, node in nodes(generated(platform)):
        for name, link in node.get("links", {}).items():
            assert link["operationId"] == name
            names = {each.name for each in contract.operations[name].parameters if each.location == "path"}
            assert link["parameters"].keys() <= names


@pytest.mark.parametrize("platform", platforms())
def test_file_of_an_operation_is_named_by_chapter_and_subject(platform: str) -> None:
    contract, base = load(platform), folder(platform)
    listed = {
        each["$ref"]: (path, method)
        for path, item in table(platform, "openapi.yaml")["paths"].items()
        for method, each in item.items()
    }
    assert len(listed) == len(contract.operations)
    for reference in listed:
        raw = read(base / reference)
        assert reference == f"paths/{raw['tags'][0]}/{raw['operationId']}.yaml"
        assert raw["tags"] == [raw["tags"][0]]
        assert NAME.match(raw["operationId"])
        assert NAME.match(raw["tags"][0])
        assert re.match(r"[a-z0-9.-]+\Z", raw["x-section"])


@pytest.mark.parametrize("platform", platforms())
def test_chapters_are_those_of_the_description_and_none_is_empty(platform: str) -> None:
    contract = load(platform)
    used = list(dict.fromkeys(operation.chapter for operation in contract.operations.values()))
    used += {tag for each in contract.notifications.values() for tag in each.raw["tags"]}
    assert sorted(used) == sorted(contract.chapters)
    assert all(re.search(r"\w", heading) for heading in contract.chapters.values())


@pytest.mark.parametrize("platform", platforms())
def test_sections_and_calls_are_unique(platform: str) -> None:
    operations = list(load(platform).operations.values())
    notifications = list(load(platform).notifications.values())
    assert len({(each.method, each.path) for each in operations}) == len(operations)
    described = [(each.section, each.summary) for each in operations]
    described += [(each.section, each.summary) for each in notifications]
    assert len({section for section, _ in described}) == len(described)
    assert len({summary for _, summary in described}) == len(described)


@pytest.mark.parametrize("platform", platforms())
def test_file_of_a_notification_is_named_by_its_subject_and_names_its_message(platform: str) -> None:
    contract = load(platform)
    for subject, item in (table(platform, "openapi.yaml").get("webhooks") or {}).items():
        assert item == {"post": {"$ref": f"webhooks/{subject}.yaml"}}
        raw = read(folder(platform) / "webhooks" / f"{subject}.yaml")
        content = raw["requestBody"]["content"]
        assert list(content.values()) == [{"schema": {"$ref": f"../messages/{subject}.notification.json"}}], subject
        assert NAME.match(subject)
        assert contract.notifications[subject].subject == subject


@pytest.mark.parametrize("platform", platforms())
def test_kinds_of_notifications_are_those_that_can_be_subscribed(platform: str) -> None:
    contract = load(platform)
    for each in contract.notifications.values():
        message = each.message.schema["properties"]
        assert message.get("notifyType", {}).get("const") == each.notify_type, each.subject
        request = contract.operations[each.subscribed_by].request
        assert request is not None, each.subject
        offered = request.schema["properties"].get("notifyType", {}).get("enum", [None])
        assert each.notify_type in offered, each.subject


@pytest.mark.parametrize("platform", platforms())
def test_operation_refers_to_the_messages_that_bear_its_name(platform: str) -> None:
    for operation in load(platform).operations.values():
        if operation.media_type:
            content = operation.raw["requestBody"]["content"]
            expected = {"schema": {"$ref": f"../../messages/{operation.subject}.request.json"}}
            assert list(content.values()) == [expected], operation.subject
        if not operation.answers_with_body:
            continue
        response = json.dumps(operation.raw["responses"][str(operation.statuses[0])])
        assert f'"../../messages/{operation.subject}.response.json"' in response, operation.subject


@pytest.mark.parametrize("platform", platforms())
def test_path_members_are_declared_and_required(platform: str) -> None:
    for operation in load(platform).operations.values():
        placeholders = set(re.findall(r"{([^}]+)}", operation.path))
        declared = {each.name for each in operation.parameters if each.location == "path"}
        assert placeholders == declared, operation.subject
        assert all(each.required for each in operation.parameters if each.location == "path"), operation.subject


@pytest.mark.parametrize("platform", platforms())
def test_needed_members_exist(platform: str) -> None:
    for operation in load(platform).operations.values():
        names = {member.name for member in operation.request_members}
        assert operation.needs.keys() <= names, operation.subject


@pytest.mark.parametrize("platform", platforms())
def test_reading_changes_nothing_and_deleting_is_not_called_reading(platform: str) -> None:
    for operation in load(platform).operations.values():
        if operation.method == "DELETE":
            assert operation.call_class is not CallClass.READ_ONLY, operation.subject


@pytest.mark.parametrize("platform", platforms())
def test_every_x_erratum_names_an_erratum(platform: str) -> None:
    known = load(platform).errata
    for operation in load(platform).operations.values():
        for pointer, node in nodes(operation.raw):
            assert node.get("x-erratum") in {None, *known}, f"{operation.subject}{pointer}"


def test_parts_of_the_same_name_with_different_content_stay_apart() -> None:
    components = Components()
    for number, kind in enumerate(("string", "integer", "string")):
        components.add(f"m{number}", {"$ref": "#/$defs/part", "$defs": {"part": {"type": kind}}})
    kinds = [
        follow({"components": {"schemas": components.schemas}}, components.schemas[f"m{n}"]["$ref"])["type"]
        for n in range(3)
    ]
    assert kinds == ["string", "integer", "string"]


def test_members_named_like_keywords_are_moved_as_schemas() -> None:
    components = Components()
    components.add("m", {"properties": {"default": {"$ref": "#/$defs/part"}}, "$defs": {"part": {"type": "string"}}})
    assert components.schemas["m"]["properties"]["default"] == {"$ref": "#/components/schemas/common.part"}


def test_command_prints_the_document_and_refuses_unknown_platforms() -> None:
    command = [sys.executable, "-m", "conformance.contract.openapi"]
    done = subprocess.run([*command, platforms()[0]], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == generated(platforms()[0])
    refused = subprocess.run([*command, "nobody"], capture_output=True, text=True, check=False, timeout=60)
    assert refused.returncode == 2
    assert "usage:" in refused.stderr


def test_a_reader_that_has_seen_enough_and_a_wrong_platform_give_no_traceback() -> None:
    command = [sys.executable, "-m", "conformance.contract.openapi"]
    with subprocess.Popen([*command, "huawei"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0
    done = subprocess.run([*command, "none"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: ")

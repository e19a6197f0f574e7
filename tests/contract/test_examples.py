"""Every JSON example that a document prints, against the schema of its message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from conformance.contract import load, platforms

from .data import GENERAL, described_by, documented, messages


@pytest.mark.parametrize("platform", platforms())
def test_examples_name_a_message_of_the_contract(platform: str) -> None:
    assert documented(platform)
    assert {described_by(each) for each in documented(platform)} <= messages(platform).keys()


@pytest.mark.parametrize("platform", platforms())
def test_general_shapes_belong_to_no_operation(platform: str) -> None:
    for each in documented(platform):
        assert (each["operation"] == "global") == (each["direction"] in GENERAL), each
        contract = load(platform)
        known = {"global", *contract.operations, *contract.notifications, *contract.device_messages}
        assert each["operation"] in known, each


@pytest.mark.parametrize("platform", platforms())
def test_records_have_known_keys_and_mended_ones_name_their_erratum(platform: str) -> None:
    for each in documented(platform):
        assert (
            {"operation", "direction", "body"} <= each.keys() <= {"operation", "direction", "body", "erratum", "mended"}
        )
        assert ("erratum" in each) == ("mended" in each), each
        if "erratum" in each:
            assert each["erratum"] in load(platform).errata, each


@pytest.mark.parametrize("platform", platforms())
def test_documented_example_is_valid(platform: str) -> None:
    for each in documented(platform):
        assert messages(platform)[described_by(each)].violations(each["body"]) == (), each


@pytest.mark.parametrize("platform", platforms())
def test_every_message_of_every_operation_has_a_documented_example(platform: str) -> None:
    shown = {described_by(each) for each in documented(platform)}
    assert {name for name in messages(platform) if "/" not in name} - shown == set()


def undescribed(value: Any, schema_members: set[str], path: str = "") -> set[str]:
    """Names of members in a documented example that the schema does not describe."""
    found: set[str] = set()
    if isinstance(value, Mapping):
        for key, child in value.items():
            here = f"{path}.{key}" if path else key
            if here in schema_members:
                found |= undescribed(child, schema_members, here)
            elif f"{path}{{}}" not in schema_members:
                found.add(here)
    elif isinstance(value, list):
        for child in value:
            found |= undescribed(child, schema_members, f"{path}[]")
    return found


FREE: dict[str, set[str]] = {
    "envelope": {"plain-call.request"},
    "neuroncloud": {"dataset-push.request"},
    "thingscloud": {"attributes-push.request", "cloud-attributes-update.request"},
}
"""Messages whose member names the document leaves to the tester (`key1`, ...), or to interfaces that it does not describe."""


@pytest.mark.parametrize("platform", platforms())
def test_schema_describes_every_member_that_the_document_prints(platform: str) -> None:
    for each in documented(platform):
        name = described_by(each)
        members = {member.name for member in messages(platform)[name].members}
        if name not in FREE.get(platform, set()):
            assert undescribed(each["body"], members) == set(), name


def test_undescribed_members_are_found() -> None:
    assert undescribed({"a": {"b": 1}, "l": [{"c": 1}], "m": {"k": 1}}, {"a", "l", "l[]", "m", "m{}"}) == {
        "a.b",
        "l[].c",
    }


@pytest.mark.parametrize("platform", platforms())
def test_examples_are_told_apart(platform: str) -> None:
    texts = [json.dumps([each["operation"], each["direction"], each["body"]]) for each in documented(platform)]
    assert len(set(texts)) == len(texts)

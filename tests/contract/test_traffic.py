"""Captured traffic of real clients and platforms against the contract: what is not valid is named by a field erratum.

The records keep the structure of what was captured; ids and secrets are invented. They are strict: a deviation that the
contract does not show, or that no erratum of kind `field` names, fails. No erratum so repeals a clear sentence unnoticed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import load, platforms
from conformance.contract.location import schemas_root

FOLDER = Path(__file__).with_name("traffic")
CAPTURED = "captured.json"
"""Table of a contract with the notifications that were captured: the role application sends them too."""
KEYS = {"operation", "direction", "sender"}
OPTIONAL = {"query", "body", "captured", "nulls", "deviations"}


def records() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in sorted(FOLDER.glob("*.json")):
        for record in json.loads(path.read_text(encoding="utf-8")):
            yield (
                path.stem,
                {**record, "body": captured(path.stem)[record["captured"]]["message"]}
                if ("captured" in record)
                else record,
            )


def captured(platform: str) -> list[dict[str, Any]]:
    """The captured notifications of a platform; a record names one by its number in the list."""
    found: list[dict[str, Any]] = json.loads((schemas_root() / platform / CAPTURED).read_text(encoding="utf-8"))
    return found


RECORDS = [pytest.param(*each, id=f"{each[0]}-{n}-{each[1]['operation']}") for n, each in enumerate(records())]


def deviations(platform: str, record: Mapping[str, Any], body: Any) -> set[str]:
    """The constraints (`member/keyword`) that a captured message breaks."""
    if record["direction"] == "notification":
        pushed = load(platform).notifications[record["operation"]].message
        return {each.key for each in pushed.violations(body)}
    operation = load(platform).operations[record["operation"]]
    message = operation.response if record["direction"] == "response" else operation.request
    return {each.key for each in message.violations(body)} if message is not None else set()


def test_traffic_belongs_to_platforms_with_a_contract() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} <= set(platforms())
    assert RECORDS


@pytest.mark.parametrize(("platform", "record"), RECORDS)
def test_captured_message_is_valid_but_for_what_a_field_erratum_names(platform: str, record: Mapping[str, Any]) -> None:
    body = record.get("body")
    if "nulls" in record:
        left = {name: value for name, value in body.items() if value is not None}  # type: ignore[union-attr]
        assert deviations(platform, record, body) != deviations(platform, record, left)
        body = left
    found = deviations(platform, record, body) if "body" in record else set()
    assert found == set(record.get("deviations", {}))


@pytest.mark.parametrize(("platform", "record"), RECORDS)
def test_captured_query_has_documented_parameters_and_every_mandatory_one(
    platform: str, record: Mapping[str, Any]
) -> None:
    if record["direction"] == "notification":
        assert "query" not in record
        return
    operation = load(platform).operations[record["operation"]]
    known = {each.name: each for each in operation.parameters if each.location == "query"}
    assert record.get("query", {}).keys() <= known.keys()
    if record["direction"] == "request":
        assert {name for name, each in known.items() if each.required} <= record.get("query", {}).keys()


@pytest.mark.parametrize(("platform", "record"), RECORDS)
def test_record_has_known_keys_and_names_errata_of_the_field(platform: str, record: Mapping[str, Any]) -> None:
    assert KEYS <= record.keys() <= KEYS | OPTIONAL
    assert record["direction"] in {"request", "response", "notification"}
    named = {*record.get("deviations", {}).values(), *([record["nulls"]] if "nulls" in record else [])}
    errata = load(platform).errata
    assert {errata[each].kind for each in named} <= {"field"}


@pytest.mark.parametrize("platform", [each for each in platforms() if (schemas_root() / each / CAPTURED).is_file()])
def test_each_captured_notification_has_one_record(platform: str) -> None:
    named = [(each["captured"], each["operation"]) for of, each in records() if of == platform and "captured" in each]
    assert sorted(named) == [(n, each["notification"]) for n, each in enumerate(captured(platform))]


@pytest.mark.parametrize("platform", sorted({platform for platform, _ in records()}))
def test_each_field_erratum_is_shown_by_traffic(platform: str) -> None:
    shown = {each for other, record in records() if other == platform for each in record.get("deviations", {}).values()}
    shown |= {record["nulls"] for other, record in records() if other == platform and "nulls" in record}
    assert shown == {each.id for each in load(platform).errata.values() if each.kind == "field"}

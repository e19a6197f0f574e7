"""The variants that are pushed: each is what it says, and a documented message where the case says so."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, given

from conformance.contract import Notification, load, platforms
from conformance.suites.application import messages
from conformance.suites.application.messages import NEW, canonical, first_reading
from conformance.suites.generic import drawn

EVERY = [
    pytest.param(notification, id=f"{platform}-{notification.subject}")
    for platform in platforms()
    for notification in load(platform).notifications.values()
]


@pytest.mark.parametrize("notification", EVERY)
def test_documented_variants_are_valid_by_the_contract(notification: Notification) -> None:
    variants: list[Any] = [
        messages.maximal(notification),
        messages.minimal(notification),
        messages.international(notification),
        messages.nulled(notification) or messages.maximal(notification),
        *messages.examples(notification),
        *(messages.large(notification, member) for member in messages.free_objects(notification)),
        *(message for _, message in messages.levels(notification)),
    ]
    for message in variants:
        assert notification.message.violations(message) == ()
        assert canonical(notification).violations(message) == ()


@pytest.mark.parametrize("notification", EVERY)
def test_examples_are_parted_into_the_first_reading_and_others(notification: Notification) -> None:
    parted = [*messages.examples(notification), *messages.other_readings(notification)]
    assert sorted(map(messages.compact, parted)) == sorted(map(messages.compact, notification.message.examples))
    assert messages.examples(notification)


@pytest.mark.parametrize("notification", EVERY)
def test_message_is_compact_and_its_kind_is_found_by_a_search_without_blanks(notification: Notification) -> None:
    body = messages.compact(messages.maximal(notification))
    assert json.loads(body) == messages.maximal(notification)
    if notification.notify_type:
        assert f'"notifyType":"{notification.notify_type}"'.encode() in body
    assert body != messages.pretty(messages.maximal(notification))


@pytest.mark.parametrize("notification", EVERY)
def test_members_are_in_the_order_of_the_document_and_can_be_reversed(notification: Notification) -> None:
    message = messages.maximal(notification)
    order = [name for name in notification.message.schema["properties"] if name in message]
    assert list(message) == order
    assert list(messages.reordered(message)) == order[::-1]
    assert messages.reordered(message) == message


@pytest.mark.parametrize("notification", EVERY)
def test_new_members_stand_at_every_level_that_the_document_describes(notification: Notification) -> None:
    names = [name for name, _ in messages.levels(notification)]
    assert names[0] == "body"
    assert names[-1] == "every level"
    everywhere = dict(messages.levels(notification))["every level"]
    assert messages.compact(everywhere).count(b'"newNothing":null') >= len(names) - 1
    assert everywhere.items() >= NEW.items()


@pytest.mark.parametrize("notification", EVERY)
def test_minimal_message_has_nothing_that_may_be_absent(notification: Notification) -> None:
    assert list(messages.optional(notification, messages.minimal(notification))) == []


@pytest.mark.parametrize("notification", EVERY)
def test_order_of_the_document_can_be_restored(notification: Notification) -> None:
    message = messages.maximal(notification)
    mixed = messages.reordered(message)
    assert messages.compact(messages.ordered(mixed, message)) == messages.compact(message)


@pytest.mark.parametrize("notification", EVERY)
def test_generated_messages_are_what_a_platform_would_send(notification: Notification) -> None:
    """Valid, with dates that exist, and plain values where the document leaves the content open."""
    seen: list[Any] = []

    @hypothesis.seed(0)
    @hypothesis.settings(max_examples=20, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(drawn.messages(notification.subject, canonical(notification).schema))
    def draw(message: Any) -> None:
        seen.append(message)

    draw()
    for message in seen:
        assert notification.message.violations(message) == ()
        for text in texts(message):
            assert text.isprintable()
            if re.fullmatch(r"\d{8}T\d{6}Z", text):
                dt.datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for child in value.values():
            yield from texts(child)
    elif isinstance(value, list):
        for child in value:
            yield from texts(child)
    elif isinstance(value, str):
        yield value


def test_first_reading_of_errata() -> None:
    schema = {
        "type": "object",
        "properties": {
            "kind": {"type": ["string", "number", "null"], "x-erratum": "e1"},
            "doubted": {"type": ["string", "null"], "x-erratum": "e2"},
            "state": {"enum": ["PENDING", "PENDDING"], "x-erratum": "e3"},
            "items": {"$ref": "#/$defs/list", "x-erratum": "e4"},
            "item": {"$ref": "#/$defs/list", "x-erratum": "e4"},
        },
        "required": ["state"],
        "anyOf": [{"required": ["items"]}, {"required": ["item"]}],
        "$defs": {"list": {"type": "array", "items": {"type": "string"}}},
    }
    read = first_reading(schema)
    assert read["properties"]["kind"]["type"] == ["string", "null"]
    assert read["properties"]["doubted"]["type"] == ["string"]
    assert read["properties"]["state"]["enum"] == ["PENDING"]
    assert "item" not in read["properties"]
    assert set(read["required"]) == {"state", "items", "doubted"}

"""Calls that nothing undoes: what makes a case irreversible, how many objects a call makes, and where it is stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.contract import ALLOWED_UNASKED, CallClass, load
from conformance.contract.members import replaced
from conformance.evidence.findings import Inconclusive
from conformance.platforms.draft import Draft
from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.environment import call_class
from conformance.suites.generic.drawn import plausible
from conformance.suites.registry import suite
from tests.engine import fake

LIVING = load("living")


def _context(**iut: Any) -> Context:
    """Return a context of a platform whose production cannot be undone; the transport is not used."""
    environment = fake.environment(fake.answer(), contract=LIVING, **iut)
    environment.iut = replace(environment.iut, platform="living")
    return Context(environment, fake.a_case(lambda _: None))


def _draft(subject: str) -> Draft:
    operation = LIVING.operations[subject]
    assert operation.request is not None
    return Draft(operation, body=operation.request.full)


def test_case_is_as_severe_as_its_severest_call() -> None:
    case = Case("living/certificate-list/x", "x.", (), lambda _: None, ("certificate-list", "devices-generate"))
    assert call_class(LIVING, case) is CallClass.IRREVERSIBLE


def test_preamble_that_the_tester_spares_does_not_count() -> None:
    case = Case("living/certificate-list/x", "x.", (), lambda _: None, ("certificate-list", "devices-generate"))
    assert call_class(LIVING, case, {"batch_id": "1"}) is CallClass.READ_ONLY


def test_what_the_case_is_about_counts_whatever_the_tester_gave() -> None:
    case = Case("living/devices-generate/x", "x.", (), lambda _: None, ("devices-generate",))
    assert call_class(LIVING, case, {"batch_id": "1"}) is CallClass.IRREVERSIBLE


@pytest.mark.parametrize(("subject", "key"), [("batch-task-query", "batch_task"), ("cancel-task-list", "cancel_task")])
def test_task_that_nothing_ends_is_made_by_leave_alone_unless_the_tester_names_one(subject: str, key: str) -> None:
    found = next(case for case in suite("huawei").cases if case.id == f"huawei/{subject}/maximal")
    assert call_class(load("huawei"), found) is CallClass.IRREVERSIBLE
    assert call_class(load("huawei"), found, {key: "1"}) in ALLOWED_UNASKED


@pytest.mark.parametrize(
    ("subject", "path", "value", "amount"),
    [
        ("devices-generate", ("params", "amount"), 7, 7),
        ("device-names-upload", ("params", "deviceNames"), ["a", "b", "c"], 3),
        ("devices-generate", ("params", "amount"), "many", 0),
        ("product-list", ("params", "pageNo"), 99, 0),
    ],
)
def test_amount_of_a_call_is_a_number_or_the_length_of_a_list(
    subject: str, path: tuple[str, ...], value: object, amount: int
) -> None:
    draft = _draft(subject).copy()
    draft.set(path, value)
    assert _context().amount(draft) == amount


def test_more_than_the_tester_allowed_is_not_sent_to_a_live_system() -> None:
    context = _context(url="http://platform.invalid", pixit={"max_amount": 2})
    context.environment.allowed = frozenset({CallClass.IRREVERSIBLE})
    draft = _draft("devices-generate").copy()
    draft.set(("params", "amount"), 3)
    with pytest.raises(Inconclusive, match="would make 3 irreversible objects"):
        context.send(draft, credential=None)
    assert fake.sent(context.environment) == []


def test_generated_amounts_stay_within_the_limit() -> None:
    operation = LIVING.operations["devices-generate"]
    assert operation.request is not None
    amount = plausible(operation.request.schema, most=4)["properties"]["params"]["properties"]["amount"]
    assert (amount["minimum"], amount["maximum"]) == (1, 4)


def test_replaced_changes_what_is_there_and_nothing_else() -> None:
    body = {"a": [{"b": "x", "c": 1}, {"c": 2}], "d": {"k": "y"}}
    assert replaced(body, ("a", "[]", "b"), str.upper) == {"a": [{"b": "X", "c": 1}, {"c": 2}], "d": {"k": "y"}}
    assert replaced(body, ("d", "{}"), str.upper)["d"] == {"k": "Y"}
    assert replaced(body, ("none", "b"), str.upper) == body
    assert body["a"] == [{"b": "x", "c": 1}, {"c": 2}]

"""Every fault can be switched on and changes an answer: derived over all of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from conformance.contract import load
from conformance.reference.calls import Reply
from conformance.reference.faults import Fault, faults
from conformance.reference.switchboard import UnknownNameError

from .behaviours import SHOWN
from .drive import Driver, violations_of

CONTRACT = load("thingscloud")
ALL = list(faults(CONTRACT))


def of(kind: str) -> list[Fault]:
    return [fault for fault in ALL if fault.kind == kind]


def test_unknown_fault_is_refused_and_changes_nothing(driver: Driver) -> None:
    driver.service.faults.set(["behaviour/tags-replaced"])
    with pytest.raises(UnknownNameError, match="no-such"):
        driver.service.faults.set(["status/device-create/500", "no-such"])
    assert driver.service.faults.active == ("behaviour/tags-replaced",)


def test_unregistered_behaviour_name_is_an_error(driver: Driver) -> None:
    driver.service.faults.set(["behaviour/tags-replaced"])
    with pytest.raises(KeyError):
        driver.service.faults.on("tags-repalced")


def test_response_faults_change_the_member_and_break_what_they_name(driver: Driver) -> None:
    """A fault that names a requirement makes the answer invalid there; any other leaves it valid but changed."""
    failures = []
    for fault in of("response"):
        assert fault.subject is not None
        driver.service.faults.set([fault.id])
        reply = driver.call(fault.subject)
        keys = {violation.key for violation in CONTRACT.operations[fault.subject].response.violations(reply.body)}
        broken = f"{fault.member}/{fault.keyword}" if fault.keyword else None
        if reply.faults != [fault.id] or (broken is None and keys) or (broken is not None and broken not in keys):
            failures.append((fault.id, broken, keys, reply.faults))
    assert not failures


@pytest.mark.parametrize("kind", ["status", "content-type", "envelope", "transport"])
def test_framing_faults_change_the_answer(driver: Driver, kind: str) -> None:
    for subject in CONTRACT.operations:
        driver.service.faults.set([])
        right = _framing(driver.call(subject))
        for fault in (each for each in of(kind) if each.subject == subject):
            driver.service.faults.set([fault.id])
            reply = driver.call(subject)
            assert reply.faults == [fault.id]
            assert _framing(reply) != right, fault.id


def _framing(reply: Reply) -> tuple[Any, ...]:
    return reply.status, dict(reply.headers), reply.raw, type(reply.body), reply.transport


def test_refusal_faults_change_a_refusal(driver: Driver) -> None:
    for fault in of("refusal"):
        assert fault.subject is not None
        driver.service.faults.set([])
        right = driver.call(fault.subject, **_refused(driver, fault.subject))
        driver.service.faults.set([fault.id])
        spoilt = driver.call(fault.subject, **_refused(driver, fault.subject))
        assert right.refused
        assert spoilt.faults == [fault.id]
        assert (spoilt.status, spoilt.content()) != (right.status, right.content()), fault.id


def _refused(driver: Driver, subject: str) -> dict[str, Any]:
    operation = CONTRACT.operations[subject]
    return {"token": "wrong"} if operation.credentials else {"body": {**driver.body(operation), "app_id": "wrong"}}


def test_failure_faults_change_every_refusal(driver: Driver) -> None:
    assert of("failure")
    for fault in of("failure"):
        driver.service.faults.set([])
        right = driver.call("project", token="wrong")
        driver.service.faults.set([fault.id])
        spoilt = driver.call("project", token="wrong")
        assert spoilt.faults == [fault.id]
        assert spoilt.body != right.body
        assert CONTRACT.refusal is not None


ROWS: dict[str, Callable[[Driver], Reply]] = {
    "404": lambda driver: driver.send("GET", "/api/v1/nothing"),
    "404-400": lambda driver: driver.call("device-create", content=b'{"name": '),
}


def test_error_row_faults_leave_the_row(driver: Driver) -> None:
    for fault in of("error-row"):
        assert fault.row is not None
        driver.service.faults.set([])
        right = ROWS[fault.row](driver)
        assert CONTRACT.rows[fault.row].answer.is_valid({"status": right.status, "body": right.body})
        driver.service.faults.set([fault.id])
        spoilt = ROWS[fault.row](driver)
        assert spoilt.faults == [fault.id]
        followed = CONTRACT.rows[fault.row].answer.is_valid({"status": spoilt.status, "body": _parsed(spoilt)})
        assert followed == (fault.action == "text-html"), fault.id  # which is about the head


def _parsed(reply: Reply) -> Any:
    try:
        return json.loads(reply.content())
    except ValueError:
        return None


def test_every_broken_constraint_is_refused_unless_unenforced(driver: Driver) -> None:
    tried = set()
    for operation in CONTRACT.operations.values():
        for key, body, query in violations_of(driver, operation):
            place = f"unenforced/{operation.subject}/{key}"
            if place not in driver.service.faults.known:
                continue
            tried.add(place)
            driver.service.faults.set([])
            refused = driver.call(operation.subject, body, query=query)
            assert refused.refused, place
            assert refused.body["result"] is False
            member, _, rule = key.rpartition("/")
            told = {(each["member"], each["rule"]) for each in refused.body["errors"]}
            assert told == {(member, rule)}, place
            driver.service.faults.set([place])
            served = driver.call(operation.subject, body, query=query)
            assert served.refused is None, (place, served)
            assert served.faults == [place]
            assert operation.response.is_valid(served.body)
    assert tried == {fault.id for fault in of("unenforced")}


def test_off_by_one_refuses_the_bound_and_serves_the_next(driver: Driver) -> None:
    assert of("off-by-one")
    for fault in of("off-by-one"):
        assert fault.subject
        assert fault.member
        operation = CONTRACT.operations[fault.subject]
        member = next(each for each in operation.request_members if each.name == fault.member)
        bound = member.schema[fault.keyword or ""]
        inside = bound + 1 if fault.keyword == "minimum" else bound - 1
        name = member.path[1]
        driver.service.faults.set([])
        assert driver.call(fault.subject, query={name: bound}).refused is None
        driver.service.faults.set([fault.id])
        assert driver.call(fault.subject, query={name: bound}).refused
        assert driver.call(fault.subject, query={name: inside}).refused is None


def test_credential_faults_let_in_or_keep_out(driver: Driver) -> None:
    for fault in of("credentials"):
        assert fault.subject is not None
        options = _caller(driver, fault)
        if options is None:
            continue
        accepts = fault.action != "refuse-valid"
        driver.service.faults.set([])
        assert bool(driver.call(fault.subject, **options).refused) == accepts, fault.id
        driver.service.faults.set([fault.id])
        reply = driver.call(fault.subject, **options)
        assert bool(reply.refused) != accepts, fault.id
        assert reply.faults == [fault.id]


def _caller(driver: Driver, fault: Fault) -> dict[str, Any] | None:
    operation = CONTRACT.operations[fault.subject or ""]
    if fault.action == "refuse-valid":
        return {}
    if not operation.credentials:
        return {"body": {**driver.body(operation), "app_id": "wrong"}}
    device = driver.cloud.project.devices[driver.pixit["alarm_device"]]
    return {"token": {"absent": None, "wrong": "wrong", "foreign": device.access_token}[fault.action]}


def test_every_behaviour_fault_is_shown_by_an_example(driver: Driver) -> None:
    registered = {fault.action for fault in driver.service.faults.known.values() if fault.kind == "behaviour"}
    assert registered == SHOWN.keys()


@pytest.mark.parametrize("name", SHOWN)
def test_behaviour_fault_changes_what_is_observed(name: str) -> None:
    observe = SHOWN[name]
    right = observe(Driver())
    spoilt = Driver()
    spoilt.service.faults.set([f"behaviour/{name}"])
    assert observe(spoilt) != right


def test_no_fault_is_noticed_while_none_is_on(driver: Driver) -> None:
    assert [driver.call(subject).faults for subject in CONTRACT.operations] == [[] for _ in CONTRACT.operations]

"""Every fault of the "Living" reference can be switched on and changes an answer: derived over all of them."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from conformance.contract import Role
from conformance.contract.members import locate
from conformance.reference.calls import Reply
from conformance.reference.faults import Fault, faults

from .living_behaviours import NOT_HERE, SHOWN
from .living_drive import CONTRACT, LivingDriver, violations_of

ALL = list(faults(CONTRACT))


def of(kind: str) -> list[Fault]:
    return [fault for fault in ALL if fault.kind == kind]


@pytest.fixture
def living() -> LivingDriver:
    return LivingDriver()


def test_every_statement_that_can_be_tested_has_a_fault(living: LivingDriver) -> None:
    """A statement without a fault could be judged by a case that cannot fail."""
    named = {fault.requirement for fault in living.service.faults.known.values()}
    written = {
        identity
        for identity, each in CONTRACT.requirements.items()
        if each.role is Role.PLATFORM
        and not each.untestable
        and "/request/" not in identity
        and "/response/" not in identity
    }
    assert written - named == {
        # Every reading of these passes; only an answer that is none of them is wrong, which other faults show.
        "living/global/response-id",
        "living/global/http-method",
        "living/named-devices-generate/batch-number",
        "living/nvr-certificate-list/page-members",
        # Shown by unenforced/<subject>/request.apiVer/enum.
        "living/global/api-version-unknown",
    }


def test_response_faults_change_the_member_and_break_what_they_name(living: LivingDriver) -> None:
    failures = []
    for fault in of("response"):
        assert fault.subject is not None
        living.service.faults.set([])
        body = living.body(fault.subject)
        living.service.faults.set([fault.id])
        reply = living.call(fault.subject, body)
        keys = {violation.key for violation in CONTRACT.operations[fault.subject].response.violations(reply.body)}
        broken = f"{fault.member}/{fault.keyword}" if fault.keyword else None
        if reply.faults != [fault.id] or (broken is None and keys) or (broken is not None and broken not in keys):
            failures.append((fault.id, broken, keys, reply.faults))
    assert not failures


@pytest.mark.parametrize("kind", ["status", "content-type", "envelope", "transport"])
def test_framing_faults_change_the_answer(living: LivingDriver, kind: str) -> None:
    for subject in CONTRACT.operations:
        living.service.faults.set([])
        right = _framing(living.call(subject))
        for fault in (each for each in of(kind) if each.subject == subject):
            living.service.faults.set([])
            body = living.body(subject)
            living.service.faults.set([fault.id])
            reply = living.call(subject, body)
            assert reply.faults == [fault.id]
            assert _framing(reply) != right, fault.id


def _framing(reply: Reply) -> tuple[Any, ...]:
    return reply.status, dict(reply.headers), reply.raw, type(reply.body), reply.transport


def test_status_201_is_documented_and_no_fault() -> None:
    assert {fault.action for fault in of("status")} == {"500", "404"}


def _wrong(living: LivingDriver, subject: str, token: str | None = "wrong") -> dict[str, Any]:
    body = living.body(subject)
    del body["request"]["cloudToken"]
    if token is not None:
        body["request"]["cloudToken"] = token
    return body


@pytest.mark.parametrize("kind", ["refusal", "failure"])
def test_refusal_faults_change_a_refusal(living: LivingDriver, kind: str) -> None:
    assert of(kind)
    for fault in of(kind):
        subject = fault.subject or "product-list"
        living.service.faults.set([])
        body = _wrong(living, subject)
        right = living.call(subject, body)
        living.service.faults.set([fault.id])
        spoilt = living.call(subject, body)
        assert right.refused
        assert spoilt.faults == [fault.id]
        assert (spoilt.status, spoilt.content()) != (right.status, right.content()), fault.id


def test_every_broken_constraint_is_refused_unless_unenforced(living: LivingDriver) -> None:
    tried = set()
    for operation in CONTRACT.operations.values():
        for key, body in violations_of(living, operation):
            place = f"unenforced/{operation.subject}/{key}"
            tried.add(place)
            living.service.faults.set([])
            refused = living.call(operation.subject, body)
            assert refused.refused, place
            assert refused.body["code"] == 460
            assert refused.body["message"] == f"The request is invalid: {key.replace('/', ' ')}", place
            living.service.faults.set([place])
            served = living.call(operation.subject, body)
            assert served.refused is None, (place, served)
            assert place in served.faults
            assert operation.response.is_valid(served.body)
    assert tried == {fault.id for fault in of("unenforced")}


def test_off_by_one_refuses_the_bound_and_serves_the_next(living: LivingDriver) -> None:
    assert of("off-by-one")
    for fault in of("off-by-one"):
        assert fault.subject
        assert fault.member
        request = CONTRACT.operations[fault.subject].request
        assert request
        member = next(each for each in request.members if each.name == fault.member)
        bound = member.schema[fault.keyword or ""]
        inside = bound + 1 if fault.keyword == "minimum" else bound - 1
        name = member.path[1]
        values: list[Any] = [
            living.names(each) if fault.keyword == "maxItems" else each for each in (bound, bound, inside)
        ]
        living.service.faults.set([])
        assert living.call(fault.subject, living.body(fault.subject, **{name: values[0]})).refused is None, fault.id
        living.service.faults.set([fault.id])
        assert living.call(fault.subject, living.body(fault.subject, **{name: values[1]})).refused
        assert living.call(fault.subject, living.body(fault.subject, **{name: values[2]})).refused is None


def test_credential_faults_let_in_or_keep_out(living: LivingDriver) -> None:
    tokens = {"absent": None, "wrong": "wrong", "foreign": living.living.gate.user_token}
    for fault in of("credentials"):
        assert fault.subject is not None
        living.service.faults.set([])
        accepts = fault.action != "refuse-valid"
        body = _wrong(living, fault.subject, tokens[fault.action]) if accepts else living.body(fault.subject)
        again = _wrong(living, fault.subject, tokens[fault.action]) if accepts else living.body(fault.subject)
        assert bool(living.call(fault.subject, body).refused) == accepts, fault.id
        living.service.faults.set([fault.id])
        reply = living.call(fault.subject, again)
        assert bool(reply.refused) != accepts, fault.id
        assert reply.faults == [fault.id]


def test_every_behaviour_fault_is_shown_by_an_example(living: LivingDriver) -> None:
    registered = {fault.action for fault in living.service.faults.known.values() if fault.kind == "behaviour"}
    assert registered == SHOWN.keys() | NOT_HERE.keys()
    assert not SHOWN.keys() & NOT_HERE.keys()


@pytest.mark.parametrize("name", SHOWN)
def test_behaviour_fault_changes_what_is_observed(name: str) -> None:
    observe = SHOWN[name]
    assert observe(LivingDriver(f"behaviour/{name}")) != observe(LivingDriver())


@pytest.mark.parametrize("name", SHOWN)
def test_behaviour_fault_is_noted_in_the_log(name: str) -> None:
    """The log tells which faults had a part in an answer, so that a wrong verdict can be explained."""
    if name.startswith("gateway-") or name == "host-not-required":
        return  # those observations use a platform of their own, or the bytes before it
    driver = LivingDriver(f"behaviour/{name}")
    SHOWN[name](driver)
    assert any(f"behaviour/{name}" in entry["faults"] for entry in driver.service.log)


def test_no_fault_is_noticed_while_none_is_on(living: LivingDriver) -> None:
    assert [living.call(subject).faults for subject in CONTRACT.operations] == [[] for _ in CONTRACT.operations]


def test_response_members_that_faults_need_are_there(living: LivingDriver) -> None:
    """A member that no answer holds could not be judged, and no fault of it could show."""
    for subject, operation in CONTRACT.operations.items():
        body = living.call(subject).body
        for member in operation.response.members:
            assert next(locate(body, member.path), dataclasses.MISSING) is not dataclasses.MISSING, member.name

"""Every fault of the envelope reference can be switched on and changes an answer: derived over all of them."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from conformance.contract import Role
from conformance.contract.members import locate
from conformance.reference.calls import Reply
from conformance.reference.faults import Fault, faults

from .envelope_behaviours import NOT_HERE, SHOWN
from .envelope_drive import CONTRACT, ENCRYPTED, GIVEN, MODES, PLAIN, EnvelopeDriver, violations_of

ALL = list(faults(CONTRACT))


def of(kind: str) -> list[Fault]:
    return [fault for fault in ALL if fault.kind == kind]


@pytest.fixture
def driver() -> EnvelopeDriver:
    return EnvelopeDriver()


def test_every_statement_that_can_be_tested_has_a_fault(driver: EnvelopeDriver) -> None:
    named = {fault.requirement for fault in driver.service.faults.known.values()}
    written = {
        identity
        for identity, each in CONTRACT.requirements.items()
        if each.role is Role.PLATFORM
        and not each.untestable
        and not each.strict
        and "/request/" not in identity
        and "/response/" not in identity
    }
    assert written - named == {
        # Shown by faults that are named after another statement, in tests/faults/expected/envelope-*.yaml.
        "envelope/encrypted-call/plain-rule",
        "envelope/encrypted-call/vectors",
        "envelope/global/http-method",
        "envelope/global/timestamp-milliseconds",
        "envelope/plain-call/response-sign",
        "envelope/pics/encryption",
        "envelope/pics/plain",
    }


def test_response_faults_change_the_member_and_break_what_they_name(driver: EnvelopeDriver) -> None:
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
def test_framing_faults_change_the_answer(driver: EnvelopeDriver, kind: str) -> None:
    for fault in of(kind):
        assert fault.subject is not None
        driver.service.faults.set([])
        right = _framing(driver.call(fault.subject))
        driver.service.faults.set([fault.id])
        reply = driver.call(fault.subject)
        assert reply.faults == [fault.id]
        assert _framing(reply) != right, fault.id


def _framing(reply: Reply) -> tuple[Any, ...]:
    return reply.status, dict(reply.headers), reply.raw, type(reply.body), reply.transport


@pytest.mark.parametrize("kind", ["refusal", "failure"])
def test_refusal_faults_change_a_refusal(driver: EnvelopeDriver, kind: str) -> None:
    for fault in of(kind):
        message = driver.message(fault.subject or PLAIN, pId="nobody")
        driver.service.faults.set([])
        right = driver.send(message)
        driver.service.faults.set([fault.id])
        spoilt = driver.send(message)
        assert right.refused
        # The bare refusal has no sign that could be spoilt.
        if fault.member != "sign":
            assert spoilt.faults == [fault.id]
            assert (spoilt.status, spoilt.content()) != (right.status, right.content()), fault.id


def test_every_broken_constraint_is_refused_unless_unenforced(driver: EnvelopeDriver) -> None:
    tried = set()
    for mode in MODES:
        operation = CONTRACT.operations[mode]
        for key, message in violations_of(driver, operation):
            place = f"unenforced/{mode}/{key}"
            tried.add(place)
            driver.service.faults.set([])
            refused = driver.send(message)
            assert refused.refused, place
            assert refused.body["status"] == 422
            driver.service.faults.set([place])
            served = driver.send(message)
            assert served.refused is None, (place, served)
            assert place in served.faults
            assert operation.response.is_valid(served.body)
    assert tried == {fault.id for fault in of("unenforced")}


def _credentials(driver: EnvelopeDriver, mode: str, action: str) -> dict[str, Any]:
    message = driver.message(mode)
    if action == "absent":
        del message["pId"]
    elif action == "wrong":
        message = driver.message(mode, pId="nobody")
    elif action == "foreign":
        entry = driver.platform._entry(CONTRACT.operations[mode])
        other = EnvelopeDriver(given=dataclasses.replace(GIVEN, secret_key=entry.secret_key))
        message["sign"] = other.sign(PLAIN if mode == ENCRYPTED else ENCRYPTED, message)
    return message


def test_credential_faults_let_in_or_keep_out(driver: EnvelopeDriver) -> None:
    for fault in of("credentials"):
        assert fault.subject is not None
        accepts = fault.action != "refuse-valid"
        message = _credentials(driver, fault.subject, fault.action)
        driver.service.faults.set([])
        assert bool(driver.send(message).refused) == accepts, fault.id
        driver.service.faults.set([fault.id])
        reply = driver.send(message)
        assert bool(reply.refused) != accepts, (fault.id, reply)
        assert reply.faults == [fault.id]


def test_every_behaviour_fault_is_shown_by_an_example(driver: EnvelopeDriver) -> None:
    registered = {fault.action for fault in driver.service.faults.known.values() if fault.kind == "behaviour"}
    assert registered == SHOWN.keys() | NOT_HERE.keys()


@pytest.mark.parametrize("name", sorted(SHOWN.keys() - NOT_HERE.keys()))
def test_behaviour_fault_changes_what_is_observed(name: str) -> None:
    observe = SHOWN[name]
    assert observe(EnvelopeDriver(f"behaviour/{name}")) != observe(EnvelopeDriver())


@pytest.mark.parametrize("name", sorted(SHOWN.keys() - NOT_HERE.keys() - {"host-not-required"}))
def test_behaviour_fault_is_noted_in_the_log(name: str) -> None:
    driver = EnvelopeDriver(f"behaviour/{name}")
    SHOWN[name](driver)
    assert any(f"behaviour/{name}" in entry["faults"] for entry in driver.service.log)


def test_no_fault_is_noticed_while_none_is_on(driver: EnvelopeDriver) -> None:
    assert [driver.call(mode).faults for mode in MODES] == [[], []]


def test_response_members_that_faults_need_are_there(driver: EnvelopeDriver) -> None:
    for mode in MODES:
        body = driver.call(mode).body
        for member in CONTRACT.operations[mode].response.members:
            assert next(locate(body, member.path), dataclasses.MISSING) is not dataclasses.MISSING, member.name

"""Faults of what calls do, of swapped rows, lenient readers and pushed messages: each does what its id says."""

from __future__ import annotations

import pytest

from conformance.contract import load
from conformance.contract.members import locate, present
from conformance.reference import leniency
from conformance.reference.distortion import Distortion
from conformance.reference.fault import Fault
from conformance.reference.faults import faults
from conformance.reference.row_faults import fixed, other_row
from conformance.reference.switchboard import Switchboard

from .drive import Driver

CONTRACT = load("thingscloud")
ALL = list(faults(CONTRACT))
HUAWEI = load("huawei")


def of(kind: str) -> list[Fault]:
    return [fault for fault in ALL if fault.kind == kind]


def test_a_call_that_is_lost_answers_success_and_changes_nothing(driver: Driver) -> None:
    for fault in of("lost"):
        driver.service.faults.set([fault.id])
        reply = driver.call(str(fault.subject))
        assert reply.refused is None
        assert reply.faults == [fault.id]
        assert CONTRACT.success.is_valid({"status": reply.status, "body": reply.body})
    driver.service.faults.set([])
    device = driver.device()
    driver.service.faults.set(["lost/device-delete"])
    assert driver.send("DELETE", f"/api/v1/device/{device}").refused is None
    assert driver.info("GET", f"/api/v1/device/{device}")["id"] == device


def test_a_member_that_is_not_heeded_has_no_effect(driver: Driver) -> None:
    driver.service.faults.set(["ignored/device-list/query:type"])
    reply = driver.send("GET", "/api/v1/devices", query={"type": driver.pixit["device_type"]})
    assert reply.faults == ["ignored/device-list/query:type"]
    all_of_them = reply.body["info"]["total"]
    driver.service.faults.set([])
    assert driver.info("GET", "/api/v1/devices")["total"] == all_of_them


def test_a_list_has_an_entry_too_few_or_too_many(driver: Driver) -> None:
    for fault in of("list"):
        driver.service.faults.set([])
        right = driver.call(str(fault.subject))
        member = next(
            each for each in CONTRACT.operations[str(fault.subject)].response.members if each.name == fault.member
        )
        driver.service.faults.set([fault.id])
        spoilt = driver.call(str(fault.subject))
        more = 1 if fault.action == "duplicate" else -1
        lists = [each for each in locate(right.body, member.path[:-1]) if each]
        found = [each for each in locate(spoilt.body, member.path[:-1]) if each or more < 0]
        assert spoilt.faults == [fault.id], fault.id
        assert len(found[0]) == len(lists[0]) + more, fault.id


def test_a_bound_that_is_one_too_lax_takes_one_beyond_and_no_more(driver: Driver) -> None:
    assert of("lax-by-one")
    for fault in of("lax-by-one"):
        member = next(
            each for each in CONTRACT.operations[str(fault.subject)].request_members if each.name == fault.member
        )
        bound, step = member.schema[str(fault.keyword)], -1 if fault.keyword == "minimum" else 1
        name = member.path[1]
        driver.service.faults.set([])
        assert driver.call(str(fault.subject), query={name: bound + step}).refused
        driver.service.faults.set([fault.id])
        assert driver.call(str(fault.subject), query={name: bound + step}).refused is None
        assert driver.call(str(fault.subject), query={name: bound + 2 * step}).refused


TEXTS = {"cut-off": '{"name": "a"', "wrong-bracket": '{"name": "a"]', "text-behind": '{"name": "a"} {'}


@pytest.mark.parametrize("name", leniency.READERS)
def test_a_lenient_reader_takes_its_own_kind_of_text_alone(driver: Driver, name: str) -> None:
    driver.service.faults.set([f"json/{name}"])
    for other, text in {**TEXTS, "a form": "name=a", "right": '{"name": "a"}'}.items():
        reply = driver.call("device-create", content=text.encode())
        assert (reply.refused is None) == (other in {name, "right"}), other
    assert reply.faults == []


def test_there_is_no_lenient_reader_where_no_sentence_speaks_of_malformed_json() -> None:
    assert not list(leniency.faults(load("neuroncloud")))


def test_a_row_is_swapped_for_one_that_is_not_as_good() -> None:
    swapped = {row.key: other_row(HUAWEI, row) for row in HUAWEI.rows.values()}
    assert sum(given is not None for given in swapped.values()) > 80
    for key, given in swapped.items():
        if given is not None:
            assert not HUAWEI.rows[key].answer.is_valid(given), key
            assert given["body"]["error_code"] != fixed(HUAWEI.rows[key])["body"]["error_code"], key


def test_a_swapped_row_is_answered_as_the_other(driver: Driver) -> None:
    driver.service.faults.set(["error-row/404/text-html"])
    reply = driver.send("GET", "/api/v1/nothing")
    assert reply.headers["content-type"].startswith("text/html")
    assert reply.faults == ["error-row/404/text-html"]


PUSHED = [fault for fault in faults(HUAWEI) if fault.kind == "message"]


def test_faults_of_pushed_messages_break_what_they_name() -> None:
    switchboard = Switchboard(HUAWEI, {})
    distortion = Distortion(switchboard)
    assert len(PUSHED) > 300
    for fault in PUSHED:
        notification = HUAWEI.notifications[str(fault.subject)]
        member = next(each for each in notification.message.members if each.name == fault.member)
        example = next((each for each in notification.message.examples if present(each, member.path)), None)
        if example is None:
            continue
        switchboard.set([])
        assert distortion.message(notification, example) == example
        switchboard.set([fault.id])
        keys = {each.key for each in notification.message.violations(distortion.message(notification, example))}
        assert f"{fault.member}/{fault.keyword}" in keys, fault.id

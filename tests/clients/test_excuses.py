"""What right clients write in ways that the tables do not show: worth a warning at most, where it is only that."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.contract.parameters import typed
from tests.clients.listening import environment, overheard

HISTORY = "/iocm/app/data/v1.2.0/deviceDataHistory?deviceId=d&gatewayId=d"
LIST = "/iocm/app/dm/v1.4.0/devices"
DEVICE = "/iocm/app/dm/v1.4.0/devices/d"
HEADERS = {"app_key": "A", "Authorization": "Bearer t", "Content-Type": "application/json"}
DELETE, GET = "DELETE", "GET"


def seen(
    platform: str, method: str, target: str, body: Any = None, pixit: dict[str, Any] | None = None
) -> dict[str, bool]:
    """Each statement about its message that a call breaks, and whether that is excused."""
    judge = environment(platform, [], {"pid": "P", "plain_pid": "Q"}, pixit)
    heard = judge.understanding.of(overheard(1, method, target, headers=HEADERS, body=body))
    assert heard.operation is not None
    found = [*judge.judge.message(heard), *judge.judge.undocumented(heard)]
    return {each.requirement.partition("/")[2]: each.in_the_field for each in found if not each.holds}


@pytest.mark.parametrize(
    ("platform", "method", "target", "body", "broken"),
    [
        ("thingscloud", "POST", "/api/v1/customer", {"name": "n", "email": None}, {"customer-create/call/email/type": True}),
        ("thingscloud", "POST", "/api/v1/customer", {"name": None}, {"customer-create/call/name/type": False}),
        ("huawei", "PUT", DEVICE, {"name": "n", "mute": None}, {"1.5.4/call/mute/enum": True}),
        ("neuroncloud", "POST", "/device/v1/realtime/history", {"equipmentName": "e", "startTime": None},
         {"point-history/call/startTime/type": True}),
    ],
)  # fmt: skip
def test_null_stands_for_an_optional_member_that_is_not_set(
    platform: str, method: str, target: str, body: Any, broken: dict[str, bool]
) -> None:
    found = seen(platform, method, target, body)
    assert {key: excused for key, excused in found.items() if not key.endswith("/required")} == broken


@pytest.mark.parametrize(
    ("query", "broken"),
    [
        ("status=&pageNo=&pageSize=", ["status/enum", "pageNo/type", "pageSize/type"]),
        ("status=ONLINE&pageNo=0.0&pageSize=10.0", []),
        ("startTime=20151212T1212Z", ["startTime/pattern"]),
    ],
)
def test_parameters_of_a_query_that_mean_no_harm_are_excused(query: str, broken: list[str]) -> None:
    assert seen("huawei", GET, f"{LIST}?{query}") == {f"1.6.2/call/query:{each}": True for each in broken}


@pytest.mark.parametrize(
    ("query", "broken"),
    [
        ("status=online", "status/enum"),
        ("pageNo=first", "pageNo/type"),
        ("pageNo=1.5", "pageNo/type"),
        ("pageSize=251.0", "pageSize/maximum"),
        ("startTime=20151212", "startTime/pattern"),
        ("startTime=2015-12-12T12:12Z", "startTime/pattern"),
    ],
)
def test_others_are_not(query: str, broken: str) -> None:
    assert seen("huawei", GET, f"{LIST}?{query}") == {f"1.6.2/call/query:{broken}": False}


@pytest.mark.parametrize(("body", "broken"), [(None, {}), (b"{}", {}), (b"{", {"1.5.4/call/encoding": False})])
def test_body_may_be_left_out_where_every_member_of_it_is_optional(body: bytes | None, broken: dict[str, bool]) -> None:
    assert seen("huawei", "PUT", DEVICE, body) == broken
    judge = environment("huawei", [], {})
    heard = judge.understanding.of(overheard(1, "PUT", DEVICE, headers={"app_key": "A"}, body=body))
    tried = [each.holds for each in judge.judge.content_type(heard)]
    assert tried == ([] if body is None else [False])


def test_empty_form_lacks_its_members() -> None:
    found = seen("huawei", "POST", "/iocm/app/sec/v1.1.0/login")
    assert found == {"1.4.1/call/appId/required": False, "1.4.1/call/secret/required": False}


def test_body_is_missed_where_a_member_is_required() -> None:
    codes = "/iocm/app/reg/v1.1.0/deviceCredentials"
    assert seen("huawei", "POST", codes) == {"1.5.1/call/encoding": False}


@pytest.mark.parametrize("body", [None, b"{}"])
def test_parameters_in_the_query_may_come_with_an_empty_object(body: bytes | None) -> None:
    target = "/device/v1/realtime/history?equipmentName=e&field=VALUE"
    found = seen("neuroncloud", "POST", target, body)
    assert {key for key in found if "header:" not in key} == set()
    assert "point-history/call/field/required" in seen("neuroncloud", "POST", target.partition("&")[0], body)


def test_required_parameter_is_not_excused_for_being_empty() -> None:
    found = seen("neuroncloud", GET, "/device/v1/mn/page?current=1&size=")
    assert found.pop("device-list/call/query:size/type") is False


@pytest.mark.parametrize("written", ["true", "True", "FALSE", "false"])
def test_boolean_of_an_address_is_written_in_any_case(written: str) -> None:
    assert seen("huawei", DELETE, f"{DEVICE}?cascade={written}") == {}


def test_other_words_are_no_booleans() -> None:
    assert seen("huawei", DELETE, f"{DEVICE}?cascade=yes") == {"1.5.5/call/query:cascade/type": False}


def test_name_of_the_example_is_documented_too() -> None:
    packages = "/iodm/northbound/v1.5.0/category"
    assert seen("huawei", GET, f"{packages}?manufactureName=Example") == {}
    assert seen("huawei", GET, f"{packages}?maker=Example") == {"client/undocumented-members": False}


@pytest.mark.parametrize(
    ("text", "named", "value"),
    [
        ("1.0", {"integer"}, 1),
        ("-2.000", {"integer"}, -2),
        ("1.0", {"number"}, 1),
        ("1.5", {"integer"}, "1.5"),
        ("1.", {"integer"}, "1."),
        ("1.0", {"string"}, "1.0"),
        ("TRUE", {"boolean"}, True),
    ],
)
def test_text_of_a_parameter_is_read_as_what_it_stands_for(text: str, named: set[str], value: Any) -> None:
    assert repr(typed(text, frozenset(named))) == repr(value)

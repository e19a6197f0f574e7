"""Every fault of the NeuronCloud reference can be switched on and changes an answer: derived over all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from conformance.contract.members import locate, present
from conformance.crypto.encoding import decode_base64, encode_base64
from conformance.reference.asgi import Application
from conformance.reference.calls import Reply
from conformance.reference.faults import Fault, faults
from conformance.reference.frailties import DEEP, FRAILTIES, LONG_TEXT
from conformance.reference.neuroncloud.behaviours import BEHAVIOURS
from conformance.reference.neuroncloud.times import DAY_MS, written

from .neuroncloud_drive import CONTRACT, HISTORY, LIST, PUSH, Driver, presented, signed, tokens, violations_of

ALL = list(faults(CONTRACT))
SECOND_EUI = "70B3D57ED0002EEF"
SECOND = {"equipmentName": "Test bench 2", "functionType": "bench_number", "buildingName": "Works", "value": 4.5}


@pytest.fixture
def driver() -> Driver:
    return Driver()


def of(kind: str) -> list[Fault]:
    return [fault for fault in ALL if fault.kind == kind]


def test_response_faults_change_the_member_and_break_what_they_name(driver: Driver) -> None:
    """A fault that names a requirement makes the answer invalid there; any other leaves it valid but changed, where the
    member has a value at all: `bmsId` of an IoT device and `reading` of a number are null.
    """
    failures = []
    for fault in of("response"):
        assert fault.subject is not None
        driver.service.faults.set([fault.id])
        reply = driver.call(fault.subject)
        if fault.action in {"null", "falsify"} and _is_null(reply, fault):
            assert reply.faults == []
            continue
        keys = {violation.key for violation in CONTRACT.operations[fault.subject].response.violations(reply.body)}
        broken = f"{fault.member}/{fault.keyword}" if fault.keyword else None
        if reply.faults != [fault.id] or (broken is None and keys) or (broken is not None and broken not in keys):
            failures.append((fault.id, broken, keys, reply.faults))
    assert not failures


def _is_null(reply: Reply, fault: Fault) -> bool:
    members = CONTRACT.operations[fault.subject or ""].response.members
    path = next(each.path for each in members if each.name == fault.member)
    unchanged = not reply.faults
    return unchanged and path[-1] in {"bmsId", "reading"} and set(locate(reply.body, path)) == {None}


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


def test_refusal_and_failure_faults_change_a_refusal(driver: Driver) -> None:
    for fault in [*of("refusal"), *of("failure")]:
        subject = fault.subject or "device-list"
        driver.service.faults.set([])
        right = driver.call(subject, credentials={})
        driver.service.faults.set([fault.id])
        spoilt = driver.call(subject, credentials={})
        assert right.refused
        assert spoilt.faults == [fault.id]
        assert (spoilt.status, spoilt.content()) != (right.status, right.content()), fault.id


ROWS: Mapping[str, Callable[[Driver], Reply]] = {
    "401": lambda driver: driver.call("device-list", credentials=signed(tokens().expired)),
    "404": lambda driver: driver.send("GET", "/device/v1/nothing"),
    "428": lambda driver: driver.call("device-list", credentials=_credentials(key_id="nobody")),
}
HARMLESS = {
    "status-200": "it is as built: the code stands in the body",
    "status-400": "the code in the body counts, whatever the status from 200 to 499 (erratum code-placement)",
}
"""Actions on a row that leave it followed."""


def test_error_row_faults_leave_the_row(driver: Driver) -> None:
    assert {fault.row for fault in of("error-row")} == ROWS.keys()
    for fault in of("error-row"):
        assert fault.row is not None
        driver.service.faults.set([])
        right = ROWS[fault.row](driver)
        answer = CONTRACT.rows[fault.row].answer
        assert answer.is_valid({"status": right.status, "body": right.body})
        driver.service.faults.set([fault.id])
        spoilt = ROWS[fault.row](driver)
        assert spoilt.faults == [fault.id]
        followed = answer.is_valid({"status": spoilt.status, "body": _parsed(spoilt)})
        assert followed == (fault.action in HARMLESS), fault.id


def _parsed(reply: Reply) -> Any:
    try:
        return json.loads(reply.content())
    except ValueError:
        return None


def test_every_broken_constraint_is_refused_unless_unenforced(driver: Driver) -> None:
    tried = set()
    for operation in CONTRACT.operations.values():
        for key, options in violations_of(driver, operation):
            place = f"unenforced/{operation.subject}/{key}"
            if place not in driver.service.faults.known:
                continue
            tried.add(place)
            driver.service.faults.set([])
            refused = driver.call(operation.subject, **options)
            assert refused.refused, place
            assert refused.body["isSuccess"] is False
            if "X-Source" in key:
                assert refused.refused == f"{key.split(':')[1].split('/')[0]} is missing"
            else:
                assert refused.refused == f"The request is invalid: {' '.join(key.rsplit('/', 1))}", place
            driver.service.faults.set([place])
            served = driver.call(operation.subject, **options)
            assert served.refused is None, (place, served)
            assert served.faults == [place]
            assert operation.response.is_valid(served.body)
    assert tried == {fault.id for fault in of("unenforced")}


def test_off_by_one_refuses_the_bound_and_serves_the_next(driver: Driver) -> None:
    records = {"data-push": driver.record(), "dataset-push": {}}
    assert {fault.subject for fault in of("off-by-one")} == records.keys()
    for fault in of("off-by-one"):
        assert fault.subject
        bound = [records[fault.subject]] * 1000
        driver.service.faults.set([])
        assert driver.call(fault.subject, bound).refused is None
        driver.service.faults.set([fault.id])
        assert driver.call(fault.subject, bound).refused
        assert driver.call(fault.subject, bound[1:]).refused is None


def test_credential_faults_let_the_named_caller_in(driver: Driver) -> None:
    callers: dict[str, Mapping[str, str] | None] = {
        "absent": {},
        "wrong": _credentials(text=encode_base64(b"x" * 128)),
        "foreign": _credentials(text=signed(tokens().expired)["x-source-secretkey"]),
        "refuse-valid": None,
    }
    for fault in of("credentials"):
        accepts = fault.action != "refuse-valid"
        driver.service.faults.set([])
        assert bool(driver.call(fault.subject or "", credentials=callers[fault.action]).refused) == accepts
        driver.service.faults.set([fault.id])
        reply = driver.call(fault.subject or "", credentials=callers[fault.action])
        assert bool(reply.refused) != accepts, fault.id
        assert reply.faults == [fault.id]


# Behaviours: what of the platform shows each of them.


def _credentials(*, key_id: str | None = None, text: str | None = None) -> dict[str, str]:
    valid = dict(signed(tokens().valid))
    return {
        "x-source-secretid": key_id or valid["x-source-secretid"],
        "x-source-secretkey": valid["x-source-secretkey"] if text is None else text,
    }


Observation = Callable[[Driver], Any]


def _admits(**given: str) -> Observation:
    return lambda driver: driver.call("device-list", credentials=_credentials(**given)).body["code"]


def _code(subject: str, *arguments: Any, **options: Any) -> Observation:
    return lambda driver: _status_and_code(driver.call(subject, *arguments, **options))


def _status_and_code(reply: Reply) -> tuple[int, Any]:
    return reply.status, reply.body.get("code")


def _empty(driver: Driver) -> Any:
    valid = tokens().valid
    given = [_credentials(text=""), presented(valid.key_id, "", valid)]
    return [driver.call("device-list", credentials=each).body["code"] for each in given]


def _in_clear(driver: Driver) -> Any:
    key = tokens().valid.key
    given = [_credentials(text=key), _credentials(text=encode_base64(key.encode()))]
    return [driver.call("device-list", credentials=each).body["code"] for each in given]


def _of_other_token(driver: Driver) -> Any:
    return _admits(text=signed(tokens().expired)["x-source-secretkey"])(driver)


def _truncated(driver: Driver) -> Any:
    short = encode_base64(decode_base64(signed(tokens().valid)["x-source-secretkey"], "header")[:-1])
    return _admits(text=short)(driver)


def _fresh(driver: Driver) -> Any:
    valid = tokens().valid
    given = [presented(valid.key_id, valid.key, valid) for _ in range(2)]
    return [driver.call("device-list", credentials=each).body["code"] for each in given]


def _raw(request: bytes) -> Observation:
    return lambda driver: Application(driver.service).incoming(request)


def _pushed(*records: Mapping[str, Any] | Callable[[Driver], dict[str, Any]]) -> Observation:
    """Return what a push is answered and what the platform then shows, without times of arrival."""

    def observe(driver: Driver) -> Any:
        body = [each(driver) if callable(each) else dict(each) for each in records]
        code = driver.send("POST", PUSH, body).body["code"]
        shown = [*driver.latest(), *driver.latest(SECOND_EUI)]
        stored = [driver.history(), driver.history(field="READING"), driver.history(equipmentName="Test bench 2")]
        values = [[(each["functionType"], each["value"], each["reading"], each["unit"]) for each in s] for s in stored]
        return code, [(each["value"], each["reading"], each["unit"]) for each in shown], values

    return observe


def _record(**members: Any) -> Callable[[Driver], dict[str, Any]]:
    return lambda driver: driver.record(**members)


def _text(reading: str) -> Callable[[Driver], dict[str, Any]]:
    return lambda driver: driver.text(reading)


def _refused(*records: Callable[[Driver], dict[str, Any]]) -> Observation:
    return lambda driver: driver.send("POST", PUSH, [each(driver) for each in records]).body["code"]


def _offsets(driver: Driver) -> Any:
    moment = driver.now - DAY_MS // 2
    driver.data("POST", PUSH, [driver.record(value=3.25, time=written(moment))])
    return [each["time"] == written(moment) for each in driver.history() if each["value"] == 3.25]


def _thousand(driver: Driver) -> Any:
    driver.data("POST", PUSH, [driver.record(value=number) for number in range(1000)])
    return len(driver.history())


def _over_thousand(driver: Driver) -> Any:
    reply = driver.send("POST", PUSH, [driver.record()] * 1001)
    return reply.body["code"], reply.faults, len(driver.history())


def _duplicate(driver: Driver) -> Any:
    driver.service.quirks.set(["duplicate-data/refused"])
    record = driver.record(time=written(driver.now))
    return [driver.send("POST", PUSH, [record]).body["code"] for _ in range(2)]


def _path(path: str) -> Observation:
    return lambda driver: driver.send("GET", path).body


def _page(**query: Any) -> Observation:
    return lambda driver: driver.page(**{"current": 1, "size": 10, **query})


def _history(**members: Any) -> Observation:
    """Return the values of a history; a time is given in days from now."""

    def observe(driver: Driver) -> Any:
        days = {name: written(driver.now + int(members[name] * DAY_MS)) for name in members if name.endswith("Time")}
        body = {"equipmentName": driver.pixit["equipment_name"], "field": "VALUE", **members, **days}
        reply = driver.send("POST", HISTORY, body)
        found = reply.body.get("data", [])
        return reply.status, reply.body.get("code"), [(each["value"], each["reading"]) for each in found]

    return observe


def _query(**members: Any) -> Observation:
    def observe(driver: Driver) -> Any:
        body = {"equipmentName": driver.pixit["equipment_name"], "field": "VALUE", **members}
        return len(driver.call("dataset-query", body).body["data"])

    return observe


def _dataset(*records: Any) -> Observation:
    return _code("dataset-push", list(records))


def _deep(driver: Driver) -> Any:
    body: Any = 1
    for _ in range(DEEP + 2):
        body = [body]
    return driver.call("dataset-push", body).status


def _messages(driver: Driver) -> Any:
    return [
        "message" in reply.body for reply in (driver.call("device-list"), driver.call("device-list", credentials={}))
    ]


def _kinds(driver: Driver) -> Any:
    bodies: tuple[tuple[str, Any], ...] = (("data-push", []), ("data-push", {}), ("point-history", {}))
    return [driver.call(subject, body).status for subject, body in bodies]


OTHER_KEY = encode_base64(b"\0" + b"x" * 127)
HEAD = b"GET / HTTP/1.1\r\nHost: a\r\nx-source-secretid: b\r\n\r\n"
EUI, NEIGHBOUR = "70B3D57ED0001000", "70B3D57ED00FFFFF"
VALUES = "/device/v1/realtime/{}/values"
DETAILS = "/device/v1/mn/{}"

SHOWN: Mapping[str, Observation] = {
    "plain-key-accepted": _in_clear,
    "padding-unchecked": _admits(text=OTHER_KEY),
    "wrong-key-accepted": lambda driver: driver.call(
        "device-list", credentials=presented(tokens().valid.key_id, "other", tokens().valid)
    ).body["code"],
    "truncated-key-accepted": _truncated,
    "not-base64-accepted": _admits(text="no Base64!"),
    "empty-key-accepted": _empty,
    "key-id-unchecked": _admits(key_id="nobody"),
    "key-of-other-token-accepted": _of_other_token,
    "expired-key-accepted": lambda driver: ROWS["401"](driver).body["code"],
    "expired-code": lambda driver: ROWS["401"](driver).body["code"],
    "unknown-key-id-code": lambda driver: ROWS["428"](driver).body["code"],
    "fresh-encryption-refused": _fresh,
    "header-case-matters": _raw(HEAD),
    "refusal-claims-success": lambda driver: driver.call("device-list", credentials={}).body["isSuccess"],
    "message-missing": _messages,
    "unknown-path-served": _path("/nothing"),
    "unknown-path-code": _path("/nothing"),
    "malformed-json-accepted": lambda driver: [
        driver.call(subject, content=b"{").body["code"] for subject in ("data-push", "dataset-push", "point-history")
    ],
    "push-ignored": _pushed(_record(value=5)),
    "push-first-only": _pushed(_record(value=5), _record(value=6)),
    "push-first-device-only": _pushed(_record(value=5), SECOND),
    "push-last-lost": _thousand,
    "over-thousand-stored": _over_thousand,
    "refused-push-stored": _pushed(_record(value=5), _record(buildingName="Nowhere")),
    "building-unchecked": _refused(_record(buildingName="Nowhere")),
    "value-alone-refused": _refused(_record()),
    "reading-alone-refused": _refused(_text("a")),
    "dev-eui-demanded": _refused(_record(unit="V", time="2026-11-20 12:00:00")),
    "unit-demanded": _refused(_record(devEui=EUI, time="2026-11-20 12:00:00")),
    "time-demanded": _refused(_record(devEui=EUI, unit="V")),
    "absent-time-is-1970": _pushed(_record(value=5)),
    "value-rounded": _pushed(_record(value=1.2345)),
    "value-single-precision": _pushed(_record(value=0.1)),
    "reading-trimmed": _pushed(_text(" a ")),
    "reading-to-ascii": _pushed(_text("温度")),
    "reading-cut": _pushed(_text("a" * 40)),
    "unit-confused": _pushed(_record(unit="kPa")),
    "time-zone-confused": _offsets,
    "time-cut-to-minute": _offsets,
    "stored-in-next-point": _pushed(_record(value=5)),
    "stored-in-next-device": _pushed(_record(value=5)),
    "duplicate-code": _duplicate,
    "details-of-another": _path(DETAILS.format(EUI)),
    "unknown-device-shown": _path(DETAILS.format("0000")),
    "details-of-neighbour": _path(DETAILS.format(NEIGHBOUR)),
    "details-without-points": _path(DETAILS.format(EUI)),
    "iot-flag-wrong": _path(DETAILS.format(EUI)),
    "device-building-wrong": _path(DETAILS.format(EUI)),
    "list-current-wrong": _page(),
    "list-size-wrong": _page(current=3),
    "list-page-too-long": _page(),
    "list-total-wrong": _page(),
    "list-filter-total": _page(name="bench"),
    "list-loses-item": _page(),
    "list-repeats-item": _page(current=2),
    "list-page-ignored": lambda driver: driver.names(2, 10),
    "list-beyond-shows-last": _page(current=9),
    "list-lacks-first": _page(),
    "list-of-neighbour": _page(),
    "list-differs-from-details": _page(),
    "list-eui-repeated": _page(),
    "name-filter-ignored": _page(name="nobody"),
    "name-filter-exact": _page(name="bench"),
    "eui-filter-ignored": _page(devEui=EUI),
    "eui-filter-partial": _page(devEui=EUI[:-2]),
    "building-filter-ignored": _page(buildingName="Works"),
    "building-filter-partial": _page(buildingName="Work"),
    "building-filter-finds-one": _page(buildingName="Works"),
    "model-filter-ignored": _page(equModel="NX-1"),
    "model-filter-partial": _page(equModel="NX-"),
    "model-filter-finds-one": _page(equModel="NX-1"),
    "filters-any": _page(equModel="NX-1", buildingName="Works"),
    "latest-not-updated": _pushed(_record(value=5)),
    "latest-of-all": _path(VALUES.format(EUI)),
    "latest-eui-partial": _path(VALUES.format(EUI[:-1])),
    "latest-lists-twice": lambda driver: len(driver.latest()),
    "latest-shows-oldest": _path(VALUES.format(EUI)),
    "latest-number-as-text": lambda driver: driver.latest()[0]["reading"],
    "latest-lacks-point": lambda driver: len(driver.latest()),
    "latest-of-neighbour": _path(VALUES.format(NEIGHBOUR)),
    "history-name-partial": _history(equipmentName="Test b"),
    "history-point-ignored": _history(functionType="humidity"),
    "history-first-point-only": _history(),
    "history-range-ignored": _history(startTime=-2, endTime=-0.5),
    "history-six-days-only": _history(startTime=-6.9, endTime=0),
    "history-shows-older": _history(startTime=-30),
    "half-range-crashes": _history(startTime=-2),
    "history-range-turned": _history(startTime=0, endTime=-2),
    "history-value-as-reading": _history(),
    "history-reading-empty": _history(field="READING"),
    "history-other-kind": _history(field="READING"),
    "history-model-ignored": _history(equModel="none"),
    "history-model-partial": _history(equModel="NX"),
    "history-disorder": _history(),
    "history-lacks-newest": _history(),
    "history-of-neighbour": _history(equipmentName="Pump of a neighbour"),
    "dataset-one-record": _dataset({}, {}),
    "dataset-half-thousand": _dataset(*([{}] * 501)),
    "dataset-fields-unchecked": _dataset({"unknown": 1}),
    "dataset-types-unchecked": _dataset({"measured": "text"}),
    "dataset-unknown-served": lambda driver: driver.send(
        "POST", "/dataset/v1/none", [{}], extra={"x-param-projectid": driver.pixit["project_id"]}
    ).body["code"],
    "dataset-query-empty": _query(),
    "dataset-query-range-ignored": _query(startTime="2020-01-01 00:00:00", endTime="2020-01-02 00:00:00"),
    "dataset-query-point-ignored": _query(functionType="humidity"),
    "crash-on-deep-json": _deep,
    "crash-on-long-text": _code("dataset-push", [{"remark": "a" * (LONG_TEXT + 1)}]),
    "crash-on-nul": _code("dataset-push", [{"remark": "a\0b"}]),
    "crash-on-non-ascii": _code("dataset-push", [{"remark": "温度"}]),
    "crash-on-wrong-kind": _kinds,
    "crash-on-malformed-json": _code("data-push", content=b"{"),
    "crash-on-unknown-member": lambda driver: driver.call("data-push", [driver.record(colour="red")]).status,
    "crash-on-unknown-query": _code("device-list", query={"current": 1, "size": 1, "colour": "red"}),
    "crash-on-invalid": _code("device-list", query={"current": 1}),
    "crash-on-unknown-method": lambda driver: driver.send("DELETE", LIST).status,
    "unknown-method-served": lambda driver: driver.send("DELETE", LIST, query={"current": 1, "size": 1}).body["code"],
    "host-not-required": _raw(b"GET / HTTP/1.1\r\n\r\n"),
    "byte-order-mark": lambda driver: driver.call("device-list").content()[:4],
    "not-utf-8": lambda driver: driver.call("device-list").content()[:4],
}


def test_every_behaviour_fault_is_shown_by_an_example(driver: Driver) -> None:
    registered = {fault.action for fault in driver.service.faults.known.values() if fault.kind == "behaviour"}
    assert registered == SHOWN.keys()
    assert registered == BEHAVIOURS.keys() | FRAILTIES.keys()


@pytest.mark.parametrize("name", SHOWN)
def test_behaviour_fault_changes_what_is_observed(name: str) -> None:
    observe = SHOWN[name]
    right = observe(Driver())
    assert observe(Driver()) == right  # else any difference would do
    spoilt = Driver()
    spoilt.service.faults.set([f"behaviour/{name}"])
    assert observe(spoilt) != right


def test_header_of_other_case_is_hidden_and_no_other(driver: Driver) -> None:
    driver.service.faults.set(["behaviour/header-case-matters"])
    incoming = Application(driver.service).incoming
    assert incoming(HEAD) == HEAD.replace(b"x-source", b"x-hidden-x-source")
    exact = HEAD.replace(b"x-source-secretid", b"X-Source-SecretId")
    assert incoming(exact) == exact


def test_no_fault_is_noticed_while_none_is_on(driver: Driver) -> None:
    assert [driver.call(subject).faults for subject in CONTRACT.operations] == [[] for _ in CONTRACT.operations]
    assert present(driver.call("latest-values").body, ("data",))

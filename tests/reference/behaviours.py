"""For every behaviour fault a short observation through the documented interface that differs when the fault is on.

The values are taken through calls alone and hold nothing that differs between two platforms (no time, no token), so
that equality means "not seen".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from conformance.reference import frailties
from conformance.reference.calls import Call
from conformance.reference.thingscloud.state import DAY_MS

from .drive import GIVEN, Driver

Observation = Callable[[Driver], Any]

DEVICE = "/api/v1/device"
CUSTOMER = "/api/v1/customer"
DEEP: Any = json.loads("[" * 60 + "]" * 60)


def _names(driver: Driver, **query: Any) -> Any:
    return [item["name"] for item in driver.info("GET", "/api/v1/devices", query=query)["items"]]


def _list(member: str, **query: Any) -> Observation:
    return lambda driver: driver.info("GET", "/api/v1/devices", query=query)[member]


def _created(*members: str) -> Observation:
    def observe(driver: Driver) -> Any:
        device = driver.info("GET", f"{DEVICE}/{driver.device(device_key='own key', name='own name')}")
        return [device[member] for member in members]

    return observe


def _refused(*calls: tuple[str, str], of: str = "device") -> Observation:
    """Return for an object that was just made whether each call (method, path with {}) is refused."""

    def observe(driver: Driver) -> Any:
        identity = driver.device() if of == "device" else driver.customer()
        return [bool(driver.send(method, path.format(identity)).refused) for method, path in calls]

    return observe


def _listed(path: str, of: str, *, deleted: bool = False) -> Observation:
    def observe(driver: Driver) -> Any:
        identity = driver.device() if of == "device" else driver.customer()
        if deleted:
            driver.info("DELETE", f"/api/v1/{of}/{identity}")
        return identity in [item["id"] for item in driver.info("GET", path)["items"]]

    return observe


def _after(of: str, change: Callable[[Driver, str], Any], *members: str) -> Observation:
    """Return the members of a new object after a change."""

    def observe(driver: Driver) -> Any:
        given = {"device_key": "own key"} if of == "device" else {"account": "own account"}
        identity = getattr(driver, of)(name="own name", **given)
        change(driver, identity)
        shown = driver.info("GET", f"/api/v1/{of}/{identity}")
        return [shown.get(member) for member in members]

    return observe


def _changed(of: str, tail: str, body: Any, *members: str, method: str = "PUT") -> Observation:
    return _after(of, lambda driver, identity: driver.info(method, f"/api/v1/{of}/{identity}/{tail}", body), *members)


def _cloud(driver: Driver, device: str, body: Any) -> None:
    driver.info("PUT", f"/api/v1/control/device/{device}/attributes", body)


def _attributes(driver: Driver, device: str) -> Any:
    return {each["identifier"]: each["value"] for each in driver.info("GET", f"{DEVICE}/{device}/attributes")}


def _updated(driver: Driver) -> Any:
    device = driver.device()
    _cloud(driver, device, {"one": 1, "two": "2"})
    _cloud(driver, device, {"one": 3, "two": "4"})
    _cloud(driver, device, {"five": 5})
    return _attributes(driver, device)


def _update_age(driver: Driver) -> Any:
    device = driver.device()
    before = driver.cloud.clock.now_ms()
    _cloud(driver, device, {"one": 1})
    return driver.info("GET", f"{DEVICE}/{device}/attributes")[0]["ts"] >= before


def _updates_in_series(driver: Driver) -> Any:
    device = driver.device()
    for value in range(3):
        _cloud(driver, device, {"one": value})
    return [each["value"] for each in driver.info("GET", f"{DEVICE}/{device}/attribute/one/series")]


def _attributes_removed(driver: Driver) -> Any:
    device = driver.device()
    _cloud(driver, device, {"one": 1, "two": 2, "three": 3})
    driver.info("POST", f"{DEVICE}/{device}/attributes_remove", {"keys": ["one", "two"]})
    return _attributes(driver, device)


def _series(days: float | None = None, **query: Any) -> Observation:
    def observe(driver: Driver) -> Any:
        now = driver.cloud.clock.now_ms()
        span = {} if days is None else {"start_time": now - int(days * DAY_MS), "end_time": now}
        path = f"{DEVICE}/{driver.pixit['alarm_device']}/attribute/temperature/series"
        reply = driver.send("GET", path, query={**query, **span})
        return [each["value"] for each in reply.body["info"]] if reply.refused is None else "refused"

    return observe


def _certificate(member: str) -> Observation:
    def observe(driver: Driver) -> Any:
        first, second = driver.device(), driver.device()
        shown = [driver.info("GET", f"{DEVICE}/{each}/certificate")[member] for each in (first, second, second)]
        return shown[0] == first if member == "id" else (shown[0] == shown[1], shown[1] == shown[2])

    return observe


def _with_token(kind: str, offset_days: float) -> Observation:
    def observe(driver: Driver) -> Any:
        driver.cloud.clock.offset_s = offset_days * 86400
        return bool(driver.send("GET", "/api/v1/project", token=kind).refused)

    return observe


def _device_token(driver: Driver) -> Any:
    shown = driver.info("GET", f"{DEVICE}/{driver.pixit['alarm_device']}/certificate")
    return bool(driver.send("GET", "/api/v1/project", token=shown["access_token"]).refused)


def _scheme(driver: Driver) -> Any:
    headers = {"authorization": f"BEARER {driver.tokens['api-token']}"}
    return bool(driver.service.answer(Call("GET", "/api/v1/project", headers=headers)).refused)


def _status(subject: str, body: Any = ..., **options: Any) -> Observation:
    return lambda driver: driver.call(subject, body, **options).status


def _read(path: str) -> Observation:
    return lambda driver: driver.info("GET", path)


def _type_info(driver: Driver) -> Any:
    kinds = {each["id"]: each["name"] for each in driver.info("GET", "/api/v1/device_types")["items"]}
    device = driver.info("GET", f"{DEVICE}/{driver.pixit['alarm_device']}")
    return kinds[device["type"]] == device["type_info"]["name"]


def _type_count(driver: Driver) -> Any:
    driver.device()
    kinds = {each["id"]: each for each in driver.info("GET", "/api/v1/device_types")["items"]}
    return kinds[driver.pixit["device_type"]]["device_count"]


def _counts(path: str, *members: str, after: str | None = None) -> Observation:
    def observe(driver: Driver) -> Any:
        if after:
            driver.device()
        return [driver.info("GET", path)[member] for member in members]

    return observe


def _listed_online(driver: Driver) -> Any:
    identity = driver.device()
    return {each["id"]: each["online"] for each in driver.info("GET", "/api/v1/devices")["items"]}[identity]


def _twins(driver: Driver) -> Any:
    return driver.device() == driver.device()


def _others(of: str) -> Observation:
    def observe(driver: Driver) -> Any:
        make = getattr(driver, of)
        kept, gone = make(), make()
        driver.info("DELETE", f"/api/v1/{of}/{gone}")
        return bool(driver.send("GET", f"/api/v1/{of}/{kept}").refused)

    return observe


def _alarms(driver: Driver) -> Any:
    shown = driver.info("GET", f"{DEVICE}/{driver.pixit['alarm_device']}/alarm_logs")["items"]
    return [(each["device_id"], each["device"]["id"]) for each in shown]


def _customer_in_list(driver: Driver) -> Any:
    return [item["name"] for item in driver.info("GET", "/api/v1/customers")["items"]]


def _host(driver: Driver) -> Any:
    from conformance.reference.asgi import Application

    return Application(driver.service).incoming(b"GET /api/v1/project HTTP/1.1\r\nAccept: */*\r\n\r\n")


def _framed(driver: Driver) -> Any:
    return driver.call("project").content()


INFO = {"descr": "changed"}
TAGS = {"tags": {"site": "9", "new": "1"}}
ALL_MEMBERS = ("name", "descr", "device_key", "tags")
CUSTOMER_MEMBERS = ("account", "name", "descr", "email", "mobile", "tags", "password")

SHOWN: Mapping[str, Observation] = {
    "last-credential-unchecked": lambda driver: bool(
        driver.call(
            "access-token", {**driver.body(driver.contract.operations["access-token"]), "secret_key": "x"}
        ).refused
    ),
    "device-token-accepted": _device_token,
    "api-token-dies-early": _with_token("api-token", 0.9),
    "admin-token-dies-early": _with_token("admin-token", 6.9),
    "expired-token-accepted": _with_token("api-token", 1.1),
    "issued-token-useless": lambda driver: bool(
        driver.send("GET", "/api/v1/project", token=driver.call("access-token").body["info"]["access_token"]).refused
    ),
    "malformed-json-accepted": _status("device-create", content=b"{"),
    "unknown-path-served": lambda driver: driver.send("GET", "/api/v1/nothing").status,
    "unknown-object-served": lambda driver: bool(driver.send("GET", f"{DEVICE}/none").refused),
    "text-to-ascii": lambda driver: driver.info("GET", f"{DEVICE}/{driver.device(descr='温度 é')}")["descr"],
    "text-beyond-plane-lost": lambda driver: driver.info("GET", f"{DEVICE}/{driver.device(descr='a 🌡')}")["descr"],
    "text-cut": lambda driver: driver.info("GET", f"{DEVICE}/{driver.device(descr='a' * 40)}")["descr"],
    "online-not-counted": _counts("/api/v1/devices_stat", "online_device_total"),
    "stat-no-alarms": _counts("/api/v1/devices_stat", "alarm_device_total"),
    "stat-ignores-new": _counts("/api/v1/devices_stat", "device_total", after="device"),
    "alarm-stat-shifted": _counts("/api/v1/devices_alarm_stat", "normal_total"),
    "stat-fraction": _counts("/api/v1/devices_stat", "alarm_device_total"),
    "alarm-stat-ignores-new": _counts("/api/v1/devices_alarm_stat", "device_total", after="device"),
    "alarm-stat-negative": _counts("/api/v1/devices_alarm_stat", "alarm_3_total"),
    "type-list-cut": lambda driver: len(driver.info("GET", "/api/v1/device_types")["items"]),
    "type-count-wrong": lambda driver: driver.info("GET", "/api/v1/device_types")["items"][0]["device_count"],
    "type-count-ignores-new": _type_count,
    "type-listed-twice": lambda driver: len(driver.info("GET", "/api/v1/device_types")["items"]),
    "type-info-differs": _type_info,
    "group-tree-flat": lambda driver: driver.info("GET", "/api/v1/device_groups_tree")["items"][0]["children"],
    "group-listed-twice": lambda driver: len(driver.info("GET", "/api/v1/device_groups_tree")["items"]),
    "created-not-listed": _listed("/api/v1/devices", "device"),
    "created-not-readable": _refused(("GET", DEVICE + "/{}")),
    "create-id-shared": _twins,
    "created-online": lambda driver: driver.info("GET", f"{DEVICE}/{driver.device()}")["online"],
    "created-listed-online": _listed_online,
    "create-loses-descr": _created(*ALL_MEMBERS),
    "create-loses-tags": _created(*ALL_MEMBERS),
    "create-loses-type": _created("type"),
    "create-loses-device-key": _created(*ALL_MEMBERS),
    "create-answers-other-name": lambda driver: driver.info("POST", DEVICE, {"name": "own name"})["name"],
    "info-update-ignored": _changed("device", "info", INFO, *ALL_MEMBERS),
    "info-update-clears": _changed("device", "info", INFO, *ALL_MEMBERS),
    "tags-replaced": _changed("device", "tags", TAGS, "tags"),
    "tags-not-overwritten": _changed("device", "tags", TAGS, "tags"),
    "tags-new-ignored": _changed("device", "tags", TAGS, "tags"),
    "tags-remove-absent-crashes": _status("device-tags-remove", {"keys": ["none"]}),
    "delete-unknown-crashes": lambda driver: driver.send("DELETE", f"{DEVICE}/none").status,
    "tags-remove-all": _changed("device", "tags_remove", {"keys": ["site", "floor"]}, "tags", method="POST"),
    "tags-remove-ignored": _changed("device", "tags_remove", {"keys": ["site", "floor"]}, "tags", method="POST"),
    "tags-remove-first-only": _changed("device", "tags_remove", {"keys": ["site", "floor"]}, "tags", method="POST"),
    "delete-ignored": _refused(("DELETE", DEVICE + "/{}"), ("GET", DEVICE + "/{}")),
    "deleted-still-listed": _listed("/api/v1/devices", "device", deleted=True),
    "deleted-still-readable": _refused(("DELETE", DEVICE + "/{}"), ("GET", DEVICE + "/{}")),
    "delete-removes-two": _others("device"),
    "list-total-wrong": _list("total"),
    "list-page-total-wrong": _list("page_total"),
    "list-loses-item": _names,
    "list-repeats-item": lambda driver: _names(driver, page=2),
    "list-page-ignored": lambda driver: _names(driver, page=2),
    "list-page-from-zero": lambda driver: _names(driver, page=2),
    "list-default-page-2": _names,
    "list-beyond-shows-last": lambda driver: _names(driver, page=99),
    "list-type-ignored": lambda driver: _names(driver, type=driver.pixit["device_type"]),
    "list-group-ignored": lambda driver: _names(driver, group=driver.pixit["device_group"]),
    "list-filter-total": lambda driver: _list("total", type=driver.pixit["device_type"])(driver),
    "list-differs-from-read": _names,
    "certificate-of-another": _certificate("id"),
    "certificate-shared": _certificate("access_token"),
    "certificate-changes": _certificate("access_token"),
    "attributes-show-oldest": lambda driver: _attributes(driver, driver.pixit["alarm_device"]),
    "attribute-listed-twice": lambda driver: len(
        driver.info("GET", f"{DEVICE}/{driver.pixit['alarm_device']}/attributes")
    ),
    "cloud-update-ignored": _updated,
    "cloud-update-old-ts": _update_age,
    "cloud-update-as-text": _updated,
    "cloud-update-clears": _updated,
    "cloud-update-first-only": _updated,
    "cloud-update-no-series": _updates_in_series,
    "cloud-update-late-series": _updates_in_series,
    "attributes-remove-ignored": _attributes_removed,
    "attributes-remove-all": _attributes_removed,
    "attributes-remove-first-only": _attributes_removed,
    "series-page-ignored": _series(page=2),
    "series-default-page-2": _series(),
    "series-half-range-crashes": _status("attribute-series", query={"start_time": 1}),
    "series-disorder": _series(),
    "series-page-records-ignored": _series(page_records=7),
    "series-default-50": _series(),
    "series-range-ignored": _series(2),
    "series-range-unlimited": _series(30.1),
    "series-range-29-days": _series(29.5),
    "series-oldest-first": _series(),
    "series-repeats-item": _series(page=2),
    "series-of-another": _series(),
    "alarms-of-all": _alarms,
    "alarms-missing": lambda driver: len(driver.info("GET", "/api/v1/alarm_logs")["items"]),
    "alarms-other-device": _alarms,
    "customer-not-listed": _listed("/api/v1/customers", "customer"),
    "customer-not-readable": _refused(("GET", CUSTOMER + "/{}"), of="customer"),
    "customer-id-shared": lambda driver: driver.customer() == driver.customer(),
    "customer-create-answers-other-name": lambda driver: driver.info(
        "POST", "/api/v1/customer", {"name": "own name", "account": "own", "password": "own"}
    )["name"],
    "customer-tags-new-ignored": _changed("customer", "tags", TAGS, "tags"),
    "customer-create-loses": _after("customer", lambda driver, identity: None, *CUSTOMER_MEMBERS),
    "customer-account-is-name": _after("customer", lambda driver, identity: None, *CUSTOMER_MEMBERS),
    "customer-update-ignored": _changed("customer", "info", INFO, *CUSTOMER_MEMBERS),
    "customer-update-clears": _changed("customer", "info", INFO, *CUSTOMER_MEMBERS),
    "customer-tags-replaced": _changed("customer", "tags", {"tags": {"new": "1"}}, "tags"),
    "customer-tags-not-overwritten": _changed("customer", "tags", TAGS, "tags"),
    "customer-list-differs": _customer_in_list,
    "customer-listed-twice": _customer_in_list,
    "customer-password-clears": _changed("customer", "pwd", {"password": "other"}, *CUSTOMER_MEMBERS),
    "customer-delete-ignored": _refused(("DELETE", CUSTOMER + "/{}"), ("GET", CUSTOMER + "/{}"), of="customer"),
    "customer-delete-removes-two": _others("customer"),
    "customer-deleted-still-listed": _listed("/api/v1/customers", "customer", deleted=True),
    "customer-password-shown": _after("customer", lambda driver, identity: None, *CUSTOMER_MEMBERS),
    "admin-is-another": lambda driver: driver.call("admin").body["info"]["account"] == GIVEN.account,
    "crash-on-deep-json": _status("cloud-attributes-update", {"one": DEEP}),
    "crash-on-long-text": _status("device-create", {"name": "a" * (frailties.LONG_TEXT + 1)}),
    "crash-on-nul": _status("device-create", {"name": "a\0b"}),
    "crash-on-non-ascii": _status("device-create", {"name": "温度"}),
    "crash-on-wrong-kind": _status("device-create", ["name"]),
    "crash-on-malformed-json": _status("device-create", content=b"{"),
    "crash-on-unknown-member": _status("device-create", {"name": "own", "colour": "red"}),
    "crash-on-unknown-query": _status("device-list", query={"colour": "red"}),
    "crash-on-invalid": _status("device-create", {}),
    "crash-on-unknown-method": lambda driver: driver.send("DELETE", "/api/v1/project").status,
    "unknown-method-served": lambda driver: driver.send("DELETE", "/api/v1/project").status,
    "host-not-required": _host,
    "byte-order-mark": _framed,
    "not-utf-8": _framed,
    "scheme-case-matters": _scheme,
}

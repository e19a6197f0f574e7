"""Benign variants of the "Living" reference: they show the reading they name, and never make an answer invalid."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from conformance.reference.calls import Reply
from conformance.reference.living.readings import AS_BUILT, ON_DEMAND
from conformance.reference.quirks import SHAPES

from .living_drive import CONTRACT, OTHER, LivingDriver

READINGS = {f"{erratum.id}/{each.id}": each for erratum in CONTRACT.errata.values() for each in erratum.readings}
UPLOAD_ID = "1508232047196"
LIST = "/cloud/thing/productList/get"


def _call(subject: str, **params: Any) -> Callable[[LivingDriver], Reply]:
    return lambda driver: driver.call(subject, **params)


def _changed(subject: str, change: Callable[[dict[str, Any]], Any]) -> Callable[[LivingDriver], Reply]:
    def call(driver: LivingDriver) -> Reply:
        body = driver.body(subject)
        change(body)
        return driver.call(subject, body)

    return call


def _wrong_token(driver: LivingDriver) -> Reply:
    body = driver.body("product-list")
    body["request"]["cloudToken"] = "wrong"
    return driver.call("product-list", body)


def _with_number_id(driver: LivingDriver) -> Reply:
    body = driver.body("device-names-upload")
    body["id"] = int(UPLOAD_ID)
    return driver.call("device-names-upload", body)


def _older(driver: LivingDriver) -> Reply:
    body = driver.body("product-list")
    body["request"]["apiVer"] = "1.0.0"
    body["params"] = {"productInfoQuery": {"pageNo": 2, "pageSize": 4}}
    return driver.call("product-list", body)


def _twice(driver: LivingDriver) -> Reply:
    number, _ = driver.uploaded()
    driver.data("named-devices-generate", batchId=number)
    return driver.call("named-devices-generate", batchId=number)


def _foreign(driver: LivingDriver) -> Reply:
    return driver.call("nvr-certificate-list", productKey=OTHER)


def _produced_12345(driver: LivingDriver) -> Reply:
    """Produce an upload whose number is 12345, as the reading's schema has it."""
    driver.living.project.batches.clear()
    driver.living.project.last = 12344
    return driver.call("named-devices-generate", batchId=driver.uploaded()[0])


OBSERVED: Mapping[str, Callable[[LivingDriver], Reply]] = {
    "http-status/created": _call("product-list"),
    "http-status/client-error": _wrong_token,
    "refusal-shape/status-only": _wrong_token,
    "http-method/served": lambda driver: driver.send(LIST, driver.body("product-list"), method="GET"),
    "request-id/served": _changed("product-list", lambda body: body.pop("id")),
    "envelope-version/served": _changed("product-list", lambda body: body.update(version="2.0")),
    "response-id/number": _with_number_id,
    "response-id/own": _with_number_id,
    "response-id/absent": _with_number_id,
    "status-type/integer": _call("product-read"),
    "date-type/text": _call("product-read"),
    "undescribed-members/absent": _call("product-read"),
    "page-size-bounds/served": _call("product-list", pageSize=0),
    "beyond-last-page/nothing": _call("certificate-list", pageNo=999),
    "beyond-last-page/refused": _call("nvr-certificate-list", pageNo=99),
    "unknown-product/nothing": _call("product-read", productKey="none"),
    "batch-answer/object": _call("devices-generate", amount=1),
    "amount-bounds/served": _call("devices-generate", amount=-1),
    "unknown-batch/nothing": _call("certificate-list", applyId="none"),
    "unknown-batch/refused": _call("nvr-certificate-list", batchId="none"),
    "batch-before-production/nothing": lambda driver: driver.call("certificate-list", applyId=driver.uploaded()[0]),
    "batch-before-production/refused": lambda driver: driver.call("certificate-list", applyId=driver.uploaded()[0]),
    "repeated-name/served": _call("device-names-upload", deviceNames=["same", "same"]),
    "existing-name/served": _call("device-names-upload", deviceNames=["seeded01"]),
    "no-names/served": _call("device-names-upload", deviceNames=[]),
    "produced-batch-number/own": _produced_12345,
    "produced-twice/served": _twice,
    "foreign-product/empty": _foreign,
    "foreign-product/nothing": _foreign,
    "foreign-product/served": _foreign,
    "nvr-total/total": _call("nvr-certificate-list"),
    "nvr-total/total-num": _call("nvr-certificate-list"),
    "nvr-page-members/own": _call("nvr-certificate-list", pageNo=1, pageSize=2),
    "older-product-list/served": _older,
}


def _instance(of: str, reply: Reply) -> Any:
    if of == "exchange":
        return {"status": reply.status, "body": reply.body}
    return reply.body["data"] if of == "common/product" else reply.body


def test_every_reading_is_shown_as_built_or_on_demand() -> None:
    assert READINGS.keys() == AS_BUILT | ON_DEMAND
    assert not AS_BUILT & ON_DEMAND
    assert OBSERVED.keys() == ON_DEMAND


@pytest.mark.parametrize("name", sorted(OBSERVED))
def test_reading_is_shown_only_on_demand(name: str) -> None:
    reading, observe = READINGS[name], OBSERVED[name]
    shown, built = observe(LivingDriver(quirks=(name,))), observe(LivingDriver())
    assert reading.schema.is_valid(_instance(reading.of, shown)), shown
    assert not reading.schema.is_valid(_instance(reading.of, built)), built


@pytest.mark.parametrize("name", [*SHAPES, *sorted(AS_BUILT | ON_DEMAND)])
def test_every_answer_stays_valid(name: str) -> None:
    driver = LivingDriver(quirks=(name,))
    for subject, operation in CONTRACT.operations.items():
        reply = driver.call(subject)
        assert reply.refused is None, subject
        assert operation.response.violations(reply.body) == (), subject
        assert reply.status in operation.statuses
        assert CONTRACT.success.is_valid({"status": reply.status, "body": reply.body})
    refusal = _wrong_token(driver)
    exchange = {"status": refusal.status, "body": refusal.body}
    assert refusal.refused
    assert CONTRACT.refusal.is_valid(exchange)
    assert CONTRACT.failure is not None
    assert CONTRACT.failure.is_valid(exchange)


def test_older_version_is_served_with_its_own_page_only() -> None:
    driver = LivingDriver(quirks=("older-product-list/served",))
    assert [each["name"] for each in _older(driver).body["data"]] == [each["name"] for each in driver.products(4)[4:8]]
    for change in (
        lambda body: body["request"].update(apiVer="1.0.0"),
        lambda body: body["request"].update(apiVer="9.9.9"),
        lambda body: body["params"].pop("pageNo"),
        lambda body: body["request"].update(apiVer="1.0.0") or body.update(params={"productInfoQuery": {"pageNo": 0}}),
    ):
        assert _changed("product-list", change)(driver).refused


@pytest.mark.parametrize("given", [7, "7", 1508232047194])
def test_answer_bears_the_id_of_the_request_as_a_text(given: Any) -> None:
    body = LivingDriver().body("product-list") | {"id": given}
    assert LivingDriver().call("product-list", body).body["id"] == str(given)
    refused = LivingDriver().call("product-list", body | {"request": {"apiVer": "1.1.0"}})
    assert (refused.body["code"], refused.body["id"]) == (401, str(given))


def test_own_number_of_a_production_leads_to_its_certificates() -> None:
    driver = LivingDriver(quirks=("produced-batch-number/own",))
    upload, names = driver.uploaded()
    number = driver.data("named-devices-generate", batchId=upload)
    assert number != upload
    assert [each["deviceName"] for each in driver.certificates(number)] == names
    assert driver.certificates(upload) == []
    assert driver.call("named-devices-generate", batchId=upload).refused


def test_repeated_name_counts_once_where_it_is_taken() -> None:
    driver = LivingDriver(quirks=("repeated-name/served",))
    upload = driver.data("device-names-upload", deviceNames=["one", "two", "one"])
    number = driver.data("named-devices-generate", batchId=upload)
    assert [each["deviceName"] for each in driver.certificates(number)] == ["one", "two"]


def test_pages_of_another_method_are_the_same() -> None:
    driver = LivingDriver(quirks=("http-method/served",))
    content = json.dumps(driver.body("product-list")).encode()
    served = driver.send(LIST, content=content, method="GET").body
    assert served == driver.send(LIST, content=content).body

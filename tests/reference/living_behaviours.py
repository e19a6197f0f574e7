"""For every behaviour fault a short observation through the documented interface that differs when the fault is on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from conformance.crypto import gateway
from conformance.reference import frailties
from conformance.reference.asgi import Application

from .living_drive import GIVEN, OTHER, PRODUCTION, LivingDriver

Observation = Callable[[LivingDriver], Any]
LIST = "/cloud/thing/productList/get"


def _status(subject: str, **params: Any) -> Observation:
    return lambda driver: driver.call(subject, **params).status


def _code(subject: str, **params: Any) -> Observation:
    def observe(driver: LivingDriver) -> Any:
        reply = driver.call(subject, **params)
        return reply.status, (reply.body or {}).get("code")

    return observe


def _with(change: Callable[[dict[str, Any]], Any]) -> Observation:
    """Return the status and code of a product list whose request was changed."""

    def observe(driver: LivingDriver) -> Any:
        body = driver.body("product-list")
        changed = change(body)
        reply = driver.call("product-list", changed if isinstance(changed, dict) else body)
        return reply.status, reply.body["code"] if reply.status != 500 else None

    return observe


def _token(token: Any) -> Observation:
    return _with(lambda body: body["request"].update(cloudToken=token))


def _order(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in ("id", "version", "params", "request")}


def _without(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda body: body.pop(name)


def _set(**members: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: body.update(members)


def _older(body: dict[str, Any]) -> None:
    body["request"]["apiVer"] = "1.0.0"


def _signed(**changes: Any) -> Observation:
    """Return how a gateway answers a call, in place of the driver's platform without one."""

    def observe(driver: LivingDriver) -> Any:
        behind = LivingDriver(*driver.service.faults.active, gateway=True)
        reply = behind.signed(**changes)
        return bool(reply.refused), "x-ca-error-message" in reply.headers

    return observe


def _signed_again(driver: LivingDriver) -> Any:
    behind = LivingDriver(*driver.service.faults.active, gateway=True)
    behind.signed()
    return bool(behind.signed(headers={"x-ca-nonce": "2"}).refused)


def _gateway_token(driver: LivingDriver) -> Any:
    behind = LivingDriver(*driver.service.faults.active, gateway=True)
    body = behind.body("product-list")
    body["request"]["cloudToken"] = "wrong"
    content = json.dumps(body).encode()
    headers = (("Content-Type", "application/json"), ("X-Ca-Key", GIVEN.app_key))
    request = gateway.Request("POST", LIST, headers, content)
    made = gateway.signed_headers(gateway.SignInput(request, ("X-Ca-Key",), GIVEN.app_secret))
    return bool(behind.send(LIST, content=content, **{name.lower(): value for name, value in made}).refused)


def _products(page: int, size: int) -> Observation:
    return lambda driver: [each["name"] for each in driver.data("product-list", pageNo=page, pageSize=size)]


def _read(driver: LivingDriver, key: str = PRODUCTION) -> Any:
    return driver.call("product-read", productKey=key).body.get("data")


def _generated(driver: LivingDriver) -> Any:
    number = driver.data("devices-generate", amount=4)
    page = driver.page(number)
    shown = page["items"]
    names = [bool(each["deviceName"]) for each in shown]
    return page["totalNum"], [each["productKey"] for each in shown], [each["status"] for each in shown], names


def _two(subject: str, **params: Any) -> Observation:
    return lambda driver: driver.data(subject, **params) == driver.data(subject, **params)


def _named(driver: LivingDriver) -> Any:
    names = ["alpha", "beta", "gamma"]
    upload = driver.data("device-names-upload", deviceNames=names)
    number = driver.data("named-devices-generate", batchId=upload)
    page = driver.page(number)
    return page["totalNum"], [(each["deviceName"], each["productKey"]) for each in page["items"]]


def _upload_serves(driver: LivingDriver) -> Any:
    return bool(driver.call("named-devices-generate", batchId=driver.uploaded()[0]).refused)


def _uploaded_page(driver: LivingDriver) -> Any:
    return driver.page(driver.uploaded()[0])["totalNum"]


def _twice(driver: LivingDriver) -> Any:
    number, _ = driver.uploaded()
    return [driver.call("named-devices-generate", batchId=number).status for _ in range(2)]


def _others(driver: LivingDriver) -> Any:
    first, second = driver.uploaded()[0], driver.uploaded()[0]
    driver.data("named-devices-generate", batchId=first)
    return bool(driver.call("named-devices-generate", batchId=second).refused)


def _foreign_names(driver: LivingDriver) -> Any:
    return driver.call("named-devices-generate", batchId=driver.uploaded(productKey=OTHER)[0]).status


def _page(page: int, size: int, *, batch: str | None = None) -> Observation:
    """Return what a page of the seeded batch shows, all but what differs between two productions."""

    def observe(driver: LivingDriver) -> Any:
        shown = driver.page(batch or driver.pixit["batch_id"], page, size)
        return shown["totalNum"], shown["items"]

    return observe


def _nvr_page(page: int, size: int, *, batch: str | None = None) -> Observation:
    return lambda driver: driver.nvr_page(batch or driver.pixit["nvr_batch_id"], page, size)


def _nvr_generated(driver: LivingDriver) -> Any:
    page = driver.nvr_page(driver.data("nvr-devices-generate", amount=4))
    shown = page["NvrDeviceCertList"]
    return page["total"], [(each["nvrDeviceCertInfo"]["productKey"], each["ipcNum"]) for each in shown]


def _apart(subject: str, pages: str) -> Observation:
    """Return whether two productions have a device in common."""

    def observe(driver: LivingDriver) -> Any:
        first, second = (driver.data(subject, amount=3) for _ in range(2))
        shown = [getattr(driver, pages)(number) for number in (first, second)]
        return shown[0] == shown[1]

    return observe


def _holding_others(driver: LivingDriver) -> Any:
    driver.data("nvr-devices-generate", amount=1)
    return _nvr_page(1, 3)(driver)


def _certificate_others(driver: LivingDriver) -> Any:
    driver.data("devices-generate", amount=1)
    return _page(1, 3)(driver)


def _repeatable(observe: Observation) -> Observation:
    return lambda driver: observe(driver) == observe(driver)


def _unknown_method(driver: LivingDriver) -> Any:
    return driver.send(LIST, driver.body("product-list"), method="GET").body.get("code", 500)


def _host(driver: LivingDriver) -> Any:
    return Application(driver.service).incoming(b"POST /x HTTP/1.1\r\nAccept: */*\r\n\r\n")


def _lines(driver: LivingDriver) -> Any:
    content = json.dumps(driver.body("product-list"), indent=1).encode()
    return bool(driver.call("product-list", content=content).refused)


DEEP: Any = json.loads("[" * 60 + "]" * 60)

SHOWN: Mapping[str, Observation] = {
    "success-says-0": _code("product-list"),
    "token-beginning-suffices": _token(GIVEN.cloud_token[:12]),
    "token-case-ignored": _token(GIVEN.cloud_token.upper()),
    "refusal-discloses": lambda driver: (
        driver.call(
            "product-list", {**driver.body("product-list"), "request": {"apiVer": "1.1.0", "cloudToken": "x"}}
        ).body
    ),
    "malformed-json-accepted": lambda driver: driver.call("product-list", content=b"{").body["code"],
    "unknown-path-served": lambda driver: driver.send("/cloud/nothing", {}).body["code"],
    "number-id-crashes": _with(_set(id=7)),
    "text-id-crashes": _with(_set(id="7")),
    "absent-id-crashes": _with(_without("id")),
    "absent-version-crashes": _with(_without("version")),
    "other-version-crashes": _with(_set(version="2.0")),
    "member-order-matters": _with(_order),
    "line-break-refused": _lines,
    "gateway-refuses-signed": _signed(),
    "gateway-unsigned-served": _signed(headers={"x-ca-signature": None}),
    "gateway-signature-unchecked": _signed(secret="another"),
    "gateway-unknown-key-served": _signed(key="99999999"),
    "gateway-body-unchecked": lambda driver: _signed(
        content=json.dumps({**driver.body("product-list"), "id": "9"}).encode()
    )(driver),
    "gateway-path-unchecked": _signed(signed_path="/cloud/thing/product/get"),
    "gateway-signature-remembered": _signed_again,
    "gateway-error-silent": _signed(secret="another"),
    "gateway-replaces-token": _gateway_token,
    "products-page-from-zero": _products(1, 5),
    "products-page-ignored": _products(2, 5),
    "products-page-size-ignored": _products(1, 5),
    "products-page-too-long": _products(1, 5),
    "products-page-repeats": _products(2, 5),
    "products-page-loses": _products(2, 5),
    "products-beyond-shows-last": _products(9, 5),
    "products-page-size-zero-crashes": _status("product-list", pageSize=0),
    "products-depend-on-size": _products(1, 6),
    "products-hide-named": _products(1, 5),
    "products-differ-from-read": _products(1, 5),
    "products-modified-before-created": lambda driver: _read(driver)["gmtModified"],
    "older-version-crashes": _with(_older),
    "read-shows-another": _read,
    "read-serves-unknown": lambda driver: _read(driver, "none"),
    "read-serves-beginning": lambda driver: _read(driver, PRODUCTION[:-2]),
    "read-changes": _repeatable(_read),
    "generate-one-less": _generated,
    "generate-one-more": _generated,
    "generate-assigns-no-names": _generated,
    "generate-not-downloadable": _generated,
    "generate-for-another-product": _generated,
    "generate-number-shared": _two("devices-generate", amount=1),
    "generate-active": _generated,
    "generate-zero-crashes": _status("devices-generate", amount=0),
    "generate-serves-unknown-product": _code("devices-generate", productKey="none"),
    "upload-answers-other-number": _upload_serves,
    "upload-number-shared": lambda driver: driver.uploaded()[0] == driver.uploaded()[0],
    "upload-produces": _uploaded_page,
    "upload-repeated-name-crashes": _status("device-names-upload", deviceNames=["same", "same"]),
    "upload-existing-name-crashes": _status("device-names-upload", deviceNames=["seeded01"]),
    "upload-no-names-crashes": _status("device-names-upload", deviceNames=[]),
    "upload-serves-unknown-product": _code("device-names-upload", productKey="none"),
    "named-changes-names": _named,
    "named-assigns-names": _named,
    "named-repeats-first": _named,
    "named-loses-last": _named,
    "named-not-downloadable": _named,
    "named-answers-other-number": _named,
    "named-for-another-product": _named,
    "named-twice-crashes": _twice,
    "named-discards-others": _others,
    "named-serves-unknown-batch": _code("named-devices-generate", batchId="none"),
    "named-foreign-product-crashes": _foreign_names,
    "certificates-total-of-page": _page(1, 5),
    "certificates-total-wrong": _page(1, 5),
    "certificates-page-from-zero": _page(1, 5),
    "certificates-page-ignored": _page(2, 5),
    "certificates-page-size-ignored": _page(1, 5),
    "certificates-page-too-long": _page(1, 5),
    "certificates-page-repeats": _page(2, 5),
    "certificates-page-loses": _page(2, 5),
    "certificates-beyond-shows-last": _page(99, 5),
    "certificates-page-size-zero-crashes": _status("certificate-list", pageSize=0),
    "certificates-names-repeat": _page(1, 5),
    "certificates-ids-repeat": _page(1, 5),
    "certificates-devices-shared": _apart("devices-generate", "certificates"),
    "certificates-hold-others": _certificate_others,
    "certificates-serve-unknown-batch": _page(1, 5, batch="none"),
    "certificates-change": _repeatable(_page(1, 5)),
    "certificates-secrets-shared": _page(1, 5),
    "nvr-one-less": _nvr_generated,
    "nvr-one-more": _nvr_generated,
    "nvr-no-sub-devices": _nvr_page(1, 5),
    "nvr-not-downloadable": _nvr_generated,
    "nvr-for-another-product": _nvr_generated,
    "nvr-number-shared": _two("nvr-devices-generate", amount=1),
    "nvr-devices-shared": _apart("nvr-devices-generate", "nvrs"),
    "nvr-serves-any-product": _code("nvr-devices-generate", productKey=PRODUCTION),
    "nvr-serves-unknown-product": _code("nvr-devices-generate", productKey="none"),
    "nvr-total-of-page": _nvr_page(1, 5),
    "nvr-total-wrong": _nvr_page(1, 5),
    "nvr-totals-differ": _nvr_page(1, 5),
    "nvr-page-from-zero": _nvr_page(1, 5),
    "nvr-page-ignored": _nvr_page(2, 5),
    "nvr-page-size-ignored": _nvr_page(1, 5),
    "nvr-page-too-long": _nvr_page(1, 5),
    "nvr-page-repeats": _nvr_page(2, 5),
    "nvr-page-loses": _nvr_page(2, 5),
    "nvr-beyond-shows-last": _nvr_page(99, 5),
    "nvr-names-repeat": _nvr_page(1, 5),
    "nvr-ids-repeat": _nvr_page(1, 5),
    "nvr-sub-devices-alike": _nvr_page(1, 5),
    "nvr-ipc-num-wrong": _nvr_page(1, 5),
    "nvr-page-members-wild": _nvr_page(1, 5),
    "nvr-hold-others": _holding_others,
    "nvr-serve-unknown-batch": _nvr_page(1, 5, batch="none"),
    "nvr-other-product-crashes": _status("nvr-certificate-list", productKey=OTHER),
    "nvr-change": _repeatable(_nvr_page(1, 5)),
    "nvr-secrets-shared": _nvr_page(1, 5),
    "crash-on-deep-json": _with(_set(extra=DEEP)),
    "crash-on-long-text": _status("product-read", productKey="a" * (frailties.LONG_TEXT + 1)),
    "crash-on-nul": _status("product-read", productKey="a\0b"),
    "crash-on-non-ascii": _status("product-read", productKey="温度"),
    "crash-on-wrong-kind": lambda driver: driver.call("product-read", ["name"]).status,
    "crash-on-malformed-json": lambda driver: driver.call("product-read", content=b"{").status,
    "crash-on-unknown-member": _with(_set(colour="red")),
    "crash-on-invalid": _status("product-list", pageNo=0),
    "crash-on-unknown-method": _unknown_method,
    "unknown-method-served": _unknown_method,
    "host-not-required": _host,
    "byte-order-mark": lambda driver: driver.call("product-list").content(),
    "not-utf-8": lambda driver: driver.call("product-list").content(),
}

NOT_HERE = {
    "crash-on-unknown-query": "no operation of this document has a query",
}
"""Frailties of other protocols that this one cannot show."""

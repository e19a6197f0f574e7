"""1.5.1–1.5.3, 1.5.7: registering devices, giving them new keys, and whether they have ever connected."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.faults import Behaviour
from conformance.reference.huawei.applications import Product, Products
from conformance.reference.huawei.device_owners import named as device_named
from conformance.reference.huawei.device_owners import owner
from conformance.reference.huawei.device_state import Device, Devices, named
from conformance.reference.huawei.platform import Huawei

DEFAULT_REFRESH_S: Final = 180
"""The timeout of a refresh that names none (1.5.3)."""
FIXED: Final = "0f1e2d3c4b5a69788796"
"""What a fault gives to every device."""

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    "registered-not-readable": Behaviour("1.5.1/readable", "a device registered by a code is not known afterwards"),
    "registered-id-shared": Behaviour("1.5.1/ids-distinct", "a registration by a code gives the id of the one before"),
    "register-changes-name": Behaviour("1.5.1/keeps-members", "a registration by a code shortens deviceName"),
    "register-changes-node-id": Behaviour("1.5.1/keeps-members", "a registration by a code shortens nodeId"),
    "verify-code-replaced": Behaviour("1.5.1/verify-code-echoed", "the given verification code is not taken"),
    "verify-code-empty": Behaviour("1.5.1/verify-code-made", "no verification code is made where none is given"),
    "verify-code-repeated": Behaviour("1.5.1/verify-code-unique", "every device is given the same verification code"),
    "psk-replaced": Behaviour("1.5.1/psk-kept", "the given psk is not taken"),
    "psk-repeated": Behaviour("1.5.1/psk-made", "every device is given the same psk"),
    "timeout-replaced": Behaviour("1.5.1/timeout-echoed", "a registration answers another timeout than was given"),
    "timeout-ignored": Behaviour("1.5.1/timeout-deletes", "a device that never binds stays registered"),
    "timeout-of-connected": Behaviour(
        "1.5.1/timeout-connected-stays", "a device is deleted after the timeout although it has connected"
    ),
    "timeout-zero-expires": Behaviour("1.5.1/timeout-zero-stays", "timeout 0 ends after ten minutes"),
    "series-refused": Behaviour("1.5.1/series", "only productId names a product"),
    "node-id-duplicated": Behaviour("1.5.1/error/400-100426", "a second device with the same nodeId is registered"),
    "unknown-product-served": Behaviour("1.5.1/error/403-600002", "a product that does not exist is taken"),
    "secret-registered-not-readable": Behaviour("1.5.2/readable", "a device registered by a secret is not known"),
    "secret-registered-id-shared": Behaviour("1.5.2/ids-distinct", "a registration by a secret gives the id before"),
    "secret-register-changes-name": Behaviour("1.5.2/keeps-members", "a registration by a secret shortens the name"),
    "secret-replaced": Behaviour("1.5.2/secret-echoed", "the given secret is not taken"),
    "secret-empty": Behaviour("1.5.2/secret-made", "no secret is made where none is given"),
    "secret-repeated": Behaviour("1.5.2/secrets-distinct", "every device is given the same secret and psk"),
    "refresh-keeps-old-node-id": Behaviour("1.5.3/new-node-id", "a refresh does not take the new nodeId"),
    "refresh-clears-node-id": Behaviour("1.5.3/keeps-node-id", "a refresh without nodeId gives the device another"),
    "refresh-changes-id": Behaviour("1.5.3/same-device", "a refresh gives the device another id"),
    "refresh-code-replaced": Behaviour("1.5.3/verify-code-echoed", "the code given to a refresh is not taken"),
    "refresh-code-empty": Behaviour("1.5.3/verify-code-made", "a refresh makes no code where none is given"),
    "refresh-timeout-replaced": Behaviour("1.5.3/timeout-echoed", "a refresh answers another timeout than was given"),
    "refresh-while-online": Behaviour("1.5.3/offline-only", "the key of a device that is online is refreshed"),
    "refresh-inactive": Behaviour("1.5.3/error/400-100610", "the key of a device that never connected is refreshed"),
    "refresh-timeout-ignored": Behaviour("1.5.3/timeout-deletes", "a device that does not bind again stays"),
    "activation-of-another": Behaviour("1.5.7/same-device", "the activation state names another device"),
    "active-from-the-start": Behaviour("1.5.7/inactive", "a device is activated when it is registered"),
    "never-active": Behaviour("1.5.7/active", "a device that has connected is not activated"),
    "active-while-online": Behaviour("1.5.7/stays-active", "only a device that is online is activated"),
}


def register_by_code(huawei: Huawei, request: Request) -> Any:
    """1.5.1 注册设备(验证码方式)."""
    body, faults, devices = request.body, huawei.faults, huawei.room(Devices)
    app_id = owner(huawei, request)
    product = _product(huawei, request, body.get("deviceInfo") or {})
    _free(huawei, request, None, body["nodeId"], body.get("verifyCode"))
    code = body.get("verifyCode")
    if code is None:
        code = FIXED if faults.on("verify-code-repeated") else secrets.token_hex(5)
    psk = body.get("psk")
    if psk is None:
        psk = FIXED if faults.on("psk-repeated") else secrets.token_hex(16)
    timeout = body.get("timeout", 0)
    device = devices.register(
        app_id,
        _kept(body["nodeId"], shorter=faults.on("register-changes-node-id")),
        product,
        name=_kept(body.get("deviceName"), shorter=faults.on("register-changes-name")),
        imsi=body.get("imsi"),
        verify_code=code,
        psk=psk,
        secure=bool(body.get("isSecure")),
        deadline_ms=_deadline(huawei, timeout),
    )
    device.facts["end-user"] = body.get("endUserId")
    device.facts["timeout-s"] = timeout
    identity = _answered_id(huawei, device, "registered")
    return {
        "deviceId": identity,
        "verifyCode": _shown_code(huawei, body, code),
        "psk": FIXED if faults.on("psk-replaced") else psk,
        "timeout": timeout + 1 if faults.on("timeout-replaced") else timeout,
    }


def register_by_secret(huawei: Huawei, request: Request) -> Any:
    """1.5.2 注册设备(密码方式)."""
    body, faults, devices = request.body, huawei.faults, huawei.room(Devices)
    app_id = owner(huawei, request)
    info = body["deviceInfo"]
    product = _product(huawei, request, info)
    _free(huawei, request, None, info["nodeId"], None)
    repeated = faults.on("secret-repeated")
    psk = FIXED if repeated else secrets.token_hex(16)
    secret = body.get("secret") or (FIXED if repeated else secrets.token_hex(10))
    name = _kept(info.get("name"), shorter=faults.on("secret-register-changes-name"))
    device = devices.register(app_id, info["nodeId"], product, name=name, psk=psk, secret=secret)
    device.facts |= {each: body.get(each) for each in ("endUserId", "organization", "region", "timezone")}
    shown = FIXED if faults.on("secret-replaced") else secret
    if "secret" not in body and faults.on("secret-empty"):
        shown = ""
    return {"deviceId": _answered_id(huawei, device, "secret-registered"), "psk": psk, "secret": shown}


def refresh_key(huawei: Huawei, request: Request) -> Any:
    """1.5.3 刷新设备密钥."""
    body, faults, devices = request.body, huawei.faults, huawei.room(Devices)
    device = device_named(huawei, request)
    if not device.activated and not faults.on("refresh-inactive"):
        raise huawei.refusal(request.operation, "100610")
    if device.connected and not faults.on("refresh-while-online"):
        raise huawei.refusal(request.operation, "100611")
    _free(huawei, request, device, body.get("nodeId"), body.get("verifyCode"))
    if "nodeId" in body and not faults.on("refresh-keeps-old-node-id"):
        device.node_id = body["nodeId"]
    if "nodeId" not in body and faults.on("refresh-clears-node-id"):
        device.node_id = f"unnamed-{device.id}"
    timeout = body.get("timeout", DEFAULT_REFRESH_S)
    former = device.verify_code
    made = former if huawei.quirks.on("refreshed-code/as-before") else secrets.token_hex(5)
    device.verify_code = body.get("verifyCode") or made
    device.modified_ms = huawei.clock.now_ms()
    device.deadline_ms = None if faults.on("refresh-timeout-ignored") else _deadline(huawei, timeout)
    shown = device.verify_code
    if "verifyCode" in body and faults.on("refresh-code-replaced"):
        shown = FIXED
    if "verifyCode" not in body and faults.on("refresh-code-empty"):
        shown = ""
    if faults.on("refresh-changes-id"):
        devices.delete(device)
        device.id = device.gateway_id = f"{device.id}-2"
        devices.restore(device)
    return {"verifyCode": shown, "timeout": timeout + 1 if faults.on("refresh-timeout-replaced") else timeout}


def activation(huawei: Huawei, request: Request) -> Any:
    """1.5.7 查询设备激活状态."""
    devices, faults = huawei.room(Devices), huawei.faults
    device = device_named(huawei, request)
    activated = device.activated
    if faults.on("active-from-the-start"):
        activated = True
    if faults.on("never-active"):
        activated = False
    if faults.on("active-while-online"):
        activated = device.connected
    if faults.on("activation-of-another"):
        device = next(each for each in devices.all() if each is not device)
    shown: Any = str(activated).lower() if huawei.quirks.on("activated-as-text/text") else activated
    return {"deviceId": device.id, "activated": shown, "name": device.name}


def _product(huawei: Huawei, request: Request, series: Mapping[str, Any]) -> Product | None:
    """Return the product that a registration names; None where a reading or a fault lets it name none.

    Raises:
        Refused: it does not exist (600002), or both ways name it and a reading refuses that.
    """
    identity = request.body.get("productId")
    given = {name: value for name, value in series.items() if name not in {"nodeId", "name"}}
    if identity is not None and given and huawei.quirks.on("product-choice/refused"):
        raise huawei.refusal(request.operation, "50400", "productId and the series are alternatives")
    found = huawei.room(Products).by_id.get(identity) if identity is not None else named(huawei, given)
    if identity is None and huawei.faults.on("series-refused"):
        found = None
    names_one = identity is not None or bool(given)
    if found is None and names_one and not huawei.faults.on("unknown-product-served"):
        raise huawei.refusal(request.operation, "600002")
    return found


def _free(huawei: Huawei, request: Request, own: Device | None, node_id: str | None, code: str | None) -> None:
    """Refuse an identity or a verification code that another device has."""
    devices = huawei.room(Devices)
    other = devices.owner("node_id", node_id) if node_id is not None else None
    if other is not None and other is not own and not huawei.faults.on("node-id-duplicated"):
        bound = huawei.quirks.on("rows-of-one-cause/taken-identity")
        listed = any(use.key.endswith("-100416") for use in request.operation.errors)
        raise huawei.refusal(request.operation, "100416" if bound and listed else "100426")
    other = devices.owner("verify_code", code) if code is not None else None
    if other is not None and other is not own:
        raise huawei.refusal(request.operation, "100003", "The verification code is another device's")


def _kept(text: Any, *, shorter: bool) -> Any:
    return text[:-1] if shorter and text else text


def _deadline(huawei: Huawei, timeout_s: int) -> int | None:
    if timeout_s == 0 and huawei.faults.on("timeout-zero-expires"):
        timeout_s = 600
    return huawei.clock.now_ms() + timeout_s * 1000 if timeout_s else None


def _shown_code(huawei: Huawei, body: Mapping[str, Any], code: str) -> str:
    if "verifyCode" in body:
        return FIXED if huawei.faults.on("verify-code-replaced") else code
    return "" if huawei.faults.on("verify-code-empty") else code


def _answered_id(huawei: Huawei, device: Device, how: str) -> str:
    """Return the id that a registration answers."""
    devices = huawei.room(Devices)
    if huawei.faults.on(f"{how}-not-readable"):
        devices.delete(device)
    if huawei.faults.on(f"{how}-id-shared"):
        return next(iter(devices.all())).id
    return device.id

"""1.5.4, 1.5.5: changing and deleting devices."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.faults import Behaviour
from conformance.reference.huawei.applications import Products
from conformance.reference.huawei.device_owners import named as device_named
from conformance.reference.huawei.device_state import SERIES, Device, Devices, named, series_of
from conformance.reference.huawei.platform import Huawei

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    "modify-ignored": Behaviour("1.5.4/changes-given", "a change changes neither name nor location"),
    "modify-imsi-ignored": Behaviour("1.5.4/changes-given", "a change of the IMSI has no effect"),
    "modify-series-ignored": Behaviour("1.5.4/changes-series", "a change of manufacturer and model has no effect"),
    "modify-clears-others": Behaviour("1.5.4/keeps-others", "a change clears name and location that it does not name"),
    "modify-changes-node-id": Behaviour("1.5.4/keeps-identity", "a change gives the device another nodeId"),
    "mute-not-shown": Behaviour("1.5.4/mute-shown", "queries show every device as not frozen"),
    "mute-ignored": Behaviour("1.5.4/mute-keeps-nothing", "what a frozen device reports is kept"),
    "release-ignored": Behaviour("1.5.4/unmuted-keeps", "a device that was frozen once stays so"),
    "aging-ignored": Behaviour("1.5.4/data-aging", "data are kept for ever"),
    "modify-to-ascii": Behaviour("1.5.4/texts", "characters beyond ASCII are kept as question marks"),
    "delete-ignored": Behaviour("1.5.5/unreadable", "deleting a device has no effect"),
    "deleted-still-listed": Behaviour("1.5.5/unlisted", "a deleted device stays in the list"),
    "delete-takes-another": Behaviour(
        "1.5.5/keeps-others", "deleting a device deletes the one registered after it too"
    ),
    "deleted-node-id-taken": Behaviour("1.5.5/registered-anew", "the nodeId of a deleted device stays taken"),
    "cascade-ignored": Behaviour("1.5.5/cascade", "the devices behind a deleted gateway stay"),
    "cascade-default-false": Behaviour("1.5.5/cascade-default", "cascade is false where it is not given"),
    "cascade-always": Behaviour("1.5.5/cascade-false", "the devices behind a gateway are deleted in any case"),
    "orphan-keeps-gateway": Behaviour("1.5.5/becomes-direct", "a device keeps the id of its deleted gateway"),
}


def modify(huawei: Huawei, request: Request) -> Any:
    """1.5.4 修改设备信息."""
    faults, body = huawei.faults, request.body
    device = device_named(huawei, request)
    product = huawei.room(Products).by_id.get(body["productId"]) if "productId" in body else None
    if "productId" in body and product is None:
        raise huawei.refusal(request.operation, "50400", "There is no such product")
    if product is not None:
        device.product, device.series = product, series_of(product)
    series = {name: body[name] for name in SERIES if name in body}
    if series and not faults.on("modify-series-ignored"):
        device.series = {**device.series, **series}
        device.product = named(huawei, device.series) or device.product
    if not faults.on("modify-ignored"):
        device.name = _text(huawei, body.get("name", device.name))
        device.location = _text(huawei, body.get("location", device.location))
    if faults.on("modify-clears-others"):
        device.name, device.location = body.get("name", ""), body.get("location", "")
    if faults.on("modify-changes-node-id"):
        device.node_id = f"{device.node_id}-2"
    if device.mute == "TRUE" and body.get("mute") == "FALSE":
        device.facts["was-frozen"] = True
    device.mute = body.get("mute", device.mute)
    if not faults.on("modify-imsi-ignored"):
        device.imsi = body.get("imsi", device.imsi)
    device.psk = body.get("psk", device.psk)
    device.secure = body.get("isSecure", device.secure)
    config = (body.get("deviceConfig") or {}).get("dataConfig") or {}
    device.aging_days = config.get("dataAgingTime", device.aging_days)
    told = ("customFields", "endUser", "organization", "region", "timezone", "ip", "tags")
    device.facts |= {each: copy.deepcopy(body[each]) for each in told if each in body}
    if not faults.on("modified-time-fixed"):
        device.modified_ms = huawei.clock.now_ms()
    huawei.tell("device-modified", device=device)
    return None


def delete(huawei: Huawei, request: Request) -> Any:
    """1.5.5 删除设备."""
    devices, faults = huawei.room(Devices), huawei.faults
    device = device_named(huawei, request)
    cascade = request.query.get("cascade", not faults.on("cascade-default-false"))
    if faults.on("delete-ignored"):
        return None
    if faults.on("delete-takes-another"):
        later = [each for each in devices.all() if each.created_ms >= device.created_ms and each is not device]
        for each in later[-1:]:
            devices.delete(each)
    children = devices.behind(device)
    devices.delete(device)
    if faults.on("deleted-node-id-taken"):
        devices.register(device.app_id, device.node_id, device.product)
    if faults.on("deleted-still-listed"):
        huawei.room(Devices).shadows.append(device)
    for child in children:
        _part(huawei, child, cascade=cascade)
    return None


def _part(huawei: Huawei, child: Device, *, cascade: bool) -> None:
    """Part a device from its gateway, which is gone."""
    faults = huawei.faults
    if (cascade and not faults.on("cascade-ignored")) or faults.on("cascade-always"):
        huawei.room(Devices).delete(child)
    elif not faults.on("orphan-keeps-gateway"):
        child.gateway_id = child.id


def _text(huawei: Huawei, value: Any) -> Any:
    if isinstance(value, str) and huawei.faults.on("modify-to-ascii"):
        return value.encode("ascii", "replace").decode()
    return value

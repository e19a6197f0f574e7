"""1.5.8, 1.5.9: changing and reading device shadows; with the upper tester's view of the device, and their chapter."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.huawei import shadow_history
from conformance.reference.huawei.applications import Applications, Product
from conformance.reference.huawei.device_state import LONG_IDS, Device, Devices
from conformance.reference.huawei.platform import Chapter, Huawei
from conformance.reference.huawei.shadow_faults import BEHAVIOURS
from conformance.reference.huawei.shadow_info import info
from conformance.reference.huawei.shadow_store import CHINA_MS, Setting, Shadows


def modify(huawei: Huawei, request: Request) -> Any:
    """1.5.8 修改设备影子."""
    device = _named(huawei, request)
    product = device.product
    if product is None:
        raise huawei.refusal(request.operation, "100425")
    if product.protocol_type != "LWM2M" and not huawei.faults.on("shadow-of-any-protocol"):
        raise huawei.refusal(request.operation, "50400", "The device does not use LWM2M")
    given = request.body["serviceDesireds"]
    _check(huawei, request, product, given)
    now = huawei.clock.now_ms()
    for each in given:
        desired = copy.deepcopy(each["desired"])
        gateway, service_id = device.gateway_id, each["serviceId"]
        huawei.room(Shadows).set(Setting(device.id, gateway, device.app_id, service_id, desired, now), device)
    return None


def _named(huawei: Huawei, request: Request) -> Device:
    """Return the device that the path names, of the application for which the call is made."""
    app = huawei.room(Applications).of(request)
    if huawei.faults.on("shadow-owner-ignored"):
        app = huawei.credentials.app_id
    return huawei.room(Devices).of(request, request.path["deviceId"], app)


def _check(huawei: Huawei, request: Request, product: Product, given: list[dict[str, Any]]) -> None:
    """Refuse services and properties that the product does not have, and properties that may not be written."""
    for each in given:
        service = product.services.get(each["serviceId"])
        if service is None:
            other = huawei.quirks.on("shadow-unknown-service/properties")
            raise huawei.refusal(request.operation, "107002" if other else "100431")
        for name in each["desired"]:
            known = service.properties.get(name)
            if known is None:
                raise huawei.refusal(request.operation, "107002")
            if not known.writable:
                raise huawei.refusal(request.operation, "100443")


def query(huawei: Huawei, request: Request) -> Any:
    """1.5.9 查询设备影子."""
    device, faults = _named(huawei, request), huawei.faults
    gateway = device.id if faults.on("shadow-gateway-itself") else device.gateway_id
    hours_off = CHINA_MS if faults.on("shadow-local-time") else 0
    return {
        "deviceId": f"{device.id}9"[-36:] if faults.on("shadow-of-another") else device.id,
        "gatewayId": "gateway-1" if faults.on("shadow-gateway-other") else gateway,
        "nodeType": "ENDPOINT",
        "createTime": huawei.time(device.created_ms + hours_off),
        "lastModifiedTime": huawei.time(device.modified_ms),
        "deviceInfo": info(huawei, device),
        "services": [
            {
                "serviceId": service_id,
                "reportedProps": area.reported,
                "desiredProps": area.desired,
                "eventTime": huawei.time(area.changed_ms),
                "serviceType": _type(device, service_id),
            }
            for service_id, area in huawei.room(Shadows).of(device).items()
        ],
    }


def _type(device: Device, service_id: str) -> str | None:
    service = device.product.services.get(service_id) if device.product else None
    return service.type if service else None


def _device(huawei: Huawei, params: Mapping[str, Any]) -> Device:
    device = huawei.room(Devices).find(str(params.get("deviceId")))
    if device is None:
        raise ValueError("deviceId: there is no such device")
    return device


def received(huawei: Huawei, params: Mapping[str, Any]) -> Any:
    """Tell what a device has got from its shadow (upper tester)."""
    got = huawei.room(Shadows).received.get(_device(huawei, params).id, [])
    return [{"serviceId": each.service_id, "desired": dict(each.desired)} for each in got]


def result(huawei: Huawei, params: Mapping[str, Any]) -> Any:
    """Have a device carry out what it has got, or fail (upper tester); told as the event `shadow-synchronised`."""
    device, delivered = _device(huawei, params), params.get("delivered")
    got = [
        each for each in huawei.room(Shadows).received.get(device.id, []) if each.service_id == params.get("serviceId")
    ]
    if not got or not isinstance(delivered, bool):
        raise ValueError("serviceId: a service that was configured is expected, and delivered: true or false")
    facts = {"service_id": got[-1].service_id, "properties": dict(got[-1].desired), "delivered": delivered}
    huawei.tell("shadow-synchronised", device=device, **facts)
    return {}


SERVICE: Final = "WaterMeter"
DESIRED: Final = {"level": 35}


def _stand_ins(huawei: Huawei) -> Mapping[str, Any]:
    """Return what stands in for missing members of a change: the contract's example speaks of another product."""
    del huawei
    whole = [{"serviceId": SERVICE, "desired": DESIRED}]
    return {"serviceDesireds": whole, "serviceDesireds[].serviceId": SERVICE, "serviceDesireds[].desired": DESIRED}


CHAPTER: Final = Chapter(
    handlers={"shadow-modify": modify, "shadow-query": query, "shadow-history": shadow_history.history},
    behaviours=BEHAVIOURS,
    rooms=(Shadows,),
    actions={"shadow-received": received, "shadow-result": result},
    invalid={"shadow-history": shadow_history.wrong},
    tolerated=shadow_history.tolerated,
    stand_ins={"shadow-modify": _stand_ins},
    pixit=lambda _: {"readonly_property": "serial", "mqtt_property_name": "brightness"},
    as_built=(
        "shadow-modify-path/table",
        "shadow-desired-text/object",
        "shadow-query-example/as-in-the-tables",
        "shadow-history-list/as-printed",
        "shadow-history-ids/both",
        "shadow-unknown-service/service-type",
        "shadow-history-property/filter",
        "shadow-history-bounds/inclusive",
        "shadow-history-total/all-pages",
    ),
    on_demand=(
        "shadow-history-list/as-clients-read",
        "shadow-history-ids/one-is-enough",
        "shadow-unknown-service/properties",
        "shadow-history-property/other",
        "shadow-history-bounds/exclusive",
        "shadow-history-total/this-page",
        *LONG_IDS,
    ),
)

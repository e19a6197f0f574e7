"""1.5.8, 1.5.9, 1.6.4: device shadows, what they hold and what was set in them.

A shadow holds for each service what its device reported last (report area) and what it is to be set to (desired area). What
is set is delivered at once to a device that is connected, else when it connects; every setting is kept as a record.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.huawei import pages
from conformance.reference.huawei.applications import Applications, Product
from conformance.reference.huawei.device_state import Device, Devices, Report
from conformance.reference.huawei.platform import Chapter, Errors, Huawei, Room
from conformance.reference.huawei.shadow_faults import BEHAVIOURS, HISTORY
from conformance.reference.huawei.shadow_info import info

RECORDS_ON_A_PAGE: Final = 25
LISTED: Final = "DeviceDesiredHistoryDTO"
IDS: Final = ("query:deviceId", "query:gatewayId")
CHINA_MS: Final = 8 * 3_600_000
"""How far the clocks of China are ahead of UTC."""


@dataclass
class Area:
    """What a shadow holds of one service."""

    desired: dict[str, Any] = field(default_factory=dict)
    reported: dict[str, Any] = field(default_factory=dict)
    changed_ms: int = 0


@dataclass(frozen=True)
class Setting:
    """A configuration of one service, as an application set it."""

    device_id: str
    gateway_id: str
    app_id: str
    service_id: str
    desired: Mapping[str, Any]
    at_ms: int


class Shadows(Room):
    """The shadow of every device, by device id and service id."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self._areas: dict[str, dict[str, Area]] = {}
        self.records: list[Setting] = []
        """Every setting, the oldest first."""
        self._waiting: dict[str, list[Setting]] = {}
        self.received: dict[str, list[Setting]] = {}
        """What has been delivered to each device, the oldest first."""
        huawei.listen("device-online", self._deliver_waiting)
        huawei.listen("device-reported", self._reported)
        huawei.listen("device-deleted", self._forget)

    def of(self, device: Device) -> dict[str, Area]:
        """Return the shadow of a device."""
        first = next(iter(self._areas), device.id)
        owner = first if self.huawei.faults.on("shadow-shared") else device.id
        return self._areas.setdefault(owner, {})

    def set(self, setting: Setting, device: Device) -> None:
        """Set a configuration, keep the record and deliver it as soon as the device is connected."""
        faults = self.huawei.faults
        area = self.of(device).setdefault(setting.service_id, Area())
        if not faults.on("shadow-not-kept"):
            if faults.on("shadow-first-kept"):
                area.desired = {**setting.desired, **area.desired}
            else:
                area.desired.update(setting.desired)
        area.changed_ms = setting.at_ms
        if not faults.on("shadow-history-empty"):
            if faults.on("shadow-history-latest-only"):
                self.records = [each for each in self.records if each.device_id != device.id]
            self.records.append(setting)
        if faults.on("shadow-delivered-early") or (device.connected and not faults.on("shadow-delivery-late")):
            self.received.setdefault(device.id, []).append(setting)
        else:
            self._waiting.setdefault(device.id, []).append(setting)

    def _deliver_waiting(self, device: Device) -> None:
        waiting = self._waiting.pop(device.id, [])
        if not self.huawei.faults.on("shadow-waiting-lost"):
            self.received.setdefault(device.id, []).extend(waiting)

    def _reported(self, device: Device, report: Report) -> None:
        if self.huawei.faults.on("shadow-report-ignored"):
            return
        area = self.of(device).setdefault(report.service_id, Area())
        area.reported.update(copy.deepcopy(dict(report.data)))
        area.changed_ms = report.reported_ms

    def _forget(self, device: Device) -> None:
        for kept in (self._areas, self._waiting, self.received):
            kept.pop(device.id, None)
        self.records = [each for each in self.records if each.device_id != device.id]


def modify(huawei: Huawei, request: Request) -> Any:
    """1.5.8 修改设备影子."""
    device = huawei.room(Devices).of(request, request.path["deviceId"])
    product = device.product
    if product is None:
        raise huawei.refusal(request.operation, "100425")
    if product.protocol_type != "LWM2M" and not huawei.faults.on("shadow-of-any-protocol"):
        raise huawei.refusal(request.operation, "50400", "The device does not use LWM2M")
    given = request.body["serviceDesireds"]
    if product.protocol_type == "LWM2M":
        _check(huawei, request, product, given)
    now = huawei.clock.now_ms()
    for each in given:
        desired = copy.deepcopy(each["desired"])
        gateway, service_id = device.gateway_id, each["serviceId"]
        huawei.room(Shadows).set(Setting(device.id, gateway, device.app_id, service_id, desired, now), device)
    return None


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
    device = huawei.room(Devices).of(request, request.path["deviceId"])
    faults = huawei.faults
    hours_off = CHINA_MS if faults.on("shadow-local-time") else 0
    return {
        "deviceId": f"{device.id}9"[-36:] if faults.on("shadow-of-another") else device.id,
        "gatewayId": "gateway-1" if faults.on("shadow-gateway-other") else device.gateway_id,
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


def history(huawei: Huawei, request: Request) -> Any:
    """1.6.4 查询设备影子历史数据."""
    given, faults = request.query, huawei.faults
    app = huawei.room(Applications).of(request)
    if "deviceId" not in given and "gatewayId" not in given:
        raise huawei.refusal(request.operation, "100419")
    records = [each for each in huawei.room(Shadows).records if each.app_id == app and _meets(huawei, given, each)]
    page = pages.page_of(huawei, HISTORY, records, given, size=RECORDS_ON_A_PAGE)
    total = len(page.records) if huawei.quirks.on("shadow-history-total/this-page") else page.total
    listed = "deviceDesiredHistory" if huawei.quirks.on("shadow-history-list/as-clients-read") else LISTED
    return {
        "totalCount": total + (1 if faults.on("shadow-history-total-wrong") else 0),
        "pageNo": page.number,
        "pageSize": page.size,
        listed: [_told(huawei, each) for each in page.records],
    }


def _meets(huawei: Huawei, given: Mapping[str, Any], record: Setting) -> bool:
    """Tell whether a record is one of those that a query asks for."""
    faults, at = huawei.faults, huawei.time(record.at_ms)
    own = faults.on("shadow-history-of-all") or (
        (given.get("deviceId", record.device_id) == record.device_id)
        and (given.get("gatewayId", record.gateway_id) == record.gateway_id)
    )
    service = faults.on("shadow-history-service-ignored") or given.get("serviceId") in {None, record.service_id}
    other = huawei.quirks.on("shadow-history-property/other")
    known = other or "property" not in given or given["property"] in record.desired
    start, end = given.get("startTime", ""), given.get("endTime", "9")
    if faults.on("shadow-history-start-ignored"):
        start = ""
    if faults.on("shadow-history-end-ignored"):
        end = "9"
    if faults.on("shadow-history-one-end-refuses") and ("startTime" in given) is not ("endTime" in given):
        return False
    # Times in the document's form sort as texts.
    within = start < at < end if huawei.quirks.on("shadow-history-bounds/exclusive") else start <= at <= end
    return own and service and known and within


def _told(huawei: Huawei, record: Setting) -> dict[str, Any]:
    hours_off = CHINA_MS if huawei.faults.on("shadow-local-time") else 0
    return {
        "serviceId": record.service_id,
        "deviceId": record.device_id,
        "gatewayId": record.gateway_id,
        "appId": record.app_id,
        "desired": dict(record.desired),
        "timestamp": huawei.time(record.at_ms + hours_off),
    }


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


def _wrong(errors: Errors) -> str:
    """Return the code for a query that lacks both ids, or is wrong in another way."""
    lacking = {each["member"] for each in errors if each["rule"] == "required"}
    return "100419" if set(IDS) <= lacking else "100216"


def _tolerated(huawei: Huawei) -> frozenset[str]:
    """Return that one of the two ids is enough, where that reading is in force; `history` asks for one of them."""
    one = huawei.quirks.on("shadow-history-ids/one-is-enough")
    return frozenset(f"shadow-history/{member}/required" for member in IDS) if one else frozenset()


CHAPTER: Final = Chapter(
    handlers={"shadow-modify": modify, "shadow-query": query, "shadow-history": history},
    behaviours=BEHAVIOURS,
    rooms=(Shadows,),
    actions={"shadow-received": received, "shadow-result": result},
    invalid={"shadow-history": _wrong},
    tolerated=_tolerated,
    pixit=lambda _: {"readonly_property": "serial"},
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
    ),
)

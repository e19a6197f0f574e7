"""1.6.1, 1.6.2: what the platform shows of one device, and of those that match conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.faults import Behaviour
from conformance.reference.huawei.applications import MUTED
from conformance.reference.huawei.device_owners import named, owner
from conformance.reference.huawei.device_state import Device, Devices, Report
from conformance.reference.huawei.pages import Page, behaviours, page_of
from conformance.reference.huawei.platform import Huawei
from conformance.reference.huawei.time_range import within

LIST_SIZE: Final = 25
"""Devices on a page where the query does not say."""
UNKNOWN: Final = (
    "description",
    "mac",
    "hwVersion",
    "radiusIp",
    "bridgeId",
    "signalStrength",
    "sigVersion",
    "serialNumber",
    "batteryLevel",
)
"""Members that only a device could tell, and the simulated ones do not."""

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    **behaviours("devices", "1.6.2"),
    "query-shows-another": Behaviour("1.6.1/same-device", "a query shows another device"),
    "direct-gateway-empty": Behaviour("1.6.1/direct-gateway", "a direct device shows an empty gatewayId"),
    "gateway-not-shown": Behaviour("1.6.1/gateway", "a device behind a gateway shows its own id as gatewayId"),
    "times-in-local-zone": Behaviour("1.6.1/create-time", "times are eight hours ahead of UTC"),
    "modified-time-fixed": Behaviour("1.6.1/last-modified-time", "lastModifiedTime stays what it was at first"),
    "imsi-never-shown": Behaviour("1.6.1/select-imsi", "the IMSI is not shown although it is asked for"),
    "inactive-shown-offline": Behaviour("1.6.1/inactive", "a device that never connected is OFFLINE without a detail"),
    "online-shown-offline": Behaviour("1.6.1/online", "a device that is connected is OFFLINE"),
    "offline-shown-online": Behaviour("1.6.1/offline", "a device that has gone away is ONLINE"),
    "silent-never-abnormal": Behaviour("1.6.1/abnormal", "a silent device stays ONLINE up to 49 hours"),
    "silent-never-offline": Behaviour("1.6.1/silent-offline", "a silent device stays ABNORMAL"),
    "detail-of-another-status": Behaviour("1.6.1/status-detail", "an ONLINE device has a detail of OFFLINE"),
    "latest-data-stale": Behaviour("1.6.1/reported-data", "a query shows the first report of a service, not the last"),
    "registered-not-listed": Behaviour("1.6.2/listed", "a new device is on no page"),
    "list-differs-from-query": Behaviour("1.6.2/matches-query", "the list shows other names than the query"),
    "filter-gateway-ignored": Behaviour("1.6.2/filter-gateway", "gatewayId does not narrow the list"),
    "filter-node-type-ignored": Behaviour("1.6.2/filter-node-type", "nodeType does not narrow the list"),
    "filter-device-type-ignored": Behaviour("1.6.2/filter-device-type", "deviceType does not narrow the list"),
    "filter-location-ignored": Behaviour("1.6.2/filter-location", "location does not narrow the list"),
    "filter-name-ignored": Behaviour("1.6.2/filter-name", "name does not narrow the list"),
    "filter-status-ignored": Behaviour("1.6.2/filter-status", "status does not narrow the list"),
    "list-start-ignored": Behaviour("1.6.2/start-time", "startTime does not narrow the list"),
    "list-end-ignored": Behaviour("1.6.2/end-time", "endTime does not narrow the list"),
    "list-never-ascending": Behaviour("1.6.2/ascending", "the list is descending in any case"),
    "list-ascending": Behaviour("1.6.2/descending", "the list is ascending in any case"),
    "list-imsi-never-shown": Behaviour("1.6.2/select-imsi", "the list does not show the IMSI that is asked for"),
}


def shown(huawei: Huawei, device: Device, select: str | None) -> dict[str, Any]:
    """Return a device as both queries show it."""
    faults = huawei.faults
    status, detail = huawei.room(Devices).status(device)
    imsi = device.imsi if select == "imsi" or huawei.quirks.on("select-imsi/always") else None
    gateway = device.id if faults.on("gateway-not-shown") else device.gateway_id
    if device.direct and faults.on("direct-gateway-empty"):
        gateway = ""
    latest = device.latest
    if faults.on("latest-data-stale"):
        latest = {each.service_id: each for each in reversed(device.reports)}
    return {
        "deviceId": device.id,
        "gatewayId": gateway,
        "nodeType": node_type(device),
        "createTime": _time(huawei, device.created_ms),
        "lastModifiedTime": _time(huawei, device.modified_ms),
        "deviceInfo": {
            "nodeId": device.node_id,
            "name": device.name,
            **dict.fromkeys(UNKNOWN),
            **device.series,
            "swVersion": device.facts.get("swVersion"),
            "fwVersion": device.facts.get("fwVersion"),
            "location": device.location,
            "imsi": None if faults.on("imsi-never-shown") else imsi,
            "status": status,
            "statusDetail": detail,
            "mute": "FALSE" if faults.on("mute-not-shown") else device.mute,
            "supportedSecurity": "TRUE",
            "isSecurity": str(device.secure).upper(),
        },
        "services": [
            {
                "serviceId": report.service_id,
                "serviceType": report.service_id,
                "serviceInfo": {"muteCmds": [MUTED] if _has_muted(device, report.service_id) else []},
                "data": dict(report.data),
                "eventTime": report.event_time,
            }
            for report in latest.values()
        ],
        "alarmInfo": _alarm(huawei, device, latest),
    }


def _has_muted(device: Device, service_id: str) -> bool:
    service = device.product.services.get(service_id) if device.product else None
    return service is not None and MUTED in service.commands


def _alarm(huawei: Huawei, device: Device, latest: Mapping[str, Report]) -> dict[str, Any] | None:
    """Return the alarm that a device raised when it reported last, and that is over; None where it never reported."""
    if not latest:
        return None
    return {"alarmSeverity": "MINOR", "alarmStatus": False, "alarmTime": huawei.time(device.modified_ms)}


def node_type(device: Device) -> str:
    """Return the kind of node that a device is."""
    return "GATEWAY" if device.direct else "ENDPOINT"


def query(huawei: Huawei, request: Request) -> Any:
    """1.6.1 查询单个设备信息."""
    devices = huawei.room(Devices)
    device = named(huawei, request)
    if huawei.faults.on("query-shows-another"):
        device = next(each for each in devices.all() if each is not device)
    return shown(huawei, device, request.query.get("select"))


def listing(huawei: Huawei, request: Request) -> Any:
    """1.6.2 批量查询设备信息."""
    devices, faults, asked = huawei.room(Devices), huawei.faults, request.query
    app_id = owner(huawei, request)
    if not {"gatewayId", "pageNo"} & {name for name, _ in request.call.query}:
        raise huawei.refusal(request.operation, "100218")
    # Python's sort is stable: devices of one millisecond stay in the order of their registration.
    found = [
        each for each in (*devices.all(), *devices.shadows) if each.app_id == app_id and _matches(huawei, asked, each)
    ]
    found.sort(key=lambda each: each.created_ms)
    if faults.on("registered-not-listed"):
        found = [each for each in found if each.facts.get("seed")]
    ascending = asked.get("sort") == "ASC" and not faults.on("list-never-ascending")
    if not (ascending or faults.on("list-ascending")):
        found.reverse()
    page = page_of(huawei, "devices", found, asked, size=LIST_SIZE)
    select = None if faults.on("list-imsi-never-shown") else asked.get("select")
    records = [shown(huawei, each, select) for each in page.records]
    if faults.on("list-differs-from-query"):
        for each in records:
            each["deviceInfo"]["name"] = f"{each['deviceInfo']['name']}?"
    return counted(huawei, request, page, "devices", records)


def counted(
    huawei: Huawei, request: Request, page: Page[Any], member: str, records: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the answer of a query that shows one page.

    Raises:
        Refused: the page lies beyond the last, and a reading refuses that.
    """
    if page.number > 0 and not records and huawei.quirks.on("beyond-last-page/refused"):
        raise huawei.refusal(request.operation, "100216", "There is no such page")
    counts: dict[str, Any] = {"totalCount": page.total, "pageNo": page.number, "pageSize": page.size}
    if huawei.quirks.on("counts-as-text/text"):
        counts = {name: str(value) for name, value in counts.items()}
    return {**counts, member: records}


def _matches(huawei: Huawei, asked: Mapping[str, Any], device: Device) -> bool:
    """Tell whether a device meets every condition of a list."""
    faults = huawei.faults
    facts: Mapping[str, Callable[[], bool]] = {
        "gatewayId": lambda: device.gateway_id == asked["gatewayId"] or faults.on("filter-gateway-ignored"),
        "nodeType": lambda: node_type(device) == asked["nodeType"] or faults.on("filter-node-type-ignored"),
        "deviceType": lambda: (
            _text(huawei, asked["deviceType"], device.series["deviceType"]) or faults.on("filter-device-type-ignored")
        ),
        "location": lambda: _text(huawei, asked["location"], device.location) or faults.on("filter-location-ignored"),
        "name": lambda: _text(huawei, asked["name"], device.name) or faults.on("filter-name-ignored"),
        "status": lambda: (
            huawei.room(Devices).status(device)[0] == asked["status"] or faults.on("filter-status-ignored")
        ),
    }
    if not all(holds() for name, holds in facts.items() if name in asked):
        return False
    ignored = {"startTime": "list-start-ignored", "endTime": "list-end-ignored"}
    bounds = {name: asked[name] for name, fault in ignored.items() if name in asked and not faults.on(fault)}
    return within(huawei, bounds, device.created_ms)


def _text(huawei: Huawei, wanted: str, own: str | None) -> bool:
    if huawei.quirks.on("text-filters/part"):
        return own is not None and wanted in own
    return own == wanted


def _time(huawei: Huawei, ms: int) -> str:
    return huawei.time(ms + (8 * 3_600_000 if huawei.faults.on("times-in-local-zone") else 0))

"""1.6.4 查询设备影子历史数据: the records of what was set in shadows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.huawei import pages
from conformance.reference.huawei.applications import Applications
from conformance.reference.huawei.platform import Errors, Huawei
from conformance.reference.huawei.shadow_faults import HISTORY
from conformance.reference.huawei.shadow_store import CHINA_MS, Setting, Shadows

RECORDS_ON_A_PAGE: Final = 25
LISTED: Final = "DeviceDesiredHistoryDTO"
IDS: Final = ("query:deviceId", "query:gatewayId")


def history(huawei: Huawei, request: Request) -> Any:
    """1.6.4 查询设备影子历史数据."""
    given, faults = request.query, huawei.faults
    app = huawei.room(Applications).of(request)
    if faults.on("shadow-history-refuses-owner") and app != huawei.credentials.app_id:
        raise huawei.refusal(request.operation, "100217")
    if "deviceId" not in given and "gatewayId" not in given:
        raise huawei.refusal(request.operation, "100419")
    records = [each for each in huawei.room(Shadows).records if each.app_id == app and _meets(huawei, given, each)]
    page = pages.page_of(huawei, HISTORY, records, given, size=RECORDS_ON_A_PAGE)
    total = len(page.records) if huawei.quirks.on("shadow-history-total/this-page") else page.total
    listed = "deviceDesiredHistory" if huawei.quirks.on("shadow-history-list/as-clients-read") else LISTED
    written = str if huawei.quirks.on("counts-as-text/text") else int
    return {
        "totalCount": written(total + (1 if faults.on("shadow-history-total-wrong") else 0)),
        "pageNo": written(page.number),
        "pageSize": written(page.size),
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


def wrong(errors: Errors) -> str:
    """Return the code for a query that lacks both ids, or is wrong in another way."""
    lacking = {each["member"] for each in errors if each["rule"] == "required"}
    return "100419" if set(IDS) <= lacking else "100216"


def tolerated(huawei: Huawei) -> frozenset[str]:
    """Return that one of the two ids is enough, where that reading is in force; `history` asks for one of them."""
    one = huawei.quirks.on("shadow-history-ids/one-is-enough")
    return frozenset(f"shadow-history/{member}/required" for member in IDS) if one else frozenset()

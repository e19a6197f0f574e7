"""1.5.1–1.5.7, 1.6.1–1.6.3, 1.6.5: devices and their data, put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.huawei import (
    device_actions,
    device_changes,
    device_data,
    device_owners,
    device_queries,
    device_registration,
)
from conformance.reference.huawei.applications import Products
from conformance.reference.huawei.device_seed import SeededDevices
from conformance.reference.huawei.device_state import ABNORMAL_AFTER_H, SERIES, Devices, series_of
from conformance.reference.huawei.platform import Chapter, Errors, Huawei


def _pixit(huawei: Huawei) -> dict[str, Any]:
    products = huawei.room(Products)
    keys = ("manufacturer_id", "manufacturer_name", "device_type", "model", "protocol_type")
    lamp = products.mqtt.services["Lamp"]
    return {
        **{key: series_of(products.lwm2m)[member] for key, member in zip(keys, SERIES, strict=True)},
        "mqtt_product_id": products.mqtt.id,
        "mqtt_service_id": lamp.id,
        "mqtt_command_name": "SWITCH",
        "mqtt_command_parameter": "brightness",
        "abnormal_after_h": ABNORMAL_AFTER_H,
        "abnormal_status": "ABNORMAL",
    }


def _invalid_change(errors: Errors) -> str:
    return "100440" if any(each["member"] == "isSecure" for each in errors) else "50400"


def _invalid_history(errors: Errors) -> str:
    missing = {each["member"] for each in errors if each["rule"] == "required"}
    return "100419" if {"query:deviceId", "query:gatewayId"} <= missing else "100216"


def _product(huawei: Huawei) -> Mapping[str, Any]:
    return {"productId": huawei.room(Products).lwm2m.id}


def _mqtt_product(huawei: Huawei) -> Mapping[str, Any]:
    return {"productId": huawei.room(Products).mqtt.id}


def _tolerated(huawei: Huawei) -> frozenset[str]:
    """Return the constraints that readings in force do not enforce."""
    found = set()
    if huawei.quirks.on("registration-without-product/served"):
        found.add("device-register-code/body/anyOf")
    if huawei.quirks.on("history-ids/one"):
        found |= {"device-history/query:deviceId/required", "device-history/query:gatewayId/required"}
    return frozenset(found)


CHAPTER: Final = Chapter(
    handlers={
        "device-register-code": device_registration.register_by_code,
        "device-register-secret": device_registration.register_by_secret,
        "device-key-refresh": device_registration.refresh_key,
        "device-activation": device_registration.activation,
        "device-modify": device_changes.modify,
        "device-delete": device_changes.delete,
        "device-query": device_queries.query,
        "device-list": device_queries.listing,
        "device-history": device_data.history,
        "device-capabilities": device_data.capabilities,
    },
    behaviours={
        **device_owners.BEHAVIOURS,
        **device_registration.BEHAVIOURS,
        **device_changes.BEHAVIOURS,
        **device_queries.BEHAVIOURS,
        **device_data.BEHAVIOURS,
    },
    rooms=(Devices, SeededDevices),
    actions={
        "device-online": device_actions.online,
        "device-offline": device_actions.offline,
        "device-bound": device_actions.bound,
        "device-report": device_actions.report,
        "device-report-services": device_actions.report_services,
    },
    invalid={"device-modify": _invalid_change, "device-history": _invalid_history},
    stand_ins={
        "device-register-code": _product,
        "device-register-secret": _mqtt_product,
        "device-modify": _product,
    },
    pixit=_pixit,
    tolerated=_tolerated,
    as_built=(
        "refreshed-code/another",
        "rows-of-one-cause/invalid-input",
        "product-choice/served",
        "registration-without-product/refused",
        "model-mandatory/model-alone",
        "model-mandatory/all-five",
        "mqtt-connect/true",
        "activated-as-text/boolean",
        "counts-as-text/number",
        "placeholder-values/placeholders",
        "printed-slips/slips",
        "node-type-unknow/as-printed",
        "node-type-unknow/mended",
        "inactive-as-offline/inactive",
        "select-imsi/on-demand",
        "text-filters/equal",
        "time-bounds/inclusive",
        "beyond-last-page/empty",
        "history-ids/both",
        "history-data-text/object",
        "no-history-yet/empty",
        "required-as-text/boolean",
        "step-as-text/number",
        "enum-list-braces/texts",
        "properties-in-commands/beside",
    ),
    on_demand=(
        "rows-of-one-cause/unknown-device",
        "rows-of-one-cause/taken-identity",
        "refreshed-code/as-before",
        "product-choice/refused",
        "registration-without-product/served",
        "activated-as-text/text",
        "counts-as-text/text",
        "inactive-as-offline/offline",
        "select-imsi/always",
        "text-filters/part",
        "time-bounds/exclusive",
        "beyond-last-page/refused",
        "history-ids/one",
        "no-history-yet/refused",
        "required-as-text/text",
        "required-as-text/as-printed",
        "step-as-text/text",
    ),
)

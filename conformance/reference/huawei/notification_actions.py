"""Upper tester actions about what no documented call causes: MQTT devices answer, rules fire, profiles change (1.8)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.reference.huawei import notified
from conformance.reference.huawei.applications import Products
from conformance.reference.huawei.command_send import Sent
from conformance.reference.huawei.device_actions import device_of
from conformance.reference.huawei.platform import Huawei

STATES: Final = ("sent", "delivered", "executed")
PROFILES: Final[Mapping[str, tuple[str, str]]] = {
    "changed": ("device-capabilities-changed", "pushed-other-profile"),
    "added": ("device-capabilities-added", "pushed-other-added"),
    "deleted": ("device-capabilities-deleted", "pushed-other-removed"),
}
"""By change: the notification, and the fault that has it name another product."""


@dataclass(frozen=True)
class Happened:
    """What an action made happen."""

    subject: str
    body: Mapping[str, Any]
    told: Mapping[str, Any] = field(default_factory=dict)
    """What the tester is told of it."""


def confirmed(huawei: Huawei, params: Mapping[str, Any]) -> Happened:
    """1.8.10 设备消息确认通知: a device confirms a command.

    Raises:
        ValueError: there is no such device, command or state.
    """
    on, device = huawei.faults.on, device_of(huawei, params)
    _sent(huawei, params)
    if params.get("status") not in STATES:
        raise ValueError(f"status: one of {', '.join(STATES)} is expected")
    header = {
        "requestId": secrets.token_hex(16),
        "from": "/users/another" if on("pushed-other-sender") else f"/devices/{device.id}",
        "to": f"/users/{device.app_id}",
        "status": "sent" if on("pushed-other-confirmation") else params["status"],
        "timestamp": huawei.now(),
    }
    return Happened("message-confirm", {"header": header, "body": params.get("body") or {}})


def answered(huawei: Huawei, params: Mapping[str, Any]) -> Happened:
    """1.8.11 设备命令响应通知: a device answers a command.

    Raises:
        ValueError: there is no such device or command.
    """
    device = device_of(huawei, params)
    sent = _sent(huawei, params)
    header = {
        "requestId": secrets.token_hex(16),
        "from": f"/devices/{device.id}/services/{sent.service_id}",
        "to": f"/users/{device.app_id}",
        "deviceId": device.id,
        "serviceType": "Other" if huawei.faults.on("pushed-other-service-type") else sent.service_type,
        "method": f"{sent.method}-RSP",
    }
    return Happened("command-response", {"header": header, "body": params.get("body") or {}})


def _sent(huawei: Huawei, params: Mapping[str, Any]) -> Any:
    found = huawei.room(Sent).by_id.get(str(params.get("requestId")))
    if found is None:
        raise ValueError(f"requestId: no command has the number {params.get('requestId')!r}")
    return found


def rule_fired(huawei: Huawei, params: Mapping[str, Any]) -> Happened:
    """1.8.13 规则事件通知: the rule of the platform fires, gives a command and fails to send a message."""
    on, device, now = huawei.faults.on, device_of(huawei, params), huawei.now()
    rule = {"author": "operator", "ruleId": "rule-level", "ruleName": "Level too high"}
    result: Any = {"statusCode": 201, "body": {"commandId": secrets.token_hex(16)}}
    body = {
        **rule,
        "logic": "AND",
        "reasons": [
            {
                "satisfactionTime": now,
                "type": "DEVICE_DATA",
                "id": "condition-1",
                "info": {"deviceId": device.id},
                "transInfo": {"note": "kept"},
            }
        ],
        "triggerTime": now,
        "actionsResults": [
            {
                "type": "DEVICE_CMD",
                "id": "action-1",
                "result": result["statusCode"] if on("pushed-bare-result") else result,
                "info": {"deviceId": device.id},
                "transInfo": {"note": "kept"},
            },
            {"type": "SMS", "id": "action-2", "exception": "no number is known"},
        ],
    }
    if on("pushed-other-rule"):
        body["ruleId"] = "rule-other"
    return Happened("rule-event", body, rule)


def capability_changed(huawei: Huawei, params: Mapping[str, Any]) -> Happened:
    """1.8.6 to 1.8.8: the profile of a product is changed, added or deleted.

    Raises:
        ValueError: the change is none of these.
    """
    if params.get("change") not in PROFILES:
        raise ValueError(f"change: one of {', '.join(PROFILES)} is expected")
    subject, fault = PROFILES[params["change"]]
    product = huawei.room(Products).lwm2m
    body = notified.profile(huawei, product, wrong=huawei.faults.on(fault))
    told = {name: value for name, value in notified.profile(huawei, product, wrong=False).items() if name != "appId"}
    return Happened(subject, body, told)

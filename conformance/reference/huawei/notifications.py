"""1.8 推送通知: what happens on the platform is told to the addresses that were subscribed for it.

The room listens to the events of the others and pushes in the background, so that no call ever waits for an application.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from conformance.reference.distortion import Distortion
from conformance.reference.huawei import notification_actions as actions
from conformance.reference.huawei import notified
from conformance.reference.huawei.access.commands import Order
from conformance.reference.huawei.command_store import Command
from conformance.reference.huawei.device_state import Device, Report
from conformance.reference.huawei.notification_faults import BEHAVIOURS, lacking
from conformance.reference.huawei.platform import Chapter, Huawei, Room
from conformance.reference.huawei.subscriptions import Subscription, Subscriptions
from conformance.reference.huawei.upgrade_store import FIRMWARE_UPGRADE, Subtask, Task
from conformance.reference.pushing import Push, Pusher
from conformance.reference.quirks import Shaper

_PUSHER: Final = Pusher()
"""One for the process: what is on its way when the platform is reset arrives all the same."""


class Notifications(Room):
    """Who is told what."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self._gone: list[Subscription] = []
        """Deleted subscriptions that a fault still serves."""
        self._shaper = Shaper(huawei.quirks)
        self._distortion = Distortion(huawei.faults)
        self._places: dict[str, str | None] = {}
        """The location of each device at its last change."""
        for event, listener in (
            ("subscription-removed", self._unsubscribed),
            ("device-registered", self._registered),
            ("device-bound", self._bound),
            ("device-online", self._came_or_went),
            ("device-offline", self._came_or_went),
            ("device-modified", self._modified),
            ("device-reported", self._reported),
            ("device-reported-together", self._reported_together),
            ("device-deleted", self._deleted),
            ("command-changed", self._command),
            ("command-answered", self._answered),
            ("shadow-synchronised", self._shadow),
            ("upgrade-step", self._step),
            ("upgrade-ended", self._ended),
        ):
            huawei.listen(event, listener)

    # ---- telling ------------------------------------------------------------------------------------------------

    def tell(self, subject: str, app_id: str, body: Mapping[str, Any]) -> None:
        """Push a notification to every address that an application has subscribed for its kind."""
        kind = self.huawei.contract.notifications[subject].notify_type
        every = self.huawei.faults.on("pushed-whatever-kind")
        for each in (*self.huawei.room(Subscriptions).of(app_id), *self._gone):
            if each.app_id == app_id and (each.notify_type == kind or every):
                self.push(subject, each.callback_url, {"notifyType": kind, **body})

    def push(self, subject: str, url: str, body: Mapping[str, Any]) -> None:
        """Push one message to one address."""
        on, parts = self.huawei.faults.on, urlsplit(url)
        if on(f"unsent-{subject}") or (parts.scheme.lower() == "https" and on("pushed-http-only")):
            return
        if on("pushed-without-query"):
            parts = parts._replace(query="")
        if on("pushed-elsewhere"):
            parts = parts._replace(path="/", query="")
        charset = "; charset=UTF-8" if self.huawei.quirks.on("shape/charset") else ""
        push = Push(
            parts.geturl(),
            self._text(self._message(subject, body)).encode(),
            "PUT" if on("pushed-with-put") else "POST",
            "text/plain" if on("pushed-as-text") else f"application/json{charset}",
        )
        _PUSHER.push(push, lane="all" if on("pushed-one-by-one") else None)

    def _message(self, subject: str, body: Mapping[str, Any]) -> Any:
        """Return a message, with what faults and quirks make of it."""
        on, message = self.huawei.faults.on, self.huawei.contract.notifications[subject].message
        if on(f"lacking-{subject}"):
            body = {name: value for name, value in body.items() if name != lacking(message.schema)}
        if on(f"mistyped-{subject}"):
            body = {**body, lacking(message.schema): 7}
        if "notifyType" in body and on(f"misnamed-{subject}"):
            body = {**body, "notifyType": "somethingChanged"}
        body = self._distortion.message(self.huawei.contract.notifications[subject], body)
        return self._shaper.shaped(message, body) if self.huawei.quirks.active else body

    def _text(self, message: Any) -> str:
        """Return a message as it goes out: compact, because many receivers look for `"notifyType":"deviceAdded"`."""
        if self.huawei.faults.on("pushed-no-json"):
            return repr(message)
        if self.huawei.quirks.on("shape/pretty-print"):
            return json.dumps(message, indent=2)
        return json.dumps(message, ensure_ascii=False, separators=(",", ":"))

    # ---- events -------------------------------------------------------------------------------------------------

    def _unsubscribed(self, subscription: Subscription, *, many: bool) -> None:
        if self.huawei.faults.on("pushed-after-delete-all" if many else "pushed-after-delete"):
            self._gone.append(subscription)

    def _registered(self, device: Device) -> None:
        self._places[device.id] = device.location
        self.tell("device-added", device.app_id, notified.added(self.huawei, device))

    def _bound(self, device: Device) -> None:
        self.tell("device-bound", device.app_id, notified.bound(self.huawei, device))

    def _came_or_went(self, device: Device) -> None:
        self.tell("device-info-changed", device.app_id, notified.status_changed(self.huawei, device))

    def _modified(self, device: Device) -> None:
        former = self._places.get(device.id)
        self._places[device.id] = device.location
        self.tell("device-info-changed", device.app_id, notified.modified(self.huawei, device, former))

    def _reported(self, device: Device, report: Report, *, alone: bool = True) -> None:
        if alone:
            message = notified.data_changed(self.huawei, device, report, secrets.token_hex(16))
            self.tell("device-data-changed", device.app_id, message)

    def _reported_together(self, device: Device, reports: list[Report]) -> None:
        identity = secrets.token_hex(16)
        self.tell("device-datas-changed", device.app_id, notified.datas_changed(self.huawei, device, reports, identity))

    def _deleted(self, device: Device) -> None:
        self._places.pop(device.id, None)
        self.tell("device-deleted", device.app_id, notified.deleted(self.huawei, device))

    def _command(self, command: Command) -> None:
        on = self.huawei.faults.on
        if command.callback_url is None or (command.status == "SENT" and on("pushed-state-skipped")):
            return
        if command.batch and on("pushed-batch-result-lost"):
            return
        body = notified.command_changed(self.huawei, command)
        self.push("command-status-changed", command.callback_url, body)

    def _answered(self, device: Device, order: Order, body: Mapping[str, Any]) -> None:
        given = {"deviceId": device.id, "requestId": order.request_id, "body": body}
        happened = actions.answered(self.huawei, given)
        self.tell(happened.subject, device.app_id, happened.body)

    def _shadow(self, device: Device, service_id: str, properties: Mapping[str, Any], *, delivered: bool) -> None:
        body = notified.shadow(self.huawei, device, service_id, properties, delivered=delivered)
        self.tell("shadow-status-changed", device.app_id, body)

    def _step(self, task: Task, subtask: Subtask, step: str) -> None:
        firmware = task.kind == FIRMWARE_UPGRADE
        body = notified.upgrade_step(self.huawei, task, subtask, step, firmware=firmware)
        self.tell("firmware-state-changed" if firmware else "software-state-changed", task.app_id, body)

    def _ended(self, task: Task, subtask: Subtask, *, succeeded: bool) -> None:
        firmware = task.kind == FIRMWARE_UPGRADE
        body = notified.upgrade_result(self.huawei, task, subtask, firmware=firmware, succeeded=succeeded)
        self.tell("firmware-result" if firmware else "software-result", task.app_id, body)


CHAPTER: Final = Chapter(
    handlers={},
    behaviours=BEHAVIOURS,
    rooms=(Notifications,),
    actions={
        "message-confirm": lambda huawei, params: _told(huawei, actions.confirmed(huawei, params)),
        "command-response": lambda huawei, params: _told(huawei, actions.answered(huawei, params)),
        "rule-fired": lambda huawei, params: _told(huawei, actions.rule_fired(huawei, params)),
        "capability-changed": lambda huawei, params: _told(huawei, actions.capability_changed(huawei, params)),
    },
    pixit=lambda _: {
        "notification_timeout_s": 10,
        "other_service_id": "Battery",
        "other_property_name": "batteryLevel",
    },
    on_demand=(notified.LIST_AS_PRINTED, notified.TYPE_AS_NUMBER, notified.STATUS_LEFT_OUT),
    as_built=(
        "notified-node-id/present",
        "notified-node-id/absent",
        "notified-device-type/text",
        "notified-info-names/slips",
        "services-or-service/services",
        "response-sender/any",
        "result-detail-null/object",
        "result-detail-null/null",
        "firmware-result-status/present",
    ),
)


def _told(huawei: Huawei, happened: actions.Happened) -> Any:
    """Push what an action of the upper tester made happen, and return what it tells the tester."""
    huawei.room(Notifications).tell(happened.subject, huawei.credentials.app_id, happened.body)
    return dict(happened.told)

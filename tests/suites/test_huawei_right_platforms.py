"""Huawei platforms that are right where the document leaves something open, and the wrong ones beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from conformance.evidence.exchange import Answer, Request
from conformance.evidence.verdict import Verdict
from conformance.reference.huawei import device_state
from conformance.reference.huawei.device_state import Device, Devices
from conformance.reference.huawei.lora import Lora
from conformance.reference.huawei.notifications import Notifications
from conformance.reference.huawei.platform import Huawei
from conformance.reference.huawei.subscriptions import Subscription, Subscriptions
from conformance.runner.execute import Outcome, execute
from conformance.suites.registry import suite
from tests.engine import fake
from tests.suites.lagging import Lagging

CASES = {case.id: case for case in suite("huawei").cases}
SILENT = ["huawei/device-query/abnormal", "huawei/shadow-query/abnormal"]


def judged(platform: Lagging, case: str, **pixit: Any) -> Outcome:
    environment = platform.environment(ingest_delay_s=0.1, examples=2, notification_timeout_s=5, **pixit)
    try:
        return execute(environment, CASES[case])
    finally:
        environment.close()


def device(huawei: Huawei, given: Mapping[str, Any]) -> Device:
    return next(each for each in huawei.room(Devices).all() if each.id == given["deviceId"])


def is_right(outcome: Outcome) -> None:
    assert outcome.verdict is Verdict.PASS, (outcome.reason, outcome.broken)


# ---- 25 hours and ABNORMAL are defaults ------------------------------------------------------------------------------


@pytest.mark.parametrize("case", SILENT)
def test_platform_that_is_set_to_other_hours_is_judged_by_them(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_state, "ABNORMAL_AFTER_H", 30)
    is_right(judged(Lagging(), case, abnormal_after_h=30))
    assert judged(Lagging(), case, abnormal_after_h=None).verdict is Verdict.WARN
    assert judged(Lagging(), case, abnormal_after_h=25).verdict is Verdict.FAIL


@pytest.mark.parametrize("case", SILENT)
def test_platform_that_is_set_to_another_status_is_judged_by_it(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    platform, status = Lagging(), Devices.status
    online = ("ONLINE", "NONE")
    monkeypatch.setattr(Devices, "status", lambda *given: online if status(*given)[0] == "ABNORMAL" else status(*given))
    is_right(judged(platform, case, abnormal_status="ONLINE"))
    assert judged(platform, case, abnormal_status=None).verdict is Verdict.WARN
    assert judged(platform, case).verdict is Verdict.FAIL


# ---- a refreshed device is bound again -------------------------------------------------------------------------------


def test_device_whose_key_was_refreshed_may_count_as_not_activated() -> None:
    """Until it is bound it is not activated, and its key is not refreshed a second time (100610)."""
    platform = Lagging()
    refresh = platform.huawei.handlers["device-key-refresh"]

    def unbound(request: Any) -> Any:
        answer = refresh(request)
        device(platform.huawei, request.path).activated = False
        return answer

    platform.huawei.handlers = {**platform.huawei.handlers, "device-key-refresh": unbound}
    is_right(judged(platform, "huawei/device-connection/model"))


# ---- a refresh token that was found expired is forgotten -------------------------------------------------------------


def test_refresh_token_that_was_found_expired_may_be_forgotten() -> None:
    platform, tokens = Lagging(), list[str]()
    environment = platform.environment()

    def transport(request: Request) -> Answer:
        text = (request.body or b"").decode()
        if any(token in text for token in tokens):
            return fake.answer({"error_code": "50400", "error_desc": "The token is unknown."}, 400)
        answer = platform(request)
        if answer.status == 400 and "refreshToken" in request.url:
            tokens.extend(platform.huawei.gate._refresh.keys() & {text.partition('"refreshToken"')[2].split('"')[1]})
        return answer

    environment.client.transport = transport  # type: ignore[attr-defined]
    is_right(execute(environment, CASES["huawei/token-refresh/life"]))
    assert tokens


# ---- what is switched takes effect when it is shown ------------------------------------------------------------------


class LateFreeze(Lagging):
    """A device is frozen or released when it is shown so first."""

    def __init__(self) -> None:
        super().__init__()
        self.mutes: dict[str, str] = {}
        """How the devices were shown last."""
        self.at_read = lambda _: self.mutes.update({each.id: each.mute for each in self.huawei.room(Devices).all()})

    def act(self, case: str, action: str, params: Mapping[str, Any]) -> Any:
        if action != "device-report":
            return super().act(case, action, params)
        reporting = device(self.huawei, params)
        now, reporting.mute = reporting.mute, self.mutes.get(reporting.id, reporting.mute)
        try:
            return super().act(case, action, params)
        finally:
            reporting.mute = now


def test_device_may_be_frozen_a_moment_after_the_answer() -> None:
    is_right(judged(LateFreeze(), "huawei/device-modify/frozen-data"))


@pytest.mark.parametrize(
    "case",
    [
        "huawei/device-added/sent",
        "huawei/device-added/only-its-kind",
        "huawei/subscription-delete/not-pushed",
        "huawei/subscriptions-delete/not-pushed",
    ],
)
def test_subscription_may_take_effect_a_moment_after_the_answer(case: str) -> None:
    """Whoever was subscribed as the list was read last is told, and nobody else."""
    platform, served = Lagging(), list[Subscription]()
    huawei, notifications = platform.huawei, platform.huawei.room(Notifications)

    def tell(subject: str, app_id: str, body: Mapping[str, Any]) -> None:
        kind = huawei.contract.notifications[subject].notify_type
        for each in served:
            if (each.app_id, each.notify_type) == (app_id, kind):
                notifications.push(subject, each.callback_url, {"notifyType": kind, **body})

    def listed(request: Request) -> None:
        if "/subscriptions" in request.url:
            served[:] = huawei.room(Subscriptions).by_id.values()

    notifications.tell = tell  # type: ignore[method-assign]
    platform.at_read = listed
    is_right(judged(platform, case))


def test_change_of_a_name_alone_need_not_be_told() -> None:
    """The document names configuration and status, and among them the location."""
    platform = Lagging()
    notifications = platform.huawei.room(Notifications)
    modified: Callable[..., None] = notifications._modified
    places: dict[str, Any] = {}

    def told(device: Device) -> None:
        if places.get(device.id) != device.location:
            places[device.id] = device.location
            modified(device)

    platform.huawei._listeners["device-modified"] = [told]
    is_right(judged(platform, "huawei/device-info-changed/sent"))


# ---- what the case made is taken away, whatever comes ----------------------------------------------------------------


@pytest.mark.parametrize("kind", ["gateway", "node"])
def test_lora_device_of_another_application_is_deleted_where_it_is_not_found(kind: str) -> None:
    platform = Lagging()

    def unknown(request: Any) -> Any:
        raise platform.huawei.refusal(request.operation, "100203")

    platform.huawei.handlers = {**platform.huawei.handlers, f"lora-{kind}-query": unknown}
    before = len(platform.huawei.room(Lora).registered)
    outcome = judged(platform, f"huawei/lora-{kind}-query/owner")
    assert outcome.verdict is Verdict.FAIL
    assert len(platform.huawei.room(Lora).registered) == before

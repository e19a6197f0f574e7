"""A platform whose views are late by a moment is right: cases that read back wait for them, and blame what never comes."""

from __future__ import annotations

import pytest

from conformance.evidence.exchange import Answer, Request
from conformance.evidence.verdict import Verdict
from conformance.reference.huawei.batch_store import BatchTasks
from conformance.runner.execute import execute
from conformance.suites.registry import suite
from tests.engine import fake
from tests.suites.lagging import Lagging

CASES = {case.id: case for case in suite("huawei").cases}
READ_BACK = [
    "huawei/global/chinese",
    "huawei/device-delete/unreadable",
    "huawei/device-activation/inactive",
    "huawei/device-activation/active",
    "huawei/device-modify/frozen-data",
    "huawei/device-query/online-offline",
    "huawei/shadow-modify/stored",
    "huawei/shadow-query/own-device",
    "huawei/shadow-query/gateway-of-direct-device",
    "huawei/shadow-query/create-time",
    "huawei/shadow-query/authorised-application",
    "huawei/shadow-query/inactive",
    "huawei/shadow-query/status-detail",
    "huawei/lora-gateway-query/readable",
    "huawei/lora-node-query/readable",
    "huawei/lora-gateway-delete/other-stays",
    "huawei/lora-node-delete/other-stays",
    "huawei/lora-gateway-query/owner",
    "huawei/lora-node-query/owner",
    "huawei/batch-subtask-list/status-filter",
]


@pytest.mark.parametrize("case", READ_BACK)
def test_views_that_are_late_are_waited_for(case: str) -> None:
    platform = Lagging()
    outcome = execute(platform.environment(), CASES[case])
    assert outcome.verdict is Verdict.PASS, (outcome.reason, outcome.broken)
    assert platform.shown_late, "nothing was late, so nothing was tried"


@pytest.mark.parametrize("state", ["Pending", "WaitResult"])
def test_sub_task_that_moves_meanwhile_is_not_judged(state: str) -> None:
    """Between the look at all states and the list for one of them, a device takes its command or answers it."""
    platform, moved = Lagging(), list[str]()

    def move(request: Request) -> None:
        if f"status={state}" in request.url and not moved:
            (task,) = platform.huawei.room(BatchTasks).of(platform.core.credentials["app_id"])
            moved.append(task.sub_tasks[0].device_id)
            for status in ("WaitResult", "Success")[: 1 if state == "Pending" else 2]:
                platform.huawei.actions["batch-subtask-result"](
                    {"taskId": task.id, "deviceId": moved[0], "status": status}
                )

    platform.at_read = move
    outcome = execute(platform.environment(), CASES["huawei/batch-subtask-list/status-filter"])
    assert moved
    assert outcome.verdict is Verdict.PASS, (outcome.reason, outcome.broken)


def test_node_id_that_is_taken_for_a_moment_is_tried_again() -> None:
    platform, refused = Lagging(), list[Request]()
    taken = fake.answer({"error_code": "100426", "error_desc": "The nodeId is duplicated."}, 400)
    environment = platform.environment()
    deleted = list[Request]()

    def transport(request: Request) -> Answer:
        if request.method == "DELETE":
            deleted.append(request)
        elif deleted and request.method == "POST" and not refused:
            refused.append(request)
            return taken
        return platform(request)

    environment.client.transport = transport  # type: ignore[attr-defined]
    outcome = execute(environment, CASES["huawei/device-delete/anew"])
    assert refused
    assert outcome.verdict is Verdict.PASS, (outcome.reason, outcome.broken)


def test_former_token_may_serve_for_a_moment() -> None:
    platform, served = Lagging(), list[Request]()
    environment = platform.environment()

    def transport(request: Request) -> Answer:
        answer = platform(request)
        if answer.status == 403 and not served:
            served.append(request)
            return fake.answer({"totalCount": 0, "pageNo": 0, "pageSize": 1, "devices": []})
        return answer

    environment.client.transport = transport  # type: ignore[attr-defined]
    outcome = execute(environment, CASES["huawei/login/former-token"])
    assert served
    assert outcome.verdict is Verdict.PASS, (outcome.reason, outcome.broken)

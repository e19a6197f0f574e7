"""1.12.6, 1.12.7: a task and its subtasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.page_cases import paging_cases
from conformance.suites.huawei.shadow_reading import is_now
from conformance.suites.huawei.upgrade_parts import (
    DEVICE_CALLS,
    SOFTWARE,
    SUBTASKS,
    come_online,
    parts,
    prepared,
    rows,
    state,
    task,
    upgrading,
)
from conformance.suites.waiting import eventually

CALLS: Final = [SOFTWARE.subject, "upgrade-task-query", "upgrade-subtask-list", *DEVICE_CALLS]
STATES: Final = ("wait", "processing", "success", "fail", "stop")


@case(
    "huawei/upgrade-task-query/same-task",
    requirements=["1.12.6/same-task"],
    calls=["upgrade-task-list", "upgrade-task-query"],
)
def task_read_is_the_one_asked_for(context: Context) -> None:
    """The task that is read has the operationId that is asked for."""
    made = context.have("upgrade-task")
    answer = context.succeed("upgrade-task-query", operationId=made.id)
    context.equal("1.12.6/same-task", answer.at("/operationId"), made.id, pointer="/operationId")


@case(
    "huawei/upgrade-task-query/statistics",
    requirements=["1.12.6/total", "1.12.6/sum", "1.12.6/counts"],
    calls=CALLS,
)
def counts_agree_with_the_subtasks(context: Context) -> None:
    """The statistics of a task count its devices, by the states of their subtasks.

    Whether `fail` counts those that took too long is open (erratum timeout-counted): both sums pass.
    """
    devices = [context.make("device") for _ in range(2)]
    identity = prepared(context, devices)
    seen: list[tuple[Answer, Counter[str | None]]] = []

    def look() -> bool:
        before = _states(parts(context, identity))
        answer = task(context, identity)
        seen[:] = [(answer, before)]
        # The states may change between two calls: the counts are held against states that stood still.
        return before == _states(parts(context, identity)) and _agree(answer.at("/staResult"), before)

    eventually(context, look, at_least=2)
    answer, states = seen[0]
    counts = answer.at("/staResult")
    if not isinstance(counts, Mapping) or not isinstance(counts.get("total"), int):
        raise Inconclusive("upgrade-task-query shows no staResult")
    context.equal("1.12.6/total", counts["total"], len(devices), pointer="/staResult/total", answer=answer)
    if all(isinstance(counts.get(name), int) for name in STATES):
        added, late = sum(counts[name] for name in STATES), counts.get("timeout") or 0
        holds = counts["total"] in {added, added + late}
        context.check("1.12.6/sum", holds, expected=f"{counts['total']} in all", actual=counts, answer=answer)
    if None not in states:
        expected = f"the states of the subtasks: {dict(states)}"
        context.check("1.12.6/counts", _agree(counts, states), expected=expected, actual=counts, answer=answer)


def _states(answer: Answer) -> Counter[str | None]:
    return Counter(state(each.get("status")) for each in rows(answer.json))


def _agree(counts: Any, states: Mapping[str | None, int]) -> bool:
    """Tell whether counts are those of the states, as far as they are shown; what took too long may be part of `fail`."""
    if not isinstance(counts, Mapping):
        return False
    late = counts.get("timeout") or 0
    shown = {name: counts[name] for name in STATES if isinstance(counts.get(name), int)}
    return all(
        states.get(name, 0) in ({value, value + late} if name == "fail" else {value}) for name, value in shown.items()
    )


@case("huawei/upgrade-task-query/outcome", requirements=["1.12.6/outcome"], calls=CALLS)
def task_of_one_device_ends_as_its_device_does(context: Context) -> None:
    """A task whose only device was upgraded is shown as success, one whose only device failed as failed."""
    for result, expected in (("SUCCESS", "success"), ("FAIL", "fail")):
        device = context.make("device")
        come_online(context, device)
        identity = prepared(context, [device], {"executeType": "now"})
        upgrading(context, identity, device)
        context.act("upgrade-result", deviceId=device.id, result=result)
        answer = task(context, identity, lambda shown, due=expected: state(shown.get("status")) == due)  # type: ignore[misc]
        last = state(answer.at("/status"))
        if last is None:
            raise Inconclusive("upgrade-task-query shows no status")
        context.equal("1.12.6/outcome", last, expected, pointer="/status", answer=answer)


@case(
    "huawei/upgrade-subtask-list/one-per-device",
    requirements=["1.12.7/one-per-device", "1.12.7/own-subtasks", "1.12.6/create-time", "1.12.7/create-time"],
    calls=CALLS,
)
def task_has_one_subtask_for_each_device(context: Context) -> None:
    """A task has one subtask for each of its devices, of the task's own kind; task and subtasks were created now."""
    devices = [context.make("device") for _ in range(3)]
    identity = prepared(context, devices)
    answer = parts(context, identity, lambda found: len(found) >= len(devices))
    found = rows(answer.json)
    context.equal("1.12.7/one-per-device", _devices(found), sorted(each.id for each in devices), answer=answer)
    kinds = {each.get("operateType") for each in found} - {None}
    rule, expected = "1.12.7/own-subtasks", SOFTWARE.operate_type
    context.check(rule, kinds <= {expected}, expected=expected, actual=sorted(kinds), answer=answer)
    for rule, shown in (("1.12.7/create-time", found), ("1.12.6/create-time", [task(context, identity).json])):
        times = {each.get("createTime") for each in shown} - {None}
        right = all(is_now(context, each) for each in times)
        context.check(rule, right, expected="now, in UTC", actual=sorted(map(str, times)), pointer="/createTime")


@case(
    "huawei/upgrade-subtask-list/status-filter",
    requirements=["1.12.7/status-filter", "1.12.7/no-filter"],
    calls=CALLS,
)
def filter_holds_the_subtasks_in_that_state(context: Context) -> None:
    """With subOperationStatus the list holds the subtasks in that state and no others; without it, all of them."""
    done, waiting = context.make("device"), context.make("device")
    come_online(context, done)
    identity = prepared(context, [done, waiting], {"executeType": "device_online"})
    upgrading(context, identity, done)
    context.act("upgrade-result", deviceId=done.id, result="SUCCESS")
    expected = {"success": [done.id], "wait": [waiting.id], "stop": [], None: sorted([done.id, waiting.id])}
    for wanted, held in expected.items():
        parameters = {} if wanted is None else {"subOperationStatus": wanted}
        answer = parts(context, identity, lambda found, due=held: _devices(found) == due, **parameters)  # type: ignore[misc]
        rule = "1.12.7/no-filter" if wanted is None else "1.12.7/status-filter"
        context.equal(rule, _devices(rows(answer.json)), held, answer=answer, note=f"asked for {wanted or 'all'}")


def _devices(found: list[Any]) -> list[str]:
    return sorted(str(each.get("deviceId")) for each in found)


def _three(context: Context) -> Mapping[str, Any]:
    return {"operationId": prepared(context, [context.make("device") for _ in range(3)])}


DEFAULTS, PAGES = paging_cases(SUBTASKS, _three, CALLS)

"""1.12.8: the list of upgrade tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.evidence.exchange import at
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case
from conformance.suites.context import Context
from conformance.suites.huawei.page_cases import paging_cases
from conformance.suites.huawei.pages import eventually_found
from conformance.suites.huawei.upgrade_parts import (
    DEVICE_CALLS,
    EXACT,
    SOFTWARE,
    TASKS,
    differing,
    meets,
    prepared,
    state,
    task,
)
from conformance.suites.waiting import eventually

CALLS: Final = [SOFTWARE.subject, "upgrade-task-query", "upgrade-task-list", *DEVICE_CALLS]
OTHERS: Final = {"software_upgrade": "firmware_upgrade", "wait": "success", "fail": "success", "processing": "success"}
"""For a value of a filter another one that the same task does not have."""
FILTERS: Final = (
    ("operationType", "type", "/operateType"),
    ("operationStatus", "status", "/status"),
    ("deviceType", "device-type", "/targets/deviceType"),
    ("model", "model", "/targets/model"),
    ("manufacturerName", "manufacturer", "/targets/manufacturerName"),
)
"""Query parameters, the statements about them, and where a task shows what they ask for."""
LASTING: Final = ("operateType", "targets", "policy", "createTime")
"""Members of a task that do not change."""


def _three(context: Context) -> Mapping[str, Any]:
    """Create three tasks for one device, and ask for those of the device."""
    device = context.make("device")
    for _ in range(3):
        prepared(context, [device])
    return {"deviceId": device.id}


DEFAULTS, PAGES = paging_cases(TASKS, _three, CALLS)


@case("huawei/upgrade-task-list/listed", requirements=["1.12.8/listed"], calls=CALLS)
def created_task_is_listed(context: Context) -> None:
    """A task that was created is in the list."""
    identity = prepared(context, [context.make("device")])
    item = eventually_found(context, TASKS, identity)
    context.check("1.12.8/listed", item is not None, expected=f"{identity} on a page", actual="absent")


@case("huawei/upgrade-task-list/matches-query", requirements=["1.12.8/matches-query"], calls=CALLS)
def task_is_listed_as_it_is_read(context: Context) -> None:
    """The list shows of a task what the query of the task shows."""
    device = context.make("device")
    identity = prepared(context, [device], {"executeType": "device_online"})
    answer = task(context, identity)
    read = {name: answer.at(f"/{name}") for name in LASTING}
    item = eventually_found(context, TASKS, identity, lambda shown: not differing(shown, read), deviceId=device.id)
    if item is None:
        raise Inconclusive(f"the list does not hold the task {identity}")
    wrong = differing(item, read)
    expected = {name: read[name] for name in wrong} or "as it is read"
    context.check("1.12.8/matches-query", not wrong, expected=expected, actual=wrong)


def _filter(name: str, statement: str, pointer: str) -> Case:
    """Return the case about a query parameter that chooses tasks by something that they show."""
    rule = f"1.12.8/filter-{statement}"

    def value_of(shown: Any) -> str | None:
        value = at(shown, pointer)
        return state(value) if name == "operationStatus" else value if isinstance(value, str) else None

    def body(context: Context) -> None:
        identity = prepared(context, [context.make("device")], {"executeType": "device_online"})
        own = value_of(task(context, identity).json)
        if own is None:
            raise Inconclusive(f"upgrade-task-query shows no {pointer[1:]}: nothing tells what {name} may find")
        asked = "failed" if name == "operationStatus" and own == "fail" else own
        parameters: dict[str, Any] = {name: asked}
        item = eventually_found(context, TASKS, identity, **parameters)
        context.check(rule, item is not None, expected=f"{identity}, whose {name} is {own}", actual="absent")
        other = OTHERS.get(own) or context.unique()
        for wanted, value in ((asked, own), (other, other)):
            parameters = {name: wanted, "pageSize": TASKS.largest}
            answer = context.succeed(TASKS.subject, **parameters)
            shown = [(each.get("operationId"), value_of(each)) for each in TASKS.records(answer)]
            strangers = [each for each in shown if not meets(name, value, each[1])]
            strangers += [each for each in shown if wanted == other and each[0] == identity]
            expected = f"only tasks whose {name} {'is' if name in EXACT else 'is or holds'} {wanted}"
            context.check(rule, not strangers, expected=expected, actual=f"also {strangers[:3]}", answer=answer)

    body.__doc__ = f"With {name} the list holds the tasks that meet it, and no others."
    return case(f"huawei/upgrade-task-list/filter/{name}", requirements=[rule], calls=CALLS)(body)


BY_VALUE: Final = tuple(_filter(*each) for each in FILTERS)


@case("huawei/upgrade-task-list/filter/deviceId", requirements=["1.12.8/filter-device"], calls=CALLS)
def device_filter_holds_the_tasks_of_the_device(context: Context) -> None:
    """With deviceId the list holds the tasks that concern the device, and no others."""
    device, other = context.make("device"), context.make("device")
    own = {prepared(context, [device]), prepared(context, [device, other])}
    foreign = prepared(context, [other])
    seen: list[set[str]] = []

    def look() -> bool:
        answer = context.succeed(TASKS.subject, pageSize=TASKS.largest, deviceId=device.id)
        seen[:] = [set(TASKS.ids(answer))]
        return seen[0] == own

    # Nobody else knows the device: there are no other tasks for it.
    holds = eventually(context, look)
    actual = f"{sorted(seen[0])[:5]}, with one of another device" if foreign in seen[0] else sorted(seen[0])[:5]
    context.check("1.12.8/filter-device", holds, expected=f"the tasks {sorted(own)}", actual=actual)

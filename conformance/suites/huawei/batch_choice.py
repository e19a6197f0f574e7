"""1.10.1: a batch task is for the devices that its type says.

Types that reach devices of other people are tried with leave only.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from conformance.contract import CallClass
from conformance.evidence.exchange import at
from conformance.evidence.findings import Inconclusive
from conformance.platforms.draft import Draft
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.batch_views import TASK, choose, identity, is_for, order, param_is_shown, query
from conformance.suites.judge import Stated

CHOOSING: Final = ("batch-task-query", "batch-subtask-list", *TASK)
GROUP: Final = ("group-create", "group-delete", "group-members-add", "group-members-delete")


def _carry_out(
    context: Context, draft: Draft, requirement: str, devices: Collection[str], *, others: bool = False
) -> None:
    """Make a task as the body of the case: it is for these devices, and shows how they were chosen."""
    task = identity(context.succeed(draft))
    is_for(context, requirement, task, devices, others=others)
    param_is_shown(context, query(context, task), draft.body["param"])


@case("huawei/batch-task-create/device-list", requirements=["1.10.1/device-list", "1.10.2/readable"], calls=CHOOSING)
def task_for_listed_devices_is_for_these(context: Context) -> None:
    """A task of type DeviceList has one sub task for each of two listed devices, and no other."""
    draft = order(context)
    chosen = [*draft.body["param"]["deviceList"], context.make("device").id]
    _carry_out(context, choose(draft, "DeviceList", deviceList=chosen), "1.10.1/device-list", chosen)


def _for_a_group(context: Context, kind: str, member: str) -> tuple[Draft, str]:
    """Return a request for a task for a group with one device, and that device."""
    draft = order(context)
    (device,) = draft.body["param"]["deviceList"]
    group = context.make("group")
    context.prepare("group-members-add", body={"devGroupId": group.id, "deviceIds": [device]})
    context.make("device")  # a device that the task is not for
    return choose(draft, kind, groupList=[getattr(group, member)]), device


@case(
    "huawei/batch-task-create/group-list",
    requirements=["1.10.1/group-list", "1.10.2/readable"],
    calls=[*CHOOSING, *GROUP],
)
def task_for_groups_by_name_is_for_their_devices(context: Context) -> None:
    """A task of type GroupList has one sub task for each device of the group that is named, and no other."""
    draft, device = _for_a_group(context, "GroupList", "name")
    _carry_out(context, draft, "1.10.1/group-list", [device])


@case("huawei/batch-task-create/group-id-list", requirements=["1.10.1/group-id-list"], calls=[*CHOOSING, *GROUP])
def task_for_groups_by_id_is_for_their_devices(context: Context) -> None:
    """A task of type GroupIdList has one sub task for each device of the group with that id, and no other."""
    draft, device = _for_a_group(context, "GroupIdList", "id")
    # What groupList shows for ids is not said.
    is_for(context, "1.10.1/group-id-list", identity(context.succeed(draft)), [device])


@case(
    "huawei/batch-task-create/device-area",
    requirements=["1.10.1/device-area", "1.10.2/readable"],
    calls=[*CHOOSING, "device-modify"],
)
def task_for_an_area_is_for_the_devices_there(context: Context) -> None:
    """A task of type DeviceArea has one sub task for the device that is at a location of its own, and no other."""
    draft = order(context)
    (device,) = draft.body["param"]["deviceList"]
    location = context.unique()
    context.prepare("device-modify", deviceId=device, body={"location": location})
    _carry_out(context, choose(draft, "DeviceArea", deviceLocation=location), "1.10.1/device-area", [device])


@case(
    "huawei/batch-task-create/device-type",
    requirements=["1.10.1/device-type", "1.10.2/readable"],
    calls=[*CHOOSING, "device-query"],
    call_class=CallClass.DESTRUCTIVE,
)
def task_for_a_type_is_for_devices_of_it(context: Context) -> None:
    """A task of type DeviceType has a sub task for a device of that type, manufacturer and model."""
    draft = order(context)
    (device,) = draft.body["param"]["deviceList"]
    info = context.prepare("device-query", deviceId=device).at("/deviceInfo")
    series = {name: at(info, f"/{name}") for name in ("deviceType", "manufacturerId", "model")}
    if not series["deviceType"]:
        raise Inconclusive("device-query does not show the type of the device")
    choose(draft, "DeviceType", **{name: value for name, value in series.items() if value})
    _carry_out(context, draft, "1.10.1/device-type", [device], others=True)


@case(
    "huawei/batch-task-create/broadcast",
    requirements=["1.10.1/broadcast", "1.10.2/readable"],
    calls=CHOOSING,
    call_class=CallClass.DESTRUCTIVE,
)
def broadcast_is_for_every_device(context: Context) -> None:
    """A task of type Broadcast has a sub task for a device of the application."""
    draft = order(context)
    (device,) = draft.body["param"]["deviceList"]
    _carry_out(context, choose(draft, "Broadcast"), "1.10.1/broadcast", [device], others=True)


@case(
    "huawei/batch-task-create/type-decides",
    requirements=["1.10.1/type-decides"],
    calls=TASK,
    call_class=CallClass.DESTRUCTIVE,
)
def type_without_its_member_is_refused(context: Context) -> None:
    """A task of each type is refused without the member that says which devices.

    A platform that does not look may give the command to every device: hence the class.
    """
    draft = order(context)
    for kind in ("DeviceList", "DeviceType", "DeviceArea", "GroupList", "GroupIdList"):
        draft.body["taskName"] = context.unique()
        answer = context.send(choose(draft, kind))
        context.refused("1.10.1/type-decides", answer, Stated.CONSTRAINT, what=f"a refusal ({kind} says no devices)")

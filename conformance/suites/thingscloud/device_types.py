"""设备类型: the list of device types. They are made in the console only, so the cases read what stands there."""

from __future__ import annotations

from typing import Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.thingscloud.answers import item_of, items_of, repeated
from conformance.suites.thingscloud.readback import compare, conclude, shows
from conformance.suites.waiting import eventually, observe

TYPE_INFO: Final = ("id", "name", "conn_type", "conn_protocol")


@case(
    "thingscloud/device-types/matches-type-info",
    requirements=["device-types/matches-type-info"],
    calls=["device-types", "device-create", "device-read", "device-delete"],
)
def device_shows_its_type_as_the_list_does(context: Context) -> None:
    """type_info of a device shows what the list of device types shows of its type."""
    kind = context.have("device-type").id
    device = context.make("device", type=kind)
    entry = item_of(context.succeed("device-types").at("/info"), kind)
    if entry is None:
        raise Inconclusive(f"device-types does not list the device type {kind} ([pixit] device_type)")
    listed = {name: entry[name] for name in TYPE_INFO if entry.get(name) is not None}
    answer = observe(
        context, "device-read", lambda info: shows((info or {}).get("type_info"), listed), device_id=device.id
    )
    info = answer.at("/info/type_info")
    conclude(compare(context, "device-types/matches-type-info", info, listed, pointer="/info/type_info"))


@case("thingscloud/device-types/ids-unique", requirements=["device-types/ids-unique"], calls=["device-types"])
def no_device_type_stands_twice(context: Context) -> None:
    """No device type id stands twice in the list."""
    ids = [item.get("id") for item in items_of(context.succeed("device-types"))]
    if not ids:
        raise Inconclusive("the project has no device type")
    twice = repeated(ids)
    context.check("device-types/ids-unique", not twice, expected="every id once", actual=f"twice: {', '.join(twice)}")


@case(
    "thingscloud/device-types/device-count",
    requirements=["device-types/device-count"],
    calls=["device-types", "device-create", "device-delete"],
)
def new_device_is_counted_under_its_type(context: Context) -> None:
    """device_count rises when a device of the type is created."""
    kind = context.have("device-type").id

    def count() -> float:
        entry = item_of(context.succeed("device-types").at("/info"), kind) or {}
        value = entry.get("device_count")
        if not isinstance(value, int | float):
            raise Inconclusive(f"device-types shows no device_count of {kind}")
        return value

    def rises() -> bool:
        before = count()
        context.make("device", type=kind)
        return eventually(context, lambda: count() > before)

    # Somebody else may remove a device of this type in the same moment: once is chance, twice is not.
    risen = rises() or rises()
    context.check("device-types/device-count", risen, expected="a larger device_count", actual="not larger")


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

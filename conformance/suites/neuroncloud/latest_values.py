"""Latest Device Point Values Query: one value for every point of the device asked for. That it is the newest stands in
`pushed_values`.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.neuroncloud.answers import Sample, eui, listed, need, part_of, samples, shows_nothing
from conformance.suites.neuroncloud.device_details import unknown_eui
from conformance.suites.neuroncloud.paging import every_device
from conformance.suites.neuroncloud.readback import HISTORY, LATEST, READING, VALUE, equipment, latest, of_week
from conformance.suites.unstated import tells
from conformance.suites.waiting import eventually

LIST: Final = "device-list"


def _served(context: Context) -> list[Sample]:
    """Return the latest values of the device.

    Raises:
        Stop: they were not served; the finding is recorded.
    """
    return samples(context, context.succeed(LATEST, devEui=context.have("device").id))


@case("neuroncloud/latest-values/only-asked", requirements=["latest-values/only-asked"], calls=[LATEST, LIST])
def latest_values_are_of_the_device_asked_for(context: Context) -> None:
    """All values are of the device asked for; a part of a devEui finds none."""
    asked = context.have("device").id
    found = _served(context)
    strangers = [each for each in found if eui(each.raw) not in {None, asked}]
    context.check(
        "latest-values/only-asked", not strangers, expected=f"values of {asked}", actual=f"also {listed(strangers)}"
    )
    # Where no devEUI is shown, several device names tell the same.
    devices = {str(each.equipment) for each in found if each.equipment is not None}
    context.check("latest-values/only-asked", len(devices) < 2, expected="one device", actual=f"{sorted(devices)}")
    part = part_of(asked, {eui(each) for each in every_device(context).devices})
    answer = latest(context, part)
    # The list may not show every identifier: values of a device that has that very one are right.
    shown = [each for each in samples(context, answer) if not each.is_empty and eui(each.raw) != part]
    shows_nothing(context, "latest-values/only-asked", answer, shown, f"{part}, a part of a devEui")


@case("neuroncloud/latest-values/one-per-point", requirements=["latest-values/one-per-point"], calls=[LATEST, LIST])
def every_point_stands_once(context: Context) -> None:
    """Every point stands in the answer at most once."""
    count = Counter((each.equipment, each.point) for each in _served(context) if each.point is not None)
    twice = sorted(f"{device}/{point}" for (device, point), times in count.items() if times > 1)
    context.check("latest-values/one-per-point", not twice, expected="no point twice", actual=f"twice: {twice}")


@case("neuroncloud/latest-values/kind", requirements=["latest-values/kind"], calls=[LATEST])
def numbers_are_values_and_texts_are_readings(context: Context) -> None:
    """The latest number stands in value, the latest text in reading."""
    number, text = context.told("function_type"), context.told("text_function_type")
    found = [each for each in _served(context) if not each.is_empty]
    for point, member in ((number, "value"), (text, "reading")):
        mine = [each for each in found if each.point == point]
        need(mine, f"{point} has no value yet")
        holds = all(each.raw.get(member) is not None for each in mine)
        context.check(
            "latest-values/kind", holds, expected=f"{member} of {point}", actual=f"{dict(mine[0].raw)!r:.200}"
        )


@case(
    "neuroncloud/latest-values/all-points",
    requirements=["latest-values/all-points"],
    calls=[LATEST, HISTORY, LIST],
)
def every_point_with_a_value_is_shown(context: Context) -> None:
    """Every point that has had a value in the past week is shown."""
    had = {str(each.point) for field in (VALUE, READING) for each in of_week(context, field=field)}
    need(had, "no point has had a value in the past week")
    seen: list[set[str]] = []

    def look() -> bool:
        seen[:] = [{str(each.point) for each in _of_equipment(context)}]
        return had <= seen[0]

    eventually(context, look)
    missing = sorted(had - seen[0])
    context.check("latest-values/all-points", not missing, expected=f"{sorted(had)}", actual=f"without {missing}")


def _of_equipment(context: Context) -> list[Sample]:
    """Return the latest values of the device whose history is asked for."""
    found = _served(context)
    name = equipment(context)
    if any(each.equipment not in {None, name} for each in found):
        raise Inconclusive("[pixit] dev_eui and equipment_name name different devices")
    return found


@case("neuroncloud/latest-values/unknown", requirements=["latest-values/unknown"], calls=[LATEST])
def unknown_device_has_no_values(context: Context) -> None:
    """No value is shown for a devEui that no device has."""
    answer = latest(context, unknown_eui(context))
    shown = [each for each in samples(context, answer) if not each.is_empty]
    shows_nothing(context, "latest-values/unknown", answer, shown, "an unknown devEui")


@case("neuroncloud/latest-values/tenant-only", requirements=["latest-values/tenant-only"], calls=[LATEST])
def values_of_another_tenant_are_not_shown(context: Context) -> None:
    """Values of another tenant's device are not shown."""
    answer = latest(context, context.told("foreign_dev_eui"))
    shown = [each for each in samples(context, answer) if not each.is_empty]
    shows_nothing(context, "latest-values/tenant-only", answer, shown, "another tenant's device")


@case("neuroncloud/latest-values/without-dev-eui", requirements=["latest-values/without-dev-eui"], calls=[LATEST, LIST])
def path_without_dev_eui_is_answered(context: Context) -> None:
    """The path without devEui is refused or served (erratum optional-path-member)."""
    target = context.operation(LATEST).path.replace("{devEui}", "")
    answer = context.send_elsewhere(context.draft(LATEST), target)
    tells(context, "latest-values/without-dev-eui", answer, "the path without devEui")


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

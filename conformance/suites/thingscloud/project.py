"""项目信息: the statistics of the project, which other people move while we look.

Two views of a moving number are compared by looking at one of them before and after the other; what does not agree is looked
at again before anybody is blamed.
"""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.thingscloud.answers import number
from conformance.suites.waiting import eventually

STATES: Final = (
    ("device_total", ("online_device_total", "offline_device_total")),
    ("device_total", ("active_device_total", "inactive_device_total")),
)
ALARMS: Final = ("alarm_1_total", "alarm_2_total", "alarm_3_total")
LEVELS: Final = (("device_total", (*ALARMS, "normal_total")),)


@case(
    "thingscloud/devices-stat/matches-list",
    requirements=["devices-stat/matches-list"],
    calls=["devices-stat", "device-list"],
)
def device_total_is_that_of_the_device_list(context: Context) -> None:
    """device_total of the statistics is the total of the device list."""
    _agrees(context, "devices-stat/matches-list", ("devices-stat", "device_total"), ("device-list", "total"))


@case(
    "thingscloud/devices-stat/alarms",
    requirements=["devices-stat/alarms"],
    calls=["devices-stat", "devices-alarm-stat"],
)
def alarm_device_total_is_that_of_the_levels(context: Context) -> None:
    """alarm_device_total of one statistics is the sum of the three alarm levels of the other."""
    _agrees(context, "devices-stat/alarms", ("devices-stat", "alarm_device_total"), ("devices-alarm-stat", *ALARMS))


@case(
    "thingscloud/devices-alarm-stat/matches-devices-stat",
    requirements=["devices-alarm-stat/matches-devices-stat"],
    calls=["devices-alarm-stat", "devices-stat", "device-create", "device-delete"],
)
def both_statistics_count_the_same_devices(context: Context) -> None:
    """device_total is the same in both statistics, a new device included."""
    context.make("device")
    requirement = "devices-alarm-stat/matches-devices-stat"
    _agrees(context, requirement, ("devices-alarm-stat", "device_total"), ("devices-stat", "device_total"))


@case(
    "thingscloud/devices-stat/counts-devices",
    requirements=["devices-stat/counts-devices"],
    calls=["devices-stat", "device-create", "device-delete"],
)
def created_device_is_counted_until_it_is_removed(context: Context) -> None:
    """A created device raises device_total, and its removal lowers it."""
    # Somebody else's device may come or go in the same moment and hide ours: once is chance, twice is not.
    came, went = _moves(context)
    if not (came and went):
        came, went = _moves(context)
    requirement = "devices-stat/counts-devices"
    context.check(requirement, came, expected="a larger device_total after a device was created", actual="not larger")
    context.check(requirement, went, expected="a smaller device_total after it was removed", actual="not smaller")


@case("thingscloud/devices-stat/sums", requirements=["devices-stat/sums"], calls=["devices-stat"])
def states_add_up(context: Context) -> None:
    """Online and offline, active and inactive devices add up to all devices."""
    _adds_up(context, "devices-stat", STATES)


@case("thingscloud/devices-alarm-stat/sums", requirements=["devices-alarm-stat/sums"], calls=["devices-alarm-stat"])
def alarm_levels_add_up(context: Context) -> None:
    """The devices of each alarm level and the normal ones add up to all devices."""
    _adds_up(context, "devices-alarm-stat", LEVELS)


@case("thingscloud/devices-stat/plausible", requirements=["devices-stat/plausible"], calls=["devices-stat"])
def states_are_whole_numbers(context: Context) -> None:
    """Every count by state is a whole number and not negative."""
    _plausible(context, "devices-stat")


@case(
    "thingscloud/devices-alarm-stat/plausible",
    requirements=["devices-alarm-stat/plausible"],
    calls=["devices-alarm-stat"],
)
def alarm_counts_are_whole_numbers(context: Context) -> None:
    """Every count by alarm level is a whole number and not negative."""
    _plausible(context, "devices-alarm-stat")


def _count(context: Context, subject: str, *names: str) -> float:
    """Return a count of an answer, or the sum of several."""
    answer = context.succeed(subject)
    counts = {name: number(answer, name) for name in names}
    hidden = [name for name, value in counts.items() if value is None]
    if hidden:
        raise Inconclusive(f"{subject} shows no {' and no '.join(hidden)}, so there is nothing to compare")
    return sum(value for value in counts.values() if value is not None)


def _agrees(context: Context, requirement: str, one: tuple[str, ...], other: tuple[str, ...]) -> None:
    seen: list[float] = []

    def look() -> bool:
        seen[:] = [_count(context, *other), _count(context, *one), _count(context, *other)]
        return min(seen[0], seen[2]) <= seen[1] <= max(seen[0], seen[2])

    agrees = eventually(context, look, at_least=2)
    before, value, after = seen
    expected = f"{_told(*other)}: {before:g}" + ("" if after == before else f" to {after:g}")
    context.check(requirement, agrees, expected=expected, actual=f"{_told(*one)}: {value:g}")


def _told(subject: str, *names: str) -> str:
    return f"{subject} {' + '.join(names)}"


def _moves(context: Context) -> tuple[bool, bool]:
    """Create and remove a device; tell whether device_total rose and fell."""

    def total() -> float:
        return _count(context, "devices-stat", "device_total")

    before = total()
    device = context.make("device")
    came = eventually(context, lambda: total() > before)
    during = total()
    context.prepare("device-delete", device_id=device.id)
    context.forget(device.id)
    return came, eventually(context, lambda: total() < during)


def _adds_up(context: Context, subject: str, sums: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    seen: list[tuple[float, list[float], tuple[str, ...]]] = []

    def look() -> bool:
        answer = context.succeed(subject)
        seen[:] = list(_parts(answer, sums))
        return all(whole == sum(parts) for whole, parts, _ in seen)

    eventually(context, look, at_least=2)
    if not seen:
        raise Inconclusive(f"{subject} does not show all the counts of any sum")
    for whole, parts, names in seen:
        actual = f"{' + '.join(names)} = {' + '.join(f'{part:g}' for part in parts)}"
        context.check(f"{subject}/sums", whole == sum(parts), expected=f"device_total = {whole:g}", actual=actual)


def _parts(answer: Answer, sums: tuple[tuple[str, tuple[str, ...]], ...]) -> Any:
    """Yield whole, parts and names of the parts of each sum that is shown completely."""
    for whole, names in sums:
        values = [number(answer, name) for name in (whole, *names)]
        shown = [value for value in values if value is not None]
        if len(shown) == len(values):
            yield shown[0], shown[1:], names


def _plausible(context: Context, subject: str) -> None:
    answer = context.succeed(subject)
    counts = [each for each in context.operation(subject).response.members if len(each.path) == 2]
    for member in counts:
        value = number(answer, member.path[1])
        if value is not None:
            context.check(
                f"{subject}/plausible",
                value >= 0 and float(value).is_integer(),
                expected="a whole number, not negative",
                actual=f"{value:g}",
                pointer=f"/info/{member.path[1]}",
            )


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

"""Device List Query: the filters. What must be found is taken from the whole list, so that other people's devices count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.neuroncloud.answers import eui, part_of, shows_nothing
from conformance.suites.neuroncloud.device_details import unknown_eui
from conformance.suites.neuroncloud.paging import (
    LIST,
    Listing,
    every_device,
    identity,
    names,
    page,
    read,
    settled,
)

Wanted = Callable[[dict[str, Any]], bool]


def _prepared(context: Context, devices: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the prepared device as the list shows it, or the first one that has an identifier."""
    wanted = context.pixit("dev_eui")
    found = [each for each in devices if eui(each) and wanted in {None, eui(each)}]
    if not found:
        raise Inconclusive("the list shows no device with an identifier")
    return found[0]


def _exactly(context: Context, requirement: str, wanted: Wanted, **filters: Any) -> Listing:
    """Check that a filtered list holds the devices that it must, and no others.

    Raises:
        Stop: it was not served; the finding is recorded.
        Inconclusive: the list changed while it was read, or none of its devices meets the filter.
    """
    expected: list[list[dict[str, Any]]] = []
    seen: list[bool] = []

    def sound(found: Listing) -> bool:
        expected[:] = [[each for each in every_device(context).devices if wanted(each)]]
        right = Listing(0, pages=expected).count
        seen.append(found.count == right)
        return seen[-1] and found.total in {None, len(found.devices)}

    found = settled(context, sound, **filters)
    if not seen[-1]:
        found.steady = found.steady and list(map(identity, expected[0])) == [
            identity(each) for each in every_device(context).devices if wanted(each)
        ]
    if not found.steady:
        raise Inconclusive("the list changed while it was read")
    if not expected[0]:
        raise Inconclusive(f"the list shows no device with {filters}")
    count = found.count
    missing = [each for each in expected[0] if identity(each) not in count]
    others = [each for each in found.devices if not wanted(each)]
    what = " and ".join(f"{name} {value}" for name, value in filters.items())
    answer = found.answers[0]
    expectation = f"the {len(expected[0])} devices with {what}"
    if found.whole:
        context.check(requirement, not missing, expected=expectation, actual=f"without {names(missing)}", answer=answer)
    context.check(requirement, not others, expected=expectation, actual=f"also {names(others)}", answer=answer)
    if found.whole and found.total is not None and not missing and not others:
        context.equal("device-list/total", found.total, len(found.devices), pointer="/data/total", answer=answer)
    return found


def _finds_none(context: Context, requirement: str, what: str, **filters: Any) -> None:
    answer = page(context, 0, 10, **filters)
    found = [each.get("name") for each in Listing(10, pages=[_devices(answer)]).devices]
    shows_nothing(context, requirement, answer, found, what)


def _devices(answer: Any) -> list[dict[str, Any]]:
    records = answer.at("/data/records")
    return [each for each in records if isinstance(each, dict)] if isinstance(records, list) else []


@case("neuroncloud/device-list/dev-eui-filter", requirements=["device-list/dev-eui-filter"], calls=[LIST])
def identifier_is_matched_exactly(context: Context) -> None:
    """With devEui, the list holds that device alone; a part of it finds none."""
    devices = every_device(context).devices
    wanted = eui(_prepared(context, devices))
    _exactly(context, "device-list/dev-eui-filter", lambda each: eui(each) == wanted, devEui=wanted)
    part = part_of(str(wanted), [eui(each) for each in devices])
    _finds_none(context, "device-list/dev-eui-filter", f"{part}, a part of a devEui", devEui=part)
    _finds_none(context, "device-list/dev-eui-filter", "an unknown devEui", devEui=unknown_eui(context))


@case(
    "neuroncloud/device-list/building-filter",
    requirements=["device-list/building-filter", "device-list/total"],
    calls=[LIST],
)
def building_is_matched_exactly(context: Context) -> None:
    """With buildingName, the list holds all devices of that building alone; a part of the name finds none."""
    _exact_filter(context, "device-list/building-filter", "building", "buildingName")


@case(
    "neuroncloud/device-list/model-filter",
    requirements=["device-list/model-filter", "device-list/total"],
    calls=[LIST],
)
def model_is_matched_exactly(context: Context) -> None:
    """With equModel, the list holds all devices of that model alone; a part of the name finds none."""
    _exact_filter(context, "device-list/model-filter", "device-model", "equModel")


def _exact_filter(context: Context, requirement: str, kind: str, member: str) -> None:
    value = context.have(kind).id
    _exactly(context, requirement, lambda each: each.get(member) == value, **{member: value})
    part = part_of(value, [each.get(member) for each in every_device(context).devices])
    _finds_none(context, requirement, f"{part}, a part of {value}", **{member: part})


@case("neuroncloud/device-list/filters-together", requirements=["device-list/filters-together"], calls=[LIST])
def filters_are_met_together(context: Context) -> None:
    """With several filters, the list holds the devices that meet all of them."""
    device = _prepared(context, every_device(context).devices)
    building, model = device.get("buildingName"), device.get("equModel")
    if not isinstance(building, str) or not isinstance(model, str):
        raise Inconclusive("the list shows no building or no model")
    _exactly(
        context,
        "device-list/filters-together",
        lambda each: each.get("buildingName") == building and each.get("equModel") == model,
        buildingName=building,
        equModel=model,
    )


@case("neuroncloud/device-list/name-filter", requirements=["device-list/name-filter"], calls=[LIST])
def name_and_a_part_of_it_find_the_device(context: Context) -> None:
    """With name, the list holds the device of that name, and a part of the name finds it too."""
    name = context.have("equipment").id
    # Which parts are found is the platform's own measure (erratum fuzzy-name); one of these is, by any.
    parts = dict.fromkeys((name[:-1], name[1:], name[1:-1], *name.split()))
    for what, tried in (("the name", [name]), ("a part of the name", [each for each in parts if each.strip()])):
        if not any(_finds(context, each, name) for each in tried):
            context.check(
                "device-list/name-filter",
                not tried,
                expected=f"{name} in the list, by {what}",
                actual=f"not found by any of {tried}",
            )
        else:
            context.check("device-list/name-filter", True)


def _finds(context: Context, part: str, name: str) -> bool:
    found = read(context, name=part)
    if found.devices and all(each.get("name") is None for each in found.devices):
        raise Inconclusive("the list shows no name, so nothing is known of what was found")
    if not found.whole and all(each.get("name") != name for each in found.devices):
        raise Inconclusive(f"more devices are found by {part!r} than are read")
    return any(each.get("name") == name for each in found.devices)


@case("neuroncloud/device-list/name-excludes", requirements=["device-list/name-excludes"], calls=[LIST])
def name_like_no_other_finds_none(context: Context) -> None:
    """A name that is like no device's finds none."""
    name = "".join(context.random.choice("qxzjvkw") for _ in range(24))
    _finds_none(context, "device-list/name-excludes", f"{name}, a name that is like none", name=name)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

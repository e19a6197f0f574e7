"""Device Details Query: the device that was asked for, as it is registered."""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.neuroncloud.answers import data, eui, flag, point_names, shows_nothing

DETAILS: Final = "device-details"
LIST: Final = "device-list"


def unknown_eui(context: Context) -> str:
    """Return a devEui of usual form that no device has: nobody draws the same digits twice."""
    return "".join(context.random.choice("0123456789ABCDEF") for _ in range(16))


def _asked(context: Context, dev_eui: str) -> Answer:
    """Ask for a device that may not be shown; then there is none whose members could be judged (erratum unknown-device)."""
    draft = context.draft(DETAILS, devEui=dev_eui)
    return context.send_elsewhere(draft, draft.target())


def _shown(answer: Answer) -> dict[str, Any]:
    """Return the device that an answer shows; empty where it shows none (erratum unknown-device)."""
    found = data(answer)
    found = found[0] if isinstance(found, list) and found else found
    if not isinstance(found, dict) or not (found.get("name") or eui(found)):
        return {}
    return found


@case("neuroncloud/device-details/same-device", requirements=["device-details/same-device"], calls=[DETAILS, LIST])
def details_are_of_the_device_asked_for(context: Context) -> None:
    """The details are those of the device whose devEui was asked for."""
    asked = context.have("device").id
    shown = _shown(context.succeed(DETAILS, devEui=asked))
    name = context.pixit("equipment_name") if context.pixit("dev_eui") == asked else None
    compared = False
    for member, actual, expected in (("devEUI", eui(shown), asked), ("name", shown.get("name"), name)):
        if actual is not None and expected is not None:
            context.equal("device-details/same-device", actual, expected, pointer=f"/data/{member}")
            compared = True
    if not compared:
        raise Inconclusive("the details show neither devEUI nor name")


@case(
    "neuroncloud/device-details/registered",
    requirements=["device-details/points", "device-details/iot-device", "device-details/building"],
    calls=[DETAILS],
)
def details_are_as_registered(context: Context) -> None:
    """points, isIot and buildingName are those with which the prepared device is registered."""
    shown = _shown(context.succeed(DETAILS, devEui=context.told("dev_eui")))
    names = point_names(shown)
    hidden = [] if names is not None else ["points"]
    for key in ("function_type", "text_function_type"):
        point = context.pixit(key)
        if names is not None and point is not None:
            expected, pointer = f"{point} among them", "/data/points"
            holds = point in names
            context.check("device-details/points", holds, expected=expected, actual=f"{names}", pointer=pointer)
    iot = flag(shown.get("isIot"))
    if iot is None:
        hidden.append("isIot")
    else:
        context.equal("device-details/iot-device", iot, True, pointer="/data/isIot")
    building = context.pixit("building")
    if shown.get("buildingName") is None:
        hidden.append("buildingName")
    elif building is not None:
        context.equal("device-details/building", shown["buildingName"], building, pointer="/data/buildingName")
    if hidden:
        raise Inconclusive(f"not shown by the platform, so not judged: {', '.join(hidden)}")
    for key in ("function_type", "building"):
        context.told(key)


@case("neuroncloud/device-details/unknown", requirements=["device-details/unknown"], calls=[DETAILS])
def unknown_device_is_not_shown(context: Context) -> None:
    """No device is shown for a devEui that no device has."""
    answer = _asked(context, unknown_eui(context))
    shows_nothing(context, "device-details/unknown", answer, _shown(answer), "an unknown devEui")


@case("neuroncloud/device-details/tenant-only", requirements=["device-details/tenant-only"], calls=[DETAILS])
def device_of_another_tenant_is_not_shown(context: Context) -> None:
    """The device of another tenant is not shown."""
    answer = _asked(context, context.told("foreign_dev_eui"))
    shows_nothing(context, "device-details/tenant-only", answer, _shown(answer), "another tenant's device")


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

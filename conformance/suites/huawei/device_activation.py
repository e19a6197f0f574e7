"""1.5.7 查询设备激活状态: whether a device has ever connected."""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import MAKES, compare, conclude, observed, shows

ACTIVATION: Final = "device-activation"


def activated(answer: Answer) -> Any:
    """Return the state as a boolean, whichever way it is written (erratum activated-as-text)."""
    shown = answer.at("/activated")
    return shown.lower() == "true" if isinstance(shown, str) else shown


def judge(context: Context, requirement: str, device: str, *, expected: bool) -> None:
    """Check the state of a device, once it is as expected or the ingest delay is over.

    Raises:
        Stop: it is not told; the finding is recorded.
    """
    answer = observed(context, device, lambda seen: activated(seen) is expected, subject=ACTIVATION)
    context.equal(requirement, activated(answer), expected, pointer="/activated", answer=answer)


@case(
    f"huawei/{ACTIVATION}/inactive",
    requirements=["1.5.7/inactive", "1.5.7/same-device"],
    calls=[ACTIVATION, *MAKES],
)
def device_that_never_connected_is_not_activated(context: Context) -> None:
    """Of two new devices each is shown by its own id and name, and neither is activated."""
    hidden: list[str] = []
    names = [context.unique(), context.unique()]
    for name, device in [(name, context.make("device", deviceName=name)) for name in names]:
        judge(context, "1.5.7/inactive", device.id, expected=False)
        given = {"/deviceId": device.id, "/name": name}
        answer = observed(context, device.id, shows(given), subject=ACTIVATION)
        hidden += compare(context, "1.5.7/same-device", answer, given)
    conclude(hidden)


@case(
    f"huawei/{ACTIVATION}/active",
    requirements=["1.5.7/active", "1.5.7/stays-active"],
    calls=[ACTIVATION, *MAKES],
)
def device_that_connected_is_activated_for_good(context: Context) -> None:
    """A device that has connected is activated, and stays so when it goes away."""
    device = context.make("device")
    context.act("device-online", deviceId=device.id)
    judge(context, "1.5.7/active", device.id, expected=True)
    context.act("device-offline", deviceId=device.id)
    judge(context, "1.5.7/stays-active", device.id, expected=True)

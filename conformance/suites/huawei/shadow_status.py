"""1.5.9 查询设备影子: status and statusDetail of the device that a shadow belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.shadow_reading import DEVICE_CALLS, read_until, told
from conformance.suites.huawei.tokens import clock
from conformance.suites.objects import Made

DETAILS: Final[Mapping[str, frozenset[str]]] = {
    "ONLINE": frozenset({"NONE", "CONFIGURATION_PENDING", "UE_REACHABILITY", "AVAILABILITY_AFTER_DDN_FAILURE"}),
    "OFFLINE": frozenset(
        {
            "NONE",
            "COMMUNICATION_ERROR",
            "CONFIGURATION_ERROR",
            "BRIDGE_OFFLINE",
            "FIRMWARE_UPDATING",
            "DUTY_CYCLE",
            "NOT_ACTIVE",
            "LOSS_OF_CONNECTIVITY",
            "TIME_OUT",
        }
    ),
    "INACTIVE": frozenset({"NONE", "NOT_ACTIVE"}),
}
"""The details that are listed for a status; for ABNORMAL there is no list."""
CALLS: Final = ("shadow-query", *DEVICE_CALLS)
HOUR_S: Final = 3600
BEYOND_S: Final = 120
"""How far a clock is put beyond a limit: a platform looks for silent devices now and then, not at every moment."""


def shadow(context: Context, device: Made) -> Answer:
    """Return the shadow of a device.

    Raises:
        Stop: the query was not served; the finding is recorded.
    """
    return context.succeed("shadow-query", deviceId=device.id)


def judge_details(context: Context, answer: Answer) -> None:
    """Check that statusDetail is listed for the status that is shown with it.

    Raises:
        Inconclusive: one of the two is not shown.
    """
    status, detail = told(answer, "deviceInfo/status"), told(answer, "deviceInfo/statusDetail")
    allowed = DETAILS.get(status)
    context.check(
        "1.5.9/status-detail-fits",
        allowed is None or detail in allowed,
        expected=f"one of {', '.join(sorted(allowed or ()))} for {status}",
        actual=detail,
        pointer="/deviceInfo/statusDetail",
        answer=answer,
    )


@case(
    "huawei/shadow-query/inactive",
    requirements=["1.5.9/inactive-before-contact", "1.5.9/status-detail-fits"],
    calls=CALLS,
)
def new_device_is_inactive(context: Context) -> None:
    """A device that was never connected is INACTIVE, or OFFLINE and NOT_ACTIVE, with a detail that fits."""
    answer = shadow(context, context.make("device"))
    status, detail = told(answer, "deviceInfo/status"), answer.at("/deviceInfo/statusDetail")
    context.check(
        "1.5.9/inactive-before-contact",
        status == "INACTIVE" or (status, detail) == ("OFFLINE", "NOT_ACTIVE"),
        expected="INACTIVE, or OFFLINE with NOT_ACTIVE",
        actual=f"{status} with {detail}",
        pointer="/deviceInfo/status",
    )
    judge_details(context, answer)


@case("huawei/shadow-query/status-detail", requirements=["1.5.9/status-detail-fits"], calls=CALLS)
def detail_fits_the_status_of_a_connected_device(context: Context) -> None:
    """While a device is connected and when it is no longer, statusDetail is one that is listed for the status."""
    device = context.make("device")
    context.act("device-online", deviceId=device.id)
    judge_details(context, _when(context, device, "ONLINE"))
    context.act("device-offline", deviceId=device.id)
    judge_details(context, _when(context, device, "OFFLINE"))


def _when(context: Context, device: Made, status: str) -> Answer:
    """Return the shadow as soon as it shows a status.

    Raises:
        Inconclusive: it does not within the ingest delay.
    """
    answer: Answer = read_until(
        context, lambda: shadow(context, device), lambda seen: seen.at("/deviceInfo/status") == status
    )
    if answer.at("/deviceInfo/status") != status:
        raise Inconclusive(f"the upper tester made the device {status}, and the shadow does not show it")
    return answer


@case("huawei/shadow-query/abnormal", requirements=["1.5.9/abnormal-after-25-hours"], calls=[*CALLS, "login"])
def silent_device_is_abnormal(context: Context) -> None:
    """A device that has sent nothing for 25 hours is ABNORMAL."""
    _silent(context, 25, "ABNORMAL", "1.5.9/abnormal-after-25-hours")


@case("huawei/shadow-query/offline", requirements=["1.5.9/offline-after-49-hours"], calls=[*CALLS, "login"])
def long_silent_device_is_offline(context: Context) -> None:
    """A device that has sent nothing for 49 hours is OFFLINE."""
    _silent(context, 49, "OFFLINE", "1.5.9/offline-after-49-hours")


def _silent(context: Context, hours: int, expected: str, requirement: str) -> None:
    device = context.make("device")
    context.act("device-online", deviceId=device.id)
    _when(context, device, "ONLINE")
    with clock(context):
        context.act("clock", offset_s=hours * HOUR_S + BEYOND_S)
        context.environment.objects.shared.pop("access-token", None)  # it has ended: the case signs in anew
        answer = read_until(
            context, lambda: shadow(context, device), lambda seen: seen.at("/deviceInfo/status") == expected
        )
    status = told(answer, "deviceInfo/status")
    context.equal(requirement, status, expected, pointer="/deviceInfo/status", answer=answer)

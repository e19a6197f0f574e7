"""1.5.9 查询设备影子: status and statusDetail of the device that a shadow belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from conformance.contract import Requirement
from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import observed, shows
from conformance.suites.huawei.shadow_reading import DEVICE_CALLS, told
from conformance.suites.huawei.tokens import clock
from conformance.suites.judge import Stated, level_of
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


def shadow(context: Context, device: Made, holds: Callable[[Answer], bool]) -> Answer:
    """Return the shadow of a device once it is as expected or the ingest delay is over.

    Raises:
        Stop: the query was not served; the finding is recorded.
    """
    return observed(context, device.id, holds, subject="shadow-query")


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
    answer = shadow(context, context.make("device"), _is_inactive)
    context.check(
        "1.5.9/inactive-before-contact",
        _is_inactive(answer),
        expected="INACTIVE, or OFFLINE with NOT_ACTIVE",
        actual=f"{told(answer, 'deviceInfo/status')} with {answer.at('/deviceInfo/statusDetail')}",
        pointer="/deviceInfo/status",
    )
    judge_details(context, answer)


def _is_inactive(answer: Answer) -> bool:
    status, detail = answer.at("/deviceInfo/status"), answer.at("/deviceInfo/statusDetail")
    return status == "INACTIVE" or (status, detail) == ("OFFLINE", "NOT_ACTIVE")


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
    answer = shadow(context, device, shows({"/deviceInfo/status": status}))
    if answer.at("/deviceInfo/status") != status:
        raise Inconclusive(f"the upper tester made the device {status}, and the shadow does not show it")
    return answer


@dataclass(frozen=True)
class Abnormal:
    """When a silent device is what, and how sure that is: both the hours and the status are printed as defaults."""

    hours: float
    status: str
    told: bool
    """Whether the tester says so."""

    @classmethod
    def of(cls, context: Context) -> Abnormal:
        """Return what the tester told, and the defaults of the document for the rest."""
        hours, status = context.pixit("abnormal_after_h"), context.pixit("abnormal_status")
        told = hours is not None and status is not None
        return cls(float(hours if hours is not None else 25), str(status if status is not None else "ABNORMAL"), told)

    def statement(self, context: Context, requirement: str) -> Requirement:
        """Return a statement about it, which is worth a warning where the tester does not say how the platform is set."""
        statement = context.requirement(requirement)
        return statement if self.told else level_of(Stated.CONSTRAINT, statement)


@case("huawei/shadow-query/abnormal", requirements=["1.5.9/abnormal-after-25-hours"], calls=[*CALLS, "login"])
def silent_device_is_abnormal(context: Context) -> None:
    """A device that has sent nothing for 25 hours is ABNORMAL, where nothing else is set."""
    due = Abnormal.of(context)
    _silent(context, due.hours, due.status, due.statement(context, "1.5.9/abnormal-after-25-hours"))


@case("huawei/shadow-query/offline", requirements=["1.5.9/offline-after-49-hours"], calls=[*CALLS, "login"])
def long_silent_device_is_offline(context: Context) -> None:
    """A device that has sent nothing for 49 hours is OFFLINE."""
    _silent(context, 49, "OFFLINE", "1.5.9/offline-after-49-hours")


def _silent(context: Context, hours: float, expected: str, requirement: str | Requirement) -> None:
    device = context.make("device")
    context.act("device-online", deviceId=device.id)
    _when(context, device, "ONLINE")
    with clock(context):
        context.act("clock", offset_s=hours * HOUR_S + BEYOND_S)
        context.environment.objects.shared.pop("access-token", None)  # it has ended: the case signs in anew
        answer = shadow(context, device, shows({"/deviceInfo/status": expected}))
    status = told(answer, "deviceInfo/status")
    context.equal(requirement, status, expected, pointer="/deviceInfo/status", answer=answer)

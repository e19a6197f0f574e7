"""1.6.1 查询单个设备信息: whether a device is connected, as status and statusDetail tell it."""

from __future__ import annotations

from typing import Any, Final

from conformance.contract import Requirement
from conformance.evidence.exchange import Answer
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_list import LISTING
from conformance.suites.huawei.device_reading import MAKES, MARGIN_S, QUERY, compare, conclude, later, observed, shows
from conformance.suites.huawei.pages import page
from conformance.suites.huawei.shadow_status import DETAILS, Abnormal
from conformance.suites.objects import Made

STATUS: Final = "/deviceInfo/status"
DETAIL: Final = "/deviceInfo/statusDetail"
HOUR_S: Final = 3600


def judge(context: Context, requirement: str | Requirement, device: Made, expected: str) -> None:
    """Check that a device is shown in a state, once the ingest delay is over; and that the detail fits it.

    Raises:
        Inconclusive: the platform shows no status.
    """
    answer = observed(context, device.id, shows({STATUS: expected}))
    judge_detail(context, answer.at("/deviceInfo"), answer)
    conclude(compare(context, requirement, answer, {STATUS: expected}))


def judge_detail(context: Context, info: Any, answer: Answer) -> bool:
    """Check that statusDetail is one that the document lists for the status; tell whether both are shown."""
    info = info if isinstance(info, dict) else {}
    status, detail = info.get("status"), info.get("statusDetail")
    if status is None or detail is None:
        return False
    if status in DETAILS:
        context.check(
            "1.6.1/status-detail",
            detail in DETAILS[status],
            expected=f"one of {', '.join(sorted(DETAILS[status]))} for {status}",
            actual=detail,
            pointer=DETAIL,
            answer=answer,
        )
    return True


@case(f"huawei/{QUERY}/inactive", requirements=["1.6.1/inactive", "1.6.1/status-detail"], calls=[QUERY, *MAKES])
def device_that_never_connected_is_inactive(context: Context) -> None:
    """A new device is INACTIVE, or OFFLINE with the detail NOT_ACTIVE (erratum inactive-as-offline)."""
    answer = observed(context, context.make("device").id)
    judge_detail(context, answer.at("/deviceInfo"), answer)
    status, detail = answer.at(STATUS), answer.at(DETAIL)
    conclude([] if status is not None else [STATUS])
    right = status == "INACTIVE" or (status, detail) == ("OFFLINE", "NOT_ACTIVE")
    context.check(
        "1.6.1/inactive", right, expected="INACTIVE, or OFFLINE with NOT_ACTIVE", actual=f"{status} with {detail}"
    )


@case(
    f"huawei/{QUERY}/online-offline",
    requirements=["1.6.1/online", "1.6.1/offline", "1.6.1/status-detail"],
    calls=[QUERY, *MAKES],
)
def connected_device_is_online_until_it_goes(context: Context) -> None:
    """A device is ONLINE while it is connected, OFFLINE when it has gone, and ONLINE when it is back."""
    device = context.make("device")
    for action, requirement, expected in (
        ("device-online", "1.6.1/online", "ONLINE"),
        ("device-offline", "1.6.1/offline", "OFFLINE"),
        ("device-online", "1.6.1/online", "ONLINE"),
    ):
        context.act(action, deviceId=device.id)
        judge(context, requirement, device, expected)


@case(f"huawei/{QUERY}/abnormal", requirements=["1.6.1/abnormal"], calls=[QUERY, *MAKES, "login"])
def silent_device_is_abnormal(context: Context) -> None:
    """A connected device that has reported nothing for 25 hours is ABNORMAL, where nothing else is set."""
    due = Abnormal.of(context)
    _silent(context, due.hours, due.statement(context, "1.6.1/abnormal"), due.status)


@case(f"huawei/{QUERY}/silent-offline", requirements=["1.6.1/silent-offline"], calls=[QUERY, *MAKES, "login"])
def device_that_is_silent_for_long_is_offline(context: Context) -> None:
    """A connected device that has reported nothing for more than 49 hours is OFFLINE."""
    _silent(context, 49, "1.6.1/silent-offline", "OFFLINE")


def _silent(context: Context, hours: float, requirement: str | Requirement, expected: str) -> None:
    device = context.make("device")
    context.act("device-online", deviceId=device.id)
    observed(context, device.id, shows({STATUS: "ONLINE"}))
    with later(context, hours * HOUR_S + MARGIN_S):
        judge(context, requirement, device, expected)


@case("huawei/device-list/status-detail", requirements=["1.6.1/status-detail"], calls=["device-list", *MAKES])
def details_fit_the_status_of_every_listed_device(context: Context) -> None:
    """On a page of the list every statusDetail is one that is listed for the status beside it."""
    context.make("device")
    answer = page(context, LISTING, 0, LISTING.largest)
    seen = [judge_detail(context, each.get("deviceInfo"), answer) for each in LISTING.records(answer)]
    conclude([] if any(seen) else [STATUS])

"""2.3 设备上报数据 / eventTime: which time reported data bear."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import QUERY
from conformance.suites.huawei.mqtt_device import REPORT, device, mqtt_case, online
from conformance.suites.huawei.mqtt_reading import Meter, latest, report
from conformance.suites.huawei.shadow_reading import is_now, same_number

DEFAULT: Final = "2.3/default-time"
FORM: Final = "%Y%m%dT%H%M%SZ"
EARLIER: Final = timedelta(hours=3)
"""How long ago a told time is: so wrong is no clock that the platform's own time passes for it."""
EARLIEST: Final = timedelta(hours=4)
"""How long ago the time of the report before is: what is latest may go by the times of the data."""
OTHER_FORMS: Final = {
    "rfc-3339": "%Y-%m-%dT%H:%M:%SZ",
    "no-zone": "%Y%m%dT%H%M%S",
    "no-time": "noon",
}
"""Other forms than the documented one, as strftime has them."""


@mqtt_case(f"{REPORT}/event-time/given", requirements=["2.3/event-time-kept"], calls=[QUERY])
def told_time_is_kept(context: Context) -> None:
    """Data that were reported with the time of three hours ago bear that time."""
    moment = (context.now() - EARLIER).strftime(FORM)
    _judge(context, moment, "2.3/event-time-kept", kept=True)


@mqtt_case(f"{REPORT}/event-time/absent", requirements=[DEFAULT], calls=[QUERY])
def without_a_time_it_is_now(context: Context) -> None:
    """Data that were reported without a time bear the platform's, which is now."""
    _judge(context, None, DEFAULT)


def _other_form(name: str, form: str) -> Case:
    def body(context: Context) -> None:
        _judge(context, (context.now() - EARLIER).strftime(form), DEFAULT)

    body.__doc__ = f"Data that were reported with a time of another form ({name}) bear the platform's time."
    return mqtt_case(f"{REPORT}/event-time/other-form/{name}", requirements=[DEFAULT], calls=[QUERY])(body)


FORMS: Final = tuple(_other_form(name, form) for name, form in OTHER_FORMS.items())


def _judge(context: Context, told: Any, requirement: str, *, kept: bool = False) -> None:
    """Check the time of reported data: the told one, or now."""
    meter, own = Meter.of(context), device(context)
    with online(own) as link:
        before = (context.now() - EARLIEST).strftime(FORM)
        report(link, own, meter.report(1, before))
        latest(own, meter, 1)
        report(link, own, meter.report(2, told))
        shown = latest(own, meter, 2)
        if kept and same_number(shown["data"].get(meter.name), 1):
            raise Inconclusive("the latest data are those of the report before, so the time of this one is not shown")
        if not same_number(shown["data"].get(meter.name), 2):
            what = f"{meter.name} = 2, reported {f'with eventTime {told}' if told else 'without eventTime'}"
            context.cited(requirement, False, link.last, expected=what, actual=dict(shown["data"]))
            return
        time: Any = shown.get("eventTime")
        if time is None:
            raise Inconclusive("not shown by the platform, so not judged: services.eventTime")
        holds = time == told if kept else is_now(context, time)
        expected = told if kept else f"about {context.written(context.now())}, the platform's time"
        context.check(requirement, holds, expected=expected, actual=time, pointer="/services/eventTime")

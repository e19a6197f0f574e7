"""1.6.4 查询设备影子历史数据: what the history of a shadow holds, by device, service and period.

Whether the very second of startTime or endTime belongs to a period is open (erratum shadow-history-bounds), so no period
here ends on a record. Times are the platform's own: they are counted from those that its records show.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.shadow_reading import is_now, moment, same_number
from conformance.suites.huawei.shadow_records import CALLS, History
from conformance.suites.judge import Says, says

HOUR: Final = timedelta(hours=1)


@case("huawei/shadow-history/records", requirements=["1.6.4/changes-recorded"], calls=CALLS)
def every_configuration_is_found_in_the_history(context: Context) -> None:
    """Two configurations that were set one after the other are both in the history."""
    history = History.of(context)
    history.write(31, 36)
    seen = history.values(history.settled())
    holds = all(any(same_number(each, value) for each in seen) for value in (31, 36))
    context.check("1.6.4/changes-recorded", holds, expected="records with 31 and 36", actual=f"records with {seen}")


@case("huawei/shadow-history/own-records", requirements=["1.6.4/own-records"], calls=CALLS)
def history_holds_records_of_its_device_only(context: Context) -> None:
    """The history of one device holds nothing that was set for another."""
    one, other = History.of(context), History.of(context)
    other.write(37)
    other.settled()
    one.write(31)
    records = one.settled()
    strangers = [each.get("deviceId") for each in records if each.get("deviceId") not in {None, one.device}]
    holds = not strangers and not any(same_number(each, 37) for each in one.values(records))
    context.check("1.6.4/own-records", holds, expected=f"records of {one.device} only", actual=records)


@case("huawei/shadow-history/service-filter", requirements=["1.6.4/service-filter"], calls=CALLS)
def service_filter_holds_records_of_the_service(context: Context) -> None:
    """With serviceId the history holds the records of that service; for a service that nobody has it holds none."""
    history = History.of(context)
    history.write(31)
    history.settled()
    answer = history.ask(serviceId=history.setting.service)
    if context.served(context.operation("shadow-history"), answer):
        seen = history.values(history.records(answer))
        holds = any(same_number(each, 31) for each in seen)
        context.check(
            "1.6.4/service-filter", holds, expected="the record of the service", actual=f"records with {seen}"
        )
    answer = history.ask(serviceId=context.unique())
    if says(context.contract, answer) is not Says.NO and context.served(context.operation("shadow-history"), answer):
        others = history.records(answer)
        expected = "no record, or a refusal: the service does not exist"
        context.check("1.6.4/service-filter", not others, expected=expected, actual=others, answer=answer)


@case("huawei/shadow-history/period", requirements=["1.6.4/period"], calls=CALLS)
def period_holds_the_records_of_that_time(context: Context) -> None:
    """A period around a record holds it, with one end or both; one before it or after it does not."""
    history = History.of(context)
    history.write(31)
    at = _time(context, history.settled())
    around = {"startTime": at - HOUR, "endTime": at + HOUR}
    for period in (around, {"startTime": at - HOUR}, {"endTime": at + HOUR}):
        _expect(history, period, holds=True)
    before = {"startTime": at - 2 * HOUR, "endTime": at - HOUR}
    after = {"startTime": at + HOUR, "endTime": at + 2 * HOUR}
    for period in (before, after, {"endTime": at - HOUR}, {"startTime": at + HOUR}):
        _expect(history, period, holds=False)


def _time(context: Context, records: list[dict[str, Any]]) -> datetime:
    at = next(filter(None, (moment(context, each.get("timestamp")) for each in records)), None)
    if at is None:
        raise Inconclusive("the records show no timestamp, so no period can be chosen")
    return at


def _expect(history: History, period: dict[str, datetime], *, holds: bool) -> None:
    """Check whether a period holds the one record; a period without any may be refused as well, no sentence speaks of it."""
    context = history.setting.context
    answer = history.ask(**{name: context.written(at) for name, at in period.items()})
    if not holds and says(context.contract, answer) is Says.NO:
        return
    if context.served(context.operation("shadow-history"), answer, "1.6.4/period"):
        records = history.records(answer)
        ends = " and ".join(f"{name} {context.written(at)}" for name, at in period.items())
        expected = f"{'the' if holds else 'no'} record for {ends}"
        context.check("1.6.4/period", bool(records) is holds, expected=expected, actual=records, answer=answer)


@case("huawei/shadow-history/timestamp", requirements=["1.6.4/timestamp-utc"], calls=CALLS)
def timestamp_is_the_utc_time_of_the_configuration(context: Context) -> None:
    """The record of a configuration that was set just now bears the present UTC time."""
    history = History.of(context)
    history.write(31)
    stamps = [each["timestamp"] for each in history.settled() if each.get("timestamp") is not None]
    if not stamps:
        raise Inconclusive("not shown by the platform, so not judged: timestamp")
    expected = f"the present time in UTC, {context.written(context.now())}"
    context.check("1.6.4/timestamp-utc", is_now(context, stamps[0]), expected=expected, actual=stamps[0])

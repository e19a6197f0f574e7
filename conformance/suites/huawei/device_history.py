"""1.6.3 查询设备历史数据: what devices have reported."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_changes import MODIFY, MUTE
from conformance.suites.huawei.device_reading import MAKES, QUERY, conclude, later, observed, shows
from conformance.suites.huawei.device_reports import HISTORY, LISTING, Reporter
from conformance.suites.huawei.page_cases import judge_defaults, judge_pages
from conformance.suites.huawei.shadow_reading import is_now
from conformance.suites.judge import Says, says
from conformance.suites.waiting import eventually

DAY_S: Final = 86_400
HOUR: Final = timedelta(hours=1)
"""Distance from now to a bound: clocks differ by less, and so it does not matter whether a bound is taken in."""


@case(
    f"huawei/{HISTORY}/reported",
    requirements=["1.6.3/reported", "1.6.3/timestamp", "1.6.3/own-records"],
    calls=[HISTORY, *MAKES],
)
def reports_are_in_the_history_of_their_device(context: Context) -> None:
    """A report is in the history of its device, with service, data, device, gateway, application and time; no other is."""
    one, other = Reporter.of(context), Reporter.of(context)
    other.report(31)
    one.report(17)
    _read(other)
    answer = _read(one)
    mine = [each for each in LISTING.records(answer) if isinstance(each, dict)]
    strangers = [value for value in one.shown(answer) if str(value) == "31"]
    strangers += [each["deviceId"] for each in mine if each.get("deviceId") not in {None, one.device.id}]
    context.check("1.6.3/own-records", not strangers, expected="its own reports", actual=strangers, answer=answer)
    found = next((each for each in mine if each.get("deviceId") in {None, one.device.id}), None)
    if not context.check("1.6.3/reported", found is not None, expected="a record", actual="none", answer=answer):
        return
    assert found is not None
    expected = {
        "serviceId": one.service,
        "deviceId": one.device.id,
        "gatewayId": one.device.id,
        "appId": context.credential("app_id"),
        "data": {one.name: 17},
    }
    hidden = [name for name in (*expected, "timestamp") if found.get(name) is None]
    for name, value in expected.items():
        if name not in hidden:
            context.equal("1.6.3/reported", found[name], value, pointer=f"/{name}", answer=answer)
    if "timestamp" not in hidden:
        context.check(
            "1.6.3/timestamp", is_now(context, found["timestamp"]), expected="now, in UTC", actual=found["timestamp"]
        )
    conclude(hidden)


def _read(reporter: Reporter) -> Answer:
    """Return the history once it holds a record or the ingest delay is over."""
    seen: list[Answer] = []

    def look() -> bool:
        seen[:] = [reporter.read()]
        return LISTING.records(seen[0]) != []

    eventually(reporter.context, look)
    return seen[0]


@case(f"huawei/{HISTORY}/nothing-yet", requirements=["1.6.3/nothing-yet"], calls=[HISTORY, *MAKES])
def new_device_has_no_history(context: Context) -> None:
    """The history of a device that has reported nothing is empty, or refused with 100418 (erratum no-history-yet)."""
    device = context.make("device")
    answer = context.call(HISTORY, deviceId=device.id, gatewayId=device.id)
    if says(context.contract, answer) is Says.NO:
        row = context.contract.rows["200-100418"]
        context.refused("1.6.3/nothing-yet", answer, row=row, what="an empty list or the refusal 100418")
        return
    if context.served(context.operation(HISTORY), answer, "1.6.3/nothing-yet"):
        records = LISTING.records(answer)
        context.check("1.6.3/nothing-yet", not records, expected="no record", actual=records, answer=answer)


@case(f"huawei/{HISTORY}/page-defaults", requirements=LISTING.default_rules, calls=[HISTORY, *MAKES])
def page_is_the_first_and_of_one_record(context: Context) -> None:
    """A history for which no page is named holds one record, that of the first page."""
    reporter = Reporter.of(context)
    reporter.report(1, 2, 3)
    reporter.settled()
    judge_defaults(context, reporter.listing, **reporter.asked)


@case(f"huawei/{HISTORY}/pages", requirements=LISTING.rules, calls=[HISTORY, *MAKES])
def pages_hold_every_record_once(context: Context) -> None:
    """The pages hold every record once, none more than pageSize, and totalCount counts them."""
    reporter = Reporter.of(context)
    reporter.report(*range(11, 18))
    reporter.settled()
    judge_pages(context, reporter.listing, **reporter.asked)


@case(
    f"huawei/{HISTORY}/time-range",
    requirements=["1.6.3/start-time", "1.6.3/end-time"],
    calls=[HISTORY, *MAKES],
)
def history_of_a_range_holds_what_was_reported_in_it(context: Context) -> None:
    """A report of now is in the history from an hour ago, up to an hour from now, and in no other range."""
    reporter = Reporter.of(context)
    reporter.report(5)
    reporter.settled()
    before, after = context.written(context.now() - HOUR), context.written(context.now() + HOUR)
    for requirement, parameters, held in (
        ("1.6.3/start-time", {"startTime": before}, True),
        ("1.6.3/start-time", {"startTime": after}, False),
        ("1.6.3/end-time", {"endTime": after}, True),
        ("1.6.3/end-time", {"endTime": before}, False),
        ("1.6.3/end-time", {"startTime": before, "endTime": after}, True),
    ):
        _judge_range(context, reporter, requirement, parameters, held=held)


def _judge_range(
    context: Context, reporter: Reporter, requirement: str, parameters: dict[str, Any], *, held: bool
) -> None:
    answer = context.call(HISTORY, pageSize=LISTING.largest, **reporter.asked, **parameters)
    if says(context.contract, answer) is Says.NO and not (held and parameters.keys() == {"startTime"}):
        # No record at all may be told by a refusal (erratum no-history-yet), and no sentence says that a range which
        # ends in the future is served.
        return
    if not context.served(context.operation(HISTORY), answer):
        return
    records = len(LISTING.records(answer))
    context.check(requirement, bool(records) is held, expected=int(held), actual=records, answer=answer)


@case(
    f"huawei/{MODIFY}/frozen-data",
    requirements=["1.5.4/mute-keeps-nothing", "1.5.4/unmuted-keeps"],
    calls=[MODIFY, QUERY, HISTORY, *MAKES],
)
def frozen_device_leaves_no_data(context: Context) -> None:
    """What a device reports while it is frozen is not in its history; what it reports afterwards is."""
    reporter = Reporter.of(context)
    reporter.report(1)
    reporter.settled()
    _mute(context, reporter, "TRUE")
    reporter.report(2)
    reporter.values.remove(2)
    _mute(context, reporter, "FALSE")
    reporter.report(3)
    seen: list[Any] = []

    def look() -> bool:
        seen[:] = reporter.shown(reporter.read())
        return "3" in map(str, seen)

    # Data come in in their order: once the later is there, the earlier would be.
    kept = eventually(context, look)
    context.check("1.5.4/unmuted-keeps", kept, expected="3 among the values", actual=seen)
    if kept:
        frozen = "2" in map(str, seen)
        context.check("1.5.4/mute-keeps-nothing", not frozen, expected="1 and 3 alone", actual=seen)


def _mute(context: Context, reporter: Reporter, mute: str) -> None:
    """Freeze or release the device (a preamble), until it is shown so: what it reports sooner may be taken as before.

    Raises:
        Stop: the device is not shown; the finding is recorded.
    """
    context.prepare(MODIFY, deviceId=reporter.device.id, body={"mute": mute})
    observed(context, reporter.device.id, shows({MUTE: mute}))


@case(f"huawei/{MODIFY}/data-aging", requirements=["1.5.4/data-aging"], calls=[MODIFY, HISTORY, *MAKES, "login"])
def old_data_leave_the_history(context: Context) -> None:
    """Data are in the history before dataAgingTime is over, and no longer afterwards."""
    reporter = Reporter.of(context)
    context.prepare(MODIFY, deviceId=reporter.device.id, body={"deviceConfig": {"dataConfig": {"dataAgingTime": 2}}})
    reporter.report(1)
    reporter.settled()
    with later(context, DAY_S):
        young = context.call(HISTORY, **reporter.asked)
        if not LISTING.records(young):
            raise Inconclusive("the data are gone before their time, which no sentence forbids")
    with later(context, 3 * DAY_S):
        seen: list[Any] = []

        def look() -> bool:
            answer = context.call(HISTORY, **reporter.asked)
            seen[:] = LISTING.records(answer) if says(context.contract, answer) is Says.YES else []
            return not seen

        aged = eventually(context, look)
    context.check("1.5.4/data-aging", aged, expected="no record after three days", actual=seen)

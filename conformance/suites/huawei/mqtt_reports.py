"""2.3 设备上报数据: what devices report becomes their history and their latest data, and that of no other device."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from typing import Final

from hypothesis import given, seed
from hypothesis import strategies as st

from conformance.crypto.mqtt_client_id import DEVICE_ID, NODE_ID
from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import QUERY
from conformance.suites.huawei.device_reports import HISTORY
from conformance.suites.huawei.mqtt_device import REPORT, RESPONSE, device, mqtt_case, online, payload
from conformance.suites.huawei.mqtt_reading import (
    TAKES,
    Meter,
    history,
    judge_kept,
    latest,
    report,
    settle,
)
from conformance.suites.huawei.mqtt_times import EARLIER, FORM
from conformance.suites.huawei.shadow_reading import same_number
from conformance.suites.property import Examples, profile
from conformance.suites.waiting import eventually

ACKNOWLEDGES: Final = "2.1/platform-acknowledges"
GARBAGE: Final = (b"{", b"\xff\xfe", b"[]", b'{"msgType":"deviceReq"}', b'{"msgType":"cloudReq","data":[]}')
"""What is no report: no JSON, no text, no object, no data, and a message of the platform."""


def _kept_case(name: str, by: str, qos: int) -> Case:
    def body(context: Context) -> None:
        meter, own = Meter.of(context), device(context, by)
        with online(own) as link:
            for value in (17, 71):
                done = report(link, own, meter.report(value), qos)
                seen = link.client.end or "nothing"
                if qos and not context.cited(ACKNOWLEDGES, done, link.last, expected="PUBACK", actual=seen):
                    return
                if not judge_kept(link, own, meter, value):
                    return

    words = "node id" if by == NODE_ID else "device id"
    body.__doc__ = f"What a device that connects by its {words} reports with QoS {qos} is in its history."
    rules = [TAKES, *([ACKNOWLEDGES] if qos else [])]
    return mqtt_case(f"{REPORT}/history/{name}", requirements=rules, calls=[HISTORY])(body)


KEPT: Final = (
    _kept_case("qos-0", DEVICE_ID, 0),
    _kept_case("qos-1", DEVICE_ID, 1),
    _kept_case("node-id", NODE_ID, 1),
)


@mqtt_case(f"{REPORT}/latest", requirements=[TAKES, "1.6.1/reported-data"], calls=[QUERY])
def latest_report_is_shown(context: Context) -> None:
    """Of two reports of a device the later is among the data that a query of the device shows."""
    meter, own = Meter.of(context), device(context)
    with online(own) as link:
        for value in (7, 8):
            report(link, own, meter.report(value))
            shown = latest(own, meter, value, "1.6.1/reported-data")
        data = shown["data"]
        holds = same_number(data.get(meter.name), 8)
        context.check(
            "1.6.1/reported-data", holds, expected={meter.name: 8}, actual=dict(data), pointer="/services/data"
        )
        if not any(same_number(data.get(meter.name), each) for each in (7, 8)):
            context.cited(TAKES, False, link.last, expected={meter.name: 8}, actual=dict(data))


@mqtt_case(f"{REPORT}/several-services", requirements=[TAKES], calls=[HISTORY])
def every_service_of_a_report_is_kept(context: Context) -> None:
    """What a report tells of two services is in the history of the device, of both."""
    meters = (Meter.of(context), Meter.of(context, other=True))
    own = device(context)
    with online(own) as link:
        report(link, own, payload(*(meter.reading(value) for meter, value in zip(meters, (31, 83), strict=True))))
        for meter, value in zip(meters, (31, 83), strict=True):
            judge_kept(link, own, meter, value)


@mqtt_case(f"{REPORT}/other-topic", requirements=["2.1/own-topic"], calls=[HISTORY])
def report_on_the_topic_of_another_changes_nothing(context: Context) -> None:
    """What a device publishes on the data topic of another is not in the history of that other."""
    meter, own, other = Meter.of(context), device(context), device(context)
    with online(other) as link_of_other:
        with online(own) as link:
            forged = link.publish(other.topic("data"), meter.report(66))
            # A platform may end the connection at this; where it goes on, what comes later is taken later.
            if forged and report(link, own, meter.report(11)):
                settle(own, meter, 11)
        report(link_of_other, other, meter.report(22))
        settle(other, meter, 22)
        seen = history(other, meter)
        holds = not any(same_number(each, 66) for each in seen)
        expected = "22 alone, which the device itself reported"
        context.cited("2.1/own-topic", holds, link_of_other.last, expected=expected, actual=seen)


@mqtt_case(f"{REPORT}/apart", requirements=["2.3/apart"], calls=[HISTORY])
def reports_of_two_devices_stay_apart(context: Context) -> None:
    """Of two devices that are connected at once each has in its history what it reported, and nothing of the other."""
    meter = Meter.of(context)
    one, two = device(context), device(context, NODE_ID)
    with online(one) as first, online(two) as second:
        for value in (10, 30):
            report(first, one, meter.report(value))
            report(second, two, meter.report(value + 10))
        for own, link, last, foreign in ((one, first, 30, {20, 40}), (two, second, 40, {10, 30})):
            settle(own, meter, last)
            seen = history(own, meter)
            strangers = [each for each in seen if any(same_number(each, value) for value in foreign)]
            expected = "nothing that the other device reported"
            context.cited("2.3/apart", not strangers, link.last, expected=expected, actual=strangers)


@mqtt_case(f"{REPORT}/not-a-report", requirements=["2.3/survives"], calls=[HISTORY])
def platform_survives_what_is_no_report(context: Context) -> None:
    """After messages that are no report a device, connected anew where it was cut off, goes on reporting."""
    meter, own = Meter.of(context), device(context)
    with online(own) as link:
        for content in GARBAGE:
            if not report(link, own, content):
                break  # it may end the connection
    with online(own) as link:
        report(link, own, meter.report(44))
        judge_kept(link, own, meter, 44, "2.3/survives")


@mqtt_case(f"{RESPONSE}/unknown-mid", requirements=["2.5/survives"], calls=[HISTORY])
def platform_survives_an_answer_to_nothing(context: Context) -> None:
    """After answers whose mid no command had a device, connected anew where it was cut off, goes on reporting."""
    meter, own = Meter.of(context), device(context)
    with online(own) as link:
        for mid in (0, 1, 65_535):
            answer = {"msgType": "deviceRsp", "mid": mid, "errcode": 0, "body": {"result": 0}}
            if not report(link, own, json.dumps(answer).encode()):
                break
    with online(own) as link:
        report(link, own, meter.report(45))
        judge_kept(link, own, meter, 45, "2.5/survives")


WRITINGS: Final = st.fixed_dictionaries(
    {"indent": st.sampled_from([None, 2]), "ascii": st.booleans(), "more": st.booleans(), "turned": st.booleans()}
)
"""Ways to write the same report: real devices print it prettily, in any order, and with hasMore (erratum has-more)."""


@mqtt_case(f"{REPORT}/generated/valid", requirements=[TAKES], calls=[HISTORY], examples=50)
def generated_reports_are_taken(context: Context) -> None:
    """Whatever number a device reports, and however it writes the report, its history shows it.

    Each report bears a time of its own: the same number for the same time again would be no news.
    """
    meter, own = Meter.of(context), device(context)
    moments = (context.now() - EARLIER + timedelta(seconds=number) for number in itertools.count())
    with online(own) as link:
        sound = Examples(context)

        @seed(context.seed)
        @profile(context, examples=min(context.environment.examples, 20))
        @given(st.integers(0, 100), st.sampled_from([0, 1]), WRITINGS)
        def test(value: int, qos: int, writing: dict[str, bool | int | None]) -> None:
            def example() -> None:
                content = _written(meter.report(value, next(moments).strftime(FORM)), writing)
                before = sum(same_number(each, value) for each in history(own, meter))
                report(link, own, content, qos)
                seen: list[int] = []

                def more() -> bool:
                    seen[:] = [sum(same_number(each, value) for each in history(own, meter))]
                    return seen[0] > before

                holds = eventually(context, more)
                expected = f"{meter.name} = {value} once more in the history"
                context.cited(TAKES, holds, link.last, expected=expected, actual=f"{seen[0]} times, as before")

            sound.judge(example)

        sound.conclude(test)


def _written(content: bytes, writing: dict[str, bool | int | None]) -> bytes:
    """Return a report in another writing."""
    message = json.loads(content)
    if writing["more"]:
        message["hasMore"] = 0
    if writing["turned"]:
        message = dict(reversed(message.items()))
    return json.dumps(message, indent=writing["indent"], ensure_ascii=bool(writing["ascii"])).encode()

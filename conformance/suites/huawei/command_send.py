"""1.9.7 设备命令下发: commands for MQTT devices, passed on at once."""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.command_states import near_now
from conformance.suites.judge import Stated

CALLS: Final = ("command-send",)
ID: Final = "/requestId"


@case(
    "huawei/command-send/not-cached",
    requirements=["1.9.7/not-cached"],
    calls=["command-send", "device-register-secret", "device-delete"],
)
def command_for_a_device_that_is_away_fails(context: Context) -> None:
    """A command for an MQTT device that was never connected is refused, not kept."""
    device = context.make("mqtt-device")
    draft = context.draft("command-send", bind=False, deviceId=device.id)
    context.refused("1.9.7/not-cached", context.send(draft), what="a refusal: the device is not online")


@case("huawei/command-send/request-id-repeated", requirements=["1.9.7/request-id-repeated"], calls=CALLS)
def answer_repeats_the_request_id(context: Context) -> None:
    """The answer repeats the requestId of the request."""
    draft = context.draft("command-send", full=True)
    answer = context.succeed(draft)
    expected: Any = draft.body["header"]["requestId"]
    context.equal("1.9.7/request-id-repeated", answer.at(ID), expected, pointer=ID)


@case("huawei/command-send/request-id-given", requirements=["1.9.7/request-id-given"], calls=CALLS)
def platform_gives_a_request_id(context: Context) -> None:
    """Two commands without requestId get one each, and not the same."""
    ids = [context.succeed("command-send").at(ID) for _ in range(2)]
    distinct = len({str(each) for each in ids if each is not None}) == len(ids)
    context.check("1.9.7/request-id-given", distinct, expected="two different ids", actual=ids, pointer=ID)


@case("huawei/command-send/request-id-once", requirements=["1.9.7/request-id-once"], calls=CALLS)
def request_id_serves_once(context: Context) -> None:
    """A requestId that was used already is refused."""
    draft = context.draft("command-send", full=True)
    context.succeed(draft)
    again = context.send(draft)
    context.refused("1.9.7/request-id-once", again, Stated.CONSTRAINT, what="a refusal: the requestId was used")


@case("huawei/command-send/time", requirements=["1.9.7/time"], calls=CALLS)
def timestamp_is_utc(context: Context) -> None:
    """The timestamp is the time of sending in UTC."""
    value = context.succeed("command-send").at("/timestamp")
    if value is None:
        raise Inconclusive("the answer shows no timestamp")
    expected = f"about {context.written(context.now())}"
    context.check("1.9.7/time", near_now(context, value), expected=expected, actual=value, pointer="/timestamp")

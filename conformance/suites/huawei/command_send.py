"""1.9.7 设备命令下发: commands for MQTT devices, passed on at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from conformance.contract import Operation
from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.command_states import near_now
from conformance.suites.judge import Says, Stated, says
from conformance.suites.waiting import eventually

CALLS: Final = ("command-send",)
ID: Final = "/requestId"


@case(
    "huawei/command-send/not-cached",
    requirements=["1.9.7/not-cached"],
    calls=["command-send", "device-register-secret", "device-delete"],
)
def command_for_a_device_that_is_away_fails(context: Context) -> None:
    """A command for an MQTT device that was never connected is refused or has failed, and is not kept."""
    device = context.make("mqtt-device")
    draft = context.draft("command-send", bind=False, deviceId=device.id)
    refused_or_failed(context, lambda: context.send(draft), "the device is not online")


def refused_or_failed(context: Context, send: Callable[[], Answer], why: str) -> None:
    """Send a command for a device that is away; check that it fails, in one of the documented ways.

    The rows 100428 and 100450 say so, and so does the state failed (erratum command-for-offline-device). That the device has
    gone may be known a little later: it is sent again until the ingest delay is over.
    """
    seen: list[Answer] = []

    def look() -> bool:
        seen[:] = [send()]
        return says(context.contract, seen[0]) is Says.NO or _failed(context, seen[0])

    eventually(context, look)
    if _failed(context, seen[0]):
        context.check("1.9.7/not-cached", True)
    else:
        context.refused("1.9.7/not-cached", seen[0], what=f"a refusal, or the state failed: {why}")


def _failed(context: Context, answer: Answer) -> bool:
    return says(context.contract, answer) is Says.YES and answer.at("/status") == "failed"


def offline(context: Context, operation: Operation | None) -> Answer:
    """Send a command to an MQTT device that is not connected.

    Raises:
        Inconclusive: the platform takes it and says that it failed (erratum command-for-offline-device), so it shows no row.
    """
    del operation
    device = context.make("mqtt-device")
    answer = context.send(context.draft("command-send", bind=False, deviceId=device.id))
    if _failed(context, answer):
        raise Inconclusive("a command for a device that is away has the state failed here, so that no row is shown")
    return answer


PROVOCATIONS: Final = {"command-for-offline-device": offline}


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

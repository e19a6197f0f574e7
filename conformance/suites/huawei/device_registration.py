"""1.5.1 注册设备(验证码方式): devices that speak LWM2M or CoAP."""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import (
    MAKES,
    MARGIN_S,
    QUERY,
    compare,
    conclude,
    gone,
    later,
    observed,
    shows,
)
from conformance.suites.judge import Says, Stated, says
from conformance.suites.objects import Made
from conformance.suites.waiting import refused_in_the_end

REGISTER: Final = "device-register-code"
SERIES: Final = {
    "manufacturerId": "manufacturer_id",
    "manufacturerName": "manufacturer_name",
    "deviceType": "device_type",
    "model": "model",
    "protocolType": "protocol_type",
}
"""The members that name a product together, and the PIXIT key of each."""
TIMEOUT_S: Final = 600
"""A timeout that no case comes near unless it moves the clock."""


def register(context: Context, **members: Any) -> tuple[Answer, dict[str, Any]]:
    """Register a device with every documented member as the body of the case; return the answer and what was given.

    Raises:
        Stop: it was not served; the finding is recorded.
    """
    draft = context.draft(REGISTER, full=True)
    draft.body.update(members)
    return context.succeed(draft), dict(draft.body)


def series(context: Context) -> dict[str, str]:
    """Return the series of members that names the tester's product.

    Raises:
        Inconclusive: the tester does not tell it.
    """
    return {member: str(context.told(key)) for member, key in SERIES.items()}


@case(
    f"huawei/{REGISTER}/read-back",
    requirements=["1.5.1/readable", "1.5.1/keeps-members"],
    calls=[REGISTER, QUERY, "device-delete"],
)
def registered_device_is_queried_as_it_was_given(context: Context) -> None:
    """A registered device can be queried, and shows nodeId and name as they were given."""
    answer, given = register(context)
    expected = {"/deviceInfo/nodeId": given["nodeId"], "/deviceInfo/name": given["deviceName"]}
    shown = observed(context, answer.at("/deviceId"), shows(expected), requirement="1.5.1/readable")
    conclude(compare(context, "1.5.1/keeps-members", shown, expected))


@case(f"huawei/{REGISTER}/ids-distinct", requirements=["1.5.1/ids-distinct"], calls=MAKES)
def two_devices_get_two_ids(context: Context) -> None:
    """Two devices have two ids."""
    ids = [context.succeed(REGISTER).at("/deviceId") for _ in range(2)]
    different = ids[0] != ids[1]
    context.check("1.5.1/ids-distinct", different, expected="two ids", actual=f"{ids[0]} twice", pointer="/deviceId")


@case(
    f"huawei/{REGISTER}/keys-given",
    requirements=["1.5.1/verify-code-echoed", "1.5.1/psk-kept", "1.5.1/timeout-echoed"],
    calls=MAKES,
)
def given_keys_are_taken(context: Context) -> None:
    """The answer repeats the verification code, the psk and the timeout of the request."""
    answer, given = register(context, timeout=TIMEOUT_S)
    hidden = compare(context, "1.5.1/verify-code-echoed", answer, {"/verifyCode": given["verifyCode"]})
    hidden += compare(context, "1.5.1/psk-kept", answer, {"/psk": given["psk"]})
    conclude(hidden + compare(context, "1.5.1/timeout-echoed", answer, {"/timeout": given["timeout"]}))


@case(
    f"huawei/{REGISTER}/keys-made",
    requirements=["1.5.1/verify-code-made", "1.5.1/verify-code-unique", "1.5.1/psk-made"],
    calls=MAKES,
)
def keys_are_made_where_none_are_given(context: Context) -> None:
    """Where the request has no verification code and no psk the platform makes them, for each device another."""
    answers = [context.succeed(REGISTER) for _ in range(2)]
    hidden = differing(context, "1.5.1/verify-code-unique", answers, "/verifyCode")
    if not hidden:
        made = all(isinstance(each.at("/verifyCode"), str) and each.at("/verifyCode") for each in answers)
        context.check("1.5.1/verify-code-made", made, expected="a code", actual="an empty text", pointer="/verifyCode")
    conclude(hidden + differing(context, "1.5.1/psk-made", answers, "/psk"))


def differing(context: Context, requirement: str, answers: list[Answer], pointer: str) -> list[str]:
    """Check that two answers show different values; return the pointer where one shows none."""
    one, other = (each.at(pointer) for each in answers)
    if one is None or other is None:
        return [pointer]
    context.check(requirement, one != other, expected="another value", actual="the same value twice", pointer=pointer)
    return []


@case(f"huawei/{REGISTER}/series", requirements=["1.5.1/series"], calls=MAKES)
def series_names_the_product(context: Context) -> None:
    """A registration that names its product by manufacturer and model is served."""
    draft = context.draft(REGISTER)
    draft.body = {"nodeId": context.unique(), "timeout": 0, "deviceInfo": series(context)}
    context.served(context.operation(REGISTER), context.send(draft), "1.5.1/series")


@case(f"huawei/{REGISTER}/product-and-series", requirements=["1.5.1/product-and-series"], calls=MAKES)
def both_names_of_the_product_are_answered(context: Context) -> None:
    """A registration that names its product in both ways is served or refused (erratum product-choice)."""
    draft = context.draft(REGISTER)
    draft.body["deviceInfo"] = series(context)
    answer = context.send(draft)
    if context.refused("1.5.1/product-and-series", answer, Stated.NOTHING):
        said = "refuses" if says(context.contract, answer) is Says.NO else "serves"
        context.notes.append(f"the platform {said} a registration with productId and the series")


@case(f"huawei/{REGISTER}/timeout", requirements=["1.5.1/timeout-deletes"], calls=[*MAKES, QUERY, "login"])
def device_that_does_not_connect_in_time_is_deleted(context: Context) -> None:
    """A device that did not connect within its timeout can no longer be queried."""
    device = context.make("device", timeout=TIMEOUT_S)
    observed(context, device.id)
    with later(context, TIMEOUT_S + MARGIN_S):
        gone(context, "1.5.1/timeout-deletes", device, f"the device did not connect within {TIMEOUT_S} s")


@case(
    f"huawei/{REGISTER}/timeout-connected",
    requirements=["1.5.1/timeout-connected-stays"],
    calls=[*MAKES, QUERY, "login"],
)
def device_that_connected_in_time_stays(context: Context) -> None:
    """A device that connected within its timeout stays."""
    device = context.make("device", timeout=TIMEOUT_S)
    context.act("device-online", deviceId=device.id)
    _stays(context, "1.5.1/timeout-connected-stays", device)


@case(f"huawei/{REGISTER}/timeout-zero", requirements=["1.5.1/timeout-zero-stays"], calls=[*MAKES, QUERY, "login"])
def timeout_of_zero_never_ends(context: Context) -> None:
    """A device with timeout 0 stays although it does not connect."""
    _stays(context, "1.5.1/timeout-zero-stays", context.make("device", timeout=0))


def _stays(context: Context, requirement: str, device: Made) -> None:
    with later(context, TIMEOUT_S + MARGIN_S):
        answer = context.call(QUERY, deviceId=device.id)
        if says(context.contract, answer) is Says.YES:
            # A platform that deletes now and then has had its time once the ingest delay is over.
            answer = refused_in_the_end(context, QUERY, deviceId=device.id)
        context.served(context.operation(QUERY), answer, requirement)

"""1.5.2 注册设备(密码方式): devices that speak MQTT."""

from __future__ import annotations

from typing import Final

from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import MAKES_MQTT, QUERY, compare, conclude, observed, shows
from conformance.suites.huawei.device_registration import differing

REGISTER: Final = "device-register-secret"


@case(
    f"huawei/{REGISTER}/read-back",
    requirements=["1.5.2/readable", "1.5.2/keeps-members", "1.5.2/secret-echoed"],
    calls=[*MAKES_MQTT, QUERY],
)
def registered_device_is_queried_as_it_was_given(context: Context) -> None:
    """A registered device can be queried, shows nodeId and name as they were given, and has the given secret."""
    draft = context.draft(REGISTER, full=True)
    answer = context.succeed(draft)
    hidden = compare(context, "1.5.2/secret-echoed", answer, {"/secret": draft.body["secret"]})
    info = draft.body["deviceInfo"]
    expected = {"/deviceInfo/nodeId": info["nodeId"], "/deviceInfo/name": info["name"]}
    shown = observed(context, answer.at("/deviceId"), shows(expected), requirement="1.5.2/readable")
    conclude(hidden + compare(context, "1.5.2/keeps-members", shown, expected))


@case(
    f"huawei/{REGISTER}/made",
    requirements=["1.5.2/ids-distinct", "1.5.2/secret-made", "1.5.2/secrets-distinct"],
    calls=MAKES_MQTT,
)
def ids_and_secrets_are_made_for_each_device(context: Context) -> None:
    """Two devices registered without a secret have two ids, two secrets and two psk, none of them empty."""
    answers = [context.succeed(REGISTER) for _ in range(2)]
    hidden = differing(context, "1.5.2/ids-distinct", answers, "/deviceId")
    hidden += differing(context, "1.5.2/secrets-distinct", answers, "/psk")
    if absent := [each for each in answers if each.at("/secret") is None]:
        conclude([*hidden, *("/secret" for _ in absent)])
    made = all(each.at("/secret") for each in answers)
    context.check("1.5.2/secret-made", made, expected="a secret", actual="an empty text", pointer="/secret")
    differing(context, "1.5.2/secrets-distinct", answers, "/secret")
    conclude(hidden)

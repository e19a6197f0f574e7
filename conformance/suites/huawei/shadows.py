"""1.5.8 修改设备影子, 1.5.9 查询设备影子: what a shadow holds."""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import compare, conclude, gateway, node_id, observed, shows
from conformance.suites.huawei.shadow_reading import DEVICE_CALLS, Setting, is_now, same_number, told
from conformance.suites.judge import Says, Stated, says

CALLS: Final = ("shadow-modify", "shadow-query", *DEVICE_CALLS)
ODD: Final = 37
"""A value that no shadow begins with by chance: the minimal request sets another."""


@case(
    "huawei/shadow-modify/stored",
    requirements=["1.5.8/desired-stored", "1.5.8/desired-replaced"],
    calls=CALLS,
)
def configuration_stands_in_the_desired_area(context: Context) -> None:
    """A configuration that is set stands in the desired area, and a later one takes its place."""
    setting = Setting.of(context)
    setting.set(31)
    if setting.becomes("1.5.8/desired-stored", "desiredProps", 31):
        setting.set(36)
        setting.becomes("1.5.8/desired-replaced", "desiredProps", 36)


@case("huawei/shadow-modify/own-shadow", requirements=["1.5.8/own-shadow", "1.5.8/desired-stored"], calls=CALLS)
def configuration_stays_in_the_shadow_of_its_device(context: Context) -> None:
    """A configuration for one device does not appear in the shadow of another."""
    one, other = Setting.of(context), Setting.of(context)
    one.set(ODD)
    one.becomes("1.5.8/desired-stored", "desiredProps", ODD)
    try:
        leaked = other.read("desiredProps")
    except Inconclusive:
        leaked = None  # a shadow that shows nothing shows no other device's configuration
    context.check(
        "1.5.8/own-shadow",
        not same_number(leaked, ODD),
        expected=f"no {one.name} = {ODD}, which was set for {one.device.id}",
        actual=leaked,
        pointer="/services",
    )


@case(
    "huawei/shadow-modify/lwm2m-only",
    requirements=["1.5.8/lwm2m-only"],
    calls=["shadow-modify", "device-register-secret", "device-delete"],
    needs=["mqtt_devices"],
)
def shadow_of_an_mqtt_device_cannot_be_changed(context: Context) -> None:
    """A device that uses MQTT has no shadow that can be changed, not even by a property that its product has."""
    service, name = str(context.told("mqtt_service_id")), str(context.told("mqtt_property_name"))
    desired = {"serviceDesireds": [{"serviceId": service, "desired": {name: 31}}]}
    answer = context.call("shadow-modify", deviceId=context.make("mqtt-device").id, body=desired)
    context.refused("1.5.8/lwm2m-only", answer, Stated.CONSTRAINT, what="a refusal: the device does not use LWM2M")


@case(
    "huawei/shadow-query/authorised-application",
    requirements=["1.5.8/authorised-application", "1.5.9/authorised-application", "1.6.4/authorised-application"],
    calls=[*CALLS, "shadow-history"],
)
def shadow_for_an_authorised_application_is_reached_with_its_id(context: Context) -> None:
    """With its appId, the shadow of an authorised application's device is changed and read, and so is its history."""
    owner = str(context.told("authorised_app_id"))
    service, name = context.have("shadow-service").id, context.have("shadow-property").id
    answer = context.send(context.draft("device-register-code", appId=owner))
    if says(context.contract, answer) is not Says.YES:
        # The product may not be there for the other application.
        raise Inconclusive(f"no device can be registered for {owner}: {answer.describe()}")
    device = str(answer.at("/deviceId"))
    desired = {"serviceDesireds": [{"serviceId": service, "desired": {name: 31}}]}
    try:
        answer = context.call("shadow-modify", deviceId=device, appId=owner, body=desired)
        context.served(context.operation("shadow-modify"), answer, "1.5.8/authorised-application")
        rules = {"shadow-query": "1.5.9/authorised-application", "shadow-history": "1.6.4/authorised-application"}
        for subject, rule in rules.items():
            given: dict[str, Any] = {"gatewayId": device} if subject == "shadow-history" else {}
            observed(context, device, subject=subject, requirement=rule, appId=owner, **given)
    finally:
        context.call("device-delete", deviceId=device, appId=owner)
        context.forget(device)


@case(
    "huawei/shadow-query/own-device",
    requirements=["1.5.9/own-device", "1.5.9/device-info"],
    calls=["shadow-query", *DEVICE_CALLS],
)
def answer_is_about_the_device_that_was_asked_for(context: Context) -> None:
    """Of two devices, each has its own shadow shown, with its nodeId and its name."""
    for name in (context.unique(), context.unique()):
        device = context.make("device", deviceName=name)
        expected = {"/deviceInfo/nodeId": node_id(device), "/deviceInfo/name": name}
        answer = observed(context, device.id, shows(expected), subject="shadow-query")
        context.equal("1.5.9/own-device", answer.at("/deviceId"), device.id, pointer="/deviceId")
        compare(context, "1.5.9/device-info", answer, expected)


@case(
    "huawei/shadow-query/gateway-of-direct-device",
    requirements=["1.5.9/gateway-of-direct-device"],
    calls=["shadow-query", *DEVICE_CALLS],
)
def direct_device_is_its_own_gateway(context: Context) -> None:
    """For a device that is connected directly gatewayId is its own deviceId."""
    device = context.make("device")
    shown = told(observed(context, device.id, shows({"/gatewayId": device.id}), subject="shadow-query"), "gatewayId")
    context.equal("1.5.9/gateway-of-direct-device", shown, device.id, pointer="/gatewayId")


@case(
    "huawei/shadow-query/gateway-of-device-behind",
    requirements=["1.5.9/gateway-of-device-behind"],
    calls=["shadow-query", "device-query", *DEVICE_CALLS],
)
def device_behind_a_gateway_names_it(context: Context) -> None:
    """For a device behind a gateway gatewayId is the deviceId of the gateway."""
    above, below = gateway(context)
    expected = {"/gatewayId": above.id}
    answer = observed(context, below.id, shows(expected), subject="shadow-query")
    conclude(compare(context, "1.5.9/gateway-of-device-behind", answer, expected))


@case(
    "huawei/shadow-query/create-time",
    requirements=["1.5.9/create-time-utc"],
    calls=["shadow-query", *DEVICE_CALLS],
)
def create_time_is_the_utc_time_of_registration(context: Context) -> None:
    """The shadow of a new device shows the present UTC time as createTime."""
    device = context.make("device")
    answer = observed(context, device.id, subject="shadow-query")
    shown = told(answer, "createTime")
    expected = f"the present time in UTC, {context.written(context.now())}"
    context.check(
        "1.5.9/create-time-utc", is_now(context, shown), expected=expected, actual=shown, pointer="/createTime"
    )

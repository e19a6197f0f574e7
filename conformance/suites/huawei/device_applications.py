"""1.5.1–1.6.5: devices of another application that has authorised the caller, reached with its appId."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_list import LISTING
from conformance.suites.huawei.device_reading import MAKES, MAKES_MQTT, QUERY
from conformance.suites.huawei.pages import eventually_found
from conformance.suites.judge import Says, says

CODE: Final = "device-register-code"
MQTT: Final = "device-register-secret"


def told(section: str) -> str:
    """Return the id of a section's statement."""
    return f"{section}/authorised-application"


@contextmanager
def registered(context: Context, subject: str, section: str, owner: str, **members: Any) -> Iterator[str]:
    """Register a device for the application that has authorised the caller, and delete it in the end.

    Raises:
        Inconclusive: the application cannot have a device of the tester's product.
    """
    draft = context.draft(subject, appId=owner)
    draft.body.update(members)
    answer = context.send(draft)
    if says(context.contract, answer) is Says.NO:
        raise Inconclusive(f"no device of this product can be registered for {owner}: {answer.describe()}")
    context.served(context.operation(subject), answer, told(section))
    device = str(answer.at("/deviceId"))
    own = context.call(QUERY, deviceId=device)
    context.refused(told(section), own, what="a refusal without appId: the device is another application's")
    try:
        yield device
    finally:
        # The postamble knows the caller's own devices alone.
        deleted = context.call("device-delete", deviceId=device, appId=owner)
        if context.served(context.operation("device-delete"), deleted, told("1.5.5")):
            context.forget(device)


@case(
    f"huawei/{CODE}/authorised-application",
    requirements=[told(each) for each in ("1.5.1", "1.5.4", "1.5.5", "1.5.7", "1.6.1", "1.6.2", "1.6.3", "1.6.5")],
    calls=[
        *MAKES,
        "device-modify",
        "device-activation",
        QUERY,
        "device-list",
        "device-history",
        "device-capabilities",
    ],
)
def devices_of_an_authorised_application_are_reached_with_its_id(context: Context) -> None:
    """A device is registered, changed, queried in every way and deleted with the appId of its application."""
    owner, name = str(context.told("authorised_app_id")), context.unique()
    with registered(context, CODE, "1.5.1", owner, deviceName=name, timeout=0) as device:
        calls: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("device-modify", "1.5.4", {"body": {"location": name}}),
            ("device-activation", "1.5.7", {}),
            (QUERY, "1.6.1", {}),
            ("device-capabilities", "1.6.5", {}),
        )
        for subject, section, given in calls:
            answer = context.call(subject, deviceId=device, appId=owner, **given)
            context.served(context.operation(subject), answer, told(section))
        history = context.call("device-history", deviceId=device, gatewayId=device, appId=owner)
        if says(context.contract, history) is not Says.NO:  # erratum no-history-yet
            context.served(context.operation("device-history"), history, told("1.6.3"))
        listed = context.call("device-list", name=name, appId=owner)
        if context.served(context.operation("device-list"), listed, told("1.6.2")):
            found = eventually_found(context, LISTING, device, name=name, appId=owner)
            context.check(told("1.6.2"), found is not None, expected=f"{device} is listed", actual="on no page")


@case(
    f"huawei/{MQTT}/authorised-application",
    requirements=[told("1.5.2"), told("1.5.5")],
    calls=[*MAKES_MQTT, QUERY],
)
def mqtt_device_is_registered_for_an_authorised_application(context: Context) -> None:
    """An MQTT device is registered and deleted with the appId of the application that has authorised the caller."""
    owner = str(context.told("authorised_app_id"))
    with registered(context, MQTT, "1.5.2", owner):
        pass


@case(
    "huawei/device-key-refresh/authorised-application",
    requirements=[told("1.5.1"), told("1.5.3"), told("1.5.5")],
    calls=[*MAKES, QUERY, "device-key-refresh"],
)
def key_is_refreshed_for_an_authorised_application(context: Context) -> None:
    """The key of an offline device is refreshed with the appId of its application."""
    owner = str(context.told("authorised_app_id"))
    with registered(context, CODE, "1.5.1", owner, timeout=0) as device:
        for action in ("device-online", "device-offline"):
            context.act(action, deviceId=device)
        answer = context.call("device-key-refresh", deviceId=device, appId=owner, body={"timeout": 0})
        context.served(context.operation("device-key-refresh"), answer, told("1.5.3"))

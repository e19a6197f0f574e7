"""For which application a call about devices is made: the caller's own, or one that has authorised it (`appId`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.calls import Request
from conformance.reference.faults import Behaviour
from conformance.reference.huawei.applications import Applications
from conformance.reference.huawei.device_state import Device, Devices
from conformance.reference.huawei.platform import Huawei

SECTIONS: Final[Mapping[str, str]] = {
    "device-register-code": "1.5.1",
    "device-register-secret": "1.5.2",
    "device-key-refresh": "1.5.3",
    "device-modify": "1.5.4",
    "device-delete": "1.5.5",
    "device-activation": "1.5.7",
    "device-query": "1.6.1",
    "device-list": "1.6.2",
    "device-history": "1.6.3",
    "device-capabilities": "1.6.5",
}
"""The operations about devices, with their sections."""
REGISTRATIONS: Final = ("device-register-code", "device-register-secret")

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    **{
        f"{subject}-own-only": Behaviour(
            f"{section}/authorised-application",
            f"{subject} is refused for applications that have authorised the caller",
        )
        for subject, section in SECTIONS.items()
    },
    "list-app-id-ignored": Behaviour("1.6.2/authorised-application", "the list holds the caller's own devices only"),
    **{
        f"{subject}-for-caller": Behaviour(
            f"{SECTIONS[subject]}/authorised-application", f"{subject} registers for the caller, whatever appId says"
        )
        for subject in REGISTRATIONS
    },
}


def owner(huawei: Huawei, request: Request) -> str:
    """Return the application for which a call is made.

    Raises:
        Refused: it does not exist, or has not authorised the caller.
    """
    applications, faults = huawei.room(Applications), huawei.faults
    app_id = applications.of(request)
    if app_id == applications.own:
        return app_id
    subject = request.operation.subject
    if faults.on(f"{subject}-own-only"):
        raise huawei.refusal(request.operation, "100217")
    if (subject in REGISTRATIONS and faults.on(f"{subject}-for-caller")) or (
        subject == "device-list" and faults.on("list-app-id-ignored")
    ):
        return applications.own
    return app_id


def named(huawei: Huawei, request: Request) -> Device:
    """Return the device that the path of a call names.

    Raises:
        Refused: the application for which the call is made has none of that id.
    """
    return huawei.room(Devices).of(request, request.path["deviceId"], owner(huawei, request))

"""Setting and reading the shadow of a device: one property of one service, both named by the tester.

Members of answers may be absent or null, so a shadow that shows no services tells nothing of them; a service that is listed
and does not show the property, though, does not have it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites import moments
from conformance.suites.context import Context, json_equal
from conformance.suites.huawei.device_reading import observed
from conformance.suites.objects import Made
from conformance.suites.waiting import eventually

Area = Literal["desiredProps", "reportedProps"]

DEVICE_CALLS: Final = ("device-register-code", "device-delete")
"""What the preamble of a device calls."""
CLOCKS_S: Final = 600
"""How far two clocks may be apart; a time zone is at least three times as far."""


@dataclass(frozen=True)
class Setting:
    """A writable property of a service, in the shadow of one device."""

    context: Context
    device: Made
    service: str
    name: str

    @classmethod
    def of(cls, context: Context, device: Made | None = None) -> Setting:
        """Return the tester's property in the shadow of a device, one of the case's own where none is given.

        Raises:
            Inconclusive: the tester names no property, or no device can be made.
        """
        service, name = context.have("shadow-service").id, context.have("shadow-property").id
        return cls(context, device or context.make("device"), service, name)

    def set(self, value: int) -> Answer:
        """Set the property in the shadow.

        Raises:
            Stop: that was not served; the finding is recorded.
        """
        desired = {"serviceDesireds": [{"serviceId": self.service, "desired": {self.name: value}}]}
        return self.context.succeed("shadow-modify", deviceId=self.device.id, body=desired)

    def read(self, area: Area) -> Any:
        """Return what the shadow holds of the property now; None where it holds nothing of it.

        Raises:
            Stop: the query was not served; the finding is recorded.
            Inconclusive: the shadow shows no services, or not this area of the service; neither is required.
        """
        answer = observed(self.context, self.device.id, subject="shadow-query")
        services = answer.at("/services")
        if not isinstance(services, list):
            raise Inconclusive("the shadow shows no services, so nothing is known of what it holds")
        found = (each for each in services if isinstance(each, Mapping) and each.get("serviceId") == self.service)
        service = next(found, None)
        if service is None:
            if not all(isinstance(each, Mapping) and "serviceId" in each for each in services):
                raise Inconclusive("the shadow does not name its services, so nothing is known of what it holds")
            return None
        held = service.get(area)
        if not isinstance(held, Mapping):
            raise Inconclusive(f"the shadow shows no {area} of {self.service}, so nothing is known of what it holds")
        return held.get(self.name)

    def becomes(self, requirement: str, area: Area, value: int) -> bool:
        """Read until the shadow holds a value or the ingest delay is over; check that it does.

        Raises:
            Stop: a query was not served; the finding is recorded.
            Inconclusive: to the end the shadow does not show what it holds.
        """
        seen: list[Any] = []

        def look() -> bool:
            try:
                seen[:] = [self.read(area)]
            except Inconclusive as hidden:
                seen[:] = [hidden]  # it may be shown once the value has arrived
            return same_number(seen[0], value)

        holds = eventually(self.context, look)
        if isinstance(seen[0], Inconclusive):
            raise seen[0]
        expected = f"{self.name} is {value} in {area} of {self.service}"
        return self.context.check(requirement, holds, expected=expected, actual=seen[0], pointer="/services")


def same_number(shown: Any, given: int) -> bool:
    """Tell whether a shown value is the number that was given, as a number or as its text."""
    return json_equal(shown, given) or shown == str(given)


def told(answer: Answer, member: str) -> Any:
    """Return a member of an answer.

    Raises:
        Inconclusive: the platform does not show it (it may be absent or null).
    """
    value = answer.at(f"/{member}")
    if value is None:
        raise Inconclusive(f"not shown by the platform, so not judged: {member.replace('/', '.')}")
    return value


def moment(context: Context, value: Any) -> datetime | None:
    """Return the time that an answer names; None where it names none."""
    return moments.form(context.pixit, documented=context.contract.time_form).read(value)


def is_now(context: Context, value: Any) -> bool:
    """Tell whether a time is the present one, on the IUT's clock as far as its answers told it."""
    at = moment(context, value)
    return at is not None and abs((at - context.now()).total_seconds()) <= CLOCKS_S


def read_until(context: Context, read: Callable[[], Any], holds: Callable[[Any], bool]) -> Any:
    """Read until what is read is as expected or the ingest delay is over; return what was read last."""
    seen: list[Any] = []

    def look() -> bool:
        seen[:] = [read()]
        return holds(seen[0])

    eventually(context, look)
    return seen[0]

"""Reading back what a device reported by MQTT: its history (1.6.3) and its latest data (1.6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive, Stop
from conformance.suites.context import Context
from conformance.suites.device_link import Link
from conformance.suites.huawei.device_reading import QUERY, lacks, service_in
from conformance.suites.huawei.device_reports import HISTORY, LISTING
from conformance.suites.huawei.mqtt_device import Device, payload, values
from conformance.suites.huawei.shadow_reading import same_number
from conformance.suites.judge import Says, says
from conformance.suites.waiting import eventually

TAKES: Final = "2.3/takes-reports"


@dataclass(frozen=True)
class Meter:
    """A property of a service that the tester names, which takes numbers."""

    service: str
    name: str

    @classmethod
    def of(cls, context: Context, *, other: bool = False) -> Meter:
        """Return the tester's property of an MQTT product, or that of another service.

        Raises:
            Inconclusive: the tester names none.
        """
        middle = "other_" if other else ""
        return cls(str(context.told(f"mqtt_{middle}service_id")), str(context.told(f"mqtt_{middle}property_name")))

    def reading(self, value: int, event_time: Any = None) -> dict[str, Any]:
        """Return what a report tells of it."""
        return values(self.service, event_time, **{self.name: value})

    def report(self, value: int, event_time: Any = None) -> bytes:
        """Return a report of it alone."""
        return payload(self.reading(value, event_time))


def report(link: Link, device: Device, content: bytes, qos: int = 1) -> bool:
    """Have a device publish on its data topic; tell whether that was acknowledged.

    With QoS 0, which nobody acknowledges, PINGREQ follows: its answer tells that the platform has read the report.
    """
    done = link.publish(device.topic("data"), content, qos)
    return done if qos else done and link.answers_ping()


def history(device: Device, meter: Meter) -> list[Any]:
    """Return the values of a property in the history of a device; none where it is refused (erratum no-history-yet).

    Raises:
        Inconclusive: the records do not show their data.
    """
    context = device.context
    answer = context.call(HISTORY, deviceId=device.id, gatewayId=device.id, pageSize=LISTING.largest)
    if says(context.contract, answer) is not Says.YES:
        return []
    records = [each for each in LISTING.records(answer) if isinstance(each, Mapping)]
    if any(each.get("data") is None for each in records):
        raise Inconclusive("the records of the history do not show their data, so nothing is known of them")
    data = [each["data"] for each in records if each.get("serviceId") in {None, meter.service}]
    return [each[meter.name] for each in data if isinstance(each, Mapping) and meter.name in each]


def kept(device: Device, meter: Meter, value: int) -> tuple[bool, list[Any]]:
    """Read the history until it shows a value or the ingest delay is over; tell whether it does, and what it shows."""
    seen: list[Any] = []

    def look() -> bool:
        seen[:] = history(device, meter)
        return any(same_number(each, value) for each in seen)

    return eventually(device.context, look), seen


def judge_kept(link: Link, device: Device, meter: Meter, value: int, requirement: str = TAKES) -> bool:
    """Check that a value which a device reported is in its history."""
    holds, seen = kept(device, meter, value)
    expected = f"{meter.name} = {value} of {meter.service} in the history"
    return device.context.cited(requirement, holds, link.last, expected=expected, actual=seen or "no record")


def settle(device: Device, meter: Meter, value: int) -> None:
    """Wait until a value is in the history of a device (a preamble).

    Raises:
        Inconclusive: it is not when the ingest delay is over.
    """
    if not kept(device, meter, value)[0]:
        raise Inconclusive(f"the history does not show what the device reported: {meter.name} = {value}")


def latest(device: Device, meter: Meter, value: int, requirement: str | None = None) -> Mapping[str, Any]:
    """Query a device until it shows a value or the ingest delay is over; return what it shows of the service.

    Raises:
        Stop: its services are shown without this one; the finding about the requirement is recorded.
        Inconclusive: it shows no services, or not this one and no requirement is given.
    """
    context = device.context
    seen: dict[str, Any] = {}
    answers: list[Answer] = []

    def look() -> bool:
        answers[:] = [context.call(QUERY, deviceId=device.id)]
        seen.clear()
        seen.update(service_in(answers[0].at("/services"), meter.service))
        data = seen.get("data")
        return isinstance(data, Mapping) and same_number(data.get(meter.name), value)

    eventually(context, look)
    services = answers[0].at("/services")
    if requirement and lacks(services, meter.service):
        expected = f"{meter.service} among the services"
        context.check(requirement, False, expected=expected, actual=services, pointer="/services")
        raise Stop
    if not isinstance(seen.get("data"), Mapping):
        raise Inconclusive(f"not shown by the platform, so not judged: services.data of {meter.service}")
    return seen

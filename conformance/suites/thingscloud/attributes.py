"""Writing attributes of a device and seeing them: what the cases of two chapters have in common.

The attributes are the tester's (`[pixit] attribute`, `second_attribute`): numbers that any new device can hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.objects import Made
from conformance.suites.thingscloud.readback import shows
from conformance.suites.waiting import eventually, observe


def names(context: Context) -> tuple[str, str]:
    """Return the identifiers of the two attributes."""
    return str(context.pixit("attribute")), str(context.pixit("second_attribute"))


def items_of(info: Any) -> list[Mapping[str, Any]]:
    """Return the attributes of a list, or the records of a history."""
    return [item for item in info if isinstance(item, Mapping)] if isinstance(info, list) else []


def current(info: Any) -> dict[str, Any]:
    """Return the values of an attribute list by identifier; None for one that is listed without a value."""
    return {str(item.get("identifier")): item.get("value") for item in items_of(info)}


def values(info: Any) -> list[Any]:
    """Return the values of the records of a history, in their order."""
    return [record.get("value") for record in items_of(info)]


def write(context: Context, device: Made, given: Mapping[str, Any]) -> Answer:
    """Update cloud attributes as the body of the case."""
    return context.succeed("cloud-attributes-update", device_id=device.id, body=dict(given))


def remove(context: Context, device: Made, keys: Iterable[str]) -> Answer:
    """Remove attributes as the body of the case: exactly these keys, none put in for an object that the suite would make."""
    draft = context.draft("attributes-remove", bind=False, device_id=device.id, body={"keys": list(keys)})
    return context.succeed(draft)


def observed(context: Context, device: Made, given: Mapping[str, Any], gone: tuple[str, ...] = ()) -> Answer:
    """Read the attributes until they have these values and those that are gone have none; return the last answer."""

    def holds(info: Any) -> bool:
        shown = current(info)
        return shows(shown, given) and all(shown.get(name) is None for name in gone)

    return observe(context, "attributes", holds, device_id=device.id)


def prepared(context: Context, given: Mapping[str, Any]) -> Made:
    """Make a device that has these attributes, and see that they are listed.

    Raises:
        Inconclusive: they were written, but the list does not show them.
    """
    device = context.make("device")
    context.prepare("cloud-attributes-update", device_id=device.id, body=dict(given))

    def look() -> bool:
        answer = context.call("attributes", device_id=device.id)
        return says(context.contract, answer) is Says.YES and shows(current(answer.at("/info")), given)

    if not eventually(context, look):
        raise Inconclusive(f"the attributes {', '.join(given)} were written, but are not listed with these values")
    return device

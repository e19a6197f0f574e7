"""设备数据: the attribute list, and removing attributes."""

from __future__ import annotations

from typing import Any, Final

from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.thingscloud.attributes import current, items_of, names, observed, prepared, remove
from conformance.suites.thingscloud.devices import no_device


@case("thingscloud/attributes/unknown-id", requirements=["attributes/unknown-id"], calls=["attributes"])
def refuses_the_attributes_of_an_unknown_device(context: Context) -> None:
    """An id that no device has is refused."""
    context.refused("attributes/unknown-id", context.call("attributes", device_id=no_device(context)))


@case(
    "thingscloud/attributes/identifiers-unique",
    requirements=["attributes/identifiers-unique"],
    calls=["device-create", "cloud-attributes-update", "attributes", "device-delete"],
)
def no_identifier_stands_twice(context: Context) -> None:
    """A device with two attributes lists no identifier twice."""
    one, two = names(context)
    device = prepared(context, {one: 21.5, two: 40})
    info = context.succeed("attributes", device_id=device.id).at("/info")
    identifiers = [item.get("identifier") for item in items_of(info)]
    twice = sorted({str(each) for each in identifiers if identifiers.count(each) > 1})
    expected, actual = "each identifier once", f"more than once: {twice}"
    context.check("attributes/identifiers-unique", not twice, expected=expected, actual=actual, pointer="/info")


@case(
    "thingscloud/attributes-remove/one",
    requirements=["attributes-remove/removes-named", "attributes-remove/keeps-others"],
    calls=["device-create", "cloud-attributes-update", "attributes-remove", "attributes", "device-delete"],
)
def named_attribute_is_removed(context: Context) -> None:
    """An attribute that is named is gone afterwards; the other one stays with its value."""
    one, two = names(context)
    shown = _after_removing(context, [one], kept={two: 40})
    context.check(
        "attributes-remove/keeps-others",
        shown.get(two) == 40,
        expected=f"{two} = 40, as before",
        actual=f"{two} = {shown[two]}" if two in shown else f"{two} is no longer listed",
        pointer="/info",
    )


@case(
    "thingscloud/attributes-remove/several",
    requirements=["attributes-remove/removes-named"],
    calls=["device-create", "cloud-attributes-update", "attributes-remove", "attributes", "device-delete"],
)
def several_attributes_are_removed_at_once(context: Context) -> None:
    """Two attributes named at once are both gone afterwards."""
    _after_removing(context, list(names(context)), kept={})


def _after_removing(context: Context, keys: list[str], kept: dict[str, Any]) -> dict[str, Any]:
    """Write both attributes, remove those named, check that they are gone; return the values listed afterwards."""
    one, two = names(context)
    device = prepared(context, {one: 21.5, two: 40})
    remove(context, device, keys)
    shown = current(observed(context, device, kept, gone=tuple(keys)).at("/info"))
    left = {key: shown[key] for key in keys if shown.get(key) is not None}
    first, second = context.contract.errata["removed-attribute"].readings
    context.check(
        "attributes-remove/removes-named",
        not left,
        expected=f"{' and '.join(keys)}: {first.text} Or: {second.text}",
        actual=left,
        pointer="/info",
    )
    return shown


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

"""设备通信: cloud attributes, as far as they are seen without a device attached.

What is pushed to a device, and the commands sent to it, are seen only by the device; the requirements say so.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.iut.clock import offset_ms
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.thingscloud.attributes import current, items_of, names, observed, prepared, values, write
from conformance.suites.thingscloud.readback import compare, conclude, milliseconds
from conformance.suites.waiting import observe

CLOCK_MS: Final = 2000
"""How far a time may lie outside: a Date header tells seconds, and a time in whole seconds is cut."""
CALLS: Final = ("device-create", "cloud-attributes-update", "attributes", "attribute-series", "device-delete")


@case(
    "thingscloud/cloud-attributes-update/readable",
    requirements=["cloud-attributes-update/readable", "cloud-attributes-update/ts"],
    calls=["device-create", "cloud-attributes-update", "attributes", "device-delete"],
)
def updated_attributes_are_read(context: Context) -> None:
    """Attributes that are updated are listed with their values, and with the time of the update."""
    device = context.make("device")
    one, two = names(context)
    given = {one: 21.5, two: 40}
    began = time.time() * 1000
    written = write(context, device, given)
    ended = time.time() * 1000
    offset = offset_ms(written)
    answer = observed(context, device, given)
    shown = current(answer.at("/info"))
    for name in given:
        listed, expected = name in shown, f"{name} in the list"
        context.check("cloud-attributes-update/readable", listed, expected=expected, actual="absent", pointer="/info")
    listed_ones = {name: value for name, value in given.items() if name in shown}
    hidden = compare(context, "cloud-attributes-update/readable", shown, listed_ones)
    for item in items_of(answer.at("/info")):
        if item.get("identifier") in given:
            hidden += _timely(context, answer, item, (began, ended), offset)
    conclude(hidden)


def _timely(
    context: Context, answer: Answer, item: Mapping[str, Any], written: tuple[float, float], offset: int | None
) -> list[str]:
    """Check the time of an attribute against the platform's clock; return what cannot be judged.

    Args:
        context: the case under way.
        answer: the attribute list.
        item: the attribute.
        written: when the update was sent and when it was answered, in ms by our clock.
        offset: the platform's clock minus ours in ms; None where no answer told it.
    """
    shown = milliseconds(item.get("ts"))
    began, ended = written
    # The Date header may have been written at any time of the call, so that the call's duration is uncertain too.
    slack = CLOCK_MS + ended - began
    if shown is None:
        return ["ts"]
    if offset is None:
        return ["the platform's clock (a Date header)"]
    latest = ended + float(context.pixit("ingest_delay_s") or 0) * 1000
    holds = began + offset - slack <= shown <= latest + offset + slack
    context.check(
        "cloud-attributes-update/ts",
        holds,
        expected=f"the time of the update, {began + offset:.0f} ms by the platform's clock",
        actual=f"{shown - began - offset:+.0f} ms from it",
        pointer=f"/info/{item['identifier']}/ts",
        answer=answer,
    )
    return []


@case(
    "thingscloud/cloud-attributes-update/in-series",
    requirements=[
        "cloud-attributes-update/in-series",
        "cloud-attributes-update/each-in-series",
        "attributes/current-value",
    ],
    calls=CALLS,
)
def every_update_is_in_the_history(context: Context) -> None:
    """Three updates of an attribute are three records of its history; the attribute list shows the newest value.

    Only the newest must be there: a history that keeps one record a second breaks no sentence.
    """
    device = context.make("device")
    name = names(context)[0]
    given = [11.5, 33.5, 22.5]
    for value in given:
        write(context, device, {name: value})
    answer = observed(context, device, {name: given[-1]})
    hidden = compare(context, "attributes/current-value", current(answer.at("/info")), {name: given[-1]})
    history = observe(
        context,
        "attribute-series",
        lambda info: all(value in values(info) for value in given),
        device_id=device.id,
        identifier=name,
    )
    seen = values(history.at("/info"))
    for value in given:
        newest = value == given[-1]
        context.check(
            f"cloud-attributes-update/{'in-series' if newest else 'each-in-series'}",
            value in seen,
            expected=f"a record with the value {value}",
            actual=f"records with {seen}",
            pointer="/info",
            answer=history,
        )
    conclude(hidden)


@case(
    "thingscloud/cloud-attributes-update/keeps-others",
    requirements=["cloud-attributes-update/keeps-others"],
    calls=["device-create", "cloud-attributes-update", "attributes", "device-delete"],
)
def other_attributes_keep_their_values(context: Context) -> None:
    """An update of one attribute leaves the value of another."""
    one, two = names(context)
    device = prepared(context, {one: 21.5, two: 40})
    write(context, device, {one: 22.5})
    shown = current(observed(context, device, {one: 22.5, two: 40}).at("/info"))
    context.check(
        "cloud-attributes-update/keeps-others",
        shown.get(two) == 40,
        expected=f"{two} = 40, as before",
        actual=f"{two} = {shown[two]}" if two in shown else f"{two} is no longer listed",
        pointer="/info",
    )


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())

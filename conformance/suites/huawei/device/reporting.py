"""2.3: what the device reports."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from conformance.evidence.findings import Stop
from conformance.mqtt.packets import Publish
from conformance.mqtt.record import Record
from conformance.mqtt.session import Session
from conformance.suites.device.context import DeviceContext
from conformance.suites.huawei.device.speaking import (
    REPORT,
    content,
    device_case,
    kind_of,
    readable,
    shape_of,
    topic,
)

JUDGED: Final = 50
"""Reports of a connection that are judged; a device that floods sends the same again."""
_TIME: Final = re.compile("[0-9]{8}T[0-9]{6}Z", re.ASCII)


@device_case("report/topic", requirements=("2.3/reports", "2.3/topic"))
def on_its_topic(context: DeviceContext) -> None:
    """The device reports within its period, on its own data topic."""
    session = context.session
    own = topic(context, session, "data")
    limit = float(context.pixit("report_period_s"))
    record = context.awaits(session, lambda each: _reports(each, own), limit, "a report")
    others = [(record, publish) for record, publish in context.published(session) if publish.topic != own]
    sent = ", ".join(dict.fromkeys(repr(publish.topic) for _, publish in others)) or "nothing"
    strays = [(record, publish) for record, publish in others if kind_of(publish) == "deviceReq"]
    if strays:
        context.cited("2.3/topic", False, strays[0][0], expected=own, actual=strays[0][1].topic)
    elif not context.cited(
        "2.3/reports", record is not None, record, expected=f"a report on {own} within {limit:g} s", actual=sent
    ):
        raise Stop
    if record is not None:
        context.cited("2.3/reports", True, record)
        context.cited("2.3/topic", True, record)


@device_case("report/message", requirements=("2.1/payload", *shape_of(REPORT)))
def has_its_shape(context: DeviceContext) -> None:
    """Reports have the documented members."""
    readable(context)
    _first(context)
    for record, publish in _on_data_topic(context):
        body = content(publish)
        known = isinstance(body, dict)
        context.cited(
            "2.1/payload", known, record, expected="one JSON object in UTF-8", actual=f"{publish.payload[:60]!r}"
        )
        if known and kind_of(publish) != "deviceRsp":
            context.shape(context.contract.device_messages[REPORT], body, record)


@device_case("report/event-time", requirements=("2.3/event-time",))
def tells_its_time(context: DeviceContext) -> None:
    """An eventTime has the documented form; a report may do without."""
    readable(context)
    record = _first(context)
    context.cited("2.3/event-time", True, record, note="holds where there is none")
    for each, publish in _on_data_topic(context):
        for number, element in enumerate(_elements(publish)):
            if element.get("eventTime") is not None:
                told = element["eventTime"]
                pointer = f"/data/{number}/eventTime"
                context.cited(
                    "2.3/event-time", is_time(told), each, expected="yyyyMMddTHHmmssZ", actual=told, pointer=pointer
                )


@device_case("report/product-model", requirements=("2.3/product-model",), needs=("pixit.product_model",))
def fits_its_product_model(context: DeviceContext) -> None:
    """Reports hold what the product model describes."""
    readable(context)
    model = context.environment.model
    assert model is not None
    _first(context)
    for record, publish in _on_data_topic(context):
        for number, element in enumerate(_elements(publish)):
            service, data = element.get("serviceId"), element.get("serviceData")
            if not isinstance(service, str) or not isinstance(data, dict):
                continue  # the case about the shape says so
            breaches = list(model.breaches(service, data))
            for at, expected, actual in breaches:
                pointer = f"/data/{number}/serviceData{at}" if at else f"/data/{number}/serviceId"
                context.cited("2.3/product-model", False, record, expected=expected, actual=actual, pointer=pointer)
            if not breaches:
                context.cited("2.3/product-model", True, record)


def is_time(told: Any) -> bool:
    """Tell whether a value is a time as the document writes it."""
    if not isinstance(told, str) or not _TIME.fullmatch(told):
        return False
    try:
        datetime.strptime(told, "%Y%m%dT%H%M%SZ")
    except ValueError:
        return False
    return True


def is_report(record: Record, own: str) -> bool:
    """Tell whether a record is a report on the device's own data topic."""
    return _reports(record, own) and isinstance(record.packet, Publish) and record.packet.topic == own


def _reports(record: Record, own: str) -> bool:
    if record.direction != "in" or not isinstance(record.packet, Publish) or kind_of(record.packet) == "deviceRsp":
        return False
    return record.packet.topic == own or kind_of(record.packet) == "deviceReq"


def _first(context: DeviceContext) -> Record:
    """Return the first report on the data topic.

    Raises:
        Stop: none comes; the finding is recorded.
    """
    session: Session = context.session
    own = topic(context, session, "data")
    limit = float(context.pixit("report_period_s"))
    record = context.awaits(session, lambda each: is_report(each, own), limit, "a report")
    if record is None:
        context.check("2.3/reports", False, expected=f"a report on {own} within {limit:g} s", actual="none")
        raise Stop
    return record


def _on_data_topic(context: DeviceContext) -> list[tuple[Record, Publish]]:
    own = topic(context, context.session, "data")
    found = [pair for pair in context.published(context.session) if pair[1].topic == own]
    return [pair for pair in found if kind_of(pair[1]) != "deviceRsp"][:JUDGED]


def _elements(publish: Publish) -> list[dict[str, Any]]:
    body = content(publish)
    data = body.get("data") if isinstance(body, dict) else None
    return [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []

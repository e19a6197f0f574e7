"""What held during the whole run, whatever the cases did: run last."""

from __future__ import annotations

import math

from conformance.mqtt.packets import MQTT_3_1_1, Publish
from conformance.mqtt.record import Record
from conformance.suites.device.context import DeviceContext
from conformance.suites.huawei.device.speaking import device_case


@device_case("throughout/well-formed", requirements=("2.1/well-formed",))
def is_well_formed(context: DeviceContext) -> None:
    """Every packet of the device was as MQTT 3.1.1 demands."""
    _see_something(context)
    for session in context.environment.broker.connections.items():
        if session.connect is not None and session.connect.protocol != MQTT_3_1_1:
            continue  # the version has a case of its own
        spoilt = context.environment.spoilt.get(session.id, math.inf)
        context.violated("2.1/well-formed", (each for each in session.log.violations if each.at < spoilt))
    context.check("2.1/well-formed", True)


@device_case("throughout/delivery", requirements=("2.1/delivery",))
def delivers_plainly(context: DeviceContext) -> None:
    """Nothing was retained, and nothing published with QoS 2."""
    _see_something(context)
    context.check("2.1/delivery", True)
    for session in context.environment.broker.connections.items():
        for record, publish in context.published(session):
            plain = publish.qos < 2 and not publish.retain
            if not plain:
                actual = f"QoS {publish.qos}{', retained' if publish.retain else ''}"
                context.cited("2.1/delivery", False, record, expected="QoS 0 or 1, not retained", actual=actual)
                break


def _see_something(context: DeviceContext) -> None:
    """Wait for a report where this connection brought none yet: a case that runs alone has seen nothing but CONNECT."""
    session = context.session
    context.awaits(session, _is_publish, float(context.pixit("report_period_s")), "a report")


def _is_publish(record: Record) -> bool:
    return record.direction == "in" and isinstance(record.packet, Publish)

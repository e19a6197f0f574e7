"""MQTT 3.1.1 under commands: a message that is sent again is acknowledged again."""

from __future__ import annotations

import json
from concurrent.futures import Future
from typing import Final

from conformance.mqtt.deliveries import Delivery
from conformance.suites.device.context import DeviceContext
from conformance.suites.huawei.device.speaking import (
    await_granted,
    device_case,
    known_command,
    message,
    readable,
    still_answers,
    topic,
)

_MID: Final = 611


@device_case("command/redelivered", requirements=("2.1/acknowledges", "2.5/answers"), needs=("commands",))
def acknowledges_again(context: DeviceContext) -> None:
    """A command with QoS 1 that comes again under the same packet identifier, with DUP, is acknowledged again."""
    readable(context)
    session = context.session
    target = topic(context, session, "command")
    if not await_granted(session, target):
        context.check("2.1/acknowledges", True)
        context.notes.append("the device subscribed with QoS 0: there is nothing to acknowledge")
        return
    raw = json.dumps(message(context, known_command(context), _MID), separators=(",", ":")).encode()
    first = session.publish(target, raw, 1)
    if _acknowledged(context, first, "a command with QoS 1"):
        identifier = first.result().publish.packet_id
        again = session.publish(target, raw, 1, packet_id=identifier, dup=True)
        _acknowledged(context, again, f"the same with DUP and the same packet identifier {identifier}")
    still_answers(context, "a command that came twice with one packet identifier")


def _acknowledged(context: DeviceContext, delivery: Future[Delivery], what: str) -> bool:
    """Check that PUBACK comes in time; whether the device answers a command twice is its own affair."""
    limit = float(context.pixit("command_timeout_s"))
    actual = ""
    try:
        delivery.result(limit)
    except TimeoutError:
        actual = "none"
    except ConnectionError as error:
        actual = f"none; {error}"
    return context.cited(
        "2.1/acknowledges",
        not actual,
        None,
        expected=f"PUBACK within {limit:g} s to {what}",
        actual=actual or "PUBACK",
        pointer="MQTT-4.3.2-2",
    )

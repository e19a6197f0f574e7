"""MQTT 3.1.1 when the server breaks it: the device closes the connection where the standard has the receiver do so."""

from __future__ import annotations

import time
from typing import Any, Final

from conformance.mqtt.malformed import Malformed
from conformance.mqtt.malformed_server import malformed_packets
from conformance.suites.device.context import DeviceContext
from conformance.suites.huawei.device.lost_connections import ended
from conformance.suites.huawei.device.speaking import made, topic

_NAMED: Final = "/a/topic"
"""Stands where only the names and statements of the packets count."""


def _case(number: int, known: Malformed) -> Any:
    def body(context: DeviceContext) -> None:
        session = context.session
        malformed = malformed_packets(topic(context, session, "command"))[number]
        limit = float(context.pixit("command_timeout_s"))
        context.environment.spoilt[session.id] = time.monotonic()
        # Whatever the device says to it, the connection is the device's to close.
        session.change(close_on_violation=False, keep_alive_factor=None)
        session.send(malformed.raw)
        over = context.environment.patiently(session.wait_end, limit, "the device to close the connection")
        over = over or session.end
        context.cited(
            "2.1/closes",
            over is not None,
            session.log.items()[-1],
            expected=f"the device closes the connection within {limit:g} s [{malformed.statement}]",
            actual=str(over or "it stays open"),
            pointer=malformed.statement,
            note=f"sent: {malformed.raw[:40].hex(' ')}",
        )
        if over is None:
            ended(session)
        context.returns("2.1/reconnects", f"after {known.name}")

    title = f"At a malformed packet ({known.name.replace('-', ' ')}) the device closes the connection, and comes back."
    return made(f"malformed/{known.name}", ("2.1/closes", "2.1/reconnects"), (), body, title)


CLOSED = tuple(_case(number, each) for number, each in enumerate(malformed_packets(_NAMED)))

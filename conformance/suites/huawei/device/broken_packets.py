"""MQTT 3.1.1 when the server breaks it: the device closes the connection where the standard has the receiver do so."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Final

from conformance.contract import Level
from conformance.mqtt.malformed_server import malformed_packets
from conformance.suites.device.context import DeviceContext
from conformance.suites.huawei.device.lost_connections import ended
from conformance.suites.huawei.device.speaking import made, topic

OVERLOOKED: Final = frozenset(
    {
        *("packet-type-0", "packet-type-15", "publish-qos-3"),  # Paho for C
        *("publish-topic-not-utf8", "publish-topic-with-null"),  # Paho for C and for Python
        "ping-flags",  # these and libmosquitto 2.0
    }
)
"""What client libraries in wide use pass over, against a clear sentence: a warning. The length of five bytes all notice."""
_NAMED: Final = "/a/topic"
"""Stands where only the names and statements of the packets count."""


def _case(number: int, name: str) -> Any:
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
        statement = context.requirement("2.1/closes")
        known = name in OVERLOOKED
        context.cited(
            replace(statement, level=Level.SHOULD) if known else statement,
            over is not None,
            session.log.items()[-1],
            expected=f"the device closes the connection within {limit:g} s [{malformed.statement}]",
            actual=str(over or "it stays open"),
            pointer=malformed.statement,
            note=f"sent: {malformed.raw[:40].hex(' ')}"
            + ("; client libraries in wide use pass over it" if known else ""),
        )
        if over is None:
            ended(session)
        context.returns("2.1/reconnects", f"after {name}")

    title = f"At a malformed packet ({name.replace('-', ' ')}) the device closes the connection, and comes back."
    return made(f"malformed/{name}", ("2.1/closes", "2.1/reconnects"), (), body, title)


CLOSED = tuple(_case(number, each.name) for number, each in enumerate(malformed_packets(_NAMED)))

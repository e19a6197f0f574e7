"""2.2: a server whose certificate is not to be trusted gets nothing from a device.

After a kick the same address presents another certificate, once; the one that the device knows stands there again afterwards.
"""

from __future__ import annotations

import ssl

from conformance.evidence.findings import Inconclusive
from conformance.mqtt.session import ENDED
from conformance.suites.device.context import DeviceContext
from conformance.suites.huawei.device.lost_connections import ended
from conformance.suites.huawei.device.speaking import device_case


@device_case("connection/other-authority", requirements=("2.1/verifies-server",))
def refuses_other_authority(context: DeviceContext) -> None:
    """A device sends nothing to a server whose certificate another authority signed."""
    _refuses(context, context.environment.presented.foreign, "2.1/verifies-server")


@device_case(
    "connection/expired-certificate", requirements=("2.1/verifies-dates",), needs=("pixit.server_cert_file=None",)
)
def refuses_expired_certificate(context: DeviceContext) -> None:
    """A device sends nothing to a server whose certificate has expired."""
    expired = context.environment.presented.expired
    if expired is None:
        raise Inconclusive(
            "pixit.server_cert_file is given: without the key of its authority none that has expired is made"
        )
    _refuses(context, expired, "2.1/verifies-dates")


def _refuses(context: DeviceContext, shown: ssl.SSLContext, requirement: str) -> None:
    environment = context.environment
    session = context.session
    broker = environment.broker
    since, tried = broker.connects.position, broker.connections.position
    broker.context = shown
    try:
        ended(session)
        connection = environment.patiently(
            lambda slice_s: broker.wait_connection(slice_s, tried), context.limit_s, "the device to try again"
        )
        if connection is None:
            raise Inconclusive(f"the device did not try to connect again within {context.limit_s:g} s")
        connection.wait(lambda each: each.direction == "in" or each.text.startswith(ENDED), context.limit_s)
        over = connection.end
        trusting = broker.connects.items(since)
    finally:
        broker.context = environment.presented.trusted
        for each in broker.connects.items(since):
            each.kick("a server that is not to be trusted")
    context.check(
        requirement,
        not trusting,
        expected="the handshake is given up",
        actual="CONNECT was sent" if trusting else str(over),
        note=connection.tls.hello.describe() if connection.tls.hello else "",
    )
    context.returns("2.1/reconnects", "once the right certificate was presented again")

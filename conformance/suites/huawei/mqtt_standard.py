"""2.1 MQTT 概述: what MQTT 3.1.1, to which the chapter refers, demands of a server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from conformance.contract import Level
from conformance.mqtt.malformed import Malformed, malformed_packets
from conformance.suites.context import Context
from conformance.suites.device_link import Link
from conformance.suites.huawei.mqtt_device import CONNECT, Device, device, let_in, linked, mqtt_case, online

CLOSES: Final = "2.1/closes-on-violation"
ODDITY: Final = "2.1/closes-on-oddity"
ODD: Final = frozenset(
    {
        *("packet-of-the-other-side", "ping-with-body", "ping-flags", "publish-dup-with-qos-0"),  # mosquitto 2.0
        # EMQX before 6.3, whose strict mode was off unless somebody switched it on; wills and the reserved flag are looked at
        # by newer ones of these:
        *("connect-flags-of-fixed-header", "connect-reserved-flag", "connect-password-without-user-name"),
        *("connect-will-qos-3", "connect-will-qos-without-will", "connect-will-retain-without-will"),
        *("publish-packet-id-0", "pubrel-flags", "unsubscribe-flags"),
        *("subscribe-flags", "subscribe-packet-id-0", "subscribe-reserved-bits"),
    }
)
"""Wrong packets that widely used brokers pass over."""
LEFT_OPEN: Final = frozenset({"connect-wrong-protocol-name"})
"""Wrong packets that a server may take by another specification (MQTT-3.1.2-1)."""
KEEP_ALIVE_S: Final = 1
LONGEST_S: Final = 65_535
"""The longest keep alive that a CONNECT can ask for."""
PATIENCE: Final = 1.5
"""After so many times the keep alive the server ends a silent connection."""


def _packets(own: Device, *, first: bool) -> Iterable[Malformed]:
    found = malformed_packets(own.connect(), own.topic("data"))
    return (each for each in found if each.first is first and each.name not in LEFT_OPEN)


@mqtt_case(f"{CONNECT}/malformed", requirements=[CLOSES, ODDITY])
def malformed_connect_is_refused(context: Context) -> None:
    """What is no CONNECT by the standard is not let in, and the connection closed.

    The first breach of a statement ends its trials.
    """
    own, broken = device(context, shared=True), set()
    with online(own):
        pass  # where the right one is not let in, refusals tell nothing
    for each in _packets(own, first=True):
        requirement = _requirement(each)
        if requirement in broken:
            continue
        with linked(context) as link:
            outcome = link.knock(each.raw)
        seen = outcome.describe()
        if not context.cited(
            requirement, outcome.refused, outcome.record, expected=_expected(each), actual=seen, note=each.name
        ):
            broken.add(requirement)


@mqtt_case(f"{CONNECT}/violation", requirements=[CLOSES, ODDITY])
def violation_ends_the_connection(context: Context) -> None:
    """A packet against the standard ends the connection of a device; the first breach of a statement ends its trials."""
    own, broken = device(context, shared=True), set()
    for each in _packets(own, first=False):
        requirement = _requirement(each)
        if requirement in broken:
            continue
        with online(own) as link:
            link.say(each.raw)
            holds = link.ended()
            seen = link.client.end or "the connection stays"
            if not context.cited(requirement, holds, link.last, expected=_expected(each), actual=seen, note=each.name):
                broken.add(requirement)


def _requirement(each: Malformed) -> str:
    return ODDITY if each.name in ODD else CLOSES


def _expected(each: Malformed) -> str:
    return f"the end of the connection: [{each.statement}] is broken"


@mqtt_case(f"{CONNECT}/ping", requirements=["2.1/ping-answered"])
def ping_is_answered(context: Context) -> None:
    """PINGREQ is answered with PINGRESP, time after time."""
    with online(device(context, shared=True)) as link:
        for _ in range(2):
            holds = link.answers_ping()
            actual = link.client.end or "nothing"
            if not context.cited("2.1/ping-answered", holds, link.last, expected="PINGRESP", actual=actual):
                return


@mqtt_case(f"{CONNECT}/keep-alive", requirements=["2.1/keep-alive-enforced"])
def silent_connection_ends(context: Context) -> None:
    """A connection with a keep alive of a second on which the device is silent is ended by the platform.

    Where it stays, a longer keep alive is tried: a platform that keeps to that one alone is warned.
    """
    own, statement = device(context, shared=True), context.requirement("2.1/keep-alive-enforced")
    ended, link = _silent(own, KEEP_ALIVE_S)
    longer = min(max(KEEP_ALIVE_S, int(context.told("mqtt_keep_alive_s"))), LONGEST_S)
    if not ended and not context.environment.iut.embedded:
        context.environment.tell(
            f"watching a silent connection for {PATIENCE * longer:g} s, to see its keep alive end it"
        )
    keeps_longer = not ended and _silent(own, longer)[0]
    expected = f"the end of the connection about {PATIENCE * KEEP_ALIVE_S:g} s after the last packet"
    context.cited(
        replace(statement, level=Level.SHOULD) if keeps_longer else statement,
        ended,
        link.last,
        expected=expected,
        actual=link.client.end if ended else f"it stays, with a keep alive of {KEEP_ALIVE_S} s",
        note="" if ended else f"with a keep alive of {longer} s it {'ends' if keeps_longer else 'stays, too'}",
    )


def _silent(own: Device, keep_alive_s: int) -> tuple[bool, Link]:
    """Connect with a keep alive and say nothing; tell whether the platform ends the connection (a preamble).

    Raises:
        Inconclusive: it does not let the device in.
    """
    with linked(own.context) as link:
        let_in(link, replace(own.connect(), keep_alive=keep_alive_s))
        return link.ended(PATIENCE * keep_alive_s + link.timeout_s), link


@mqtt_case(f"{CONNECT}/again", requirements=["2.1/newer-connection"])
def newer_connection_ends_the_older(context: Context) -> None:
    """When a client connects anew its older connection is ended, and the newer one serves."""
    own = device(context)
    packet = own.connect()
    with linked(context) as older:
        let_in(older, packet)
        with linked(context) as newer:
            let_in(newer, packet)
            ended = older.ended()
            actual = older.client.end or "it stays"
            expected = "the end of the older connection"
            if context.cited("2.1/newer-connection", ended, older.last, expected=expected, actual=actual):
                serves = newer.answers_ping()
                actual = newer.client.end or "PINGREQ is not answered"
                context.cited(
                    "2.1/newer-connection", serves, newer.last, expected="the newer one serves", actual=actual
                )

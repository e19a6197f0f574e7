"""How a device takes the loss of its connection, and a refusal."""

from __future__ import annotations

import time
from functools import partial
from typing import Final

from conformance.evidence.findings import Inconclusive
from conformance.mqtt.packets import MQTT_3_1_1, ReturnCode
from conformance.mqtt.script import Script
from conformance.mqtt.session import Session
from conformance.suites.device.context import DeviceContext
from conformance.suites.huawei.device.connecting import check_subscribed
from conformance.suites.huawei.device.speaking import device_case

REFUSALS: Final = 2
TIGHT_S: Final = 0.1
"""Shortest mean time between two attempts that is no tight loop; a TLS handshake alone costs a board more."""
_ENDS_S: Final = 5.0
"""Longest time that ending a connection takes us."""


@device_case("connection/kicked", requirements=("2.1/reconnects",))
def returns_after_kick(context: DeviceContext) -> None:
    """A device whose connection the server closes connects again."""
    ended(context.session)
    context.returns("2.1/reconnects", "after its connection was closed")


@device_case("connection/reset", requirements=("2.1/reconnects",))
def returns_after_reset(context: DeviceContext) -> None:
    """A device whose connection is reset connects again."""
    ended(context.session, "reset by the case", reset=True)
    context.returns("2.1/reconnects", "after its connection was reset")


@device_case("connection/subscribes-again", requirements=("2.1/subscribes",), needs=("commands",))
def subscribes_again(context: DeviceContext) -> None:
    """A device that connects again with a clean session subscribes its command topic again."""
    ended(context.session)
    session = context.returns("2.1/reconnects", "after its connection was closed")
    check_subscribed(context, session)


@device_case("connection/restarted", requirements=("2.1/reconnects",))
def returns_after_restart(context: DeviceContext) -> None:
    """A device comes back when the server was away for a moment."""
    session = context.session
    broker = context.environment.broker
    broker.stop_listening()
    try:
        session.wait_end(_ENDS_S)
        time.sleep(0.2)  # long enough for an attempt that is refused
    finally:
        broker.listen()
    context.returns("2.1/reconnects", "after the server was away")


@device_case("connection/refused", requirements=("2.1/reconnects", "2.1/back-off"))
def waits_after_refusal(context: DeviceContext) -> None:
    """A device that is refused tries again, and not in a tight loop."""
    broker = context.environment.broker
    session = context.session
    since = broker.connects.position
    broker.script = Script(connack=int(ReturnCode.SERVER_UNAVAILABLE))
    try:
        ended(session)
        refused: list[Session] = []
        deadline = time.monotonic() + context.limit_s
        while len(refused) < REFUSALS and (left := deadline - time.monotonic()) > 0:
            another = partial(_another_try, tuple(refused))
            found = context.environment.patiently(
                partial(broker.wait_connect, predicate=another, since=since), left, "the device to try again"
            )
            if found is None or context.environment.ended:
                break
            refused.append(found)
    finally:
        broker.script = Script()
    session = context.returns("2.1/reconnects", "after it was refused")
    context.check("2.1/reconnects", True)
    tries = [*refused, session]
    if len(refused) < REFUSALS:
        raise Inconclusive(f"the device was refused {len(refused)} times only before the time was over")
    apart = (tries[-1].opened_at - tries[0].opened_at) / (len(tries) - 1)
    context.check(
        "2.1/back-off",
        apart >= TIGHT_S,
        expected=f"at least {TIGHT_S:g} s between two attempts",
        actual=f"{apart:.3f} s on average",
    )


@device_case("connection/half-open", requirements=("2.1/reconnects",))
def notices_half_open(context: DeviceContext) -> None:
    """A device whose server has fallen silent notices by its keep alive, and connects again."""
    session = context.session
    assert session.connect is not None
    limit = session.connect.keep_alive
    longest = float(context.pixit("longest_silence_s"))
    if limit == 0 or 2 * limit > longest:
        raise Inconclusive(f"the keep alive is {limit} s; pixit.longest_silence_s = {longest:g}")
    session.freeze()
    session.wait(lambda _: session.half_open, _ENDS_S)
    wait = 2 * limit + context.limit_s
    try:
        found = context.environment.await_session(wait, "the device to notice that nobody answers")
    finally:
        session.kick("half-open until here")
    context.check(
        "2.1/reconnects",
        found is not None,
        expected=f"another connection within {wait:g} s of the server's falling silent",
        actual="connected" if found else context.environment.seen(),
    )


def ended(session: Session, how: str = "kicked by the case", *, reset: bool = False) -> None:
    """End a connection, and wait until it is over: what comes then is another."""
    session.kick(how, reset=reset)
    session.wait_end(_ENDS_S)


def _another_try(known: tuple[Session, ...], session: Session) -> bool:
    """Tell whether a connection is an attempt that was refused, and none of those that are known."""
    # Clients built on Paho C answer a refusal at once with MQTT 3.1; that is no further attempt.
    plain = session.connect is not None and session.connect.protocol == MQTT_3_1_1
    return plain and not session.accepted and session not in known

"""What goes on by itself: the keep alive of a quiet device, and its reports whatever it was sent."""

from __future__ import annotations

from typing import Final

from conformance.evidence.findings import Inconclusive
from conformance.mqtt.record import Record
from conformance.mqtt.session import Session, is_end
from conformance.suites.device.context import DeviceContext
from conformance.suites.huawei.device.reporting import is_report
from conformance.suites.huawei.device.speaking import device_case, send, topic

GRACE: Final = 1.5
"""How much of its keep alive a client may let pass before a server closes its connection (MQTT-3.1.2-24)."""
MARGIN_S: Final = 0.5
_ENDS_S: Final = 5.0
"""Longest time until the end of a process is the end of its connection."""


@device_case("connection/keep-alive", requirements=("2.1/keep-alive",))
def keeps_alive(context: DeviceContext) -> None:
    """A device that has nothing to say says so before its keep alive has passed."""
    session = context.session
    assert session.connect is not None
    limit = session.connect.keep_alive
    if limit == 0:
        context.check("2.1/keep-alive", True, note="keep alive 0: the device promises nothing")
        return
    longest = float(context.pixit("longest_silence_s"))
    if limit * GRACE > longest:
        raise Inconclusive(
            f"the keep alive is {limit} s, and pixit.longest_silence_s = {longest:g} is too short to see it"
        )
    if not context.environment.iut.embedded:
        context.environment.tell(f"watching the device for {limit * GRACE:g} s, to see its keep alive of {limit} s")
    ended = context.environment.patiently(session.wait_end, limit * GRACE + MARGIN_S, "the end of this watch")
    silence = session.longest_silence_s
    exceeded = [each for each in session.log.violations if any(v.statement == "MQTT-3.1.2-23" for v in each.violations)]
    holds = not exceeded and silence <= limit * GRACE + MARGIN_S
    context.cited(
        "2.1/keep-alive",
        holds,
        exceeded[0] if exceeded else None,
        expected=f"a packet at least every {limit} s; {limit * GRACE:g} s are granted",
        actual=f"silent for {max(silence, limit * GRACE if exceeded else 0):.1f} s" + (f"; {ended}" if ended else ""),
    )


@device_case("wrong/reports-on", requirements=("2.3/reports",), needs=("commands",))
def reports_on(context: DeviceContext) -> None:
    """After messages that are no valid commands the device still reports within its period.

    Of one that closes the connection over them the period begins anew when it is back.
    """
    session = context.session
    since = context.environment.odd.get(session.id)
    if since is None:
        since = send(context, session, b"LEVEL 4") + 1
    limit = float(context.pixit("report_period_s"))
    own = topic(context, session, "data")
    record = context.awaits(session, lambda each: is_report(each, own) or is_end(each), limit, "a report", since)
    if context.environment.ended if record is None else is_end(record):
        record = _back(context, session, limit)
    context.cited(
        "2.3/reports",
        record is not None,
        record,
        expected=f"a report on {own} within {limit:g} s after what is no valid command",
        actual="none" if record is None else "a report",
    )


def _back(context: DeviceContext, former: Session, limit: float) -> Record | None:
    """Return the first report of a device that has lost its connection, once it is back; None where none comes in time."""
    former.wait_end(_ENDS_S)
    session = context.environment.recovered(context.limit_s)
    if session is None:
        return None
    own = topic(context, session, "data")
    return context.awaits(session, lambda each: is_report(each, own), limit, "a report")

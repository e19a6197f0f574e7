"""What only time shows, where the tester asks for it (`--soak MINUTES`): the device is left alone and watched once."""

from __future__ import annotations

from typing import Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.device.context import DeviceContext
from conformance.suites.device.watch import QUARTERS, Soak, soak
from conformance.suites.huawei.device.lasting import MARGIN_S
from conformance.suites.huawei.device.reporting import is_report
from conformance.suites.huawei.device.speaking import ask, device_case, known_command, message, readable, topic

PERIODS: Final = 2
"""Report periods that a watch must have before its reports are judged."""
GROWTH: Final = 0.2
GROWTH_BYTES: Final = 4 * 1024 * 1024
"""By how much memory may grow, whichever is more: libraries fill caches, and a leak goes on."""


def _watched(context: DeviceContext) -> Soak:
    """Return what the watch saw; it begins with a device that is connected."""
    own = topic(context, context.session, "data")
    return soak(context.environment, lambda record: is_report(record, own))


@device_case("soak/keep-alive", requirements=("2.1/keep-alive",), soak=True)
def keeps_alive_for_long(context: DeviceContext) -> None:
    """For the whole time the device says something within its keep alive."""
    seen = _watched(context)
    context.cited(
        "2.1/keep-alive",
        seen.silent is None,
        seen.silent,
        expected=f"no keep alive exceeded within {seen.lasted_s / 60:.3g} min",
        actual=seen.silent.describe() if seen.silent else "none",
    )


@device_case("soak/reports", requirements=("2.3/reports",), soak=True)
def reports_for_long(context: DeviceContext) -> None:
    """For the whole time the device reports at least once in each period."""
    seen = _watched(context)
    period = float(context.pixit("report_period_s"))
    if seen.lasted_s < PERIODS * period and not context.environment.ended:
        least = PERIODS * period / 60
        raise Inconclusive(f"pixit.report_period_s = {period:g}: give --soak {least:.3g} or more to see two periods")
    context.check(
        "2.3/reports",
        seen.longest_gap_s <= period + MARGIN_S,
        expected=f"no more than {period:g} s without a report while it is connected",
        actual=seen.describe(),
    )


@device_case("soak/connection", requirements=("2.1/stays-connected",), soak=True)
def stays_connected(context: DeviceContext) -> None:
    """A device that is left alone keeps its connection."""
    seen = _watched(context)
    context.check(
        "2.1/stays-connected",
        not seen.ends and not seen.connects,
        expected="one connection, from the beginning to the end",
        actual=f"{seen.connects} times connected again; {'; '.join(dict.fromkeys(seen.ends))}",
    )


@device_case("soak/memory", requirements=("2.1/memory",), needs=("iut.command",), soak=True)
def takes_no_more_memory(context: DeviceContext) -> None:
    """A device that is left alone does not take ever more memory."""
    memory = _watched(context).memory
    if len(memory) < QUARTERS:
        raise Inconclusive("the program of the device could not be watched to the end")
    before, after = memory[1][1], memory[-1][0]
    context.check(
        "2.1/memory",
        after - before <= max(GROWTH_BYTES, GROWTH * before),
        expected=f"about the {before / 2**20:.0f} MiB of the second quarter of the time",
        actual=f"never less than {after / 2**20:.0f} MiB in the last quarter",
    )


@device_case("soak/command", requirements=("2.5/answers",), needs=("commands",), soak=True)
def answers_after_long(context: DeviceContext) -> None:
    """A device that was left alone still answers commands."""
    readable(context)
    seen = _watched(context)
    ask(context, message(context, known_command(context), 901), note=f"after {seen.lasted_s / 60:.3g} min left alone")

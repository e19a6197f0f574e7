"""Commands of a case's own device, and the states in which the list of commands shows them.

A command is made for a device that was never connected, so that it waits; the upper tester has the device report and
answer. States are read from the list, which may be late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.platforms.draft import Draft
from conformance.suites import moments
from conformance.suites.context import Context, json_equal
from conformance.suites.huawei.pages import Listing, eventually_found, find
from conformance.suites.judge import Says, says
from conformance.suites.objects import Made

COMMANDS: Final = Listing(
    "command-list",
    "1.9.2",
    "/commandId",
    1000,
    total="/pagination/totalSize",
    number="/pagination/pageNo",
    size="/pagination/pageSize",
    largest=1000,
)
DEVICE: Final = ("device-register-code", "device-delete")
MAKING: Final = ("command-create", "command-modify", *DEVICE)
"""What making a command for a device of the case's own calls; the postamble cancels it."""
LISTING: Final = ("command-list", *MAKING)
WAITING: Final = frozenset({"PENDING", "PENDDING"})
"""Both spellings of the document (erratum command-status-misprint)."""
UNDER_WAY: Final = ("SENT", "DELIVERED", "SUCCESSFUL", "FAILED", "TIMEOUT")
"""States of a command that was issued."""
LIFE_S: Final = 3600
"""Long enough for a command to wait through any case."""
TOLERANCE: Final = timedelta(minutes=5)
"""Distance of a documented UTC time from the platform's clock: local times are off by half an hour at least."""


def command(context: Context, device: Made, *, full: bool = False, **members: Any) -> Draft:
    """Return the request of a command for a device; `members` are those of the body."""
    draft = context.draft("command-create", full=full, bind=False)
    draft.body.update({"deviceId": device.id, **members})
    return draft


def waiting_command(context: Context, device: Made) -> str:
    """Create a command that waits for its device (a preamble); return its id.

    Raises:
        Inconclusive: it was not created.
    """
    return _id_of(context.send(command(context, device, expireTime=LIFE_S)))


def issued_at_once(context: Context, device: Made) -> Answer:
    """Ask for a command that is issued at once; what the answer says is the caller's to judge.

    A platform may refuse it while the device is away (erratum command-for-absent-device): then the device comes online.

    Raises:
        Inconclusive: it is refused, and there is no upper tester to have the device come online.
    """
    answer = context.send(command(context, device, expireTime=0))
    if says(context.contract, answer) is Says.NO:
        context.act("device-online", deviceId=device.id)
        answer = context.send(command(context, device, expireTime=0))
    return answer


def issued_command(context: Context, device: Made) -> str:
    """Create a command that is issued at once (a preamble); return its id.

    Raises:
        Inconclusive: it was not created.
    """
    return _id_of(issued_at_once(context, device))


def _id_of(answer: Answer) -> str:
    identity = answer.at("/commandId")
    if not isinstance(identity, str):
        raise Inconclusive(f"the preamble command-create did not succeed: {answer.describe()}")
    return identity


def shown(context: Context, device: Made, identity: str) -> Any:
    """Return what the list of a device's commands shows of one; None where it holds none of that id."""
    return find(context, COMMANDS, identity, deviceId=device.id)


def state_in_the_end(context: Context, device: Made, identity: str, *wanted: str) -> str | None:
    """Look until a command is in one of the wanted states or the delay is over; return the state shown last.

    Raises:
        Inconclusive: the list does not show the command, or no state of it.
    """
    record = eventually_found(
        context, COMMANDS, identity, lambda each: each.get("status") in wanted, deviceId=device.id
    )
    return _state(record, identity)


def state(context: Context, device: Made, identity: str) -> str:
    """Return the state in which a command is shown.

    Raises:
        Inconclusive: the list does not show the command, or no state of it.
    """
    return _state(shown(context, device, identity), identity)


def _state(record: Any, identity: str) -> str:
    value = record.get("status") if isinstance(record, dict) else None
    if not isinstance(value, str):
        raise Inconclusive(f"the list of commands shows no state of {identity}")
    return value


def demand_issue(context: Context, device: Made, identity: str) -> None:
    """Make sure that a command was issued (a preamble).

    Raises:
        Inconclusive: it waits.
    """
    if state_in_the_end(context, device, identity, *UNDER_WAY) not in UNDER_WAY:
        raise Inconclusive("the command was not issued when it was due")


def report(context: Context, device: Made) -> None:
    """Have the upper tester make a device report data.

    Raises:
        Inconclusive: there is no upper tester, or it cannot.
    """
    data = {str(context.told("property_name")): 21}
    context.act("device-report", deviceId=device.id, serviceId=context.told("service_id"), data=data)


def device_answers(context: Context, device: Made, identity: str, outcome: str, **detail: Any) -> None:
    """Have the upper tester make a device answer a command.

    Raises:
        Inconclusive: there is no upper tester, or it cannot.
    """
    params: dict[str, Any] = {"deviceId": device.id, "commandId": identity, "outcome": outcome}
    if detail:
        params["detail"] = detail
    context.act("device-command-result", **params)


@contextmanager
def later(context: Context, seconds: float) -> Iterator[bool]:
    """Let time pass on the platform's clock, and tell whether the upper tester could do so; else it passes by itself."""
    try:
        context.act("clock", offset_s=seconds)
    except Inconclusive:
        yield False
        return
    try:
        yield True
    finally:
        context.act("clock", offset_s=0)


def near_now(context: Context, value: Any) -> bool:
    """Tell whether a time that an answer shows is that of the platform's clock, within `TOLERANCE`."""
    moment = moments.form(context.pixit, documented=context.contract.time_form).read(value)
    return moment is not None and abs(moment - context.now()) <= TOLERANCE


def times_are_now(context: Context, record: Any, rules: Mapping[str, str]) -> None:
    """Check that times which the list shows of a command are of now; `rules` are the statements by member.

    One that is not shown tells nothing.
    """
    for member, requirement in rules.items():
        value = record.get(member) if isinstance(record, dict) else None
        if value is not None:
            expected = f"about {context.written(context.now())}"
            context.check(requirement, near_now(context, value), expected=expected, actual=value, pointer=f"/{member}")


def repeats(context: Context, requirement: str, sent: Any, seen: Any, answer: Answer | None = None) -> None:
    """Hold the members of a command's request against what is shown of it; what is not shown tells nothing.

    Numbers may come back as texts and the other way round: the document says nothing about the values of parameters.
    """
    pairs = [(f"/{name}", sent.get(name), seen.get(name)) for name in ("deviceId", "callbackUrl", "expireTime")]
    pairs.append(("/maxRetransmit", sent.get("maxRetransmit"), seen.get("maxRetransmit")))
    content = seen.get("command") if isinstance(seen.get("command"), dict) else {}
    names = ("serviceId", "method", "paras")
    pairs += [(f"/command/{name}", sent["command"].get(name), content.get(name)) for name in names]
    for pointer, expected, actual in pairs:
        if expected is not None and actual is not None:
            same = _same(actual, expected)
            context.check(requirement, same, expected=expected, actual=actual, pointer=pointer, answer=answer)


def _same(actual: Any, expected: Any) -> bool:
    if isinstance(actual, dict) and isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(_same(actual[key], expected[key]) for key in expected)
    return json_equal(actual, expected) or str(actual) == str(expected)

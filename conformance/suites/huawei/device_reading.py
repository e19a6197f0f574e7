"""Reading devices back: what the queries show of them, held against what was given.

Members of answers may be absent or null: what is not shown tells nothing, and the case says so instead of passing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from conformance.contract import Requirement
from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive, Stop
from conformance.suites.context import Context
from conformance.suites.huawei.tokens import clock
from conformance.suites.judge import Says, says
from conformance.suites.objects import Made
from conformance.suites.waiting import eventually, refused_in_the_end

MAKES: Final = ("device-register-code", "device-delete")
"""What the preamble and the postamble of a device call."""
MAKES_MQTT: Final = ("device-register-secret", "device-delete")
QUERY: Final = "device-query"
MARGIN_S: Final = 120
"""How far a clock is put beyond a limit: a platform looks for what is due now and then, not at every moment."""


def observed(
    context: Context,
    device: str,
    holds: Callable[[Answer], bool] = lambda _: True,
    *,
    subject: str = QUERY,
    requirement: str | None = None,
    **parameters: Any,
) -> Answer:
    """Ask about a device until the answer is as expected or the ingest delay is over; return the last answer.

    Args:
        context: the case under way.
        device: the id.
        holds: tells whether an answer is as expected; the caller judges the last one member by member.
        subject: the operation that asks.
        requirement: the statement that demands that the query is served; unset: its own `success`.
        parameters: further parameters of the query.

    Raises:
        Stop: the last query was not served; the finding is recorded.
    """
    seen: list[Answer] = []

    def look() -> bool:
        seen[:] = [context.call(subject, deviceId=device, **parameters)]
        return says(context.contract, seen[0]) is Says.YES and holds(seen[0])

    eventually(context, look)
    if not context.served(context.operation(subject), seen[0], requirement):
        raise Stop
    return seen[0]


def shows(given: Mapping[str, Any]) -> Callable[[Answer], bool]:
    """Return what tells whether an answer shows every value at its JSON pointer."""
    return lambda answer: all(answer.at(pointer) == value for pointer, value in given.items())


def compare(context: Context, requirement: str | Requirement, answer: Answer, given: Mapping[str, Any]) -> list[str]:
    """Check each value, by its JSON pointer, that an answer shows; return the pointers of those that it does not show."""
    hidden = []
    for pointer, value in given.items():
        shown = answer.at(pointer)
        if shown is None:
            hidden.append(pointer)
        else:
            context.equal(requirement, shown, value, pointer=pointer, answer=answer)
    return hidden


def conclude(hidden: Iterable[str]) -> None:
    """End a case that compared members.

    Raises:
        Inconclusive: some were not shown, so nothing is known of them.
    """
    names = ", ".join(dict.fromkeys(pointer.strip("/").replace("/", ".") for pointer in hidden))
    if names:
        raise Inconclusive(f"not shown by the platform, so not judged: {names}")


def service_in(services: Any, service: str) -> Mapping[str, Any]:
    """Return what a list of services shows of one; nothing where it does not show it."""
    found = (each for each in services if isinstance(each, dict)) if isinstance(services, list) else iter(())
    return next((each for each in found if each.get("serviceId") == service), {})


def lacks(services: Any, service: str) -> bool:
    """Tell whether a list of services is shown, and a service is certainly not in it."""
    return isinstance(services, list) and all(
        isinstance(each, dict) and isinstance(each.get("serviceId"), str) and each["serviceId"] != service
        for each in services
    )


def node_id(device: Made) -> str:
    """Return the nodeId that a device was registered with."""
    info = device.request.get("deviceInfo") or {}
    return str(device.request.get("nodeId") or info.get("nodeId"))


def gone(context: Context, requirement: str, device: Made, why: str) -> None:
    """Check that a device can no longer be queried, and spare the postamble its deletion."""
    answer = refused_in_the_end(context, QUERY, deviceId=device.id)
    if context.refused(requirement, answer, what=f"a refusal: {why}"):
        context.forget(device.id)


@contextmanager
def later(context: Context, seconds: float) -> Iterator[None]:
    """Have the platform's clock be ahead within the block (action `clock`); the run's token may have ended by then."""
    with clock(context):
        context.act("clock", offset_s=seconds)
        context.environment.objects.shared.pop("access-token", None)
        yield


def gateway(context: Context) -> tuple[Made, Made]:
    """Return a gateway that is connected, and a device behind it.

    Raises:
        Inconclusive: no upper tester connects them.
    """
    above, below = context.make("device"), context.make("device")
    context.act("device-online", deviceId=above.id)
    context.act("device-bound", deviceId=below.id, gatewayId=above.id)
    observed(context, below.id, shows({"/gatewayId": above.id}))
    return above, below

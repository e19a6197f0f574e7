"""1.5.10 to 1.5.15: LoRa gateways and nodes. Both have the same three calls, so each statement is one function for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import observed
from conformance.suites.judge import Says, says
from conformance.suites.waiting import refused_in_the_end

HEX: Final = frozenset(
    {"gatewayEUI", "gatewaySeq", "devEUI", "authCode", "appEUI", "appSKey", "devAddr", "nwkSKey", "appKey"}
)
"""Members that are hexadecimal numbers: their letters may be of either case (erratum lora-hex)."""


@dataclass(frozen=True)
class Kind:
    """Gateways, or nodes."""

    name: str
    register_section: str
    query_section: str
    delete_section: str

    @property
    def calls(self) -> tuple[str, ...]:
        """Every operation on them."""
        return (f"{self.name}-register", f"{self.name}-query", f"{self.name}-delete")

    def read(
        self,
        context: Context,
        identity: str,
        holds: Callable[[Answer], bool] = lambda _: True,
        *,
        requirement: str | None = None,
    ) -> Answer:
        """Read one by its device id, until it is there as expected or the ingest delay is over.

        Raises:
            Stop: that was not served; the finding is recorded.
        """
        return observed(context, identity, holds, subject=f"{self.name}-query", requirement=requirement)


GATEWAY: Final = Kind("lora-gateway", "1.5.10", "1.5.12", "1.5.13")
NODE: Final = Kind("lora-node", "1.5.11", "1.5.14", "1.5.15")


def compare(context: Context, requirement: str, answer: Answer, given: Mapping[str, Any]) -> None:
    """Check every member that an answer shows against what was given.

    Raises:
        Inconclusive: it shows none of them, so nothing is known.
    """
    shown = _shown(answer, given)
    if not shown:
        raise Inconclusive("the platform shows nothing of what was given but the device id")
    for name, value in shown.items():
        alike = _alike(name, value, given[name])
        context.check(requirement, alike, expected=given[name], actual=value, pointer=f"/{name}", answer=answer)


def _shown(answer: Answer, given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: answer.at(f"/{name}") for name in given if answer.at(f"/{name}") is not None}


def _alike(name: str, shown: Any, given: Any) -> bool:
    return str(shown).lower() == str(given).lower() if name in HEX else bool(shown == given)


def registered_as_given(context: Context, kind: Kind) -> None:
    """Register one with every documented member and hold the answer against the request."""
    draft = context.draft(f"{kind.name}-register", full=True)
    answer = context.succeed(draft)
    compare(context, f"{kind.register_section}/registered-as-given", answer, draft.body)


def own_id(context: Context, kind: Kind) -> None:
    """Register two and compare their ids."""
    ids = [context.make(kind.name).id for _ in range(2)]
    context.check(
        f"{kind.register_section}/own-id",
        ids[0] != ids[1],
        expected="two different ids",
        actual=ids,
        pointer="/deviceId",
    )


def readable(context: Context, kind: Kind) -> None:
    """Register one with every documented member and read it."""
    requirement = f"{kind.query_section}/readable"
    draft = context.draft(f"{kind.name}-register", full=True)
    identity = context.succeed(draft).at("/deviceId")

    def holds(seen: Answer) -> bool:
        return all(_alike(name, value, draft.body[name]) for name, value in _shown(seen, draft.body).items())

    answer = kind.read(context, str(identity), holds, requirement=requirement)
    context.equal(requirement, answer.at("/deviceId"), identity, pointer="/deviceId")
    compare(context, requirement, answer, draft.body)


def gone(context: Context, kind: Kind) -> None:
    """Delete one and ask for it until it is refused."""
    made = context.make(kind.name)
    context.succeed(f"{kind.name}-delete", deviceId=made.id)
    answer = refused_in_the_end(context, f"{kind.name}-query", deviceId=made.id)
    if context.refused(f"{kind.delete_section}/gone", answer, what="a refusal: it was deleted"):
        context.forget(made.id)


def other_stays(context: Context, kind: Kind) -> None:
    """Delete one of two and read the other."""
    made, other = context.make(kind.name), context.make(kind.name)
    context.succeed(f"{kind.name}-delete", deviceId=made.id)
    context.forget(made.id)
    kind.read(context, other.id, requirement=f"{kind.delete_section}/other-stays")


def of_an_authorised_application(context: Context, kind: Kind) -> None:
    """Register, read and delete one on behalf of an application that has authorised this one."""
    owner = str(context.told("authorised_app_id"))
    requirement = f"{kind.query_section}/owner"
    draft = context.draft(f"{kind.name}-register")
    draft.body["ownerAppId"] = owner
    answer = context.send(draft)
    if says(context.contract, answer) is not Says.YES:
        # The product or the LoRa Server may not be there for the other application.
        raise Inconclusive(f"{owner} cannot register it: {answer.describe()}")
    identity, gone = str(answer.at("/deviceId")), context.operation(f"{kind.name}-delete")
    try:
        observed(context, identity, subject=f"{kind.name}-query", requirement=requirement, ownerAppId=owner)
    finally:
        # The postamble deletes on the caller's behalf, which does not reach it.
        answer = context.call(gone.subject, deviceId=identity, ownerAppId=owner)
        if says(context.contract, answer) is Says.YES:
            context.forget(identity)
    context.served(gone, answer, requirement)

"""No operation is served without valid credentials, nor with somebody else's."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract import Contract, Operation
from conformance.evidence.findings import Inconclusive
from conformance.platforms.driver import driver
from conformance.suites.case import Body, Case, SkippedCell
from conformance.suites.context import Context
from conformance.suites.generic.valid import makers
from conformance.suites.judge import Stated


def cells(contract: Contract, operation: Operation) -> Iterator[Case | SkippedCell]:
    """Yield the cells of one operation."""
    identity = f"{contract.platform}/{operation.subject}/credentials"
    if not operation.credentials:
        yield SkippedCell(
            identity, "the operation needs no token: it is how one is got, and is judged by its own members"
        )
        return
    requirement = operation.requirement("credentials")
    calls = (operation.subject, *makers(contract, operation))

    def without(way: str) -> Body:
        def body(context: Context) -> None:
            answer = context.send(context.draft(operation), wrong=way)
            context.refused(requirement, answer, Stated.REFUSAL, what=f"a refusal ({way} credentials)")

        return body

    def foreign(kind: str) -> Body:
        def body(context: Context) -> None:
            try:
                token = context.token(kind)
            except Inconclusive as error:
                raise Inconclusive(f"needs a token that does not serve this operation: {error}") from error
            answer = context.send(context.draft(operation), credential=token)
            context.refused(requirement, answer, Stated.REFUSAL, what=f"a refusal (a token of another kind: {kind})")

        return body

    for way in driver(contract.platform).wrong:
        title = f"A call with {way} credentials is refused."
        yield Case(f"{identity}/{way}", title, (requirement,), without(way), calls)
    others = [name for name, rule in contract.objects.items() if rule.credential and name not in operation.credentials]
    for kind in others:
        rule = contract.objects[kind]
        title = f"A call with a token of another kind ({kind}) is refused."
        yield Case(
            f"{identity}/foreign/{kind}", title, (requirement,), foreign(kind), (*calls, *filter(None, [rule.create]))
        )
    if not others:
        yield SkippedCell(f"{identity}/foreign", "every kind of token serves this operation")

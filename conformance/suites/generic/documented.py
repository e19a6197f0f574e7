"""At level strict: every documented member of an answer is there.

The document prints members without saying which may be missing, so an absent one breaks no sentence; whoever integrates a
platform wants to know all the same. A warning at most.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract import Contract, Operation
from conformance.contract.members import ELEMENT, VALUE, locate, name_of
from conformance.suites.case import Body, Case, SkippedCell
from conformance.suites.context import Context
from conformance.suites.generic.valid import after, makers


def cells(contract: Contract, operation: Operation) -> Iterator[Case | SkippedCell]:
    """Yield the cell of one operation."""
    if not operation.answers_with_body:
        yield SkippedCell(f"{contract.platform}/{operation.subject}/documented-members", "the answer has no body")
        return
    yield Case(
        id=f"{contract.platform}/{operation.subject}/documented-members",
        title="The answer has every documented member.",
        requirements=(operation.requirement("response/documented-members"),),
        body=_body(operation),
        calls=(operation.subject, *makers(contract, operation)),
        strict=True,
    )


def _body(operation: Operation) -> Body:
    requirement = operation.requirement("response/documented-members")

    def body(context: Context) -> None:
        answer = context.succeed(context.draft(operation, full=True))
        after(context, operation, answer.request.url)
        missing = list(_missing(operation, answer.json))
        for name in missing:
            context.check(requirement, False, expected=f"a member `{name}`", actual="absent", pointer=name)
        if not missing:
            context.check(requirement, True)

    return body


def _missing(operation: Operation, instance: object) -> Iterator[str]:
    """Yield the documented members that an answer lacks; what stands below an absent or null member is not told twice."""
    for member in operation.response.members:
        if not member.path or member.path[-1] in {ELEMENT, VALUE} or member.annotation("x-conditional"):
            continue
        holders = (each for each in locate(instance, member.path[:-1]) if isinstance(each, dict))
        if any(member.path[-1] not in holder for holder in holders):
            yield name_of(member.path)

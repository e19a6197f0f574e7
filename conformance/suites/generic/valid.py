"""Valid requests succeed: the minimal one and the maximal one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from conformance.contract import Contract, Operation
from conformance.suites.case import Body, Case, SkippedCell
from conformance.suites.context import Context
from conformance.suites.samples import skeleton


def cells(contract: Contract, operation: Operation) -> Iterator[Case | SkippedCell]:
    """Yield the cells of one operation."""
    answer = tuple(operation.requirement(f"response/{constraint.key}") for constraint in operation.response.constraints)
    requirements = (operation.requirement("success"), *answer)
    identity = f"{contract.platform}/{operation.subject}"

    def calls(*, full: bool) -> tuple[str, ...]:
        return (operation.subject, *makers(contract, operation, full=full))

    def valid(*, full: bool) -> Body:
        def body(context: Context) -> None:
            for draft in context.drafts(operation, full=full):
                answer = context.succeed(draft)
                after(context, operation, answer.request.url)

        return body

    title = "The {} valid request succeeds with a documented status and a valid answer."
    yield Case(f"{identity}/minimal", title.format("minimal"), requirements, valid(full=False), calls(full=False))
    if same(operation):
        yield SkippedCell(f"{identity}/maximal", "the request has no optional member: maximal is minimal")
    else:
        yield Case(f"{identity}/maximal", title.format("maximal"), requirements, valid(full=True), calls(full=True))


def same(operation: Operation) -> bool:
    """Tell whether the maximal request is the minimal one."""
    small, large = skeleton(operation, full=False), skeleton(operation, full=True)
    return (small.query, small.body) == (large.query, large.body)


def makers(contract: Contract, operation: Operation, *, full: bool = True) -> tuple[str, ...]:
    """Return the operations that preambles of this one may call: of the maximal request, or of the minimal one."""
    least = skeleton(operation, full=False)
    members = {each.name: each for each in operation.request_members}
    needs = (
        kind
        for name, kind in operation.needs.items()
        if full or members[name].required or least.get(members[name].path) is not None
    )
    kinds = (*operation.credentials[:1], *needs, *operation.preamble)
    found = makers_of(contract, kinds)
    return tuple(call for call in found if call != operation.subject)


def makers_of(contract: Contract, kinds: Iterable[str]) -> tuple[str, ...]:
    """Return the operations that make, find and delete objects of these kinds."""
    found: dict[str, None] = {}
    for kind in kinds:
        rule = contract.objects[kind]
        calls = (rule.create, rule.find.operation if rule.find else None, rule.delete)
        found.update(dict.fromkeys(call for call in calls if call))
    return tuple(found)


def after(context: Context, operation: Operation, url: str) -> None:
    """Spare the postamble the deletion of what the body itself deleted."""
    for rule in context.contract.objects.values():
        if rule.delete == operation.subject and rule.delete_body is None:
            context.forget(url.rsplit("/", 1)[-1])
